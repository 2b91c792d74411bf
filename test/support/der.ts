/** A writer of DER (X.690) for tests. It writes whatever it is given, valid or not. */

export function tlv(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = unsignedBytes(BigInt(body.length));
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

export const sequence = (...parts: Uint8Array[]): Buffer => tlv(0x30, ...parts);
export const set = (...parts: Uint8Array[]): Buffer => tlv(0x31, ...parts);
export const octets = (bytes: Uint8Array): Buffer => tlv(0x04, bytes);
export const boolean = (value: boolean): Buffer => tlv(0x01, Buffer.from([value ? 0xff : 0]));
export const bits = (bytes: Uint8Array, unused = 0): Buffer => tlv(0x03, Buffer.from([unused]), bytes);
export const nothing = (): Buffer => tlv(0x05);

/** `[number]`, constructed. */
export const explicit = (number: number, ...parts: Uint8Array[]): Buffer => tlv(0xa0 | number, ...parts);
/** `[number]`, primitive. */
export const implicit = (number: number, bytes: Uint8Array): Buffer => tlv(0x80 | number, bytes);

function unsignedBytes(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}

/** An INTEGER in two's complement; negative values are allowed. */
export function integer(value: bigint): Buffer {
  let length = 1;
  while (BigInt.asIntN(8 * length, value) !== value) length++;
  const bytes = unsignedBytes(BigInt.asUintN(8 * length, value));
  return tlv(0x02, Buffer.concat([Buffer.alloc(length - bytes.length), bytes]));
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arcs = [40 * first + second, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return tlv(0x06, Buffer.from(arcs));
}

/** A PrintableString if possible, otherwise a UTF8String, as in Go's `encoding/asn1`. */
export function text(value: string): Buffer {
  return tlv(/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? 0x13 : 0x0c, Buffer.from(value));
}

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 section 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/\.\d+|[-:T]/g, '')}`;
  const year = date.getUTCFullYear();
  return year >= 1950 && year < 2050 ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits));
}

/** A BIT STRING of named bits without trailing zeros (X.690 section 11.2.2), bit 0 first. */
export function namedBits(set: readonly number[]): Buffer {
  const last = Math.max(-1, ...set);
  const bytes = Buffer.alloc(Math.ceil((last + 1) / 8));
  for (const bit of set) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bits(bytes, bytes.length * 8 - (last + 1));
}

export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** The start and end of the content of the element at `offset`. */
function extent(der: Uint8Array, offset: number): { content: number; end: number } {
  const first = der[offset + 1] ?? 0;
  if (first < 0x80) return { content: offset + 2, end: offset + 2 + first };
  const content = offset + 2 + (first & 0x7f);
  const length = Buffer.from(der.subarray(offset + 2, content)).readUIntBE(0, first & 0x7f);
  return { content, end: content + length };
}

/** The elements inside a constructed element, each with its header. Does not validate the input. */
export function children(der: Uint8Array): Uint8Array[] {
  const list: Uint8Array[] = [];
  const { content, end } = extent(der, 0);
  for (let offset = content; offset < end; ) {
    const next = extent(der, offset).end;
    list.push(der.subarray(offset, next));
    offset = next;
  }
  return list;
}
