/** Mutations of DER that keep most of its structure, so that they pass the first checks of a parser. */
import { integer, oid, sequence, tlv } from '../../support/der.ts';
import { everyList, parseTree, type TreeElement, writeTree } from '../../support/der-tree.ts';
import type { Dice } from '../../support/random.ts';
import { mutateBytes } from './bytes.ts';

const hex = (...texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'hex'));
const two = (bits: bigint, add = 0n): bigint => 2n ** bits + add;

/** Contents of INTEGERs at the limits of readers: of bytes, of 32 and 64 bits, and of what a double stores. */
const integers: readonly Uint8Array[] = [
  ...[0n, 1n, -1n, 2n, 3n, 127n, 128n, 65_537n, two(31n, -1n), two(31n), two(53n), two(53n, 1n)],
  ...[two(63n, -1n), two(63n), -two(63n), two(64n), two(159n, -1n), two(2047n, 1n), two(16_384n, 1n), two(40_000n, 1n)],
]
  .map((value) => integer(value))
  .map((der) => bodyOf(der))
  .concat(hex('', '0000', '0001', 'ffff', 'ff80', '80'));

/** Contents of OBJECT IDENTIFIERs: those that readers know, and odd ones. */
const oids: readonly Uint8Array[] = [
  ...['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.18', '2.5.29.19', '2.5.29.30', '2.5.29.31', '2.5.29.32'],
  ...['2.5.29.33', '2.5.29.35', '2.5.29.36', '2.5.29.37', '2.5.29.54', '1.3.6.1.5.5.7.1.1', '2.5.4.3', '2.5.4.10'],
  ...['1.2.840.113549.1.1.1', '1.2.840.113549.1.1.5', '1.2.840.113549.1.1.10', '1.2.840.113549.1.1.11'],
  ...['1.2.840.10045.2.1', '1.2.840.10045.3.1.7', '1.3.132.0.33', '1.3.132.0.34', '1.3.132.0.35', '1.3.132.0.10'],
  ...['1.2.840.10045.4.3.2', '1.3.101.110', '1.3.101.112', '1.2.840.10040.4.1', '1.2.3', '0.0', '2.999.1'],
]
  .map((text) => bodyOf(oid(text)))
  .concat(hex('', '80', '2a80', '2affffffff7f', '2a8fffffff7f', '2a90808080ff7f', '5581', 'ff'));

const times: readonly Uint8Array[] = [
  ...['491231235959Z', '500101000000Z', '000229000000Z', '010229000000Z', '261124', '2611241400Z', '261124240000Z'],
  ...['20500101000000Z', '99991231235959Z', '00000101000000Z', '20261124140000', '261124140060Z', '261124140000+0100'],
  ...['20261124140000.5Z', '261124140000-2459', '261124140000+0000', '2611241400-0000', 'Z', '99999999999999Z'],
].map((text) => Buffer.from(text));

/** Texts that are long, that a terminal obeys, or that have a meaning as a name, an address or a URI. */
const texts: readonly Uint8Array[] = [
  ...['', ' ', '.', '*', '*.', '..', 'a'.repeat(64), 'a'.repeat(4096), `${'a.'.repeat(3000)}b`, 'x\0y', '\u202e'],
  ...[
    '\u202e'.repeat(256),
    '\u{e0041}'.repeat(300),
    '\x1b[31m',
    'a\nb',
    '"'.repeat(500),
    '__proto__',
    'system:masters',
  ],
  ...['system:node:cp-1', 'kubernetes', '10.96.0.1', '::1', 'a@b', `${'a'.repeat(300)}@b`, 'http://[::1%25x]/'],
  ...[
    'http://a%/',
    'https://u:p@h:99999/',
    `http://${'%41'.repeat(900)}/`,
    'spiffe://',
    '/'.repeat(700),
    '$(id)',
    '`id`',
  ],
].map((text) => Buffer.from(text));

const addresses = hex(
  '',
  '7f000001',
  '00'.repeat(16),
  'ff'.repeat(16),
  'ff'.repeat(8),
  '00'.repeat(32),
  '0a000000ff00ff00',
);
const flags = hex('', '00', '01', 'ff', '0000', '0780', '0780ff', '0800', '07ff', '03020780');

const dictionary: Readonly<Record<number, readonly Uint8Array[]>> = {
  1: flags,
  2: integers,
  3: flags,
  6: oids,
  12: texts,
  19: texts,
  22: texts,
  23: times,
  24: times,
};
const anything = [...integers, ...oids, ...times, ...texts, ...addresses, ...flags];

const lengths = hex(
  '80',
  '81',
  '8100',
  '8101',
  '817f',
  '82007f',
  '820000',
  '8400000001',
  '84ffffffff',
  '85ffffffffff',
  'ff',
);
const tags = [1, 2, 3, 4, 5, 6, 10, 12, 18, 19, 20, 22, 23, 24, 28, 30, 0x30, 0x31, 0x1f, 0x3f, 0xbf, 0xff, 0];
const contexts = [0x80, 0x81, 0x82, 0x83, 0x84, 0x86, 0x87, 0x88, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5];

function bodyOf(der: Uint8Array): Uint8Array {
  const first = der[1] ?? 0;
  return der.subarray(first < 0x80 ? 2 : 2 + (first & 0x7f));
}

const bytesOf = ({ content }: TreeElement): Uint8Array =>
  content instanceof Uint8Array ? content : Buffer.concat(content.map(writeTree));

/** A copy that shares nothing; without its children if they cannot be parsed. */
function copy(element: TreeElement): TreeElement {
  const { prefix, content } = parseTree(writeTree({ ...element, length: undefined }))?.[0] ?? {
    prefix: new Uint8Array(0),
    content: bytesOf(element),
  };
  return { tag: element.tag, length: element.length, prefix, content };
}

/** Where a mutation happens: an element, its list, the whole tree, and DER from which parts can be taken. */
interface Spot {
  readonly list: TreeElement[];
  readonly at: number;
  readonly target: TreeElement;
  readonly lists: readonly TreeElement[][];
  readonly donor: Uint8Array;
}

type Act = (spot: Spot, dice: Dice) => void;

/** Most often, a value of the kind that the tag promises. */
function replaceValue({ target }: Spot, { chance, pick }: Dice): void {
  target.content = pick((chance(0.8) ? dictionary[target.tag] : undefined) ?? anything);
}

function wrongLength({ target }: Spot, { chance, below, pick }: Dice): void {
  const right = bytesOf(target).length + (target.content instanceof Uint8Array ? 0 : target.prefix.length);
  const near = Math.max(0, right + below(5) - 2);
  target.length = chance(0.5) ? pick(lengths) : Buffer.from([0x82, near >> 8, near & 0xff]);
}

/** Wraps an element in many others, up to what a recursive reader cannot follow. */
function nest({ list, at, target }: Spot, { pick, chance, below }: Dice): void {
  const tag = pick([0x30, 0x31, 0xa0, 0x04, 0xa4]);
  let inner = writeTree(target);
  for (let left = chance(0.8) ? 1 + below(3) : below(400); left > 0; left--) inner = tlv(tag, inner);
  list[at] = { tag, prefix: new Uint8Array(0), content: bodyOf(inner) };
}

function repeat({ list, at, target }: Spot, { chance, below }: Dice): void {
  const times = chance(0.9) ? 1 : below(300);
  for (let left = times; left > 0; left--) list.splice(at, 0, copy(target));
}

/** Takes a part of another sample: a list of extensions with one more, a key of a different type. */
function transplant({ list, at, target, donor }: Spot, { pick, chance }: Dice): void {
  const others = everyList(parseTree(donor) ?? []).flat();
  const same = others.filter(({ tag }) => tag === target.tag);
  const other = pick(same.length > 0 && chance(0.8) ? same : others);
  if (other !== undefined) list.splice(at, chance(0.5) ? 1 : 0, copy(other));
}

const acts: readonly Act[] = [
  replaceValue,
  replaceValue,
  replaceValue,
  wrongLength,
  nest,
  repeat,
  transplant,
  transplant,
  ({ list, at }) => list.splice(at, 1),
  ({ list, at }, { below }) => list.splice(below(list.length), 0, ...list.splice(at, 1)),
  ({ list, at, lists }, { pick }) => list.splice(at, 1, ...pick(lists).slice(0, 1).map(copy)),
  ({ target }, { chance, pick, below }) => {
    target.tag = chance(0.2) ? below(256) : pick(chance(0.6) ? tags : contexts);
  },
  ({ target }, dice) => {
    target.content = mutateBytes(bytesOf(target), dice);
  },
  ({ target }) => {
    // An extension without a value, a name without attributes.
    target.content = target.content instanceof Uint8Array ? target.content.subarray(1) : [];
  },
  ({ target }, { pick }) => {
    target.content = sequence(pick([Buffer.alloc(0), ...anything]));
  },
];

/** A copy of DER with one to four mutations. `donor` is another sample. */
export function mutateTree(der: Uint8Array, dice: Dice, donor: Uint8Array): Uint8Array {
  const root = dice.chance(0.1) ? undefined : parseTree(der);
  if (root === undefined) return mutateBytes(der, dice);
  for (let left = 1 + dice.below(1 + dice.below(4)); left > 0; left--) {
    const lists = everyList(root).filter((list) => list.length > 0);
    if (lists.length === 0) break;
    const list = dice.pick(lists);
    const at = dice.below(list.length);
    dice.pick(acts)({ list, at, target: list[at] as TreeElement, lists, donor }, dice);
  }
  const written = Buffer.concat(root.map(writeTree));
  return dice.chance(0.05) ? mutateBytes(written, dice) : written;
}
