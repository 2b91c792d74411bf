import type { PublicKey } from '../artifact/certificate.ts';
import type { Pem, PemBlock, PemContents } from '../artifact/pem-blocks.ts';
import { type Strictness, strictest } from '../artifact/strictness.ts';
import { type ArmoredBlock, readArmor } from './armor.ts';
import { parseCertificate, parseCertificateRequest } from './certificate.ts';
import { ParseError } from './der.ts';
import { parsePrivateKey } from './private-key.ts';
import { parsePkixPublicKey, parseRsaPublicKey } from './public-key.ts';

/**
 * Parses a file like Go's encoding/pem, and each block by its label (RFC 7468). Never throws. Of private keys, only the
 * public half is kept, and their bytes are wiped.
 */
export function readPem(bytes: Uint8Array, strictness: Strictness = strictest): Pem {
  const { blocks: armored, cut, hasRest } = readArmor(bytes);
  const lineOf = lineCounter(bytes);
  const blocks = armored.map((block) => readBlock(block, lineOf(block.start), strictness));
  const read = { blocks, ...(hasRest && { hasRest }) };
  // A second counter, because a counter accepts only offsets in ascending order.
  const lineOfCut = cut === undefined ? undefined : lineCounter(bytes)(cut);
  if (hasByteOrderMark(bytes)) return { ...read, oddity: 'byte-order-mark', oddityLine: 1 };
  const glued = cut === undefined ? undefined : gluedAt(bytes, cut);
  if (glued !== undefined) return { ...read, oddity: 'glued-blocks', oddityLine: lineCounter(bytes)(glued) };
  if (lineOfCut !== undefined) return { ...read, oddity: 'cut-block', oddityLine: lineOfCut };
  return blocks.length > 0 ? read : { ...read, ...explainNothing(bytes, strictness) };
}

/** A block that was read before, of which the DER was kept: it has no private key. */
export interface KnownBlock extends Pick<PemBlock, 'label' | 'line' | 'headers'> {
  readonly der: Uint8Array;
}

/** Reads such a block again, perhaps as a different release of Go does. Its headers do not decide what it is. */
export function readLabelled({ label, line, headers, der }: KnownBlock, strictness: Strictness): PemBlock {
  return { ...readBlock({ label, headers: new Map(), der, start: 0 }, line, strictness), headers };
}

function readBlock(block: ArmoredBlock, line: number, strictness: Strictness): PemBlock {
  const { label, headers, der } = block;
  const common = { label, line, headers: headers.size > 0 };
  const read = readByLabel(block, strictness);
  if (read.type === 'certificate') return { ...common, ...read };
  const contents = readContents(der, read, strictness);
  // Wiped regardless of its label, because it may be a private key.
  if (read.type !== 'public-key' && read.type !== 'certificate-request' && !isCertificate(contents)) der.fill(0);
  return { ...common, contents, ...read };
}

function isCertificate(contents: PemContents): boolean {
  return !('error' in contents.certificate);
}

type Read = PemBlock extends infer Block
  ? Block extends PemBlock
    ? Omit<Block, 'label' | 'line' | 'headers'>
    : never
  : never;

function readByLabel({ label, headers, der }: ArmoredBlock, strictness: Strictness): Read {
  if (isPrivateKeyLabel(label)) {
    const encrypted = label === 'ENCRYPTED PRIVATE KEY' || headers.get('Proc-Type')?.endsWith('ENCRYPTED') === true;
    if (encrypted) return { type: 'encrypted-key' };
    return attempt('private-key', () => ({ type: 'private-key', key: parsePrivateKey(der, strictness) }));
  }
  switch (label) {
    case 'CERTIFICATE':
      return attempt('certificate', () => ({ type: 'certificate', certificate: parseCertificate(der, strictness) }));
    case 'CERTIFICATE REQUEST':
    case 'NEW CERTIFICATE REQUEST':
      return attempt('certificate-request', () => ({
        type: 'certificate-request',
        request: parseCertificateRequest(der),
      }));
    case 'PUBLIC KEY':
      return attempt('public-key', () => ({ type: 'public-key', key: parsePkixPublicKey(der, strictness) }));
    case 'RSA PUBLIC KEY':
      return attempt('public-key', () => ({ type: 'public-key', key: parseRsaPublicKey(der) }));
    default:
      return { type: 'other' };
  }
}

/** Whether crypto/tls accepts this label for a private key (crypto/tls/tls.go, X509KeyPair). */
export function isPrivateKeyLabel(label: string): boolean {
  return label === 'PRIVATE KEY' || label.endsWith(' PRIVATE KEY');
}

function attempt(promised: Extract<Read, { type: 'malformed' }>['promised'], read: () => Read): Read {
  const result = tryRead(read);
  return 'error' in result ? { type: 'malformed', promised, error: result.error } : result.value;
}

function tryRead<T>(read: () => T): { readonly value: T } | { readonly error: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof ParseError) return { error: error.message };
    throw error;
  }
}

function readContents(der: Uint8Array, read: Read, strictness: Strictness): PemContents {
  const certificate = tryRead(() => parseCertificate(der, strictness));
  const verifier =
    'value' in certificate ? verifierOf(certificate.value.publicKey) : keyVerifier(der, read, strictness);
  return { certificate: 'value' in certificate ? certificate.value : certificate, ...(verifier && { verifier }) };
}

function keyVerifier(der: Uint8Array, read: Read, strictness: Strictness): PublicKey | undefined {
  const secret = read.type === 'private-key' ? { value: read.key } : tryRead(() => parsePrivateKey(der, strictness));
  if (!('value' in secret)) return publicVerifier(der);
  // keyutil reads PKCS#8 only for RSA keys (parseECPrivateKey reads only SEC1).
  return verifierOf(secret.value.publicKey, secret.value.encoding === 'PKCS#8' ? ['RSA'] : undefined);
}

function publicVerifier(der: Uint8Array): PublicKey | undefined {
  const read = tryRead(() => parsePkixPublicKey(der));
  return 'value' in read ? verifierOf(read.value) : undefined;
}

function verifierOf(key: PublicKey, types: readonly string[] = ['RSA', 'ECDSA']): PublicKey | undefined {
  return types.includes(key.type) ? key : undefined;
}

/** The offset of the first END after a BEGIN, if the next BEGIN follows it on the same line. */
function gluedAt(bytes: Uint8Array, from: number): number | undefined {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = data.indexOf('-----END ', from, 'latin1');
  const line = at < 0 ? '' : data.toString('latin1', at, at + longestMarkers);
  return /^-----END [A-Z0-9 ]+----------BEGIN /.test(line) ? at : undefined;
}

/** Longer than an END marker and the beginning of the next BEGIN. */
const longestMarkers = 80;

/** Go does not find a BEGIN after a byte order mark. */
function hasByteOrderMark(bytes: Uint8Array): boolean {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    return Buffer.from(bytes.subarray(3, 14)).toString('latin1') === '-----BEGIN ';
  }
  return (
    (first === 0xff && second === 0xfe && third === 0x2d) || (first === 0xfe && second === 0xff && bytes[3] === 0x2d)
  );
}

function explainNothing(bytes: Uint8Array, strictness: Strictness): Pick<Pem, 'oddity' | 'oddityLine'> {
  if (bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))) return { oddity: 'empty' };
  // The DER of a certificate or a key starts with these bytes.
  if (bytes[0] === 0x30) {
    if ('value' in tryRead(() => parseCertificate(bytes, strictness))) return { oddity: 'der-certificate' };
    if ('value' in tryRead(() => parsePrivateKey(bytes, strictness))) return { oddity: 'der-key' };
    if (isPkcs12(bytes)) return { oddity: 'pkcs12' };
  }
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isBase64OfPem(data)) return { oddity: 'base64-pem', oddityLine: 1 };
  // Go does not find a BEGIN after white space either.
  const indented = data.indexOf('-----BEGIN ', 0, 'latin1');
  if (indented < 0) return { oddity: 'no-pem' };
  const oddity = isWholeWithoutBlanks(bytes, strictness) ? 'indented-blocks' : 'no-pem';
  return { oddity, oddityLine: lineCounter(bytes)(indented) };
}

/** Whether a file is PEM once the blanks at the beginning of its lines are removed. */
function isWholeWithoutBlanks(bytes: Uint8Array, strictness: Strictness): boolean {
  const copy = new Uint8Array(bytes.length);
  let end = 0;
  for (const byte of bytes) {
    const isBlank = byte === 0x20 || byte === 0x09;
    if (!isBlank || (end > 0 && copy[end - 1] !== 0x0a)) copy[end++] = byte;
  }
  const { blocks, cut } = readArmor(copy.subarray(0, end));
  copy.fill(0);
  const read = blocks.map((block) => readBlock(block, 0, strictness));
  return cut === undefined && read.length > 0 && read.every(({ type }) => type !== 'malformed');
}

/** Whether DER begins like PKCS#12: a SEQUENCE whose first element is version 3 (RFC 7292, section 4). */
function isPkcs12(bytes: Uint8Array): boolean {
  const length = bytes[1] ?? 0;
  const at = 2 + (length > 0x80 ? length - 0x80 : 0);
  return bytes[at] === 2 && bytes[at + 1] === 1 && bytes[at + 2] === 3;
}

/** Only its beginning passes through a string: it may be of a private key. */
function isBase64OfPem(data: Buffer): boolean {
  const marker = Buffer.from(data.toString('latin1', 0, 16), 'base64').toString('latin1');
  return marker.startsWith('-----BEGIN ') && data.every((byte) => isBase64Byte(byte));
}

/** Letters, digits, `+`, `/`, `=`, and white space. */
const isBase64Byte = (byte: number): boolean => /[A-Za-z0-9+/=\s]/.test(String.fromCharCode(byte));

/** Returns a function from offsets to line numbers (from 1). Offsets must be in ascending order. */
function lineCounter(bytes: Uint8Array): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    for (; counted < offset; counted++) if (bytes[counted] === 0x0a) line++;
    return line;
  };
}
