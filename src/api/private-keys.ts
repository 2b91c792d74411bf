/** Finds private keys in files of any kind, which need not belong to a node. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { findPrivateKeys, type KeyForm } from '../x509/find-keys.ts';

/** A file is read in parts. Each repeats the end of the one before, which is longer than any key. */
const partBytes = 8 * 1024 * 1024;
const repeatedBytes = 256 * 1024;

/** The largest file that GitHub accepts. Its search takes a few seconds at most. */
const maxBytes = 100 * 1024 * 1024;

export interface PlacedKey {
  /** From 1. */
  readonly line: number;
  readonly form: KeyForm;
}

/**
 * Returns the private keys in a regular file, or in the one that a link leads to.
 *
 * @throws UserError if the file cannot be read, or is larger than 100 MiB
 */
export function privateKeysIn(file: string, cwd: string, bytes = partBytes, repeated = repeatedBytes): PlacedKey[] {
  const found: PlacedKey[] = [];
  // Where the last key ends, and the lines before the part.
  let [end, lines] = [0, 0];
  let start = 0;
  for (const part of partsOf(resolve(cwd, file), file, bytes, repeated)) {
    // The next part has all of a key that begins in what it repeats.
    const own = part.length < bytes ? bytes : bytes - repeated;
    for (const key of findPrivateKeys(part)) {
      if (key.offset >= own || start + key.offset < end) continue;
      found.push({ line: lines + countLines(part.subarray(0, key.offset)) + 1, form: key.form });
      end = start + key.end;
    }
    lines += countLines(part.subarray(0, own));
    start += own;
  }
  return found;
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}

function* partsOf(path: string, given: string, bytes: number, repeated: number): Generator<Uint8Array> {
  let descriptor: number | undefined;
  try {
    // Without blocking, in case it is a FIFO.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw new UserError(`cannot read "${given}": not a regular file`);
    if (found.size > maxBytes)
      throw new UserError(
        `"${given}" was not searched for keys: larger than 100 MiB (${found.size} bytes)`,
        'nothing is known about it: look into it with its own program, or leave it out of the list of files',
      );
    for (let start = 0; ; start += bytes - repeated) {
      const part = Buffer.alloc(bytes);
      const length = readPart(descriptor, part, start);
      yield part.subarray(0, length);
      if (length < bytes) return;
    }
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error && 'code' in error)) throw error;
    throw new UserError(`cannot read "${given}": ${reasons[String(error.code)] ?? error.code}`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  ELOOP: 'too many levels of symbolic links',
};

/** Fills a buffer from a position on, and returns how much there was. */
function readPart(descriptor: number, part: Uint8Array, start: number): number {
  let length = 0;
  while (length < part.length) {
    const count = readSync(descriptor, part, length, part.length - length, start + length);
    if (count === 0) break;
    length += count;
  }
  return length;
}
