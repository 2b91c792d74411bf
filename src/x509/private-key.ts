import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import type { PrivateKey, PublicKey } from '../artifact/certificate.ts';
import { type Strictness, strictest } from '../artifact/strictness.ts';
import { type Curve, coordinateSize, curveByOid, toBigInt } from './algorithm.ts';
import { asn1Header, rawValue } from './asn1.ts';
import { DerReader, ParseError, required, tag } from './der.ts';
import { mlDsaByOid, mlDsaPublicKey } from './ml-dsa.ts';
import { oid } from './oids.ts';
import { ecKey, ed25519Key, mlDsaKey } from './public-key.ts';
import { parseRsaPrivateKey } from './rsa-key.ts';

/** The error of crypto/tls for a key that it cannot parse in any encoding. */
export const unreadableKey = 'tls: failed to parse private key';

/**
 * Parses a private key in PKCS#1, PKCS#8 or SEC1, like crypto/tls parsePrivateKey, and keeps only its public half.
 * Throws a ParseError: with the error of crypto/x509 for the encoding of the key, or that of crypto/tls if it has none
 * of them.
 */
export function parsePrivateKey(der: Uint8Array, strictness: Strictness = strictest): PrivateKey {
  const fields = new DerReader(der).open(tag.sequence);
  if (fields?.number() !== undefined) {
    if (fields.peek(tag.integer)) return { encoding: 'PKCS#1', publicKey: parseRsaPrivateKey(der, strictness) };
    if (fields.peek(tag.sequence)) return { encoding: 'PKCS#8', publicKey: parsePkcs8(der, strictness) };
    if (fields.peek(tag.octetString)) return { encoding: 'SEC1', publicKey: parseSec1(der, undefined) };
  }
  throw new ParseError(unreadableKey);
}

/** PrivateKeyInfo (RFC 5208; crypto/x509/pkcs8.go). Data after the key is ignored, as in Go. */
function parsePkcs8(der: Uint8Array, strictness: Strictness): PublicKey {
  const fields = new DerReader(der).open(tag.sequence);
  fields?.integer();
  const algorithm = fields?.open(tag.sequence);
  const id = algorithm?.oid();
  const parameters = algorithm?.empty === false ? rawValue(algorithm.rest()) : undefined;
  const key = fields?.bytes(tag.octetString);
  if (id === undefined || key === undefined) throw new ParseError("asn1: structure error: tags don't match");
  switch (id) {
    case oid.rsa:
      return within('x509: failed to parse RSA private key embedded in PKCS#8: ', () =>
        parseRsaPrivateKey(key, strictness),
      );
    case oid.ecdsa: {
      const curve = parameters && new DerReader(parameters).oid();
      return within('x509: failed to parse EC private key embedded in PKCS#8: ', () => parseSec1(key, curve));
    }
    case oid.ed25519:
      if (parameters) throw new ParseError('x509: invalid Ed25519 private key parameters');
      return parseEd25519(key);
    case oid.x25519:
      throw new ParseError('tls: found unknown private key type in PKCS#8 wrapping');
    default: {
      const set = strictness.refuses?.includes('ml-dsa') ? undefined : mlDsaByOid[id];
      if (set && parameters) throw new ParseError('x509: invalid ML-DSA private key parameters');
      if (set) return mlDsaKey(set, mlDsaPublicKey(set, key));
      const known = mlDsaByOid[id];
      if (known !== undefined) throw new ParseError(`${unreadableKey} (${known.name}, which Go knows since 1.27)`);
      throw new ParseError(`x509: PKCS#8 wrapping contained private key with unknown algorithm: ${id}`);
    }
  }
}

function within<T>(prefix: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof ParseError ? new ParseError(prefix + error.message) : error;
  }
}

/** ECPrivateKey (RFC 5915; crypto/x509/sec1.go). The curve in PKCS#8 takes precedence. */
function parseSec1(der: Uint8Array, outerCurve: string | undefined): PublicKey {
  const malformed = "x509: failed to parse EC private key: asn1: structure error: tags don't match";
  const fields = required(new DerReader(der).open(tag.sequence), malformed);
  const version = required(fields.number(), malformed);
  const secret = required(fields.bytes(tag.octetString), malformed);
  const [named, afterCurve] = readExplicit(fields, 0, tag.oid);
  const innerCurve = named && required(named.oid(), malformed);
  const [point] = readExplicit(afterCurve, 1, tag.bitString);
  if (point) required(point.bitString(), malformed);
  if (version !== 1) throw new ParseError(`x509: unknown EC private key version ${version}`);
  const curve = required(curveByOid(outerCurve ?? innerCurve), 'x509: unknown elliptic curve');
  return ecKey(curve, oidElement(curve), multiply(curve, secret));
}

/**
 * An optional element with this tag in `[n]`, and the data after it. Like encoding/asn1 (parseField), treats `[n]` with
 * other contents as absent, ignores the outer length, and rejects any element that ends with its header.
 */
function readExplicit(fields: DerReader, n: number, inner: number): [DerReader | undefined, DerReader] {
  if (fields.empty) return [undefined, fields];
  const bytes = fields.rest();
  const { first, from, to } = asn1Header(bytes);
  if (from === bytes.length) throw new ParseError('asn1: structure error: explicit tag has no child');
  const isExplicit = first === tag.constructed(n) || (first === tag.context(n) && to === from);
  if (!isExplicit) return [undefined, fields];
  if (to === from) throw new ParseError('asn1: structure error: zero length explicit tag was not an asn1.Flag');
  if (asn1Header(bytes.subarray(from)).first !== inner) return [undefined, fields];
  const rest = new DerReader(bytes.subarray(from));
  required(rest.any(), 'asn1: syntax error: data truncated');
  return [new DerReader(bytes.subarray(from)), rest];
}

/** The public point of a secret. As in Go, leading zeros can be missing, or there can be too many. */
function multiply(curve: Curve, secret: Uint8Array): Uint8Array {
  const size = coordinateSize(curve);
  const start = secret.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? secret.subarray(secret.length) : secret.subarray(start);
  if (digits.length === 0 || digits.length > size || toBigInt(digits) >= curve.n) {
    throw new ParseError('x509: invalid elliptic curve private key value');
  }
  const padded = new Uint8Array(size);
  padded.set(digits, size - digits.length);
  const pair = createECDH(curve.openssl);
  pair.setPrivateKey(padded);
  padded.fill(0);
  return pair.getPublicKey();
}

function oidElement(curve: Curve): Uint8Array {
  return required(curveOids[curve.name], 'x509: unknown elliptic curve');
}

const curveOids: Readonly<Record<string, Uint8Array>> = {
  'P-224': Buffer.from('06052b81040021', 'hex'),
  'P-256': Buffer.from('06082a8648ce3d030107', 'hex'),
  'P-384': Buffer.from('06052b81040022', 'hex'),
  'P-521': Buffer.from('06052b81040023', 'hex'),
};

/** CurvePrivateKey (RFC 8410 section 7). */
function parseEd25519(der: Uint8Array): PublicKey {
  const seed = new DerReader(der).bytes(tag.octetString);
  if (seed === undefined)
    throw new ParseError("x509: invalid Ed25519 private key: asn1: structure error: tags don't match");
  if (seed.length !== 32) throw new ParseError(`x509: invalid Ed25519 private key length: ${seed.length}`);
  const pkcs8 = Buffer.concat([ed25519Header, seed]);
  const key = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
  pkcs8.fill(0);
  return ed25519Key(key.export({ format: 'der', type: 'spki' }).subarray(-32));
}

/** A PrivateKeyInfo up to its seed. */
const ed25519Header = Buffer.from('302e020100300506032b657004220420', 'hex');
