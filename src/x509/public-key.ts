import { hash } from 'node:crypto';
import type { PublicKey } from '../artifact/certificate.ts';
import { type Strictness, strictest } from '../artifact/strictness.ts';
import { type Algorithm, type Curve, curveByOid, isNull, isPoint, parseAlgorithm } from './algorithm.ts';
import { DerReader, encode, ParseError, required, rightAlign, tag } from './der.ts';
import { type MlDsa, mlDsaByOid, mlDsaNamed, mlDsaSpki } from './ml-dsa.ts';
import { oid } from './oids.ts';

/**
 * Parses a SubjectPublicKeyInfo like crypto/x509/parser.go parseCertificate. The key has type `other` if Go does not
 * read it: it does not know the algorithm, or not in certificates (X25519). `der` is the element with its header.
 * Throws a ParseError.
 */
export function parseSubjectPublicKeyInfo(der: Uint8Array, strictness: Strictness): PublicKey {
  return parseKey(der, keyReaders, strictness);
}

function parseKey(der: Uint8Array, readers: Readonly<Record<string, KeyReader>>, strictness: Strictness): PublicKey {
  const fields = required(new DerReader(der).open(tag.sequence), 'x509: malformed spki');
  const algorithm = parseAlgorithm(
    required(fields.open(tag.sequence), 'x509: malformed public key algorithm identifier'),
  );
  const key = rightAlign(required(fields.bitString(), 'x509: malformed subjectPublicKey'));
  const set = mlDsaByOid[algorithm.oid];
  if (set) return readMlDsa(set, { algorithm, key, spki: der }, strictness);
  return readers[algorithm.oid]?.(algorithm, key, der) ?? otherKey(der, 0);
}

/** Parses the contents of a PEM block `PUBLIC KEY` (crypto/x509 ParsePKIXPublicKey). Throws a ParseError. */
export function parsePkixPublicKey(der: Uint8Array, strictness: Strictness = strictest): PublicKey {
  const reader = new DerReader(der);
  const element = reader.element(tag.sequence);
  const fields = element && new DerReader(element).open(tag.sequence);
  const algorithm = fields?.open(tag.sequence);
  if (element === undefined || algorithm?.peek(tag.oid) !== true || fields?.peek(tag.bitString) !== true) {
    throw new ParseError(
      isPkcs1PublicKey(der)
        ? 'x509: failed to parse public key (use ParsePKCS1PublicKey instead for this key format)'
        : "asn1: structure error: tags don't match",
    );
  }
  if (!reader.empty) throw new ParseError('x509: trailing data after ASN.1 of public-key');
  const key = parseKey(element, pkixKeyReaders, strictness);
  if (!isKnown(key, strictness) && !goReads.has(algorithm.oid() ?? '')) {
    throw new ParseError('x509: unknown public key algorithm');
  }
  return key;
}

/** Algorithms of type `other` that ParsePKIXPublicKey accepts. */
const goReads: ReadonlySet<string> = new Set([oid.dsa, oid.x25519]);

/**
 * Parses the contents of a PEM block `RSA PUBLIC KEY` (crypto/x509 ParsePKCS1PublicKey, RFC 8017 A.1.1). Throws a
 * ParseError.
 */
export function parseRsaPublicKey(der: Uint8Array): PublicKey {
  const reader = new DerReader(der);
  const fields = reader.open(tag.sequence);
  const modulus = fields?.integer();
  const exponent = fields?.number();
  if (modulus === undefined || exponent === undefined) throw new ParseError("asn1: structure error: tags don't match");
  if (!reader.empty) throw new ParseError('asn1: syntax error: trailing data');
  if (!isPositive(modulus) || exponent <= 0) throw new ParseError('x509: public key contains zero or negative value');
  if (exponent > 0x7fffffff) throw new ParseError('x509: public key contains large public exponent');
  return rsaKey(modulus, exponent);
}

function isPkcs1PublicKey(der: Uint8Array): boolean {
  const fields = new DerReader(der).open(tag.sequence);
  return fields?.integer() !== undefined && fields.number() !== undefined;
}

type KeyReader = (algorithm: Algorithm, key: Uint8Array, spki: Uint8Array) => PublicKey;

/** crypto/x509/parser.go, parsePublicKey, for the algorithms of x509.go, getPublicKeyAlgorithmFromOID. */
const keyReaders: Readonly<Record<string, KeyReader>> = {
  [oid.rsa]: (algorithm, key) => {
    if (!isNull(algorithm.parameters)) throw new ParseError('x509: RSA key missing NULL parameters');
    const fields = required(new DerReader(key).open(tag.sequence), 'x509: invalid RSA public key');
    const modulus = required(fields.integer(), 'x509: invalid RSA modulus');
    const exponent = required(fields.number(), 'x509: invalid RSA public exponent');
    if (!isPositive(modulus)) throw new ParseError('x509: RSA modulus is not a positive number');
    if (exponent <= 0) throw new ParseError('x509: RSA public exponent is not a positive number');
    return rsaKey(modulus, exponent);
  },
  [oid.ecdsa]: (algorithm, key) => {
    const id = required(new DerReader(algorithm.parameters).oid(), 'x509: invalid ECDSA parameters');
    const curve = required(curveByOid(id), 'x509: unsupported elliptic curve');
    if (!isPoint(curve, key)) throw new ParseError('x509: failed to unmarshal elliptic curve point');
    return ecKey(curve, algorithm.parameters, key);
  },
  [oid.ed25519]: (algorithm, key) => {
    if (algorithm.parameters.length > 0) throw new ParseError('x509: Ed25519 key encoded with illegal parameters');
    if (key.length !== 32) throw new ParseError('x509: wrong Ed25519 public key size');
    return ed25519Key(key);
  },
  [oid.dsa]: (algorithm, key, spki) => {
    const y = required(new DerReader(key).integer(), 'x509: invalid DSA public key');
    const fields = new DerReader(algorithm.parameters).open(tag.sequence);
    const p = fields?.integer();
    const q = p && fields?.integer();
    const g = q && fields?.integer();
    if (p === undefined || q === undefined || g === undefined) throw new ParseError('x509: invalid DSA parameters');
    if (![y, p, q, g].every(isPositive)) throw new ParseError('x509: zero or negative DSA parameter');
    return otherKey(spki, bitLength(p));
  },
};

/** The readers of a public key that is not in a certificate: parsePublicKey also reads X25519. */
const pkixKeyReaders: Readonly<Record<string, KeyReader>> = {
  ...keyReaders,
  [oid.x25519]: (algorithm, key, spki) => {
    if (algorithm.parameters.length > 0) throw new ParseError('x509: X25519 key encoded with illegal parameters');
    if (key.length !== 32) throw new ParseError('crypto/ecdh: invalid public key');
    return otherKey(spki, 256);
  },
};

/** A Go before 1.27 does not look at these keys. */
function readMlDsa(
  set: MlDsa,
  { algorithm, key, spki }: { readonly algorithm: Algorithm; readonly key: Uint8Array; readonly spki: Uint8Array },
  { refuses = [] }: Strictness,
): PublicKey {
  const hasParameters = algorithm.parameters.length > 0;
  if (!hasParameters && key.length === set.publicKey) return mlDsaKey(set, key);
  if (refuses.includes('ml-dsa')) return otherKey(spki, 0);
  throw new ParseError(
    hasParameters ? 'x509: ML-DSA key encoded with illegal parameters' : 'mldsa: invalid public key length',
  );
}

/** Whether a release of Go knows the algorithm of a key. */
export function isKnown({ type }: { readonly type: string }, { refuses = [] }: Strictness): boolean {
  return type !== 'other' && !(refuses.includes('ml-dsa') && mlDsaNamed(type) !== undefined);
}

/** Whether the content of an INTEGER is positive. */
export function isPositive(integer: Uint8Array): boolean {
  return (integer[0] ?? 0) < 0x80 && !(integer.length === 1 && integer[0] === 0);
}

function bitLength(integer: Uint8Array): number {
  const bytes = integer[0] === 0 ? integer.subarray(1) : integer;
  return bytes.length === 0 ? 0 : bytes.length * 8 - Math.clz32(bytes[0] ?? 0) + 24;
}

const rsaAlgorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex');
const ecdsaOid = Buffer.from('06072a8648ce3d0201', 'hex');
const ed25519Algorithm = Buffer.from('300506032b6570', 'hex');

/** Returns an RSA key from the content of its modulus, an INTEGER, and its exponent. */
export function rsaKey(modulus: Uint8Array, exponent: number): PublicKey {
  const pkcs1 = encode(tag.sequence, encode(tag.integer, modulus), encode(tag.integer, integerBytes(exponent)));
  return withId({ type: 'RSA', bits: bitLength(modulus), spki: spkiOf(rsaAlgorithm, pkcs1) });
}

/** Returns an ECDSA key from the element with its curve, and an uncompressed point. */
export function ecKey(curve: Curve, curveOid: Uint8Array, point: Uint8Array): PublicKey {
  const spki = spkiOf(encode(tag.sequence, ecdsaOid, curveOid), point);
  return withId({ type: 'ECDSA', bits: curve.bits, curve: curve.name, spki });
}

export function ed25519Key(key: Uint8Array): PublicKey {
  return withId({ type: 'Ed25519', bits: 256, spki: spkiOf(ed25519Algorithm, key) });
}

export function mlDsaKey(set: MlDsa, key: Uint8Array): PublicKey {
  return withId({ type: set.name, bits: 8 * key.length, spki: mlDsaSpki(set, key) });
}

function otherKey(spki: Uint8Array, bits: number): PublicKey {
  return withId({ type: 'other', bits, spki });
}

function spkiOf(algorithm: Uint8Array, key: Uint8Array): Uint8Array {
  return encode(tag.sequence, algorithm, encode(tag.bitString, Uint8Array.of(0), key));
}

function withId(key: Omit<PublicKey, 'id'>): PublicKey {
  return { ...key, id: hash('sha256', key.spki, 'hex') };
}

/** Encodes a positive integer below 2^63 as minimal two's complement bytes. */
function integerBytes(value: number): Uint8Array {
  const digits = BigInt(value).toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
}
