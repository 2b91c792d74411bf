/** The headers of a tar archive: ustar and pax (POSIX pax, "ustar Interchange Format"), GNU and older formats. */
import type { FileTimes } from '../../artifact/process.ts';
import { UserError } from '../../core/errors.ts';
import { decodeName } from './names.ts';
import { fileTimes } from './times.ts';

/** Bytes of a block, of which an archive consists. */
export const blockSize = 512;

/** What an archive says about one of its members. */
export interface Header {
  /** As decoded by `decodeName`. */
  readonly name: string;
  /** The letter of its type, such as `0`; `0` and `5` also stand for those of older formats. */
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of its content in the archive. */
  readonly size: number;
  readonly linkName: string;
  /** Whether parts of its content are left out. */
  readonly isSparse: boolean;
  readonly times: FileTimes | undefined;
}

/** What precedes a header: records of pax, and the long names of GNU by the letters of their types, `L` and `K`. */
export type Records = ReadonlyMap<string, Uint8Array>;

/** Types without content, whatever size they state, as in GNU tar, Go and Python: links, devices, folders, FIFOs. */
const headerOnly = new Set(['1', '2', '3', '4', '5', '6']);

/** Whether a block is a header. Some programs add signed bytes. */
export function isHeader(block: Uint8Array): boolean {
  const sum = octal(block, 148, 8);
  let [unsigned, signed] = [0, 0];
  for (let at = 0; at < blockSize; at += 1) {
    const byte = at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 256;
  }
  return sum === unsigned || sum === signed;
}

/** Whether a block of an old GNU sparse file is followed by one with more places of its content. */
export function hasMorePlaces(block: Uint8Array, isFirst: boolean): boolean {
  return block[isFirst ? 482 : 504] !== 0;
}

/** The letter of a header's type. */
export function typeOf(block: Uint8Array): string {
  return String.fromCharCode(block[156] ?? 0);
}

/**
 * Reads a header.
 *
 * @throws UserError if a number in it is not one
 */
export function readHeader(block: Uint8Array, records: Records): Header {
  const type = typeOf(block);
  const isSparse = (type === 'S' && magicOf(block) === 'ustar  \0') || [...records.keys()].some(isSparseKey);
  const bytes = records.get('GNU.sparse.name') ?? records.get('path') ?? records.get('L');
  const name = bytes === undefined ? ownName(block) : decodeName(bytes);
  const isFile = type === '0' || type === '\0';
  const usual = isFile ? (name.endsWith('/') ? '5' : '0') : type;
  const link = records.get('linkpath') ?? records.get('K');
  const size = number(records, 'size') ?? octal(block, 124, 12);
  // A negative size would be read as none.
  if (!Number.isSafeInteger(size) || size < 0) throw new UserError('damaged: the size of an entry is not a number');
  return {
    name,
    type: usual,
    mode: octal(block, 100, 8) & 0o7777,
    uid: (number(records, 'uid') ?? octal(block, 108, 8)) || 0,
    gid: (number(records, 'gid') ?? octal(block, 116, 8)) || 0,
    size: headerOnly.has(usual) ? 0 : size,
    linkName: decodeName(link ?? fieldOf(block, 157, 100)),
    isSparse,
    times: timesOf(block, records),
  };
}

const sparse = 'GNU.sparse.';
const isThere = Buffer.from('yes');

/** The records that count. Others are not kept: an archive can have any number of them in front of each member. */
const knownKeys = new Set(['path', 'linkpath', 'size', 'uid', 'gid', 'mtime', 'ctime', `${sparse}name`]);

const isSparseKey = (key: string): boolean => key.startsWith(sparse);

const magicOf = (block: Uint8Array): string => Buffer.from(block.subarray(257, 265)).toString('latin1');

/** Only ustar has a prefix: GNU has other fields in its place. */
function ownName(block: Uint8Array): string {
  const prefix = magicOf(block).startsWith('ustar\0') ? fieldOf(block, 345, 155) : emptyText;
  const name = fieldOf(block, 0, 100);
  return decodeName(prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]));
}

const emptyText = Buffer.alloc(0);

/** Returns the bytes of a field up to the first NUL. */
export function fieldOf(block: Uint8Array, at: number, length: number): Uint8Array {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

/** Reads a number in octal digits or, with the highest bit set, in base 256 (GNU). */
function octal(block: Uint8Array, at: number, length: number): number {
  const field = block.subarray(at, at + length);
  const [first = 0, ...rest] = field;
  if (first >= 0x80) return rest.reduce((sum, byte) => sum * 256 + byte, first & 0x40 ? Number.NaN : first & 0x3f);
  const digits = Buffer.from(field).toString('latin1').replaceAll('\0', ' ').trim();
  if (digits === '') return 0;
  return /^[0-7]+(?: |$)/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** Reads a number of a pax record. */
function number(records: Records, key: string): number | undefined {
  const digits = records.get(key);
  if (digits === undefined) return undefined;
  const written = Buffer.from(digits).toString('latin1');
  return /^\d{1,16}$/.test(written) ? Number(written) : Number.NaN;
}

/**
 * Reads the times of a member: those of pax have fractions; a header has whole seconds, rounded down. GNU tar and
 * bsdtar write no record of an `mtime` without a fraction, but always one of `ctime`, so that `mtime` is exact too.
 */
function timesOf(block: Uint8Array, records: Records): FileTimes | undefined {
  const [mtime, ctime] = [seconds(records, 'mtime'), seconds(records, 'ctime')];
  const own = octal(block, 136, 12);
  return fileTimes((mtime ?? own) * 1000, ctime && ctime * 1000, (mtime ?? ctime) ? 1 : 1000);
}

/** Reads a time of a pax record, in seconds since the epoch. */
function seconds(records: Records, key: string): number | undefined {
  const digits = records.get(key);
  if (digits === undefined) return undefined;
  const written = Buffer.from(digits.subarray(0, 40)).toString('latin1');
  return /^\d{1,12}(?:\.\d{0,24})?$/.test(written) ? Number(written) : Number.NaN;
}

/**
 * Reads the records of a pax header that count: `LENGTH KEY=VALUE\n`, one after another. Values are bytes.
 *
 * @throws UserError if there is anything else in it
 */
export function readRecords(bytes: Uint8Array): Map<string, Uint8Array> {
  const all = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length; ) {
    const digits = Buffer.from(bytes.subarray(at, at + 10)).toString('latin1');
    const written = /^([1-9]\d{0,8}) /.exec(digits)?.[1];
    const record = bytes.subarray(at + (written?.length ?? 0) + 1, at + Number(written));
    const equals = record.indexOf(0x3d);
    const isWhole = written !== undefined && at + Number(written) <= bytes.length && record.at(-1) === 0x0a;
    if (!isWhole || equals < 1 || record.includes(0)) throw new UserError('damaged: an extended header cannot be read');
    const key = Buffer.from(record.subarray(0, equals)).toString('latin1');
    if (knownKeys.has(key)) all.set(key, record.subarray(equals + 1, -1));
    else if (key.startsWith(sparse)) all.set(sparse, isThere);
    at += Number(written);
  }
  return all;
}
