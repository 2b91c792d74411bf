/** Parses and formats IP addresses like Go (net.ParseIP, net.IP.String). */

/**
 * Returns the 16 bytes of an address (IPv4 as ::ffff:0:0/96); undefined if Go's net.ParseIP returns nil. Zones are
 * rejected.
 */
export function parseIp(text: string): Uint8Array | undefined {
  if (!text.includes(':')) {
    const four = parseIpv4(text);
    return four && Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...four);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const gap = 16 - head.length - tail.length;
  // "::" must replace at least one group.
  if (halves.length === 1 ? gap !== 0 : gap < 2) return undefined;
  return Uint8Array.from([...head, ...new Array<number>(gap).fill(0), ...tail]);
}

/** A range of addresses. */
export interface AddressRange {
  /** The 16 bytes of its first address. */
  readonly base: Uint8Array;
  /** How many bits of these all its addresses have. */
  readonly bits: number;
}

/** Parses a range of addresses such as 10.96.0.0/12; undefined if Go's net.ParseCIDR rejects it. */
export function parseRange(text: string): AddressRange | undefined {
  const [, start = '', length] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseIp(start);
  const bits = Number(length) + (start.includes(':') ? 0 : 96);
  return address && bits <= 128 ? { base: firstWith(address, bits), bits } : undefined;
}

/** Whether a text is a range of addresses. */
export const isAddressRange = (text: string): boolean => parseRange(text) !== undefined;

/** Returns the first address that has the same bits at its beginning. */
export const firstWith = (address: Uint8Array, bits: number): Uint8Array =>
  address.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff);

function parseIpv4(text: string): number[] | undefined {
  const fields = text.split('.');
  if (fields.length !== 4) return undefined;
  const values = fields.map((field) => (/^(?:0|[1-9]\d{0,2})$/.test(field) ? Number(field) : 256));
  return values.every((value) => value < 256) ? values : undefined;
}

/** Bytes of `a:b:c`; the last group can be an IPv4 address if `last` is set, at the end of the address. */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
      continue;
    }
    const four = last && i === groups.length - 1 ? parseIpv4(group) : undefined;
    if (four === undefined) return undefined;
    bytes.push(...four);
  }
  return bytes.length <= 16 ? bytes : undefined;
}

/** Whether 16 bytes are an IPv4 address: ::ffff:192.0.2.1 (Go's netip.Addr.Is4In6). */
export function isMapped(bytes: Uint8Array): boolean {
  return (
    bytes.length === 16 && bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  );
}

/** Formats 4 or 16 bytes: `192.0.2.10`, `2001:db8::7`. An IPv4 address in 16 bytes is formatted as IPv4. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (isMapped(bytes)) return bytes.subarray(12).join('.');
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  const { start, length } = longestZeroRun(groups);
  const text = (part: number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [i, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i + 1 - length, length };
  }
  return best;
}
