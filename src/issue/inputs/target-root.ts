/** Which folder of this machine is to be written, and what it is to the node. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../core/errors.ts';
import { isAtOrBelow } from '../../core/paths.ts';
import type { Target } from '../../core/plan.ts';
import { diskTree, nameFor } from '../../scan/fs/disk.ts';
import { resolver } from '../../scan/fs/resolve.ts';
import { type DiskRoot, findDiskRoot, isFolder, isRegularFile, placeInRoot } from '../../scan/fs/roots.ts';
import { type FileTree, impliedFolder, isMiss } from '../../scan/fs/tree.ts';
import type { FoundNode } from '../../scan/node.ts';
import { ownFolder } from '../../scan/walk.ts';
import { isTemporary } from '../write/journal.ts';
import type { IssueOptions } from './options.ts';

export interface Place {
  readonly found: FoundNode;
  /** Where it lies on this machine: nothing of the node is written outside of its folder. */
  readonly disk: DiskRoot;
  /** Whether nothing in it tells of a node yet: a new control plane is made then. */
  readonly empty: boolean;
  /** Where a target lies on this machine, links of folders followed inside the node. */
  toMachine(target: Target): string;
}

const kubernetes = '/etc/kubernetes';
const defaultPki = '/etc/kubernetes/pki';

/**
 * The place that PATH names. An empty folder, or none yet, stands for /etc/kubernetes; one called `pki` for the folder of
 * that name in it.
 *
 * @throws UserError for several PATHs, for archives, and for what cannot be read
 */
export function placeOf({ paths = [], rootfs, cwd = '.' }: IssueOptions): Place {
  const [given = defaultPki, ...others] = paths;
  if (others.length > 0) throw new UserError('issuing works on one node at a time', 'name one PATH');
  const folder = placeInRoot(given, rootfs, path.resolve(cwd));
  if (given === '-' || isRegularFile(folder)) {
    throw new UserError(`"${given}" is no folder, and archives are read only`, 'unpack it, and name the folder');
  }
  const isThere = existsSync(folder) && !isEmpty(folder);
  const disk = isThere ? knownRoot(given, rootfs, path.resolve(cwd)) : newRoot(folder, rootfs, path.resolve(cwd));
  const root = existsSync(disk.folder) ? realpathSync(disk.folder) : disk.folder;
  const tree = whole(
    diskTree({ folder: root, shown: disk.folder, base: disk.base, cwd: path.resolve(cwd) }),
    disk.base,
  );
  const names = namesIn(tree);
  const empty = isBare(disk.pki, names) && (disk.base === defaultPki || tellsNothing(names));
  const label = nameFor(disk.folder, path.resolve(cwd));
  const found = { label, rootfs: label, tree, beyondPki: disk.base !== defaultPki, pki: [disk.pki] as const };
  return {
    found,
    disk: { ...disk, folder: root },
    empty,
    toMachine: (target) => onMachine(target, tree, root, disk.base),
  };
}

/** What may not be looked into is told by whoever reads it. */
function isEmpty(folder: string): boolean {
  try {
    return isFolder(folder) && readdirSync(folder).length === 0;
  } catch {
    return false;
  }
}

/** Where a folder belongs that holds something; one called `pki` lies in the /etc/kubernetes of its node. */
function knownRoot(given: string, rootfs: string | undefined, cwd: string): DiskRoot {
  const disk = findDiskRoot(given, rootfs, cwd);
  if (disk.base !== defaultPki || path.basename(disk.folder) !== 'pki') return disk;
  return { folder: path.dirname(disk.folder), base: kubernetes, pki: defaultPki };
}

/** Where a folder belongs that is empty or not there yet. */
function newRoot(folder: string, rootfs: string | undefined, cwd: string): DiskRoot {
  if (rootfs !== undefined) {
    const root = path.resolve(cwd, rootfs);
    const node = folder.slice(root === '/' ? 0 : root.length) || '/';
    const usual = ['/', '/etc', kubernetes, defaultPki].includes(node);
    return { folder: root, base: '/', pki: usual ? defaultPki : node };
  }
  const end = [defaultPki, kubernetes].find((one) => folder.endsWith(one));
  if (end !== undefined) return { folder: folder.slice(0, -end.length) || '/', base: '/', pki: defaultPki };
  const named = path.basename(folder) === 'pki';
  return { folder: named ? path.dirname(folder) : folder, base: kubernetes, pki: defaultPki };
}

/** Whether an /etc/kubernetes has neither kubeconfigs nor manifests. */
function tellsNothing(names: (folder: string) => readonly string[]): boolean {
  return isBare(`${kubernetes}/manifests`, names) && !names(kubernetes).some((name) => name.endsWith('.conf'));
}

/** With requests for another CA goes the key pair, and nothing else of the node yet. */
const silent = new Set([ownFolder, 'sa.key', 'sa.pub']);

/** What a run leaves behind that was killed at its start tells nothing: its temporary files, and the folder of etcd. */
function isBare(folder: string, names: (folder: string) => readonly string[]): boolean {
  return names(folder).every(
    (name) => silent.has(name) || isTemporary(name) || (name === 'etcd' && isBare(`${folder}/etcd`, names)),
  );
}

/** What a folder of the node holds, links followed as the node does; nothing where it is none. */
function namesIn(tree: FileTree): (folder: string) => readonly string[] {
  const resolve = resolver(tree);
  return (folder) => {
    const names = tree.list(resolve(folder).realPath ?? folder);
    return isMiss(names) ? [] : names;
  };
}

/** Whoever issues says that the folder is all there is: what it lacks is absent, and not merely unseen. */
function whole(tree: FileTree, base: string): FileTree {
  const top = base === '/' ? kubernetes : base;
  return {
    ...tree,
    lstat(node) {
      const entry = tree.lstat(node);
      if (!isMiss(entry) || entry.state !== 'outside') return entry;
      if (isAtOrBelow(node, top) && node !== top) return { state: 'absent' };
      return isAtOrBelow(top, node) ? impliedFolder : entry;
    },
    list(node) {
      const names = tree.list(node);
      return isMiss(names) && names.state === 'outside' && isAtOrBelow(node, top) ? [] : names;
    },
  };
}

function onMachine(target: Target, tree: FileTree, root: string, base: string): string {
  if (target.on === 'machine') return target.path;
  const folder = path.posix.dirname(target.path);
  const real = resolver(tree)(folder).realPath ?? folder;
  const node = path.posix.join(real, path.posix.basename(target.path));
  if (!isAtOrBelow(node, base)) {
    throw new UserError(`${target.path} lies outside of "${root}"`, 'name the root of the node: --rootfs DIR');
  }
  return path.join(root, node.slice(base === '/' ? 0 : base.length));
}
