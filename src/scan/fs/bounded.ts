/** Reads files that may have no end, or grow meanwhile. */
import { readSync } from 'node:fs';

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
