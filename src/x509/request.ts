import type { CertificateRequest } from '../core/certificate.ts';
import { DerReader, tag } from './der.ts';
import { parseName } from './name.ts';
import { ParseError, required } from './parse-error.ts';
import { parseSubjectPublicKeyInfo } from './public-key.ts';

/** Reads a PKCS#10 request (RFC 2986; crypto/x509 ParseCertificateRequest). Throws a ParseError. */
export function parseCertificateRequest(der: Uint8Array): CertificateRequest {
  const malformed = "asn1: structure error: tags don't match";
  const input = new DerReader(der);
  const outer = required(input.open(tag.sequence), malformed);
  if (!input.empty) throw new ParseError('asn1: syntax error: trailing data');
  const info = required(outer.open(tag.sequence), malformed);
  required(info.number(), malformed);
  const subject = required(info.any(), malformed).element;
  const spki = required(info.element(tag.sequence), malformed);
  // The attributes must be there, even if empty.
  required(info.bytes(tag.constructed(0)), malformed);
  required(outer.open(tag.sequence)?.oid(), malformed);
  required(outer.bitString(), malformed);
  return { publicKey: parseSubjectPublicKeyInfo(spki), subject: parseName(subject) };
}
