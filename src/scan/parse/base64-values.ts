/** Certificates and keys in kubeconfigs: values of thousands of characters that a YAML reader would look at one by one. */

/** A key, and behind it on the same line a long value in base64. */
const longValue = /^([ \t]*[\w.-]+:[ \t]+)([A-Za-z0-9+/]{256,}={0,2})[ \t]*$/gm;

/** A plain word, which a YAML reader parses as a scalar. */
const standIn = 'base64';

/** A text with a short word for each long value, and the values by the offset of that word. */
export interface Shortened {
  readonly text: string;
  readonly values: ReadonlyMap<number, string>;
}

/**
 * Replaces long base64 values; no line or column changes. In a place such as a block of text the word is not a scalar by
 * itself, so the caller must check that each word is one (`standInEnd`).
 */
export function shorten(text: string): Shortened {
  const values = new Map<number, string>();
  let saved = 0;
  const short = text.replace(longValue, (_, key: string, value: string, offset: number) => {
    values.set(offset - saved + key.length, value);
    // Blanks after the value are dropped too.
    const line = `${key}${standIn}`;
    saved += _.length - line.length;
    return line;
  });
  return { text: short, values };
}

/** The end of the word that replaces the value at an offset. */
export function standInEnd(offset: number): number {
  return offset + standIn.length;
}
