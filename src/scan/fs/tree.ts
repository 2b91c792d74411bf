/** The files of a node: a small synchronous interface over its absolute paths. */
import type { NodeLayout } from '../../core/layout.ts';
import { isAtOrBelow, normalizePath } from '../../core/paths.ts';

/** Files above this many bytes are not read. */
export const maxFileBytes = 4 * 1024 * 1024;

/** What is at a path, without following links. */
export interface Entry {
  readonly type: 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'device';
  /** Permission bits, 0o0–0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
}

/** Why there is nothing at a path. */
export interface Miss {
  readonly state: 'absent' | 'outside' | 'unreadable' | 'too-large';
  readonly detail?: string | undefined;
}

/**
 * The files of one node. Paths are absolute and normalised. Every element of a path except the last must be a real folder:
 * only `resolve` follows links. Methods do not throw and are synchronous.
 */
export interface FileTree {
  lstat(path: string): Entry | Miss;
  /** Names in a folder, sorted. */
  list(path: string): readonly string[] | Miss;
  read(path: string): Uint8Array | Miss;
  readlink(path: string): string | Miss;
  /** The name of the path in reports: the file that was really read. */
  describe(path: string): string;
}

export function isMiss(result: Entry | readonly string[] | Uint8Array | string | Miss): result is Miss {
  return typeof result === 'object' && 'state' in result;
}

/** A folder above the input, of which nothing is known. */
export const impliedFolder: Entry = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 };

/** Folders of any node that a partial copy has because something below them was copied, not because they were copied. */
const skeleton = [
  ...['/etc/default', '/etc/ssl', '/etc/sysconfig', '/home', '/opt', '/root', '/srv', '/usr/local/lib', '/var/lib'],
  ...['/etc', '/lib', '/run', '/usr/lib'].map((folder) => `${folder}/systemd/system`),
];

/** Signs of a whole root file system, in which everything that is missing is absent. */
export const signsOfWholeRoot = ['etc/passwd', 'etc/os-release', 'usr'] as const;

/**
 * The state of a name that is not in a folder: `absent` is a fact about the node, and requires a folder that was copied
 * as a whole; otherwise the name is `outside` the input.
 *
 * @param folder the folder, which exists
 * @param names the names in it
 * @param whole whether the tree is a whole root file system
 * @param layouts those that the node may have
 */
export function missIn(folder: string, names: readonly string[], whole: boolean, layouts: readonly NodeLayout[]): Miss {
  if (whole) return { state: 'absent' };
  const partial =
    skeleton.some((path) => isAtOrBelow(path, folder)) || layouts.some((layout) => isOnTheWay(folder, names, layout));
  return { state: partial ? 'outside' : 'absent' };
}

/** Whether a folder may be there only for what is below it: the kubelet's, one above a PKI, one with only a PKI in it. */
function isOnTheWay(folder: string, names: readonly string[], { home, pki, kubelet }: NodeLayout): boolean {
  if (folder === kubelet.folder) return true;
  if (!isAtOrBelow(pki, folder) || folder === pki) return false;
  return !isAtOrBelow(folder, home) || names.every((name) => isAtOrBelow(pki, join(folder, name)));
}

/** `/etc/kubernetes` + `pki` */
export function join(folder: string, name: string): string {
  return normalizePath(`${folder}/${name}`);
}
