/** ML-DSA (FIPS 204) in certificates (RFC 9881), as Go reads it since 1.27. */
import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import type { MlDsaName } from '../artifact/certificate.ts';
import { once } from '../core/collections.ts';
import { encode, ParseError, tag } from './der.ts';
import { nobleMlDsaKey, nobleMlDsaVerify } from './ml-dsa-noble.ts';

/** A parameter set of ML-DSA (FIPS 204, table 2), with lengths in bytes. */
export interface MlDsa {
  readonly name: MlDsaName;
  readonly publicKey: number;
  readonly signature: number;
  /** The last arc of its OID. */
  readonly arc: number;
}

/** By the OID, which is that of keys and of signatures (crypto/x509/x509.go, oidPublicKeyMLDSA44 and others). */
export const mlDsaByOid: Readonly<Record<string, MlDsa>> = {
  '2.16.840.1.101.3.4.3.17': { name: 'ML-DSA-44', publicKey: 1312, signature: 2420, arc: 17 },
  '2.16.840.1.101.3.4.3.18': { name: 'ML-DSA-65', publicKey: 1952, signature: 3309, arc: 18 },
  '2.16.840.1.101.3.4.3.19': { name: 'ML-DSA-87', publicKey: 2592, signature: 4627, arc: 19 },
};

/** Returns the parameter set of a key type or of a signature algorithm; undefined for other algorithms. */
export const mlDsaNamed = (name: string): MlDsa | undefined =>
  name.startsWith('ML-DSA-') ? Object.values(mlDsaByOid).find((one) => one.name === name) : undefined;

/** Returns the OID of a parameter set. */
export const mlDsaOid = ({ arc }: MlDsa): string => `2.16.840.1.101.3.4.3.${arc}`;

/** An AlgorithmIdentifier with its header; parameters are absent (RFC 9881 section 2). */
const algorithmOf = ({ arc }: MlDsa): Uint8Array => Buffer.from([...identifierStart, arc]);

/** `SEQUENCE { OID 2.16.840.1.101.3.4.3.x }` without its last byte. */
const identifierStart = Buffer.from('300b06096086480165030403', 'hex');

/** Returns the SubjectPublicKeyInfo of a public key (RFC 9881 section 4). */
export const mlDsaSpki = (set: MlDsa, key: Uint8Array): Uint8Array =>
  encode(tag.sequence, algorithmOf(set), encode(tag.bitString, Uint8Array.of(0), key));

/** Go's errors for an expanded key, without a seed and with one (crypto/x509/pkcs8.go). */
export const expandedOnly = 'x509: semi-expanded ML-DSA private keys without seed are not supported';
export const seedAndExpanded =
  'x509: ML-DSA private keys with both seed and expanded key are not supported, use e.g. "openssl pkey -provparam ml-dsa.output_formats=seed-only" to convert to a seed-only key';

/** Whether the error for a private key is one about ML-DSA. */
export const isMlDsaError = (error: string): boolean => error.includes('ML-DSA');

/** A seed's length in bytes (FIPS 204, section 5.1). */
export const seedLength = 32;

/**
 * Returns the public key of what is in the OCTET STRING of a PKCS#8 key (RFC 9881 section 6). Go reads only seeds.
 * Throws a ParseError.
 */
export function mlDsaPublicKey(set: MlDsa, key: Uint8Array): Uint8Array {
  const [form] = key;
  if (form === undefined) throw new ParseError('x509: invalid ML-DSA private key length: 0');
  if (form === tag.octetString) throw new ParseError(expandedOnly);
  if (form === tag.sequence) throw new ParseError(seedAndExpanded);
  if (form !== tag.context(0)) {
    throw new ParseError(`x509: invalid ML-DSA private key: invalid ASN.1 tag ${form.toString(16).padStart(2, '0')}`);
  }
  if (key.length !== 2 + seedLength) throw new ParseError(`x509: invalid ML-DSA private key length: ${key.length}`);
  if (key[1] !== seedLength) throw new ParseError('x509: invalid ML-DSA private key ASN.1 encoding');
  return isInOpenssl() ? keyByOpenssl(set, key.subarray(2)) : nobleMlDsaKey(set.name, key.subarray(2));
}

/** Returns the PKCS#8 of a seed: the form that Go reads (RFC 9881 section 6). The caller overwrites it after use. */
export function mlDsaPkcs8(set: MlDsa, seed: Uint8Array): Buffer {
  const secret = encode(tag.octetString, Uint8Array.of(tag.context(0), seedLength), seed);
  const pkcs8 = Buffer.from(encode(tag.sequence, encode(tag.integer, Uint8Array.of(0)), algorithmOf(set), secret));
  secret.fill(0);
  return pkcs8;
}

function keyByOpenssl(set: MlDsa, seed: Uint8Array): Uint8Array {
  const pkcs8 = mlDsaPkcs8(set, seed);
  const key = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
  pkcs8.fill(0);
  return key.export({ format: 'der', type: 'spki' }).subarray(-set.publicKey);
}

/** Whether this key made a signature over these bytes, without a context (crypto/x509 checkSignature). */
export function isMlDsaSignature(set: MlDsa, spki: Uint8Array, signed: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== set.signature) return false;
  if (!isInOpenssl()) return nobleMlDsaVerify(set.name, spki.subarray(-set.publicKey), signed, signature);
  return verify(null, signed, createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }), signature);
}

/** Whether the OpenSSL of this Node knows ML-DSA (since 3.5). Any bytes of the right length are a public key. */
const isInOpenssl = once((): boolean => {
  const set = mlDsaNamed('ML-DSA-44') as MlDsa;
  try {
    createPublicKey({ key: Buffer.from(mlDsaSpki(set, new Uint8Array(set.publicKey))), format: 'der', type: 'spki' });
    return true;
  } catch {
    return false;
  }
});
