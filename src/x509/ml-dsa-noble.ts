/** ML-DSA in JavaScript, for a Node whose OpenSSL has none: a bundle of its own, loaded when such a key is read. */
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import type { MlDsaName } from '../artifact/certificate.ts';

const sets = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 } as const;

/** Returns the public key of a seed. */
export function nobleMlDsaKey(name: MlDsaName, seed: Uint8Array): Uint8Array {
  const { publicKey, secretKey } = sets[name].keygen(Uint8Array.from(seed));
  secretKey.fill(0);
  return publicKey;
}

/** Returns a signature of a seed's key over these bytes, without a context. It is not the same twice. */
export function nobleMlDsaSign(name: MlDsaName, seed: Uint8Array, signed: Uint8Array): Uint8Array {
  const { secretKey } = sets[name].keygen(Uint8Array.from(seed));
  try {
    return sets[name].sign(signed, secretKey);
  } finally {
    secretKey.fill(0);
  }
}

/** Whether a key made a signature, both of the right length, over these bytes. */
export function nobleMlDsaVerify(
  name: MlDsaName,
  publicKey: Uint8Array,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  return sets[name].verify(signature, signed, publicKey);
}
