/** Whole files and folders, of single system calls. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import path from 'node:path';
import type { Disk } from './disk.ts';
import { errnoOf, unless } from './fault.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** What a file is besides its bytes. */
export interface Attributes {
  /** Octal. */
  readonly mode: number;
  /** Whoever writes it, where there is none. */
  readonly owner?: Owner | null;
  readonly times?: { readonly atime: Date; readonly mtime: Date };
}

/** What keeps a copy of a file like it. */
export function attributesOf({ mode, uid, gid, atime, mtime }: Stats): Required<Attributes> {
  return { mode: mode & 0o7777, owner: { uid, gid }, times: { atime, mtime } };
}

/** Makes a file that is not there yet: only its writer reads it until it is whole, owned, and on the disk. */
export function writeNew(disk: Disk, file: string, bytes: Uint8Array, { mode, owner, times }: Attributes): void {
  const descriptor = disk.create(file);
  try {
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
  } finally {
    disk.close(descriptor);
  }
}

/** Makes a file, or the names in a folder, last. Some file systems (FUSE) know no such thing of folders, and say EINVAL. */
export function sync(disk: Disk, path: string): void {
  const descriptor = disk.open(path);
  try {
    unless(['EINVAL'], () => disk.fsync(descriptor));
  } finally {
    disk.close(descriptor);
  }
}

/** Makes a folder, whatever the umask; yields whether it had not been there. What fails leaves none. */
export function makeFolder(disk: Disk, folder: string, mode: number): boolean {
  if (!unless(['EEXIST'], () => disk.mkdir(folder, mode))) return false;
  try {
    const descriptor = disk.open(folder);
    try {
      disk.fchmod(descriptor, mode);
      unless(['EINVAL'], () => disk.fsync(descriptor));
    } finally {
      disk.close(descriptor);
    }
    sync(disk, path.dirname(folder));
  } catch (error) {
    removeEmpty(disk, [folder]);
    throw error;
  }
  return true;
}

/** Removes folders, the innermost first, unless somebody has put something there. */
export function removeEmpty(disk: Disk, folders: readonly string[]): void {
  for (const folder of [...folders].sort((one, other) => other.length - one.length)) {
    unless(['ENOTEMPTY', 'EEXIST', 'ENOENT'], () => disk.rmdir(folder));
  }
}

/** Yields whether there was one. Asked first, for a read-only file system refuses to remove what is not there, too. */
export function removeFile(disk: Disk, file: string): boolean {
  return unless(['ENOENT', 'ENOTDIR'], () => {
    if (disk.lstat(file) === undefined) throw Object.assign(new Error(file), { code: 'ENOENT' });
    disk.unlink(file);
  });
}

/** Removes a folder with all that it holds; links are removed, not followed, and none stands for the folder itself. */
export function removeTree(disk: Disk, folder: string): void {
  if (!disk.lstat(folder)?.isDirectory()) throw Object.assign(new Error(folder), { code: 'ENOTDIR', path: folder });
  for (const name of disk.readdir(folder)) {
    const file = path.join(folder, name);
    if (disk.lstat(file)?.isDirectory()) removeTree(disk, file);
    else disk.unlink(file);
  }
  disk.rmdir(folder);
}

/** SHA-256 in hexadecimal. */
export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The digest of what stands at a path; null where nothing does, and `other` for what is no file that we could have written. */
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
