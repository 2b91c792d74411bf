/** The system calls of writing, and no others: tests count each of them and make it fail. */
import fs, { type BigIntStats, constants, type Stats } from 'node:fs';
import { maxFileBytes } from '../../scan/fs/tree.ts';

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * This machine's disk. Calls are synchronous and throw what node:fs throws. None follows a link in the last part of a
 * path.
 */
export const machineDisk = {
  /** The status of a path; undefined if nothing exists there. */
  lstat: (path: string): Stats | undefined => fs.lstatSync(path, { throwIfNoEntry: false }),
  /** The status of a path that exists, with exact numbers. */
  identify: (path: string): BigIntStats => fs.lstatSync(path, { bigint: true }),
  readdir: (path: string): readonly string[] => fs.readdirSync(path).sort(),
  /** The bytes of a regular file. */
  readFile: readRegular,
  /** Creates a file for writing that does not exist yet. Only its owner can read it. */
  create: (path: string): number => fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600),
  /** Opens an existing file or directory, to change or sync its metadata. Does not block. */
  open: (path: string): number => fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
  fstat: (descriptor: number): Stats => fs.fstatSync(descriptor),
  /** Returns how many bytes from `offset` on were written. */
  write: (descriptor: number, bytes: Uint8Array, offset: number): number =>
    fs.writeSync(descriptor, bytes, offset, bytes.length - offset),
  fchown: fs.fchownSync,
  fchmod: (descriptor: number, mode: number): void => fs.fchmodSync(descriptor, mode),
  futimes: (descriptor: number, accessed: Date, modified: Date): void => fs.futimesSync(descriptor, accessed, modified),
  fsync: fs.fsyncSync,
  close: fs.closeSync,
  /** Fails if `to` exists. */
  link: (from: string, to: string): void => fs.linkSync(from, to),
  /** Replaces `to` if it exists. */
  rename: (from: string, to: string): void => fs.renameSync(from, to),
  unlink: (path: string): void => fs.unlinkSync(path),
  mkdir: (path: string, mode: number): void => void fs.mkdirSync(path, mode),
  rmdir: (path: string): void => fs.rmdirSync(path),
};

export type Disk = Readonly<typeof machineDisk>;

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
