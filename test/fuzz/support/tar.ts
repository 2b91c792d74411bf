/** Mutations of tar archives: of fields of headers, with right and wrong checksums, and of the order of entries. */
import { gzipSync } from 'node:zlib';
import type { Dice } from '../../support/random.ts';
import { mutateBytes } from './bytes.ts';

const block = 512;

/** An entry: its header and its content with padding. */
interface TarEntry {
  header: Buffer;
  content: Buffer;
}

/** The entries of an archive that is intact. */
function entriesOf(archive: Buffer): TarEntry[] {
  const list: TarEntry[] = [];
  for (let at = 0; at + block <= archive.length && archive[at] !== 0; ) {
    const header = Buffer.from(archive.subarray(at, at + block));
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8) || 0;
    const end = at + block + Math.ceil(size / block) * block;
    list.push({ header, content: archive.subarray(at + block, end) });
    at = end;
  }
  return list;
}

/** Writes the checksum (POSIX ustar: octal digits at offset 148, computed with blanks in their place). */
function sign(header: Buffer): void {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

/** Start and length of the fields of a header, and values that are odd for some of them. */
const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  target: [157, 100],
  magic: [257, 8],
  prefix: [345, 155],
} as const;

const values: readonly string[] = [
  ...[
    '',
    '\0',
    '0',
    '7',
    '77777777777',
    '00000000000\0',
    '-1',
    '99',
    '8'.repeat(11),
    ' '.repeat(12),
    'ustar\x0000',
    'ustar  \0',
  ],
  ...[
    '\xff'.repeat(12),
    '\x80\0\0\0\0\0\0\0\0\0\0\x05',
    '\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff',
    '\x80'.padEnd(12, '\xff'),
  ],
  ...[
    '../../etc/passwd',
    '/etc/kubernetes/pki/ca.crt',
    '..',
    '.',
    './',
    '//',
    'a/'.repeat(49),
    '__proto__',
    'etc/kubernetes',
  ],
  ...['etc/kubernetes/pki', 'etc/kubernetes/pki/ca.crt/x', '\x1b[31m\n', '\xe2\x80\xae', 'constructor/toString'],
];
const types = ['0', '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'S', 'D', 'V', '\0', 'Z', '9'];

/** PAX records (POSIX pax, extended header); the length is right or wrong. */
const records = [
  '30 path=etc/kubernetes/pki/x.crt\n',
  '18 path=/a/../b/c\n',
  '20 size=99999999999\n',
  '11 size=-1\n',
  '14 linkpath=/\n',
  '9999999 path=a\n',
  '0 path=a\n',
  'path=a\n',
  '13 __proto__=x\n',
  '19 mtime=1e400\n12 u=\0\n',
];

type Act = (entries: TarEntry[], at: number, dice: Dice) => void;

const setField: Act = (entries, at, { pick, chance }) => {
  const header = entries[at]?.header;
  const name = pick(Object.keys(fields) as (keyof typeof fields)[]);
  const [start, length] = fields[name];
  header?.fill(0, start, start + length);
  header?.write(name === 'type' ? pick(types) : pick(values).slice(0, length), start, 'latin1');
  if (header && name !== 'checksum' && chance(0.9)) sign(header);
};

/** Puts an extended header or a long name in front of an entry. */
const extend: Act = (entries, at, { pick, below, chance }) => {
  const type = pick(['x', 'g', 'L', 'K']);
  const long = chance(0.5) ? 'a/'.repeat(below(3000)) : pick(values);
  const body = Buffer.from(
    type === 'x' || type === 'g' ? pick(records).repeat(chance(0.9) ? 1 : 200) : `${long}\0`,
    'latin1',
  );
  const header = Buffer.from(entries[at]?.header ?? Buffer.alloc(block));
  header.write(type, 156, 'latin1');
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  sign(header);
  const padding = Buffer.alloc((block - (body.length % block)) % block);
  entries.splice(at, 0, { header, content: Buffer.concat([body, padding]) });
};

const acts: readonly Act[] = [
  setField,
  setField,
  setField,
  setField,
  extend,
  extend,
  (entries, at) => entries.splice(at, 1),
  (entries, at, { below }) => entries.splice(below(entries.length), 0, ...entries.splice(at, 1)),
  (entries, at, { chance, below }) => {
    const entry = entries[at];
    if (entry === undefined) return;
    for (let left = chance(0.9) ? 1 : below(100); left > 0; left--) {
      entries.splice(at, 0, { ...entry, header: Buffer.from(entry.header) });
    }
  },
  (entries, at, dice) => {
    const entry = entries[at];
    if (entry) entry.content = Buffer.from(mutateBytes(entry.content, dice));
  },
];

/** A copy of an archive with one to five mutations; sometimes compressed, sometimes cut. */
export function mutateTar(archive: Buffer, dice: Dice): Uint8Array {
  const entries = entriesOf(archive);
  for (let left = 1 + dice.below(5); left > 0 && entries.length > 0; left--) {
    dice.pick(acts)(entries, dice.below(entries.length), dice);
  }
  const end = dice.chance(0.9) ? Buffer.alloc(2 * block) : Buffer.alloc(0);
  const whole = Buffer.concat([...entries.flatMap(({ header, content }) => [header, content]), end]);
  const odd = dice.chance(0.1) ? Buffer.from(mutateBytes(whole, dice)) : whole;
  if (!dice.chance(0.2)) return odd;
  const packed = gzipSync(odd, { level: 1 });
  return dice.chance(0.3) ? mutateBytes(packed, dice) : packed;
}
