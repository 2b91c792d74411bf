/** Private keys of ML-DSA, for which the KeyObject of Node 20 and 22 has no type. */
import { type KeyObject, randomBytes } from 'node:crypto';
import type { MlDsaName } from '../../artifact/certificate.ts';
import { DerReader, tag } from '../../x509/der.ts';
import { type MlDsa, mlDsaByOid, mlDsaNamed, mlDsaPkcs8, mlDsaSpki, seedLength } from '../../x509/ml-dsa.ts';
import { nobleMlDsaKey, nobleMlDsaSign } from '../../x509/ml-dsa-noble.ts';

/** Its seed is in none of its fields, so that nothing prints it. */
export interface MlDsaKey {
  readonly set: MlDsa;
  /** The public key, as a SubjectPublicKeyInfo. */
  readonly spki: Buffer;
  /** PKCS#8 in DER. The caller overwrites it after use. */
  pkcs8(): Buffer;
  sign(signed: Uint8Array): Uint8Array;
}

/** What certificates and requests are made with. */
export type AnyKey = KeyObject | MlDsaKey;

export const isMlDsaKey = (key: AnyKey): key is MlDsaKey => 'pkcs8' in key;

/** A new key. */
export const newMlDsaKey = (name: MlDsaName): MlDsaKey => keyOf(mlDsaNamed(name) as MlDsa, randomBytes(seedLength));

/** Returns the key in a PKCS#8 that `parsePrivateKey` accepts. */
export function readMlDsaKey(pkcs8: Uint8Array): MlDsaKey {
  const fields = new DerReader(pkcs8).open(tag.sequence);
  fields?.integer();
  const set = mlDsaByOid[fields?.open(tag.sequence)?.oid() ?? ''];
  const secret = fields?.bytes(tag.octetString);
  if (set === undefined || secret?.length !== 2 + seedLength) throw new Error('a key was accepted that has no seed');
  return keyOf(set, Uint8Array.from(secret.subarray(2)));
}

const keyOf = (set: MlDsa, seed: Uint8Array): MlDsaKey => ({
  set,
  spki: Buffer.from(mlDsaSpki(set, nobleMlDsaKey(set.name, seed))),
  pkcs8: () => mlDsaPkcs8(set, seed),
  sign: (signed) => nobleMlDsaSign(set.name, seed, signed),
});
