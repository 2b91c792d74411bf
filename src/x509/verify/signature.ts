import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Certificate, PublicKey } from '../../artifact/certificate.ts';
import { type Strictness, strictest } from '../../artifact/strictness.ts';
import { isMlDsaSignature, mlDsaNamed } from '../ml-dsa.ts';
import { type Hash, type SignatureAlgorithm, signatureAlgorithms } from '../oids.ts';
import { isKnown } from '../public-key.ts';
import { oddKeyError } from '../rsa-key.ts';
import { spendSignature } from './signature-limit.ts';

/** The message of ConstraintSignatureError in Go's crypto/x509. */
export const cannotSign = 'x509: invalid signature: parent certificate cannot sign this kind of certificate';
const unimplemented = 'x509: cannot verify signature: algorithm unimplemented';

/**
 * Returns Go's error if `parent` is not the issuer of `child`, regardless of their names; undefined if it is
 * (crypto/x509/x509.go, CheckSignatureFrom).
 */
export function checkSignatureFrom(
  child: Certificate,
  parent: Certificate,
  strictness: Strictness = strictest,
): string | undefined {
  if (!maySign(parent)) {
    return cannotSign;
  }
  return judgeSignature(child, parent.publicKey, strictness);
}

/**
 * Whether Go permits a certificate to sign others (RFC 5280 sections 4.2.1.3 and 4.2.1.9). Like Go, treats an empty key
 * usage as absent.
 */
export function maySign({ version, basicConstraints, keyUsage }: Certificate): boolean {
  if (basicConstraints ? !basicConstraints.ca : version === 3) return false;
  return keyUsage === undefined || keyUsage.length === 0 || keyUsage.includes('keyCertSign');
}

/** Go's types of public keys, as `%T` prints them. */
const goTypes: Readonly<Record<string, string>> = {
  RSA: '*rsa.PublicKey',
  ECDSA: '*ecdsa.PublicKey',
  Ed25519: 'ed25519.PublicKey',
  'ML-DSA': '*mldsa.PublicKey',
};

/** Returns the error of crypto/x509 checkSignature if this key did not create the certificate's signature. */
function judgeSignature(child: Certificate, key: PublicKey, strictness: Strictness): string | undefined {
  const { takes } = strictness;
  const name = child.signatureAlgorithm;
  const algorithm = signatureAlgorithms[name];
  if (algorithm === undefined || !isKnown({ type: algorithm.key }, strictness)) return unimplemented;
  if (algorithm.hash === 'md5' || (algorithm.hash === 'sha1' && !takes.includes('sha1-signatures'))) {
    return `x509: cannot verify signature: insecure algorithm ${name}`;
  }
  if (!isKnown(key, strictness)) return unimplemented;
  if (algorithm.key !== key.type) return mismatch(algorithm, key);
  const insecure = shortKeyError(key, { takes });
  if (insecure !== undefined) return insecure;
  if (isSignedBy(child, key, algorithm.hash)) return undefined;
  const set = mlDsaNamed(key.type);
  if (set) {
    const isLong = child.signature.length === set.signature;
    return `x509: ML-DSA verification failure: mldsa: invalid signature${isLong ? '' : ' length'}`;
  }
  return key.type === 'RSA'
    ? (oddKeyError(key) ?? 'crypto/rsa: verification error')
    : `x509: ${key.type} verification failure`;
}

const familyOf = (type: string): string => (mlDsaNamed(type) ? 'ML-DSA' : type);

/** Go's error for a signature that a key of this type cannot have made. */
function mismatch({ key: wanted }: SignatureAlgorithm, { type }: PublicKey): string {
  const family = familyOf(wanted);
  return family === familyOf(type)
    ? `x509: signature algorithm specifies an ${family} public key with ${wanted} parameters, but have a public key with ${type} parameters`
    : `x509: signature algorithm specifies an ${family} public key, but have public key of type ${goTypes[familyOf(type)]}`;
}

/**
 * Returns Go's error if a key is too short to sign or to verify anything with it (crypto/rsa checkKeySize, since Go
 * 1.24).
 */
export function shortKeyError(
  { type, bits }: Pick<PublicKey, 'type' | 'bits'>,
  { takes }: Strictness,
): string | undefined {
  if (type !== 'RSA' || bits >= 1024 || takes.includes('short-rsa-keys')) return undefined;
  return `crypto/rsa: ${bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`;
}

const checked = new WeakMap<Certificate, Map<string, boolean>>();

/** Results, so that no signature is verified twice. */
function isSignedBy(child: Certificate, key: PublicKey, hash: Hash | undefined): boolean {
  const results = checked.get(child) ?? new Map<string, boolean>();
  checked.set(child, results);
  const known = results.get(key.id);
  spendSignature(key, known !== undefined);
  const result = known ?? verifies(child, key, hash);
  results.set(key.id, result);
  return result;
}

function paddingOf(key: PublicKey, algorithm: string): { readonly padding?: number; readonly saltLength?: number } {
  if (key.type !== 'RSA') return {};
  return algorithm.endsWith('PSS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };
}

/** By the id of the key. All nodes of a cluster have its CAs, and to make the object takes longer than to verify. */
const keyObjects = new Map<string, KeyObject>();

/** More than the CAs of a node. */
const mostKeyObjects = 100;

function keyObjectOf({ id, spki }: PublicKey): KeyObject {
  const known = keyObjects.get(id);
  if (known !== undefined) return known;
  const made = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  if (keyObjects.size === mostKeyObjects) keyObjects.clear();
  keyObjects.set(id, made);
  return made;
}

/** Whether a key made a signature over the signed part of a certificate or of a request. */
export function verifies(
  { tbs, signature, signatureAlgorithm }: Pick<Certificate, 'tbs' | 'signature' | 'signatureAlgorithm'>,
  key: PublicKey,
  hash: Hash | undefined,
): boolean {
  const set = mlDsaNamed(key.type);
  try {
    if (set) return isMlDsaSignature(set, key.spki, tbs, signature);
    return verify(hash ?? null, tbs, { key: keyObjectOf(key), ...paddingOf(key, signatureAlgorithm) }, signature);
  } catch {
    // OpenSSL rejects keys that cannot have created a valid signature (an even modulus, more than 16384 bits).
    return false;
  }
}
