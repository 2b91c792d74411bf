import type { DistinguishedName, NameAttribute } from '../artifact/certificate.ts';
import { type Strictness, strictest } from '../artifact/strictness.ts';
import { DerReader, hex, latin1, ParseError, required, tag } from './der.ts';
import { attributeNames, oid } from './oids.ts';
import { isAscii } from './text.ts';

/**
 * Parses the DER of a Name (RFC 5280 section 4.1.2.4) like crypto/x509/parser.go parseName. Throws a ParseError.
 */
export function parseName(der: Uint8Array, strictness: Strictness = strictest): DistinguishedName {
  const malformed = 'x509: invalid RDNSequence';
  const names = required(new DerReader(der).open(tag.sequence), malformed);
  const attributes: NameAttribute[] = [];
  const texts: string[] = [];
  while (!names.empty) {
    const set = required(names.open(tag.set), malformed);
    const relative: string[] = [];
    while (!set.empty) {
      const attribute = readAttribute(set, strictness);
      attributes.push(attribute);
      relative.push(`${attribute.type}=${escapeValue(attribute.value)}`);
    }
    texts.push(relative.join('+'));
  }
  const valuesOf = (type: string): string[] => attributes.filter((a) => a.oid === type).map((a) => a.value);
  return {
    attributes,
    commonName: valuesOf(oid.commonName).at(-1) ?? '',
    organizations: valuesOf(oid.organization),
    text: texts.join(', '),
    der: hex(der),
  };
}

function readAttribute(set: DerReader, strictness: Strictness): NameAttribute {
  const fields = required(set.open(tag.sequence), 'x509: invalid RDNSequence: invalid attribute');
  const type = required(fields.oid(), 'x509: invalid RDNSequence: invalid attribute type');
  const value = required(fields.any(), 'x509: invalid RDNSequence: invalid attribute value');
  return { type: attributeNames[type] ?? type, oid: type, value: parseString(value.tag, value.content, strictness) };
}

const stringTypes: ReadonlyMap<number, string> = new Map([
  [tag.utf8String, 'UTF8String'],
  [tag.printableString, 'PrintableString'],
  [tag.t61String, 'T61String'],
  [tag.ia5String, 'IA5String'],
  [tag.bmpString, 'BMPString'],
]);

/** Returns the types of the strings in a Name that was parsed, each once: `UTF8String`, `PrintableString` … */
export function stringTypesOf({ der }: DistinguishedName): readonly string[] {
  const names = new DerReader(Buffer.from(der, 'hex')).open(tag.sequence);
  const types = new Set<string>();
  while (names && !names.empty) {
    const set = names.open(tag.set);
    while (set && !set.empty) {
      const fields = set.open(tag.sequence);
      fields?.oid();
      types.add(stringTypes.get(fields?.any()?.tag ?? 0) ?? 'another type');
    }
  }
  return [...types];
}

/** Escapes a value as in RFC 4514 section 2.4, with control characters in hex. */
function escapeValue(value: string): string {
  return (
    value
      .replace(/[,+"\\<>;]|^[ #]| $/g, '\\$&')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
      .replace(/[\x00-\x1f\x7f]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
  );
}

let utf8: InstanceType<typeof TextDecoder> | undefined;
let utf16: InstanceType<typeof TextDecoder> | undefined;

/** A directory string. The character sets are those of Go (crypto/x509/parser.go, parseASN1String). */
function parseString(type: number, value: Uint8Array, strictness: Strictness): string {
  switch (type) {
    case tag.t61String:
      return latin1(value);
    case tag.printableString:
      return checked(/^[A-Za-z0-9 '()*+,\-./:=?&]*$/.test(latin1(value)), 'PrintableString', value);
    case tag.numericString:
      return checked(/^[0-9 ]*$/.test(latin1(value)), 'NumericString', value);
    case tag.ia5String:
      return checked(isAscii(value), 'IA5String', value);
    case tag.utf8String:
      return isAscii(value) ? latin1(value) : decodeUtf8(value);
    case tag.bmpString:
      return decodeBmp(value, strictness);
    default:
      throw invalid(`unsupported string type: ${type}`);
  }
}

function checked(valid: boolean, type: string, value: Uint8Array): string {
  if (!valid) throw invalid(`invalid ${type}`);
  return latin1(value);
}

function decodeUtf8(value: Uint8Array): string {
  utf8 ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return utf8.decode(value);
  } catch {
    throw invalid('invalid UTF-8 string');
  }
}

/** UTF-16 code units that are not characters by themselves: surrogates and noncharacters. */
const beyondUcs2 = /[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]/;

function decodeBmp(value: Uint8Array, { takes }: Strictness): string {
  if (value.length % 2 !== 0) throw invalid('invalid BMPString');
  const units = Buffer.from(value).swap16().toString('utf16le').replace(/\0$/, '');
  if (beyondUcs2.test(units) && !takes.includes('bmp-surrogates')) throw invalid('invalid BMPString');
  // Unpaired surrogates become replacement characters.
  utf16 ??= new TextDecoder('utf-16le', { ignoreBOM: true });
  return utf16.decode(Buffer.from(units, 'utf16le'));
}

function invalid(what: string): ParseError {
  return new ParseError(`x509: invalid RDNSequence: invalid attribute value: ${what}`);
}
