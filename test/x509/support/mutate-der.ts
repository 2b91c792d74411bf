/** Seeded mutations of DER: of its bytes, and of its tree with all lengths corrected. */
import { tlv } from '../../support/der.ts';

/** Pseudo-random numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Element {
  tag: number;
  /** The bytes before `children`: the number of unused bits in a BIT STRING that wraps DER. */
  prefix: Uint8Array;
  content: Uint8Array | Element[];
}

/** The elements that fill `bytes` exactly; undefined if they do not. */
function parse(bytes: Uint8Array): Element[] | undefined {
  const list: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined || first > 0x83 || (tag & 0x1f) === 0x1f) return undefined;
    const from = at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    const length = first < 0x80 ? first : Number(`0x${Buffer.from(bytes.subarray(at + 2, from)).toString('hex') || 0}`);
    if (from + length > bytes.length) return undefined;
    list.push(element(tag, bytes.subarray(from, from + length)));
    at = from + length;
  }
  return list;
}

function element(tag: number, content: Uint8Array): Element {
  const prefix = content.subarray(0, tag === 0x03 ? 1 : 0);
  const opens = (tag & 0x20) !== 0 || ((tag === 0x04 || tag === 0x03) && content.length > 4);
  const children = opens ? parse(content.subarray(prefix.length)) : undefined;
  return { tag, prefix, content: children ?? content };
}

function write({ tag, prefix, content }: Element): Buffer {
  return content instanceof Uint8Array ? tlv(tag, content) : tlv(tag, prefix, ...content.map(write));
}

function everyList(list: Element[]): Element[][] {
  return [list, ...list.flatMap(({ content }) => (content instanceof Uint8Array ? [] : everyList(content)))];
}

const tags = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31];
const contexts = [0x80, 0x81, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa3, 0xa4];

/** A copy of `der` with one to three mutations. */
export function mutateDer(der: Uint8Array, random: () => number): Uint8Array {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  if (random() < 0.3) return mutateBytes(der, random);
  const root = parse(der);
  if (root === undefined) return mutateBytes(der, random);
  for (let left = 1 + Math.floor(random() * 2); left > 0 && root.length > 0; left--) {
    const list = pick(everyList(root).filter((elements) => elements.length > 0));
    const at = Math.floor(random() * list.length);
    const target = list[at] as Element;
    const acts: (() => void)[] = [
      () => list.splice(at, 1),
      () => list.splice(at, 0, target),
      () => list.push(list.splice(at, 1)[0] as Element),
      () => {
        target.tag = pick(random() < 0.6 ? tags : contexts);
      },
      () => {
        target.content = mutateBytes(write({ ...target, tag: 0x30 }).subarray(2), random);
      },
      () => {
        const bytes = target.content instanceof Uint8Array ? target.content : Buffer.concat(target.content.map(write));
        target.content = random() < 0.5 ? bytes.subarray(0, bytes.length - 1) : Buffer.concat([pick(fillers), bytes]);
      },
      () => {
        target.content = pick(fillers);
      },
    ];
    pick(acts)();
  }
  return Buffer.concat(root.map(write));
}

const fillers = ['', '00', 'ff', '80', '0500', '0101ff', '010100', '020100', '2a2e', '0000'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

function mutateBytes(der: Uint8Array, random: () => number): Uint8Array {
  const copy = Buffer.from(der);
  if (copy.length === 0) return Buffer.from([Math.floor(random() * 256)]);
  for (let left = 1 + Math.floor(random() * 2); left > 0; left--) {
    const at = Math.floor(random() * copy.length);
    copy[at] = random() < 0.5 ? (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8)) : Math.floor(random() * 256);
  }
  return random() < 0.1 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
}
