/** Reads files that may have no end, or grow meanwhile. */
import { closeSync, openSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';

/** Returns the content of an open file; undefined if it has more than `most` bytes. */
export function readAtMost(file: number, most: number): Uint8Array | undefined {
  const parts: Buffer[] = [];
  let length = 0;
  for (;;) {
    const part = Buffer.alloc(Math.min(most + 1, 1024 * 1024));
    const read = readSync(file, part, 0, part.length, null);
    if (read === 0) return Buffer.concat(parts);
    length += read;
    if (length > most) return undefined;
    parts.push(part.subarray(0, read));
  }
}

/** Returns a file as a stream. The modules of Node that `createReadStream` loads would take a fiftieth of a lint. */
export function streamOf(path: string): Readable {
  return Readable.from(chunksOf(path));
}

function* chunksOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(65_536);
      const read = readSync(file, chunk, 0, chunk.length, null);
      if (read === 0) return;
      yield chunk.subarray(0, read);
    }
  } finally {
    closeSync(file);
  }
}
