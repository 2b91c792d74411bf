/** What the system refuses, in words for people. */
import { UserError } from '../../core/errors.ts';

const asRoot = 'run it as root (sudo)';

/** By errno: what is wrong, and what to do. */
const faults: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ['permission denied', asRoot],
  EPERM: [
    'operation not permitted',
    `${asRoot}; an immutable file (lsattr) is freed with chattr -i; a file system without hard links will not do`,
  ],
  EROFS: ['the file system is read only', 'mount it writable, or issue in a copy of the node'],
  ENOSPC: ['no space left on the file system', 'make room there: df -h and df -i say how much there is'],
  EDQUOT: ['the disk quota is used up', 'make room there'],
  EFBIG: ['the file would be too large', 'raise the limit: ulimit -f'],
  EXDEV: ['it lies on another file system', 'a file that is mounted by itself cannot be replaced: mount its folder'],
  EBUSY: ['it is a mount point', 'a file that is mounted by itself cannot be replaced: mount its folder'],
  EEXIST: ['somebody made it meanwhile', 'run it again: what is there is looked at anew'],
  ENOENT: ['somebody removed it, or its folder, meanwhile', 'run it again: what is there is looked at anew'],
  ENOTDIR: ['a part of the way to it is no folder', 'look at what stands there'],
  ELOOP: ['a link stands where a file should be', 'put the file itself there'],
  EFTYPE: ['it is no file, or one too large to be of a PKI', 'look at what stands there'],
  ENAMETOOLONG: ['its name is too long', 'name a shorter path'],
  EMLINK: ['it has too many hard links', 'look at what links to it'],
  EIO: ['the device fails', 'look at the log of the kernel: dmesg'],
};

/** The errno of an error of node:fs; undefined for every other. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/**
 * Does something with a path of this machine.
 *
 * @throws UserError where the system refuses, naming the path
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

/** Does something that may fail in that way; yields whether it was done. */
export function unless(codes: readonly string[], act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (codes.includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
