/**
 * Readers whose results tests share: a node is linted thousands of times with one change, and all its other files are
 * read, and their signatures verified, only once in a process. `compiled-source.ts` gives these to src/. Who imports a
 * reader from its own module, as tests of readers do, gets the reader itself.
 */
import { hash } from 'node:crypto';

/** So that what is remembered of random inputs does not fill the memory. */
const limit = 4000;

/**
 * Wraps a reader of bytes. Results of the same bytes, read with the same settings, are one object, which nothing in
 * src/ changes. Where a function is called while reading, nothing is remembered.
 */
export function remembering<Result>(
  read: (bytes: Uint8Array, settings?: unknown) => Result,
): (bytes: Uint8Array, settings?: unknown) => Result {
  const known = new Map<string, { readonly result: Result }>();
  return (bytes, settings) => {
    if (typeof settings === 'function') return read(bytes, settings);
    const id = hash('sha1', bytes) + (settings === undefined ? '' : JSON.stringify(settings));
    const found = known.get(id);
    if (found !== undefined) return found.result;
    const result = read(bytes, settings);
    if (known.size >= limit) known.clear();
    known.set(id, { result });
    return result;
  };
}
