/** Finds the root of the node that a PATH belongs to. */
import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { defaultLayout, type Layouts, type NodeLayout, pkiFolders } from '../../artifact/layout.ts';
import { isAtOrBelow } from '../../artifact/paths.ts';
import { UserError } from '../../core/errors.ts';
import { diskTree, isWholeRoot } from './disk.ts';
import {
  type FoundLayout,
  foldersOfLayout,
  holdsBelowHome,
  layoutOfTree,
  signsOfRoot,
  signsOfRoots,
} from './layout-of-tree.ts';
import { sharedResolver } from './resolve.ts';
import { type FileTree, isMiss } from './tree.ts';

/** A folder of this machine's disk that is part of a node. */
export interface DiskRoot {
  /** The folder that is `base` on the node, as the user named it. */
  readonly folder: string;
  /** `/`, the home of its layout, or its PKI root. */
  readonly base: string;
  /** The folder of certificates, as the node sees it. */
  readonly pki: string;
}

/** A `DiskRoot` with its layout. */
export interface FoundRoot<L extends NodeLayout = NodeLayout> extends DiskRoot, FoundLayout<L> {}

/** A `FoundRoot`, and the files by which it was found: what was listed for that is not listed again. */
export interface RootWithFiles<L extends NodeLayout> extends FoundRoot<L> {
  readonly tree: FileTree;
}

/** The PATHs of a command, and the root that they are in. */
interface GivenPaths {
  readonly paths: readonly string[];
  readonly rootfs?: string;
}

/**
 * Returns the PATHs of a command. One that names none is about this machine, or `--rootfs`, whether or not the PKI root
 * of its layout is there.
 */
export function givenPaths(
  { paths = [], ...given }: Partial<GivenPaths>,
  { cwd, layouts }: { readonly cwd: string; readonly layouts: Layouts },
): GivenPaths {
  if (paths.length > 0) return { ...given, paths };
  const { rootfs = '/' } = given;
  const root = path.resolve(cwd, rootfs);
  const { pki } = isFolder(root)
    ? layoutOfTree(diskTree({ folder: realpathSync(root), base: '/', cwd, layouts }), '/', layouts).layout
    : defaultLayout(layouts);
  return { paths: [pki], rootfs };
}

/**
 * Finds the node that a folder belongs to: the one of `--rootfs`, else the nearest parent folder with the home of a
 * layout (`etc/kubernetes`), else the folder itself, as such a home or a bare folder of certificates.
 *
 * @param given PATH as typed
 * @throws UserError if there is no such folder, or it cannot be read; the message does not contain the PATH
 */
export function findDiskRoot<L extends NodeLayout>(
  given: string,
  rootfs: string | undefined,
  cwd: string,
  layouts: Layouts<L>,
): RootWithFiles<L> {
  const folder = placeInRoot(given, rootfs, cwd);
  const root = rootfs === undefined ? findRootAbove(folder, layouts) : path.resolve(cwd, rootfs);
  if (root !== undefined) return rootedAt(root, folder, cwd, layouts);
  requireFolder(folder);
  const real = realpathSync(folder);
  const realRoot = findRootAbove(real, layouts);
  if (realRoot !== undefined) return rootedAt(realRoot, real, cwd, layouts);
  if (isWholeRoot(folder)) return rootedAt(folder, folder, cwd, layouts);
  const isThere = (place: string) => isFolder(place) || isLink(place);
  const { home, pki } = defaultLayout(layouts);
  const isHome = holdsBelowHome(defaultLayout(layouts)).some((name) => isThere(path.join(folder, name)));
  return rootAt(folder, isHome ? home : pki, cwd, layouts);
}

/** Returns the node whose `base` is a folder: `/`, the home of a layout, or the PKI root of the default layout. */
export function rootAt<L extends NodeLayout>(
  folder: string,
  base: string,
  cwd: string,
  layouts: Layouts<L>,
): RootWithFiles<L> {
  if (base === '/') return rootedAt(folder, folder, cwd, layouts);
  const tree = diskTree({ folder: realpathSync(folder), shown: folder, base, cwd, layouts });
  const found = layoutOfTree(tree, base, layouts);
  return { folder, base, pki: found.layout.pki, tree, ...found };
}

/** Returns the location of a PATH on this machine. A PATH that is not below `--rootfs` is a path inside `--rootfs`. */
export function placeInRoot(given: string, rootfs: string | undefined, cwd: string): string {
  const absolute = path.resolve(cwd, given);
  if (rootfs === undefined) return absolute;
  const root = path.resolve(cwd, rootfs);
  return isAtOrBelow(absolute, root) ? absolute : path.join(root, path.normalize(`/${given}`));
}

/** Returns the nearest folder at or above a folder that contains the home of a layout, or a sign of one. */
export function findRootAbove(folder: string, layouts: Layouts): string | undefined {
  for (let root = folder; ; root = path.dirname(root)) {
    if (isRootOf(root, folder, layouts)) return root;
    if (root === path.dirname(root)) return undefined;
  }
}

/** Whether `folder` is at, above or below a layout's folders in a root with its home or a sign. */
function isRootOf(root: string, folder: string, known: Layouts): boolean {
  const seen = new Map<string, boolean>();
  const exists = (one: string): boolean => {
    const above = path.dirname(one);
    // Of many signs in one folder none exists without it.
    const answer = seen.get(one) ?? ((above === '/' || exists(above)) && isFolderFileOrLink(path.join(root, one)));
    seen.set(one, answer);
    return answer;
  };
  return signsOfRoots(known).some(({ paths, layouts }) => {
    if (!paths.every(exists)) return false;
    if (paths.some((one) => isAtOrBelow(path.join(root, one), folder))) return true;
    return layouts.some((layout) => foldersOfLayout(layout).some((one) => isAtOrBelow(folder, path.join(root, one))));
  });
}

/**
 * Resolves the folder inside the root, as the node does. A folder below the layout's home that is not part of the
 * layout is a custom certificatesDir, such as kubespray's `ssl`.
 */
function rootedAt<L extends NodeLayout>(
  root: string,
  folder: string,
  cwd: string,
  layouts: Layouts<L>,
): RootWithFiles<L> {
  const node = root === '/' ? folder : folder.slice(root.length) || '/';
  const tree = diskTree({ folder: realpathSync(root), shown: root, base: '/', cwd, layouts });
  const { state, detail, realPath } = sharedResolver(tree)(node);
  if (state === 'link-loop') throw systemError('ELOOP');
  if (state === 'unreadable') throw systemError(detail ?? '');
  const found = layoutOfTree(tree, '/', layouts);
  const { layout, kind } = found;
  const { manifests, kubeconfigFolders, pki, kubelet } = layout;
  // A node that has lost its PKI is linted: what it needs is reported as missing.
  const isLost = realPath === undefined && node === pki && (kind !== undefined || hasMembers(tree, layout));
  if (!isLost) requireNames(tree, state, realPath);
  const isAround =
    signsOfRoot(layout).some((paths) => paths.some((one) => isAtOrBelow(one, node))) ||
    [manifests, ...kubeconfigFolders.map((one) => one.folder)].includes(node);
  const usual = isAround || [...pkiFolders(layout), kubelet.folder].some((one) => isAtOrBelow(node, one));
  return { folder: root, base: '/', pki: usual ? pki : node, tree, ...found };
}

/** Whether a node has kubeconfigs or manifests of a cluster. */
function hasMembers(tree: FileTree, { knownKubeconfigs, manifests }: NodeLayout): boolean {
  const resolve = sharedResolver(tree);
  const names = manifests === undefined ? [] : tree.list(resolve(manifests).realPath ?? manifests);
  return (!isMiss(names) && names.length > 0) || knownKubeconfigs.some((file) => resolve(file).realPath !== undefined);
}

function requireNames(tree: FileTree, state: string, realPath: string | undefined): void {
  if (realPath === undefined) throw systemError('ENOENT');
  if (state !== 'directory') throw notFolder();
  const names = tree.list(realPath);
  if (isMiss(names)) throw systemError(names.detail ?? '');
}

function requireFolder(folder: string): void {
  try {
    if (!statSync(folder).isDirectory()) throw notFolder();
    readdirSync(folder);
  } catch (error) {
    throw fromSystem(error) ?? error;
  }
}

function notFolder(): UserError {
  return new UserError('not a directory or regular file', 'to lint an archive from a pipe: pki-lint -');
}

/** Converts an error of the operating system for the user; undefined for any other error. */
export function fromSystem(error: unknown): UserError | undefined {
  if (error instanceof UserError) return error;
  const isSystemError = error instanceof Error && 'syscall' in error && 'code' in error;
  if (!isSystemError) return undefined;
  return systemError(error.syscall === 'uv_cwd' ? 'uv_cwd' : String(error.code));
}

function systemError(code: string): UserError {
  const [message, hint] = systemErrors[code] ?? [code, undefined];
  return new UserError(message, hint);
}

const systemErrors: Readonly<Record<string, readonly [string, string | undefined]>> = {
  ENOENT: [
    'no such file or directory',
    'give a PKI directory, the root file system of a node, or a tar archive of one',
  ],
  uv_cwd: ['the working directory no longer exists', 'change to an existing directory, or use absolute paths'],
  ENOTDIR: ['not a directory', undefined],
  ELOOP: ['too many symbolic links', undefined],
  EACCES: ['permission denied', 'run as root (sudo), or lint an archive made by root'],
  EPERM: ['operation not permitted', 'run as root (sudo), or lint an archive made by root'],
};

/** Whether a path of this machine is a folder, or a link to one. */
export function isFolder(folder: string): boolean {
  return stat(folder)?.isDirectory() ?? false;
}

/** Whether a path is a link. The target of an absolute link is different inside the node, so it may not exist here. */
function isLink(path: string): boolean {
  return stat(path, lstatSync)?.isSymbolicLink() ?? false;
}

/** Whether a path of this machine is a regular file, or a link to one. */
export function isRegularFile(file: string): boolean {
  return stat(file)?.isFile() ?? false;
}

function isFolderFileOrLink(path: string): boolean {
  const stats = stat(path, lstatSync);
  return stats !== undefined && (stats.isDirectory() || stats.isSymbolicLink() || stats.isFile());
}

/** Most of what is looked for is not there, and an exception takes longer. */
function stat(file: string, read: typeof statSync | typeof lstatSync = statSync): Stats | undefined {
  try {
    return read(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
