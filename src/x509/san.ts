import type { SubjectAltName } from '../core/certificate.ts';
import { DerReader, hex, latin1, tag } from './der.ts';
import { formatIp } from './ip-address.ts';
import { ParseError, required } from './parse-error.ts';
import { isAscii, isDomain, quote } from './text.ts';
import { uriHost } from './uri.ts';

/** GeneralName by its tag (RFC 5280 section 4.2.1.6), where Go ignores it. */
const ignored: Readonly<Record<number, string>> = {
  160: 'otherName',
  163: 'x400Address',
  164: 'directoryName',
  165: 'ediPartyName',
  136: 'registeredID',
};

/** Reads a subjectAltName extension (crypto/x509/parser.go, parseSANExtension). Throws a ParseError. */
export function parseSans(der: Uint8Array): readonly SubjectAltName[] {
  const names = required(new DerReader(der).open(tag.sequence), 'x509: invalid subject alternative names');
  const sans: SubjectAltName[] = [];
  while (!names.empty) {
    const name = required(names.any(), 'x509: invalid subject alternative name');
    sans.push(readName(name.tag, name.content));
  }
  return sans;
}

function readName(type: number, content: Uint8Array): SubjectAltName {
  switch (type) {
    case tag.context(1):
      return { type: 'email', value: ascii(content, 'rfc822Name') };
    case tag.context(2):
      return { type: 'DNS', value: ascii(content, 'dNSName') };
    case tag.context(6):
      return { type: 'URI', value: uri(ascii(content, 'uniformResourceIdentifier')) };
    case tag.context(7):
      if (content.length !== 4 && content.length !== 16) {
        throw new ParseError(`x509: cannot parse IP address of length ${content.length}`);
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
