/** Where files come from: a small synchronous interface over absolute paths of the node. */
import type { NodeLayout } from '../../core/layout.ts';
import { isAtOrBelow, normalizePath } from '../../core/paths.ts';

/** Files above this many bytes are not read. */
export const maxFileBytes = 4 * 1024 * 1024;

/** What stands at a path, links not followed. */
export interface Entry {
  readonly type: 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'device';
  /** Permission bits, 0o0–0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
}

/** Why there is nothing to be had at a path. */
export interface Miss {
  readonly state: 'absent' | 'outside' | 'unreadable' | 'too-large';
  readonly detail?: string;
}

/**
 * The files of one node. Paths are absolute and normalised, and every component but the last of a path given to a
 * method is a real folder: only `resolve` walks. Nothing throws, nothing waits.
 */
export interface FileTree {
  lstat(path: string): Entry | Miss;
  /** Names in a folder, sorted. */
  list(path: string): readonly string[] | Miss;
  read(path: string): Uint8Array | Miss;
  readlink(path: string): string | Miss;
  /** How to call the path for people and tools: what was really read. */
  describe(path: string): string;
}

export function isMiss(result: Entry | readonly string[] | Uint8Array | string | Miss): result is Miss {
  return typeof result === 'object' && 'state' in result;
}

/** A folder that no input describes: one above what was given. */
export const impliedFolder: Entry = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 };

/** Folders of any node that a partial copy has because something below them was copied, not because they were copied. */
const skeleton = new Set([
  '/',
  '/etc',
  '/var',
  '/var/lib',
  '/usr',
  '/usr/lib',
  '/usr/local',
  '/usr/local/lib',
  '/usr/lib/systemd',
  '/usr/lib/systemd/system',
  '/lib',
  '/lib/systemd',
  '/lib/systemd/system',
  '/run',
  '/run/systemd',
  '/run/systemd/system',
  '/etc/systemd',
  '/etc/systemd/system',
  '/etc/default',
  '/etc/sysconfig',
  '/etc/ssl',
  '/opt',
  '/srv',
  '/root',
  '/home',
]);

/** Signs of a whole root file system, below which whatever is missing is absent. */
export const signsOfWholeRoot = ['etc/passwd', 'etc/os-release', 'usr'] as const;

/**
 * What it means that a folder does not hold a name: `absent` is a fact about the node and needs a folder that was
 * copied as a whole; everything else is `outside` what was given.
 *
 * @param folder the folder, which exists
 * @param names what it holds
 * @param whole whether the tree is a whole root file system
 * @param layouts those that the node may have
 */
export function missIn(folder: string, names: readonly string[], whole: boolean, layouts: readonly NodeLayout[]): Miss {
  if (whole) return { state: 'absent' };
  const partial = skeleton.has(folder) || layouts.some((layout) => isOnTheWay(folder, names, layout));
  return { state: partial ? 'outside' : 'absent' };
}

/** Whether a folder may be there for what lies below it alone: the kubelet's, one above a PKI, one with nothing but a PKI. */
function isOnTheWay(folder: string, names: readonly string[], { home, pki, kubelet }: NodeLayout): boolean {
  if (folder === kubelet.folder) return true;
  if (!isAtOrBelow(pki, folder) || folder === pki) return false;
  return !isAtOrBelow(folder, home) || names.every((name) => isAtOrBelow(pki, join(folder, name)));
}

/** `/etc/kubernetes` + `pki` */
export function join(folder: string, name: string): string {
  return normalizePath(`${folder}/${name}`);
}
