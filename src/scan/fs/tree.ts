/** The files of a node: a small synchronous interface over its absolute paths. */
import { type NodeLayout, pkiFolders } from '../../artifact/layout.ts';
import { isAtOrBelow, normalizePath } from '../../artifact/paths.ts';
import type { FileTimes } from '../../artifact/process.ts';

/** Files above this many bytes are not read. */
export const maxFileBytes = 4 * 1024 * 1024;

/** Says that a file is larger than that. */
export const overMaxFileBytes = (size: number): string => `larger than 4 MiB (${size} bytes)`;

/** The metadata of a path. Links are not followed. */
export interface Entry {
  readonly type: 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'device';
  /** Permission bits, 0o0–0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  /** undefined if the input does not keep them. */
  readonly times?: FileTimes | undefined;
}

/** Why a path cannot be looked at. */
export interface Miss {
  readonly state: 'absent' | 'outside' | 'unreadable' | 'too-large';
  readonly detail?: string | undefined;
}

/**
 * The files of one node. Paths are absolute and normalised. Every element of a path except the last must be a real
 * folder: only `resolve` follows links. Methods are synchronous and do not throw.
 */
export interface FileTree {
  lstat(path: string): Entry | Miss;
  /** Returns the sorted names in a folder. */
  list(path: string): readonly string[] | Miss;
  read(path: string): Uint8Array | Miss;
  readlink(path: string): string | Miss;
  /** Returns the name of the path in reports: the file on this machine or in the archive. */
  describe(path: string): string;
  /** Paths that could not be read and are reported even if nothing asks for them. */
  readonly unread?: readonly string[] | undefined;
}

export function isMiss(result: Entry | readonly string[] | Uint8Array | string | Miss): result is Miss {
  return typeof result === 'object' && 'state' in result;
}

/** A folder that is implied by the paths below it, and of which nothing else is known. */
export const impliedFolder: Entry = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 };

/** Folders that a partial copy often contains only because something below them was copied. */
const skeleton = [
  ...['/etc/default', '/etc/ssl', '/etc/sysconfig', '/home', '/opt', '/root', '/srv', '/usr/local/lib', '/var/lib'],
  ...['/etc', '/lib', '/run', '/usr/lib'].map((folder) => `${folder}/systemd/system`),
];

/** Signs of a whole root file system. If a path is missing there, it is absent from the node. */
export const signsOfWholeRoot = ['etc/passwd', 'etc/os-release', 'usr'] as const;

/**
 * Returns the state of a name that is not in a folder. `absent` says something about the node, so the folder must have
 * been copied as a whole; otherwise the name is `outside` the input.
 *
 * @param folder a folder that exists
 * @param names the names in it
 * @param whole whether the tree is a whole root file system
 * @param layouts the layouts that the node may have
 */
export function missIn(folder: string, names: readonly string[], whole: boolean, layouts: readonly NodeLayout[]): Miss {
  if (whole) return { state: 'absent' };
  // What one layout has in the home of another says nothing about that folder.
  const own = layouts.filter(({ home }) => isAtOrBelow(folder, home));
  const partial =
    skeleton.some((path) => isAtOrBelow(path, folder)) ||
    (own.length > 0 ? own : layouts).some((layout) => mayBePartial(folder, names, layout));
  return { state: partial ? 'outside' : 'absent' };
}

/**
 * Whether a folder may have been copied only in part: the kubelet's folder, a parent of a layout's home, or a folder
 * in the home that contains only folders of certificates.
 */
function mayBePartial(folder: string, names: readonly string[], layout: NodeLayout): boolean {
  const { home, kubelet } = layout;
  const inside = pkiFolders(layout).filter((pki) => isAtOrBelow(pki, folder));
  if (folder === kubelet.folder) return true;
  if (inside.length === 0 || inside.includes(folder)) return false;
  return (
    !isAtOrBelow(folder, home) || names.every((name) => inside.some((pki) => isAtOrBelow(pki, join(folder, name))))
  );
}

/** Joins a folder and a name: `/etc/kubernetes` + `pki`. */
export function join(folder: string, name: string): string {
  return normalizePath(`${folder}/${name}`);
}
