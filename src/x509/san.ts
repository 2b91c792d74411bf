import type { SubjectAltName } from '../artifact/certificate.ts';
import type { Strictness } from '../artifact/strictness.ts';
import { DerReader, hex, latin1, ParseError, required, tag } from './der.ts';
import { formatIp, isMapped } from './ip-address.ts';
import { isAscii, isDomain, isStrictDomain, quote } from './text.ts';
import { uriHost } from './uri.ts';

/** Names of the GeneralName choices that Go ignores, by tag (RFC 5280 section 4.2.1.6). */
const ignored: Readonly<Record<number, string>> = {
  160: 'otherName',
  163: 'x400Address',
  164: 'directoryName',
  165: 'ediPartyName',
  136: 'registeredID',
};

/** Parses a subjectAltName extension (crypto/x509/parser.go, parseSANExtension). Throws a ParseError. */
export function parseSans(der: Uint8Array, strictness: Strictness): readonly SubjectAltName[] {
  return Array.from(generalNames(der), ({ tag: type, content }) => readName(type, content, strictness));
}

/**
 * Returns the unparsed GeneralNames of a subjectAltName extension, by tag (crypto/x509/parser.go, forEachSAN). Throws a
 * ParseError.
 */
export function* generalNames(der: Uint8Array): Generator<{ readonly tag: number; readonly content: Uint8Array }> {
  const names = required(new DerReader(der).open(tag.sequence), 'x509: invalid subject alternative names');
  while (!names.empty) yield required(names.any(), 'x509: invalid subject alternative name');
}

function readName(type: number, content: Uint8Array, { refuses, takes }: Strictness): SubjectAltName {
  switch (type) {
    case tag.context(1):
      return { type: 'email', value: ascii(content, 'rfc822Name') };
    case tag.context(2):
      return { type: 'DNS', value: dnsName(ascii(content, 'dNSName'), refuses?.includes('odd-dns-names') === true) };
    case tag.context(6):
      return { type: 'URI', value: uri(ascii(content, 'uniformResourceIdentifier')) };
    case tag.context(7):
      if (content.length !== 4 && content.length !== 16) {
        throw new ParseError(`x509: cannot parse IP address of length ${content.length}`);
      }
      if (isMapped(content) && !takes.includes('mapped-addresses')) {
        throw new ParseError('x509: SAN iPAddress contains IPv4-mapped IPv6 address');
      }
      return { type: 'IP', value: formatIp(content) };
    default:
      return { type: 'other', value: `${ignored[type] ?? `tag ${type}`}:${hex(content)}` };
  }
}

function ascii(content: Uint8Array, what: string): string {
  if (!isAscii(content)) throw new ParseError(`x509: SAN ${what} is malformed`);
  return latin1(content);
}

function dnsName(name: string, wellFormed: boolean): string {
  if (wellFormed && !isStrictDomain(name)) throw new ParseError('x509: SAN dNSName is malformed');
  return name;
}

function uri(text: string): string {
  let host: string;
  try {
    host = uriHost(text);
  } catch (error) {
    throw error instanceof ParseError
      ? new ParseError(`x509: cannot parse URI ${quote(text)}: ${error.message}`)
      : error;
  }
  if (!isDomain(host)) throw new ParseError(`x509: cannot parse URI ${quote(text)}: invalid domain`);
  return text;
}
