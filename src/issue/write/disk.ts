/** The system calls of writing, and no others: tests count and break each of them. */
import fs, { constants, type Stats } from 'node:fs';
import { maxFileBytes } from '../../scan/fs/tree.ts';

/** Synchronous; each throws what node:fs throws. No call follows a link in the last part of a path. */
export interface Disk {
  /** What stands there; undefined where nothing does. */
  lstat(path: string): Stats | undefined;
  readdir(path: string): readonly string[];
  /** The bytes of a regular file. */
  readFile(path: string): Uint8Array;
  /** Makes a file that is not there yet, for writing; nobody else may read it. */
  create(path: string): number;
  /** Opens what is there, a file or a folder, to change or sync what is known of it. Waits for nothing. */
  open(path: string): number;
  fstat(descriptor: number): Stats;
  /** Yields how many bytes from `offset` on were written. */
  write(descriptor: number, bytes: Uint8Array, offset: number): number;
  fchown(descriptor: number, uid: number, gid: number): void;
  fchmod(descriptor: number, mode: number): void;
  futimes(descriptor: number, accessed: Date, modified: Date): void;
  fsync(descriptor: number): void;
  close(descriptor: number): void;
  /** Fails where `to` is there. */
  link(from: string, to: string): void;
  /** Takes the place of what is there. */
  rename(from: string, to: string): void;
  unlink(path: string): void;
  mkdir(path: string, mode: number): void;
  rmdir(path: string): void;
}

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** This machine's disk. */
export const machineDisk: Disk = {
  lstat: (path) => fs.lstatSync(path, { throwIfNoEntry: false }),
  readdir: (path) => fs.readdirSync(path).sort(),
  readFile: readRegular,
  create: (path) => fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600),
  open: (path) => fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
  fstat: (descriptor) => fs.fstatSync(descriptor),
  write: (descriptor, bytes, offset) => fs.writeSync(descriptor, bytes, offset, bytes.length - offset),
  fchown: fs.fchownSync,
  fchmod: fs.fchmodSync,
  futimes: fs.futimesSync,
  fsync: fs.fsyncSync,
  close: fs.closeSync,
  link: fs.linkSync,
  rename: fs.renameSync,
  unlink: fs.unlinkSync,
  mkdir: (path, mode) => void fs.mkdirSync(path, mode),
  rmdir: fs.rmdirSync,
};

function readRegular(path: string): Uint8Array {
  const descriptor = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const status = fs.fstatSync(descriptor);
    if (!status.isFile() || status.size > maxFileBytes) throw Object.assign(new Error(path), { code: 'EFTYPE', path });
    return fs.readFileSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
