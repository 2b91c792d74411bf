/** From a PATH to the root of the node that it belongs to. */
import { accessSync, constants, existsSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/errors.ts';
import { isAtOrBelow } from '../core/mounts.ts';
import { signsOfWholeRoot } from './tree.ts';

/** A folder of this machine's disk as a part of a node. */
export interface DiskRoot {
  /** The folder that stands for `base`, as it is called. */
  readonly folder: string;
  /** `/`, `/etc/kubernetes` or `/etc/kubernetes/pki`. */
  readonly base: string;
  /** The folder of certificates, as the node sees it. */
  readonly pki: string;
}

const kubernetes = '/etc/kubernetes';
const defaultPki = '/etc/kubernetes/pki';
const kubelet = '/var/lib/kubelet';

/**
 * The node that a folder belongs to: with `--rootfs` that one, else the nearest folder above that holds
 * `etc/kubernetes`, else the folder itself for an /etc/kubernetes or a bare folder of certificates.
 *
 * @param given PATH as typed
 * @throws UserError where there is no such folder, or it may not be read
 */
export function findDiskRoot(given: string, rootfs: string | undefined, cwd: string): DiskRoot {
  const folder = placeInRoot(given, rootfs, cwd);
  requireFolder(folder, given);
  if (rootfs !== undefined) return rootedAt(path.resolve(cwd, rootfs), folder);
  for (const spelling of new Set([folder, realpathSync(folder)])) {
    const root = findRootAbove(spelling);
    if (root !== undefined) return rootedAt(root, spelling);
  }
  if (signsOfWholeRoot.some((sign) => existsSync(path.join(folder, sign)))) return rootedAt(folder, folder);
  const isKubernetes = ['pki', 'manifests'].some((name) => isFolder(path.join(folder, name)));
  return { folder, base: isKubernetes ? kubernetes : defaultPki, pki: defaultPki };
}

/** Where a PATH lies on this machine: below `--rootfs`, or else inside it. */
export function placeInRoot(given: string, rootfs: string | undefined, cwd: string): string {
  const absolute = path.resolve(cwd, given);
  if (rootfs === undefined) return absolute;
  const root = path.resolve(cwd, rootfs);
  return isAtOrBelow(absolute, root) ? absolute : path.join(root, path.normalize(`/${given}`));
}

function findRootAbove(folder: string): string | undefined {
  for (let root = folder; ; root = path.dirname(root)) {
    const within = path.join(root, kubernetes);
    const belongs =
      folder === root || folder === path.join(root, 'etc') || isBelowEither(folder, within, path.join(root, kubelet));
    if (belongs && isFolder(within)) return root;
    if (root === path.dirname(root)) return undefined;
  }
}

function isBelowEither(folder: string, one: string, other: string): boolean {
  return isAtOrBelow(folder, one) || isAtOrBelow(folder, other);
}

/** A folder below /etc/kubernetes that is not a usual part of it is another certificatesDir, as kubespray's `ssl`. */
function rootedAt(root: string, folder: string): DiskRoot {
  const node = root === '/' ? folder : folder.slice(root.length) || '/';
  const usual =
    ['/', '/etc', kubernetes, `${kubernetes}/manifests`].includes(node) || isBelowEither(node, defaultPki, kubelet);
  return { folder: root, base: '/', pki: usual ? defaultPki : node };
}

function requireFolder(folder: string, given: string): void {
  try {
    if (!statSync(folder).isDirectory())
      throw new UserError(`${given}: neither a folder nor a file`, 'to lint what a pipe brings: pki-lint -');
    accessSync(folder, constants.R_OK | constants.X_OK);
    readdirSync(folder);
  } catch (error) {
    throw unreadable(error, given) ?? error;
  }
}

/** What the system says about a PATH, for its user; undefined where it was not the system. */
export function unreadable(error: unknown, given: string): UserError | undefined {
  if (error instanceof UserError) return error;
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  const [message, hint] = systemErrors[String(error.code)] ?? [String(error.code), undefined];
  return new UserError(`${given}: ${message}`, hint);
}

const systemErrors: Readonly<Record<string, readonly [string, string | undefined]>> = {
  ENOENT: ['no such file or directory', 'name the PKI folder, a node’s root file system, or a tar archive of it'],
  ENOTDIR: ['not a directory', undefined],
  ELOOP: ['too many symbolic links', undefined],
  EACCES: ['permission denied', 'run as root (sudo), or lint an archive made by root'],
  EPERM: ['operation not permitted', 'run as root (sudo), or lint an archive made by root'],
};

/** Whether a path of this machine is a folder, through links. */
export function isFolder(folder: string): boolean {
  return stat(folder)?.isDirectory() ?? false;
}

/** Whether a path of this machine is a regular file, through links. */
export function isRegularFile(file: string): boolean {
  return stat(file)?.isFile() ?? false;
}

function stat(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}
