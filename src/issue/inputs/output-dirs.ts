/** Folders of this machine outside of the node: that of a root CA, and that of requests. */

import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isAtOrBelow } from '../../artifact/paths.ts';
import { filledOrReason } from '../../core/command/fill.ts';
import { UserError } from '../../core/errors.ts';
import type { IssueOptions } from './issue-options.ts';
import type { TargetRoot } from './target-root.ts';

/**
 * The folders of `--root-dir` and `--csr`, absolute.
 *
 * @throws UserError if one is needed and not named, or is in the home of the node's own layout, or anywhere in a copy
 */
export function foldersOffNode(options: IssueOptions, place: TargetRoot): Pick<IssueOptions, 'rootDir' | 'csr'> {
  const { rootCa = false, rootDir, csr, cwd = '.' } = options;
  if (rootCa && rootDir === undefined) {
    throw new UserError('--root-ca needs --root-dir', 'it names the directory, off the node, where the root is kept');
  }
  if (!rootCa && rootDir !== undefined)
    throw new UserError('--root-dir has no effect without --root-ca', 'add --root-ca');
  const { folder, base, layout } = place.disk;
  // If the node is this machine, other folders of it are not the node's PKI; a copy of a node belongs to the node as a
  // whole.
  const isWhole = base === '/' && folder === '/';
  const node = isWhole ? layout.home : folder;
  const absolute = (option: string, folder: string) => {
    const given = path.resolve(cwd, folder);
    if (isThere(given) && !existsSync(given)) {
      throw new UserError(`${option} ${folder} is a broken link`, 'name a directory');
    }
    const real = realFolder(given);
    if (!isAtOrBelow(real, node)) {
      requireOwn(option, real);
      return real;
    }
    throw new UserError(`${option} ${folder} is on the node itself`, `name a directory outside of ${node}`);
  };
  return {
    ...(rootDir === undefined ? {} : { rootDir: absolute('--root-dir', rootDir) }),
    ...(csr === undefined ? {} : { csr: absolute('--csr', csr) }),
  };
}

/** Anyone who can write there could replace a key or a request before it is used. */
function requireOwn(option: string, folder: string): void {
  const status = statSync(folder, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (!status.isDirectory()) throw new UserError(`${option} ${folder} is not a directory`, 'name a directory');
  const isOwn = [0, process.geteuid?.() ?? 0].includes(status.uid) && (status.mode & 0o022) === 0;
  if (isOwn) return;
  throw new UserError(
    `other users can write to ${option} ${folder}, where keys are to be stored`,
    `check what is in it, then: ${filledOrReason('chown $(id -u) {folder}', { folder })}; ${filledOrReason('chmod go-w {folder}', { folder })}`,
  );
}

/** The path with links resolved as far as it exists. */
function realFolder(folder: string): string {
  if (existsSync(folder)) return realpathSync(folder);
  const parent = path.dirname(folder);
  return parent === folder ? folder : path.join(realFolder(parent), path.basename(folder));
}

/** Whether anything exists there, even a dangling link. If it cannot be inspected, reading it reports why. */
export function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
