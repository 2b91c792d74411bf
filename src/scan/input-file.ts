/** A file that somebody names, and that belongs to no node. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { readRegularFile } from './fs/disk.ts';
import { isMiss } from './fs/tree.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  ENAMETOOLONG: 'no such file',
  EACCES: 'permission denied',
  ELOOP: 'too many symbolic links',
};

/**
 * The bytes of a regular file, links followed: pipes and devices are never opened. `path` is relative to `cwd`. Throws a
 * UserError where there is no such file, or none that may be read.
 */
export function readGivenFile(path: string, cwd: string): Uint8Array {
  const bytes = attempt(() => readRegularFile(realpathSync(resolve(cwd, path))));
  if (!isMiss(bytes)) return bytes;
  const why = bytes.state === 'too-large' ? `${bytes.detail} are too many` : bytes.detail;
  throw new UserError(`cannot read "${path}": ${why}`);

  function attempt<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new UserError(`cannot read "${path}": ${reasons[code] ?? code}`);
    }
  }
}
