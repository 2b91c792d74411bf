/** Reads a file from the command line that is not part of a node. */
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
 * Reads a regular file, or a link to one. Pipes and devices are never opened. `path` is relative to `cwd`.
 *
 * @throws UserError if there is no such file, or it cannot be read
 */
export function readGivenFile(path: string, cwd: string): Uint8Array {
  const failure = (reason: string | undefined) => new UserError(`cannot read "${path}": ${reason}`);
  let bytes: ReturnType<typeof readRegularFile>;
  try {
    bytes = readRegularFile(realpathSync(resolve(cwd, path)));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw failure(reasons[code] ?? code);
  }
  if (!isMiss(bytes)) return bytes;
  throw failure(bytes.detail);
}
