import { latin1 } from './der.ts';

/** A PEM block (RFC 7468, RFC 1421), as Go's encoding/pem decodes it. */
export interface ArmoredBlock {
  readonly label: string;
  /** Offset of the BEGIN marker. */
  readonly start: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly der: Uint8Array;
}

export interface Armored {
  readonly blocks: readonly ArmoredBlock[];
  /**
   * Offset of the first BEGIN marker at the start of a line that does not begin a valid block; undefined if there is
   * none.
   */
  readonly cut: number | undefined;
  /** Whether something follows the last block. */
  readonly hasRest: boolean;
}

const begin = '-----BEGIN ';
const end = '-----END ';
const newline = 0x0a;
const dash = 0x2d;

interface Line {
  readonly text: string;
  /** Offset of the next line. */
  readonly next: number;
}

/**
 * Returns every block that repeated calls of Go's pem.Decode find (encoding/pem/pem.go), in linear time. Like Go, it
 * skips text around blocks, malformed blocks and CRLF.
 */
export function readArmor(bytes: Uint8Array): Armored {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const blocks: ArmoredBlock[] = [];
  const findEnd = endFinder(data);
  let cut: number | undefined;
  let rest = 0;
  let at = 0;
  for (;;) {
    const start = findBegin(data, at);
    if (start < 0) return { blocks, cut, hasRest: rest < data.length };
    const step = readBlock(data, start, findEnd);
    at = step.next;
    if (step.block) {
      blocks.push(step.block);
      rest = at;
    } else cut ??= start;
  }
}

/** Offset of the next BEGIN marker at the start of a line. */
function findBegin(data: Buffer, from: number): number {
  for (let at = from; ; at++) {
    at = data.indexOf(begin, at, 'latin1');
    if (at < 0 || at === from || data[at - 1] === newline) return at;
  }
}

/** Searches for END markers. A position that was found is not searched for again. */
function endFinder(data: Buffer): (from: number) => number {
  let known = -2;
  return (from) => {
    if (known !== -1 && known < from) known = data.indexOf(`\n${end}`, from, 'latin1');
    return known;
  };
}

/** One iteration of the loop of pem.Decode: a block, or the position at which to continue. */
function readBlock(
  data: Buffer,
  start: number,
  findEnd: (from: number) => number,
): { readonly block?: ArmoredBlock; readonly next: number } {
  const first = lineAt(data, start + begin.length);
  if (!first.text.endsWith('-----')) return { next: first.next };
  const label = first.text.slice(0, -5);
  const headers = new Map<string, string>();
  let body = first.next;
  for (;;) {
    if (body >= data.length) return { next: data.length };
    const line = lineAt(data, body);
    const colon = line.text.indexOf(':');
    if (colon < 0) break;
    headers.set(line.text.slice(0, colon).trim(), line.text.slice(colon + 1).trim());
    body = line.next;
  }
  // Without headers, the END line can follow directly.
  const empty = headers.size === 0 && data.subarray(body, body + end.length).equals(endBytes);
  const stop = empty ? body : findEnd(body);
  if (stop < 0) return { next: body };
  const trailer = lineAt(data, empty ? stop : stop + 1);
  if (trailer.text !== `${end}${label}-----`) return { next: body };
  // base64 has no dashes. A BEGIN in it stops the search, so that many BEGIN before one END take little time.
  if (data.indexOf(dash, body) < stop) return { next: body };
  const der = label.includes('PRIVATE') ? decodeSecret(data, body, stop) : decodePublic(data, body, stop);
  return der ? { block: { label, start, headers, der }, next: trailer.next } : { next: body };
}

const endBytes = Buffer.from(end, 'latin1');

/** A line without its line ending and trailing white space (encoding/pem getLine). */
function lineAt(data: Buffer, from: number): Line {
  const found = data.indexOf(newline, from);
  const next = found < 0 ? data.length : found + 1;
  let stop = found < 0 ? data.length : found;
  if (found > from && data[found - 1] === 0x0d) stop--;
  while (stop > from && (data[stop - 1] === 0x20 || data[stop - 1] === 0x09)) stop--;
  return { text: latin1(data.subarray(from, stop)), next };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const skipped = 64;
const padding = 65;
const values = new Uint8Array(256).fill(0xff);
for (const [i, char] of [...alphabet].entries()) values[char.charCodeAt(0)] = i;
for (const char of ' \t\r\n') values[char.charCodeAt(0)] = skipped;
values['='.charCodeAt(0)] = padding;

/** Decodes strict, padded base64 like Go's StdEncoding, after white space was removed; undefined if it is invalid. */
function decodePublic(data: Buffer, from: number, to: number): Uint8Array | undefined {
  const text = latin1(data.subarray(from, to)).replace(/[ \t\r\n]+/g, '');
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** The same, written out so that no private key passes through a string, which could not be wiped. */
function decodeSecret(data: Buffer, from: number, to: number): Uint8Array | undefined {
  const out = new Uint8Array(Math.ceil(((to - from) * 3) / 4));
  let size = 0;
  let bits = 0;
  let digits = 0;
  let pads = 0;
  for (let i = from; i < to; i++) {
    const value = values[data[i] as number] as number;
    if (value === skipped) continue;
    if (value === padding) {
      pads++;
      continue;
    }
    if (value > padding || pads > 0) return undefined;
    bits = (bits << 6) | value;
    if (++digits % 4 === 0) {
      out[size++] = (bits >> 16) & 0xff;
      out[size++] = (bits >> 8) & 0xff;
      out[size++] = bits & 0xff;
      bits = 0;
    }
  }
  const rest = digits % 4;
  if (rest === 1 || pads !== (4 - rest) % 4) return undefined;
  if (rest === 2) out[size++] = (bits >> 4) & 0xff;
  if (rest === 3) {
    out[size++] = (bits >> 10) & 0xff;
    out[size++] = (bits >> 2) & 0xff;
  }
  return out.subarray(0, size);
}
