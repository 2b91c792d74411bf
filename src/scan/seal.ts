/** What is known about secrets in configuration files. */
import { createHmac, hash, randomBytes } from 'node:crypto';
import type { Sealed } from '../artifact/setting.ts';

/**
 * Of this run of the program only: without it a digest says nothing about a secret, not even to those who can guess it.
 */
const ownKey = randomBytes(32);

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Returns what may be known about a key: its length, and whether it is the same as another one.
 *
 * @param key SubjectPublicKeyInfo of a CA, for a copy without keys; by default a random one of this run
 */
export function sealed(text: string, key: Uint8Array | undefined): Sealed {
  const written = text.replaceAll(/[\r\n]/g, '');
  const bytes = base64.test(written) ? Buffer.from(written, 'base64') : undefined;
  return {
    isEmpty: text === '',
    isPlaceholder: /\$\{?\w|\{\{|<[\w -]+>/.test(text),
    size: bytes?.length,
    digest: key === undefined ? digestOf(bytes ?? written, ownKey, 'base64') : checkValue(bytes ?? written, key),
  };
}

const digestOf = (secret: string | Uint8Array, key: Uint8Array, encoding: 'base64' | 'hex') =>
  createHmac('sha256', key).update(secret).digest(encoding);

/** 32 bits, by which nodes of one cluster can be compared, and too few to find a key by. In front: for which CA. */
function checkValue(secret: string | Uint8Array, key: Uint8Array): string {
  const [value, authority] = [digestOf(secret, key, 'hex'), hash('sha256', key)];
  return [authority, value].map((hex) => hex.slice(0, 8)).join(':');
}
