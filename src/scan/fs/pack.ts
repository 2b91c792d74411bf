/** Writes a tar archive of small files in memory (POSIX ustar). The library that tests use is larger than all of it. */
import { blockSize } from './tar-header.ts';

/**
 * Returns an archive of files that everyone may read and that belong to root.
 *
 * @param files short names in ASCII, and what is in the files
 * @param time of their last change, in milliseconds since the epoch
 */
export function packTar(files: readonly (readonly [name: string, content: string])[], time: number): Uint8Array {
  const members = files.flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    return [headerOf(name, bytes.length, time), bytes, Buffer.alloc(-bytes.length & (blockSize - 1))];
  });
  return Buffer.concat([...members, Buffer.alloc(2 * blockSize)]);
}

function headerOf(name: string, size: number, time: number): Uint8Array {
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  const put = (text: string, at: number) => block.write(text, at, 'latin1');
  put(name, 0);
  put(octal(0o644, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(size, 12), 124);
  put(octal(Math.floor(time / 1000), 12), 136);
  put('0', 156);
  put('ustar\x0000', 257);
  put('root', 265);
  put('root', 297);
  // The checksum is of a header that has blanks in its place.
  put(' '.repeat(8), 148);
  put(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      7,
    )} `,
    148,
  );
  return block;
}
