/**
 * Reads strict DER (X.690). Rejects what golang.org/x/crypto/cryptobyte rejects: lengths must be definite and minimal,
 * tags below 31, integers minimal, booleans 0x00 or 0xff, bit strings padded with zeros. A read that fails returns
 * `undefined` (cryptobyte's `false`). It may have consumed input, so the caller cannot continue.
 */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  /** `[n]`, primitive or constructed. */
  context: (n: number): number => 0x80 | n,
  constructed: (n: number): number => 0xa0 | n,
} as const;

export interface BitString {
  readonly bytes: Uint8Array;
  /** Number of unused bits in the last byte, 0–7. */
  readonly unused: number;
}

/** A cursor over DER. It never copies: results share memory with the input. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get empty(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Whether the next element has this tag. */
  peek(wanted: number): boolean {
    return this.#bytes[this.#at] === wanted;
  }

  /** Tag of the next element, and the start and end of its content, which can be beyond the input. Consumes nothing. */
  header(): { readonly tag: number; readonly from: number; readonly to: number } | undefined {
    const bytes = this.#bytes;
    const first = bytes[this.#at];
    const second = bytes[this.#at + 1];
    if (first === undefined || second === undefined || (first & 0x1f) === 0x1f) return undefined;
    let from = this.#at + 2;
    if (second < 0x80) return { tag: first, from, to: from + second };
    const count = second & 0x7f;
    if (count === 0 || count > 4 || from + count > bytes.length) return undefined;
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[from + i] ?? 0);
    if (length < 0x80 || bytes[from] === 0) return undefined;
    from += count;
    return { tag: first, from, to: from + length };
  }

  /** The next element, whatever its tag; `element` with its header, `content` without. */
  any(): { readonly tag: number; readonly element: Uint8Array; readonly content: Uint8Array } | undefined {
    const header = this.header();
    if (header === undefined || header.to > this.#bytes.length) return undefined;
    const start = this.#at;
    this.#at = header.to;
    return {
      tag: header.tag,
      element: this.#bytes.subarray(start, header.to),
      content: this.#bytes.subarray(header.from, header.to),
    };
  }

  /** What has not been read. Consumes nothing. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  /** Content of the next element, which must have this tag. */
  bytes(wanted: number): Uint8Array | undefined {
    return this.peek(wanted) ? this.any()?.content : undefined;
  }

  /** The next element with its header, which must have this tag. */
  element(wanted: number): Uint8Array | undefined {
    return this.peek(wanted) ? this.any()?.element : undefined;
  }

  /** A reader over the content of the next element, which must have this tag. */
  open(wanted: number): DerReader | undefined {
    const content = this.bytes(wanted);
    return content && new DerReader(content);
  }

  boolean(): boolean | undefined {
    const content = this.bytes(tag.boolean);
    if (content?.length !== 1) return undefined;
    return content[0] === 0 ? false : content[0] === 0xff ? true : undefined;
  }

  /** Two's complement bytes of a minimally encoded INTEGER. */
  integer(wanted: number = tag.integer): Uint8Array | undefined {
    const content = this.bytes(wanted);
    const first = content?.[0];
    const second = content?.[1];
    if (first === undefined) return undefined;
    if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
      return undefined;
    return content;
  }

  /** An INTEGER that fits 64 bits. Above 2^53 it is rounded, once: to the number that JSON shows of Go's value. */
  number(wanted: number = tag.integer): number | undefined {
    const content = this.integer(wanted);
    if (content === undefined || content.length > 8) return undefined;
    if (content.length > 6) return Number(BigInt.asIntN(8 * content.length, BigInt(`0x${hex(content)}`)));
    let value = (content[0] ?? 0) >= 0x80 ? -1 : 0;
    for (const byte of content) value = value * 256 + byte;
    return value;
  }

  /** `1.2.840.113549`. */
  oid(): string | undefined {
    const content = this.bytes(tag.oid);
    return content && oidText(content);
  }

  bitString(): BitString | undefined {
    const content = this.bytes(tag.bitString);
    const unused = content?.[0];
    if (content === undefined || unused === undefined || unused > 7) return undefined;
    if (content.length === 1) return unused === 0 ? { bytes: content.subarray(1), unused } : undefined;
    if ((content[content.length - 1] ?? 0) & ((1 << unused) - 1)) return undefined;
    return { bytes: content.subarray(1), unused };
  }
}

/** Formats the content of an OBJECT IDENTIFIER; undefined if an arc exceeds the 31 bits of Go's ObjectIdentifier. */
function oidText(content: Uint8Array): string | undefined {
  let text = '';
  let arc = 0;
  let length = 0;
  for (const byte of content) {
    if (length === 5 || arc >= 1 << 24 || (length === 0 && byte === 0x80)) return undefined;
    arc = arc * 128 + (byte & 0x7f);
    length++;
    if (byte >= 0x80) continue;
    text += text === '' ? (arc < 80 ? `${Math.floor(arc / 40)}.${arc % 40}` : `2.${arc - 80}`) : `.${arc}`;
    arc = 0;
    length = 0;
  }
  return length > 0 || text === '' ? undefined : text;
}

/**
 * Whether these are the content bytes of an OBJECT IDENTIFIER with arcs of any size (crypto/x509/oid.go,
 * newOIDFromDER).
 */
export function isOid(content: Uint8Array): boolean {
  let start = true;
  for (const byte of content) {
    if (start && byte === 0x80) return false;
    start = byte < 0x80;
  }
  return content.length > 0 && start;
}

/** Moves the bits of a BIT STRING to the end of its bytes, like encoding/asn1 `BitString.RightAlign`. */
export function rightAlign({ bytes, unused }: BitString): Uint8Array {
  if (unused === 0) return bytes;
  return bytes.map((byte, i) => (byte >> unused) | ((bytes[i - 1] ?? 0) << (8 - unused)));
}

/** Lower-case hex. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** Latin-1 text: one character for each byte. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** One element in DER. */
export function encode(elementTag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const size: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256);
  const header = length < 0x80 ? [elementTag, length] : [elementTag, 0x80 | size.length, ...size];
  return Buffer.concat([Uint8Array.from(header), ...contents]);
}

/** The only error that the parsers of this folder throw. `message` is that of Go's error. */
export class ParseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ParseError';
  }
}

/** Returns `value`, or throws a ParseError with Go's message if it is undefined. */
export function required<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new ParseError(message);
  return value;
}
