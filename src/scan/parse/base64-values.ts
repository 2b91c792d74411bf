/** Certificates and keys in kubeconfigs: values of thousands of characters that a YAML reader would look at one by one. */

/** A key, and behind it on the same line a long value in base64. */
const longValue = /^([ \t]*[\w.-]+:[ \t]+)([A-Za-z0-9+/]{256,}={0,2})[ \t]*$/gm;

/** As long as a plain word must be for a YAML reader to make a scalar of it. */
const standIn = 'base64';

/** A text in which a short word stands for each long value, and the values by the offset of that word. */
export interface Shortened {
  readonly text: string;
  readonly values: ReadonlyMap<number, string>;
}

/**
 * Replaces long base64 values, so that every line and column stays what it was. A word may stand where it is no scalar by
 * itself, such as in a block of text: the caller must check that each was one (`standInEnd`).
 */
export function shorten(text: string): Shortened {
  const values = new Map<number, string>();
  let saved = 0;
  const short = text.replace(longValue, (_, key: string, value: string, offset: number) => {
    values.set(offset - saved + key.length, value);
    // What follows the value is not kept either.
    const line = `${key}${standIn}`;
    saved += _.length - line.length;
    return line;
  });
  return { text: short, values };
}

/** Where the word ends that stands for the value at an offset. */
export function standInEnd(offset: number): number {
  return offset + standIn.length;
}
