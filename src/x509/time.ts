import { type DerReader, latin1, tag } from './der.ts';
import { ParseError, required } from './parse-error.ts';

// Seconds may be missing in a UTCTime: X.690 forbids it, Go allows it (cryptobyte ReadASN1UTCTime).
const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})$/;

/** A Time (RFC 5280 section 4.1.2.5) in milliseconds since the epoch (crypto/x509/parser.go, parseTime). Throws a ParseError. */
export function readTime(reader: DerReader): number {
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
  // Two digits mean 1950 to 2049 (RFC 5280 section 4.1.2.5.1).
  const fullYear = pattern === utcTime ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month - 1, day);
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000;
}

/** Go formats what it parsed and compares, so that a zone of zero must be written Z. */
function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3));
  if (hours > 24 || minutes > 59 || hours + minutes === 0) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
