/**
 * Takes the certificates and keys out of a kubeconfig before it is parsed as YAML: the parser would examine each of
 * their thousands of characters.
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
