import { hash } from 'node:crypto';
import type { Certificate, CertificateRequest } from '../artifact/certificate.ts';
import { type Strictness, strictest } from '../artifact/strictness.ts';
import { parseAlgorithm, signatureName } from './algorithm.ts';
import { rawValue } from './asn1.ts';
import { DerReader, hex, latin1, ParseError, required, rightAlign, tag } from './der.ts';
import { type Extended, parseExtensions } from './extensions.ts';
import { parseName } from './name.ts';
import { parseSubjectPublicKeyInfo } from './public-key.ts';

/**
 * Parses an X.509 certificate (RFC 5280 section 4.1). Rejects what Go's x509.ParseCertificate rejects, in the same
 * order and with the same errors (crypto/x509/parser.go of Go 1.24, and the changes before and after). The certificate
 * shares memory with `der`. Throws a ParseError.
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
  const publicKey = parseSubjectPublicKeyInfo(
    required(fields.element(tag.sequence), 'x509: malformed spki'),
    strictness,
  );
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
  const explicit = required(fields.open(tag.constructed(0)), 'x509: malformed version');
  const isLargest = Buffer.from(explicit.rest()).equals(largestInteger);
  const version = explicit.number();
  if (version === undefined || version < 0 || !explicit.empty) throw new ParseError('x509: malformed version');
  // Go adds one to the number, and the largest of its integers becomes the smallest, which it accepts.
  if (isLargest) return -version;
  if (version > 2) throw new ParseError('x509: invalid version');
  return version + 1;
}

/** The INTEGER 2^63 - 1. */
const largestInteger = Buffer.from('02087fffffffffffffff', 'hex');

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

/** Parses a PKCS#10 request (RFC 2986; crypto/x509 ParseCertificateRequest). Throws a ParseError. */
export function parseCertificateRequest(der: Uint8Array): CertificateRequest {
  const malformed = "asn1: structure error: tags don't match";
  const input = new DerReader(der);
  const outer = required(input.open(tag.sequence), malformed);
  if (!input.empty) throw new ParseError('asn1: syntax error: trailing data');
  const info = required(outer.open(tag.sequence), malformed);
  required(info.number(), malformed);
  const subject = required(info.any(), malformed).element;
  const spki = required(info.element(tag.sequence), malformed);
  // The attributes must be present, even if empty.
  const attributes = required(info.bytes(tag.constructed(0)), malformed);
  checkAttributes(attributes);
  const algorithm = outer.open(tag.sequence);
  required(algorithm?.oid(), malformed);
  if (algorithm?.empty === false) rawValue(algorithm.rest());
  required(outer.bitString(), malformed);
  const sans = requestedSans(attributes);
  return { publicKey: parseSubjectPublicKeyInfo(spki, strictest), subject: parseName(subject), ...(sans && { sans }) };
}

/** The attribute of a request that lists extensions (RFC 2985, extensionRequest). */
const extensionRequest = '1.2.840.113549.1.9.14';

/** Returns the names in the attributes of a request; undefined if there are none, or if Go cannot read them. */
function requestedSans(attributes: Uint8Array): CertificateRequest['sans'] {
  const list = new DerReader(attributes);
  while (!list.empty) {
    const attribute = list.open(tag.sequence);
    if (attribute === undefined) return undefined;
    if (attribute.oid() !== extensionRequest) continue;
    const extensions = attribute.open(tag.set)?.open(tag.sequence);
    if (extensions === undefined) return undefined;
    try {
      return parseExtensions(extensions, strictest).sans;
    } catch (error) {
      if (error instanceof ParseError) return undefined;
      throw error;
    }
  }
  return undefined;
}

/** Go reads attributes as a list of elements with any tag, and ignores those that it does not understand. */
function checkAttributes(list: Uint8Array): void {
  for (let rest = list; rest.length > 0; ) rest = rest.subarray(rawValue(rest).length);
}

// Seconds may be missing in a UTCTime: X.690 forbids it, Go allows it (cryptobyte ReadASN1UTCTime).
const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})$/;

/**
 * A Time (RFC 5280 section 4.1.2.5) in milliseconds since the epoch (crypto/x509/parser.go, parseTime). Throws a
 * ParseError.
 */
function readTime(reader: DerReader): number {
  if (reader.peek(tag.utcTime)) {
    return required(milliseconds(utcTime, reader.bytes(tag.utcTime)), 'x509: malformed UTCTime');
  }
  if (reader.peek(tag.generalizedTime)) {
    return required(
      milliseconds(generalizedTime, reader.bytes(tag.generalizedTime)),
      'x509: malformed GeneralizedTime',
    );
  }
  throw new ParseError('x509: unsupported time format');
}

function milliseconds(pattern: RegExp, bytes: Uint8Array | undefined): number | undefined {
  const match = bytes && bytes.length <= 32 ? pattern.exec(latin1(bytes)) : null;
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const offset = zoneMinutes(match[7] ?? 'Z');
  // Years with two digits are 1950 to 2049 (RFC 5280 section 4.1.2.5.1).
  const fullYear = pattern === utcTime ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month - 1, day);
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000;
}

/** Go formats the parsed time and compares the texts, so a zone offset of zero must be written as Z. */
function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3));
  if (hours > 24 || minutes > 59 || hours + minutes === 0) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
