/** Reads a file of the command line that is not part of a node: a report or a baseline. */
import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { readAtMost } from '../scan/fs/bounded.ts';
import { riskOf } from '../settings/trust.ts';

/** Larger than the reports of a hundred nodes. Parsed, a file takes many times its size. */
const mostBytes = 48 * 1024 * 1024;

interface GivenFile {
  readonly text: string;
  /** Why it should not be trusted; undefined if it may be. */
  readonly risk: string | undefined;
}

/**
 * Reads a regular file, or what a link leads to; undefined if there is none. It ends, whatever the path is: a pipe, a
 * device, or a file of the kernel that has no end.
 *
 * @throws UserError if it cannot be read
 */
export function readArgumentFile(file: string, cwd: string): GivenFile | undefined {
  const path = resolve(cwd, file);
  let open: number | undefined;
  try {
    open = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = fstatSync(open);
    if (!status.isFile()) throw new UserError(`cannot read "${file}": not a regular file`);
    const bytes = readAtMost(open, mostBytes);
    if (bytes === undefined) throw new UserError(`cannot read "${file}": larger than ${mostBytes / 1024 / 1024} MiB`);
    return { text: Buffer.from(bytes).toString('utf8'), risk: riskOf(status, lstatSync(path), process.getuid?.()) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UserError(`cannot read "${file}": ${code === 'EACCES' ? 'permission denied' : code}`);
  } finally {
    if (open !== undefined) closeSync(open);
  }
}
