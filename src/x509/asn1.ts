/**
 * Reads headers like Go's encoding/asn1, which parses private keys. Unlike cryptobyte (`der.ts`) it knows tag numbers
 * above 30, so that an element with one can stand for an optional field that is absent.
 */
import { ParseError } from './der.ts';

/** The header of an element: its first byte, and where its content starts and ends, which can be beyond the input. */
export interface Asn1Header {
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

const malformed = "asn1: structure error: tags don't match";

/** Returns the header at the start of the bytes (encoding/asn1 parseTagAndLength). Throws a ParseError. */
export function asn1Header(bytes: Uint8Array): Asn1Header {
  const first = bytes[0];
  const at = first === undefined ? undefined : tagEnd(bytes, first);
  const second = at === undefined ? undefined : bytes[at];
  if (first === undefined || at === undefined || second === undefined) throw new ParseError(malformed);
  if (second < 0x80) return { first, from: at + 1, to: at + 1 + second };
  const from = at + 1 + (second & 0x7f);
  let length = 0;
  for (let i = at + 1; i < from; i++) {
    const byte = bytes[i];
    if (byte === undefined || length >= 1 << 23) throw new ParseError(malformed);
    length = length * 256 + byte;
    if (length === 0) throw new ParseError(malformed);
  }
  if (length < 0x80) throw new ParseError(malformed);
  return { first, from, to: from + length };
}

/** Returns the element at the start of the bytes, with any tag (encoding/asn1 RawValue). Throws a ParseError. */
export function rawValue(bytes: Uint8Array): Uint8Array {
  const { to } = asn1Header(bytes);
  if (to > bytes.length) throw new ParseError('asn1: syntax error: data truncated');
  return bytes.subarray(0, to);
}

/** The end of the tag; undefined for a number that is truncated, not minimal, or above 31 bits (parseBase128Int). */
function tagEnd(bytes: Uint8Array, first: number): number | undefined {
  if ((first & 0x1f) !== 0x1f) return 1;
  if (bytes[1] === 0x80) return undefined;
  let number = 0;
  for (let at = 1; at < 6; at++) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) return number < 0x1f || number > 0x7fffffff ? undefined : at + 1;
  }
  return undefined;
}
