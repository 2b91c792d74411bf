/**
 * Generating the RSA keys of a node takes up to half a minute of CPU, so `issue` takes stored ones where inputs are a
 * sample. How it generates them is asked in certify/keys.test.ts.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { rsaPems } from './rsa-pems.ts';

type Generate<Key> = (algorithm: string) => Promise<Key>;

const stored = new Map<string, readonly KeyObject[]>();

/** More keys than a node has; `keys.ts` begins at the end of the file. */
function keysOf(algorithm: string): readonly KeyObject[] {
  const known = stored.get(algorithm);
  if (known !== undefined) return known;
  const keys = rsaPems(algorithm)
    .slice(0, 16)
    .map((pem) => createPrivateKey(pem));
  stored.set(algorithm, keys);
  return keys;
}

/** Wraps `generateKey`: RSA keys are stored ones, the next with each call. */
export function withStoredKeys<Key>(generate: Generate<Key | KeyObject>): Generate<Key | KeyObject> {
  let calls = 0;
  return async (algorithm) => {
    if (!algorithm.startsWith('rsa-')) return generate(algorithm);
    const keys = keysOf(algorithm);
    return keys[calls++ % keys.length] as KeyObject;
  };
}
