/** Finds `pki-lint.config.yaml`. Most runs find none, so this needs no call of `stat`: only whether names exist. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isAtOrBelow } from '../artifact/paths.ts';
import { UserError } from '../core/errors.ts';
import type { LintOptions } from '../lint/rules/lint-options.ts';
import { findRootAbove, givenPaths, placeInRoot } from '../scan/fs/roots.ts';
import { layouts } from '../tables/layouts/index.ts';

const configNames = ['pki-lint.config.yaml', 'pki-lint.config.yml', 'pki-lint.config.json'];

/** What is linted. */
export type LintedPlaces = Pick<
  LintOptions,
  'paths' | 'rootfs' | 'manifests' | 'kubeconfigs' | 'kubeletDir' | 'kubeadmConfig'
>;

export interface FoundConfig {
  /** As a path from the working directory; undefined if there is none. */
  readonly file: string | undefined;
  /** Files that lie inside of what is linted. */
  readonly passedOver: readonly string[];
}

/** A folder with a configuration, or that is the root of a repository. */
interface Level {
  readonly folder: string;
  readonly names: readonly string[];
  readonly isRepository: boolean;
}

/**
 * Finds the configuration for a run: in the working directory, or else in the nearest folder above it, up to the root
 * of a repository or of the file system. What is linted may come from strangers, so that their policy and the end of
 * their repository do not count.
 *
 * @throws UserError for two of them in one folder
 */
export function findConfig(cwd: string, places: LintedPlaces): FoundConfig {
  const start = folderAt(cwd);
  if (start === undefined) return { file: undefined, passedOver: [] };
  const levels = foldersAbove(start).map(levelOf).filter(isSign);
  if (levels.every(({ names }) => names.length === 0)) return { file: undefined, passedOver: [] };
  const linted = lintedFolders(start, places);
  const shown = (folder: string, name: string) => path.relative(start, path.join(folder, name));
  const passedOver: string[] = [];
  for (const { folder, names, isRepository } of levels) {
    const [name, other] = names;
    const real = realPathOf(folder);
    if (linted.some((one) => isAtOrBelow(real, one))) {
      passedOver.push(...names.map((one) => shown(folder, one)));
    } else if (other !== undefined) {
      throw new UserError(
        `there are ${names.map((one) => shown(folder, one)).join(' and ')}`,
        'keep one of them, or name one with --config',
      );
    } else if (name !== undefined) {
      return { file: shown(folder, name), passedOver };
    } else if (isRepository) {
      break;
    }
  }
  return { file: undefined, passedOver };
}

/** undefined if the working directory was removed: absolute paths can be linted nevertheless. */
function folderAt(cwd: string): string | undefined {
  try {
    return path.resolve(cwd);
  } catch {
    return undefined;
  }
}

function foldersAbove(folder: string): readonly string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}

function levelOf(folder: string): Level {
  const has = (name: string) => existsSync(path.join(folder, name));
  return { folder, names: configNames.filter(has), isRepository: has('.git') };
}

const isSign = ({ names, isRepository }: Level) => names.length > 0 || isRepository;

/** The folders that are linted, with the whole root of a node: a copy has more than the folder that was named. */
function lintedFolders(cwd: string, places: LintedPlaces): readonly string[] {
  const { rootfs, manifests, kubeconfigs, kubeletDir, kubeadmConfig } = places;
  const { paths } = givenPaths(places, { cwd, layouts });
  const nodes = paths.filter((one) => one !== '-').map((one) => placeInRoot(one, rootfs, cwd));
  const others = [rootfs, manifests, kubeconfigs, kubeletDir, kubeadmConfig].flatMap((one) => one ?? []);
  return [...nodes, ...others.map((one) => path.resolve(cwd, one))].flatMap((one) => withRoot(realPathOf(one)));
}

/** On this machine itself, the folders that its components read. */
function withRoot(folder: string): readonly string[] {
  const root = findRootAbove(folder, layouts);
  if (root !== undefined && root !== '/') return [folder, root];
  const own = layouts.flatMap(({ home, kubelet }) => [home, kubelet.folder]);
  if (root !== undefined) return [...own, folder].filter((one) => one !== root);
  // A copy without its parents: what is next to the PKI folder came with it.
  const parent = path.dirname(folder);
  const isCopied = besidePki().some((name) => existsSync(path.join(parent, name)));
  return isCopied ? [folder, parent] : [folder];
}

/** What is next to a PKI folder on a node. */
const besidePki = () =>
  layouts.flatMap(({ manifests = [], kubeconfigs }) =>
    [manifests, kubeconfigs.map((row) => row.path)].flat().map((one) => path.basename(one)),
  );

/** The real path; that as written if there is nothing. */
function realPathOf(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}
