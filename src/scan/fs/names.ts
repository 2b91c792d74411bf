/** Names of files, which are bytes: on Linux any but `/` and NUL. */

/**
 * Decodes a name as UTF-8. Bytes that are not UTF-8 become the lone surrogates U+DC80 to U+DCFF, which no other name
 * contains: different names stay different (Python calls this surrogateescape, PEP 383).
 */
export function decodeName(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  // Only a name with this character can be one that was decoded with replacements.
  if (!text.includes('\ufffd') || Buffer.from(text).equals(buffer)) return text;
  let decoded = '';
  for (let at = 0; at < buffer.length; ) {
    const length = lengthOfCharacter(buffer, at);
    decoded +=
      length === 0 ? String.fromCharCode(0xdc00 + (buffer[at] ?? 0)) : buffer.toString('utf8', at, at + length);
    at += Math.max(1, length);
  }
  return decoded;
}

/** The bytes of the character at an offset; 0 if there is none in UTF-8. */
function lengthOfCharacter(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  for (const length of [2, 3, 4]) {
    const character = bytes.subarray(at, at + length);
    if (character.length === length && [...character.toString('utf8')].length === 1 && isUtf8(character)) return length;
  }
  return 0;
}

const isUtf8 = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);

/** A byte that is not UTF-8, in a decoded name. */
const stray = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
const straysAndEscapes = /\\|(?<![\ud800-\udbff])[\udc80-\udcff]/g;

/** Whether a name that was decoded is UTF-8. */
export const isText = (name: string): boolean => !stray.test(name);

/** Returns a decoded name with the bytes that are not UTF-8 as escapes: `ca\xff.key`. */
export function shownName(name: string): string {
  if (isText(name)) return name;
  return name.replace(straysAndEscapes, (one) =>
    one === '\\' ? '\\\\' : `\\x${(one.charCodeAt(0) - 0xdc00).toString(16)}`,
  );
}

/**
 * Returns names to show for the decoded names in one folder that are not UTF-8. No two are the same, and none is the
 * name of something else in the folder.
 */
export function shownNames(names: readonly string[], isTaken: (name: string) => boolean): readonly string[] {
  return names.map((name) => {
    let shown = shownName(name);
    while (isTaken(shown)) shown = shown.replaceAll('\\', '\\\\');
    return shown;
  });
}

/** Returns the folders that a path is in: `['', 'a', 'a/b']` of `a/b/c`. */
export function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index).join('/'));
}
