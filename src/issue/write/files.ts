/** Operations on whole files and folders, each a series of system calls. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Disk } from './disk.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The metadata of a file. */
export interface Attributes {
  /** Octal. */
  readonly mode: number;
  /** By default the user who writes it. */
  readonly owner?: Owner | null;
  readonly times?: { readonly atime: Date; readonly mtime: Date };
}

/** The metadata that a copy of a file needs. */
export function attributesOf({ mode, uid, gid, atime, mtime }: Stats): Required<Attributes> {
  return { mode: mode & 0o7777, owner: { uid, gid }, times: { atime, mtime } };
}

/**
 * Creates a file that does not exist yet: only its writer can read it until it is complete, has its owner, and is
 * synced.
 */
export function writeNew(disk: Disk, file: string, bytes: Uint8Array, { mode, owner, times }: Attributes): void {
  withOpen(disk, disk.create(file), (descriptor) => {
    for (let offset = 0; offset < bytes.length; ) {
      const count = disk.write(descriptor, bytes, offset);
      if (count <= 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' });
      offset += count;
    }
    if (owner) {
      const { uid, gid } = disk.fstat(descriptor);
      if (uid !== owner.uid || gid !== owner.gid) disk.fchown(descriptor, owner.uid, owner.gid);
    }
    disk.fchmod(descriptor, mode);
    if (times !== undefined) disk.futimes(descriptor, times.atime, times.mtime);
    disk.fsync(descriptor);
  });
}

/** Does something with an open file or folder, and closes it. */
export function withOpen(disk: Disk, descriptor: number, act: (descriptor: number) => void): void {
  try {
    act(descriptor);
  } finally {
    disk.close(descriptor);
  }
}

/**
 * Syncs a file, or the names in a folder. Some file systems (FUSE) do not support that for folders, and return EINVAL.
 */
export function sync(disk: Disk, path: string): void {
  withOpen(disk, disk.open(path), (descriptor) => unless(['EINVAL'], () => disk.fsync(descriptor)));
}

/** Creates a folder, whatever the umask; returns whether it did not exist. On failure, no folder is left. */
export function makeFolder(disk: Disk, folder: string, mode: number): boolean {
  if (!unless(['EEXIST'], () => disk.mkdir(folder, mode))) return false;
  try {
    withOpen(disk, disk.open(folder), (descriptor) => {
      disk.fchmod(descriptor, mode);
      unless(['EINVAL'], () => disk.fsync(descriptor));
    });
    sync(disk, path.dirname(folder));
  } catch (error) {
    removeEmpty(disk, [folder]);
    throw error;
  }
  return true;
}

/** Creates the folders that do not exist yet, outermost first, and adds them to `made`. */
export function makeFolders(disk: Disk, folders: readonly string[], mode: number, made: string[]): void {
  for (const folder of folders) {
    attempt('make', folder, () => {
      if (makeFolder(disk, folder, mode)) made.push(folder);
    });
  }
}

/** Removes folders, the innermost first, if they are empty, and no link or file has replaced them. */
export function removeEmpty(disk: Disk, folders: readonly string[]): void {
  for (const folder of [...folders].sort((one, other) => other.length - one.length)) {
    unless(['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'], () => disk.rmdir(folder));
  }
}

/**
 * Returns whether the file existed. That is checked first: a read-only file system also refuses to remove a file that
 * does not exist.
 */
export function removeFile(disk: Disk, file: string): boolean {
  return unless(['ENOENT', 'ENOTDIR'], () => {
    if (disk.lstat(file) === undefined) throw Object.assign(new Error(file), { code: 'ENOENT' });
    disk.unlink(file);
  });
}

/**
 * Removes the chosen files of a folder, and the folders that are empty then. Links are not followed, and the folder
 * itself must not be a link.
 */
export function removeTree(disk: Disk, folder: string, isChosen: (file: string) => boolean): void {
  if (!disk.lstat(folder)?.isDirectory()) throw Object.assign(new Error(folder), { code: 'ENOTDIR', path: folder });
  for (const name of disk.readdir(folder)) {
    const file = path.join(folder, name);
    if (disk.lstat(file)?.isDirectory()) removeTree(disk, file, isChosen);
    else if (isChosen(file)) disk.unlink(file);
  }
  removeEmpty(disk, [folder]);
}

/** SHA-256 in hexadecimal. */
export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The bytes of a file; undefined if it does not exist. */
export function readIfThere(disk: Disk, file: string): Uint8Array | undefined {
  try {
    return disk.readFile(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The digest of a file; null if nothing exists there, and `other` for something that pki-lint could not have written.
 */
export function digestAt(disk: Disk, file: string): string | null {
  try {
    return digest(disk.readFile(file));
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'ELOOP' || code === 'EFTYPE' || code === 'ENXIO') return 'other';
    throw error;
  }
}

const asRoot = 'run it as root (sudo)';

/** By errno: the problem, and the fix. */
const faults: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ['permission denied', asRoot],
  EPERM: [
    'operation not permitted',
    `${asRoot}; for an immutable file (lsattr) use chattr -i; a file system without hard links does not work`,
  ],
  EROFS: ['the file system is read-only', 'mount it writable, or issue in a copy of the node'],
  ENOSPC: ['no space left on the file system', 'free space there: df -h and df -i show how much is left'],
  EDQUOT: ['the disk quota is used up', 'free space there'],
  EFBIG: ['the file would be too large', 'raise the limit: ulimit -f'],
  EXDEV: ['it is on another file system', 'a file that is mounted by itself cannot be replaced: mount its directory'],
  EBUSY: ['it is a mount point', 'a file that is mounted by itself cannot be replaced: mount its directory'],
  EEXIST: ['another process created it in the meantime', 'run it again: it then checks what is there'],
  ENOENT: [
    'another process removed it, or its directory, in the meantime',
    'run it again: it then checks what is there',
  ],
  ENOTDIR: ['a part of its path is not a directory', 'check what is there'],
  ELOOP: ['it is a link, where a file should be', 'replace it with the file itself'],
  EFTYPE: ['it is not a regular file, or is too large for a file of a PKI', 'check what is there'],
  ENAMETOOLONG: ['its name is too long', 'use a shorter path'],
  EMLINK: ['it has too many hard links', 'check what links to it'],
  EIO: ['the device has an error', 'check the kernel log: dmesg'],
};

/** The errno of an error of node:fs; undefined for every other. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/**
 * Does something with a path of this machine.
 *
 * @throws UserError that names the path, if the system refuses
 */
export function attempt<T>(verb: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined || error instanceof UserError) throw error;
    const [what, hint] = faults[code] ?? [code, undefined];
    throw new UserError(`cannot ${verb} "${path}": ${what}`, hint);
  }
}

/** Does something that may fail with these codes; returns whether it succeeded. */
export function unless(codes: readonly string[], act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (codes.includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
