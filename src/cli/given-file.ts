/** Reads a file of the command line that is not part of a node: a report or a baseline. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../core/errors.ts';

/** Larger than any report of a thousand nodes. JavaScript's strings have at most twice as many characters. */
const mostBytes = 256 * 1024 * 1024;

/**
 * Returns the text of a regular file, or of what a link leads to; undefined if there is none.
 *
 * @throws UserError if it cannot be read
 */
export function readTextFile(file: string, cwd: string): string | undefined {
  const path = resolve(cwd, file);
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) return undefined;
    if (!status.isFile()) throw new UserError(`cannot read "${file}": not a regular file`);
    if (status.size > mostBytes) throw new UserError(`cannot read "${file}": larger than 256 MiB`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOTDIR') return undefined;
    throw new UserError(`cannot read "${file}": ${code === 'EACCES' ? 'permission denied' : code}`);
  }
}
