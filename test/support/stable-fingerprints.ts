/** Texts that are the same in every run, although the keys of cases are not. */
import { createHash } from 'node:crypto';

const hash = (algorithm: string, index: number) => createHash(algorithm).update(`fingerprint ${index}`).digest('hex');

/** What depends on a key, and how to write another of its form. */
const kinds: readonly (readonly [RegExp, (index: number) => string])[] = [
  [/\b[0-9a-f]{64}\b/g, (index) => hash('sha256', index)],
  [
    /\b(?:[0-9A-F]{2}:){19}[0-9A-F]{2}\b/g,
    (index) =>
      hash('sha1', index)
        .toUpperCase()
        .replace(/..(?!$)/g, '$&:'),
  ],
];

/** Replaces fingerprints and key identifiers by others that are always the same. */
export function withStableFingerprints(text: string): string {
  return kinds.reduce((result, [pattern, stable]) => {
    const found = [...new Set(result.match(pattern) ?? [])];
    return found.reduce((all, one, index) => all.replaceAll(one, stable(index)), result);
  }, text);
}
