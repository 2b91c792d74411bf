import { hash } from 'node:crypto';
import type { Certificate } from '../core/certificate.ts';
import { type Strictness, strictest } from '../core/strictness.ts';
import { parseAlgorithm, signatureName } from './algorithm.ts';
import { DerReader, hex, rightAlign, tag } from './der.ts';
import { type Extended, parseExtensions } from './extensions.ts';
import { parseName } from './name.ts';
import { ParseError, required } from './parse-error.ts';
import { parseSubjectPublicKeyInfo } from './public-key.ts';
import { readTime } from './time.ts';

/**
 * Reads an X.509 certificate (RFC 5280 section 4.1), refusing what Go's x509.ParseCertificate refuses, in its order and its
 * words (crypto/x509/parser.go of Go 1.24, and what changed before and after). The certificate shares memory with `der`.
 * Throws a ParseError.
 */
export function parseCertificate(der: Uint8Array, strictness: Strictness = strictest): Certificate {
  const input = new DerReader(der);
  const raw = required(input.element(tag.sequence), 'x509: malformed certificate');
  const outer = required(new DerReader(raw).open(tag.sequence), 'x509: malformed certificate');
  const tbs = required(outer.element(tag.sequence), 'x509: malformed tbs certificate');
  const fields = required(new DerReader(tbs).open(tag.sequence), 'x509: malformed tbs certificate');
  const version = readVersion(fields);
  const serial = readSerial(fields, strictness);
  const signatureAlgorithm = readSignatureAlgorithm(fields, outer);
  const issuer = parseName(required(fields.element(tag.sequence), 'x509: malformed issuer'), strictness);
  const validity = required(fields.open(tag.sequence), 'x509: malformed validity');
  const notBefore = readTime(validity);
  const notAfter = readTime(validity);
  const subject = parseName(required(fields.element(tag.sequence), 'x509: malformed issuer'), strictness);
  const publicKey = parseSubjectPublicKeyInfo(required(fields.element(tag.sequence), 'x509: malformed spki'));
  const extended = version > 1 ? readTail(fields, version, strictness) : bare;
  const signature = rightAlign(required(outer.bitString(), 'x509: malformed signature'));
  if (!input.empty) throw new ParseError('x509: trailing data');
  return {
    raw,
    tbs,
    version,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    signatureAlgorithm,
    signature,
    ...extended,
    fingerprint256: hash('sha256', raw, 'hex'),
  };
}

const bare: Extended = { extensions: [], unhandledCritical: [] };

function readVersion(fields: DerReader): number {
  if (!fields.peek(tag.constructed(0))) return 1;
  const explicit = fields.open(tag.constructed(0));
  const version = explicit?.number();
  if (version === undefined || version < 0 || explicit?.empty !== true) throw new ParseError('x509: malformed version');
  if (version > 2) throw new ParseError('x509: invalid version');
  return version + 1;
}

function readSerial(fields: DerReader, { takes }: Strictness): string {
  const serial = required(fields.integer(), 'x509: malformed serial number');
  if ((serial[0] ?? 0) < 0x80) return hex(serial).replace(/^0+(?=.)/, '');
  if (!takes.includes('negative-serials')) throw new ParseError('x509: negative serial number');
  return BigInt.asIntN(8 * serial.length, BigInt(`0x${hex(serial)}`)).toString(16);
}

function readSignatureAlgorithm(fields: DerReader, outer: DerReader): string {
  const inner = required(fields.bytes(tag.sequence), 'x509: malformed signature algorithm identifier');
  const other = required(outer.bytes(tag.sequence), 'x509: malformed algorithm identifier');
  if (Buffer.compare(inner, other) !== 0) {
    throw new ParseError("x509: inner and outer signature algorithm identifiers don't match");
  }
  return signatureName(parseAlgorithm(new DerReader(inner)));
}

/** Unique identifiers (skipped) and extensions. */
function readTail(fields: DerReader, version: number, strictness: Strictness): Extended {
  skip(fields, tag.context(1), 'x509: malformed issuerUniqueID');
  skip(fields, tag.context(2), 'x509: malformed subjectUniqueID');
  if (version < 3 || !fields.peek(tag.constructed(3))) return bare;
  const list = fields.open(tag.constructed(3))?.open(tag.sequence);
  return parseExtensions(required(list, 'x509: malformed extensions'), strictness);
}

function skip(fields: DerReader, which: number, message: string): void {
  if (fields.peek(which)) required(fields.any(), message);
}
