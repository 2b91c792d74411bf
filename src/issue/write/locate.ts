/** Finds where a target is on this machine, without leaving the node. */
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isAtOrBelow, normalizePath } from '../../artifact/paths.ts';
import { UserError } from '../../core/errors.ts';
import type { Target } from '../../results/issue/plan.ts';
import { releaseFolders } from '../../scan/fs/beneath.ts';
import { diskTree } from '../../scan/fs/disk.ts';
import { type Resolution, resolver } from '../../scan/fs/resolve.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import { type FileTree, isMiss, join } from '../../scan/fs/tree.ts';
import { errnoOf } from './files.ts';

export interface Location {
  /** Absolute on this machine; no folder on the way is a link. */
  readonly path: string;
  /** Missing parent folders, outermost first. */
  readonly missing: readonly string[];
}

/** A tree of files, and its top, which no path may leave. */
interface Bounds {
  readonly tree: FileTree;
  /** The path of its top on the node. */
  readonly base: string;
  /** The path of its top in messages. */
  readonly shown: string;
}

/**
 * Folders may be links that stay inside the node's root, and are followed as on the node. The target itself is not
 * inspected.
 *
 * @throws UserError for a path that leaves the root, or leads through something that is not a directory
 */
export function locate(root: DiskRoot, target: Target): Location {
  const wanted = target.path;
  if (!wanted.startsWith('/') || wanted.includes('\0') || normalizePath(wanted) !== wanted || wanted === '/') {
    throw new UserError(`"${wanted}" is not the path of a file`, 'name an absolute path without ".."');
  }
  return released(() => {
    const bounds = boundsOf(root, target);
    if (bounds !== undefined) return walk(bounds, wanted);
    // Nothing of the node exists yet: the path is one of this machine.
    const below = wanted.slice(root.base === '/' ? 0 : root.base.length);
    return walk(wholeMachine(), path.join(path.resolve(root.folder), below));
  });
}

/** Returns what a function finds, and leaves no folder open: the file system could not be unmounted. */
function released<T>(find: () => T): T {
  try {
    return find();
  } finally {
    releaseFolders();
  }
}

/**
 * The file of a target whose last part may also be a link: lint judges the mode of that file.
 *
 * @throws UserError if it leads out of the root, or to nothing
 */
export function locateBehindLinks(root: DiskRoot, target: Target): string {
  const { path: named } = locate(root, target);
  const { tree, base } = boundsOf(root, target) ?? wholeMachine();
  const { realPath } = released(() => resolver(tree)(target.path));
  if (realPath !== undefined && isAtOrBelow(realPath, base)) return tree.describe(realPath);
  throw new UserError(`"${named}" does not lead to a file of the node`, 'check what is there');
}

function wholeMachine(): Bounds {
  return { tree: diskTree({ folder: '/', base: '/', cwd: '/', layouts: [] }), base: '/', shown: '/' };
}

/** The tree that the target must not leave; undefined if the node's root does not exist. */
function boundsOf({ folder, base }: DiskRoot, { on, path: wanted }: Target): Bounds | undefined {
  if (on === 'machine') return wholeMachine();
  if (!isAtOrBelow(wanted, base) || wanted === base) {
    throw new UserError(`"${wanted}" is outside of "${folder}"`, 'name the root of the node: --rootfs DIR');
  }
  let real: string;
  try {
    real = realpathSync(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new UserError(`cannot look into "${folder}": ${errnoOf(error)}`, 'name a directory that can be read');
  }
  if (!statSync(real).isDirectory())
    throw new UserError(`"${folder}" is not a directory`, 'issue cannot write to archives: unpack it');
  return { tree: diskTree({ folder: real, base, cwd: '/', layouts: [] }), base, shown: folder };
}

/** Walks from the top to the first missing folder; all below it are missing too. */
function walk(bounds: Bounds, wanted: string): Location {
  const { tree, base } = bounds;
  const resolve = resolver(tree);
  const names = wanted.split('/').slice(1, -1);
  const file = path.basename(wanted);
  let real = '/';
  for (const [index, name] of names.entries()) {
    const node = `/${names.slice(0, index + 1).join('/')}`;
    const found = resolve(node);
    const stays = !isAtOrBelow(node, base) || isAtOrBelow(found.realPath ?? '', base);
    if (found.state === 'directory' && found.realPath !== undefined && stays) {
      real = found.realPath;
      continue;
    }
    if (!isAbsent(tree, join(real, name))) throw wrongFolder(node, found, bounds);
    const missing = names.slice(index).map((_, more) => join(real, names.slice(index, index + more + 1).join('/')));
    return { path: tree.describe(join(missing.at(-1) ?? real, file)), missing: missing.map(tree.describe) };
  }
  return { path: tree.describe(join(real, file)), missing: [] };
}

function isAbsent(tree: FileTree, node: string): boolean {
  const entry = tree.lstat(node);
  return isMiss(entry) && (entry.state === 'absent' || entry.state === 'outside');
}

function wrongFolder(node: string, { state, detail, links }: Resolution, { shown }: Bounds): UserError {
  if (state === 'unreadable') {
    return new UserError(`cannot look into "${node}": ${detail ?? 'permission denied'}`, 'run it as root (sudo)');
  }
  const link = links.at(-1);
  if (link === undefined) return new UserError(`"${node}" is not a directory, but a ${state}`, 'move it away');
  return new UserError(
    `the link "${link.path}" leads to "${link.target}", which is not a directory of the node`,
    `replace the link with a directory, or name the whole root of the node (now it is "${shown}")`,
  );
}
