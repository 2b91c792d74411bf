/** Recognises files that may contain keys in a form that is not read here: archives and key stores. */
import type { Content } from '../../artifact/file.ts';

/** How such files begin, in hexadecimal, and the name of their form (the magic of file(1)). */
const beginnings: readonly (readonly [beginning: string, name: string])[] = [
  ['1f8b', 'gzip'],
  ['425a68', 'bzip2'],
  ['fd377a585a00', 'xz'],
  ['28b52ffd', 'zstd'],
  ['504b0304', 'zip'],
  ['feedfeed', 'a Java key store'],
];

/** In the first header of a tar archive (POSIX.1-1988 ustar, GNU tar). */
const tarMagic = { at: 257, text: 'ustar' };

/** Returns the content of a file that no reader takes, with the name of its form if that may contain keys. */
export function unreadContent(bytes: Uint8Array): Content {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512));
  const start = data.toString('hex', 0, 6);
  const isTar = data.toString('latin1', tarMagic.at, tarMagic.at + tarMagic.text.length) === tarMagic.text;
  const packed = isTar ? 'tar' : beginnings.find(([beginning]) => start.startsWith(beginning))?.[1];
  return packed === undefined ? { type: 'other' } : { type: 'other', packed };
}
