/** DER as a tree that a test can change. */
import { tlv } from './der.ts';

export interface TreeElement {
  tag: number;
  /** The bytes of the length, if they are not the right ones. */
  length?: Uint8Array | undefined;
  /** The bytes before `children`: the number of unused bits in a BIT STRING that wraps DER. */
  prefix: Uint8Array;
  content: Uint8Array | TreeElement[];
}

/** The elements that fill `bytes` exactly; undefined if they do not. */
export function parseTree(bytes: Uint8Array): TreeElement[] | undefined {
  const list: TreeElement[] = [];
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

function element(tag: number, content: Uint8Array): TreeElement {
  const prefix = content.subarray(0, tag === 0x03 ? 1 : 0);
  const opens = (tag & 0x20) !== 0 || ((tag === 0x04 || tag === 0x03) && content.length > 4);
  const children = opens ? parseTree(content.subarray(prefix.length)) : undefined;
  return { tag, prefix, content: children ?? content };
}

/** The bytes of an element, with right lengths unless an element has others. */
export function writeTree({ tag, length, prefix, content }: TreeElement): Buffer {
  const body = content instanceof Uint8Array ? content : Buffer.concat([prefix, ...content.map(writeTree)]);
  return length === undefined ? tlv(tag, body) : Buffer.concat([Uint8Array.of(tag), length, body]);
}

/** The list itself, and the lists of children at every depth. */
export function everyList(list: TreeElement[]): TreeElement[][] {
  return [list, ...list.flatMap(({ content }) => (content instanceof Uint8Array ? [] : everyList(content)))];
}
