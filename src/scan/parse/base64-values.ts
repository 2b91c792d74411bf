/**
 * Values in base64: those of a kubeconfig are taken out before it is parsed as YAML, because the parser would examine
 * each of their thousands of characters.
 */

/** A key, and a long base64 value on the same line. */
const longValue = /^([ \t]*[\w.-]+:[ \t]+)([A-Za-z0-9+/]{256,}={0,2})[ \t]*$/gm;

/** Replaces a value. YAML parses this plain word as a scalar. */
const standIn = 'base64';

/** A text in which a short word replaces each long value, and the values by the offset of that word. */
export interface Shortened {
  readonly text: string;
  readonly values: ReadonlyMap<number, string>;
}

/**
 * Replaces long base64 values. No line or column changes. In some places, such as a block scalar, the word is not a
 * scalar by itself, so the caller must check that each word is one (`standInEnd`).
 */
export function shorten(text: string): Shortened {
  const values = new Map<number, string>();
  let saved = 0;
  const short = text.replace(longValue, (whole, key: string, value: string, offset: number) => {
    values.set(offset - saved + key.length, value);
    // The line also loses the blanks after the value.
    const line = `${key}${standIn}`;
    saved += whole.length - line.length;
    return line;
  });
  return { text: short, values };
}

/** Returns the end of the word that replaces the value at an offset. */
export function standInEnd(offset: number): number {
  return offset + standIn.length;
}

/** Decodes like Go's `base64.StdEncoding`: skips line breaks, requires padding. Returns an error as a string. */
export function decodeBase64(text: string): Uint8Array | string {
  const compact = text.replace(/[\r\n]/g, '');
  const wrong = /^[A-Za-z0-9+/]*/.exec(compact)?.[0].length ?? 0;
  const padded = compact.length % 4 === 0 && /^={0,2}$/.test(compact.slice(wrong));
  if (!padded) return `illegal base64 data at input byte ${wrong}`;
  return Buffer.from(compact, 'base64');
}
