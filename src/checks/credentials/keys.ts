/** The size and the type of a key, in words. */
import type { PublicKey } from '../../artifact/certificate.ts';
import { isShort, type KeyLimits, keysInWords, leastRsaBits } from '../../model/facts/limits.ts';

/** The usual name of a kind of key: `RSA-2048`, `P-256`, `Ed25519`. */
export function keyName({ type, bits, curve }: PublicKey): string {
  return curve ?? (type === 'RSA' ? `RSA-${bits}` : type);
}

/**
 * The data of a key that is too short. What the rules say about short keys may not be true of one that only a policy
 * refuses.
 */
export function tooShort(key: PublicKey, limits: KeyLimits) {
  const isByPolicy = !isShort(key, { rsa: leastRsaBits, ecdsa: undefined });
  const policy = isByPolicy ? 'The policy requires longer keys. ' : '';
  return { found: keyName(key), minimum: keysInWords(limits), policy };
}
