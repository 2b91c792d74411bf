/** Reads files that may have no end, or grow meanwhile. */
import { closeSync, openSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { UserError } from '../../core/errors.ts';

/** Returns the content of an open file; undefined if it has more than `most` bytes. */
export function readAtMost(file: number, most: number): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const part of chunksOf(file, Math.min(most + 1, 1024 * 1024))) {
    length += part.length;
    if (length > most) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Returns a file as a stream. The modules of Node that `createReadStream` loads would take a fiftieth of a lint. */
export function streamOf(path: string): Readable {
  return Readable.from(chunksAt(path));
}

/**
 * Reads a stream to its end.
 *
 * @throws UserError for more than `most` bytes
 */
export async function bytesOf(stream: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > most) throw new UserError(`more than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function* chunksAt(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    yield* chunksOf(file, 65_536);
  } finally {
    closeSync(file);
  }
}

/** The content of an open file, in parts of at most `size` bytes. */
function* chunksOf(file: number, size: number): Generator<Uint8Array> {
  for (;;) {
    const chunk = Buffer.allocUnsafe(size);
    const read = readSync(file, chunk, 0, size, null);
    if (read === 0) return;
    yield chunk.subarray(0, read);
  }
}
