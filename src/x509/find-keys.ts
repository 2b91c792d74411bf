/** Finds private keys in bytes of any kind: source code, YAML, kubeconfigs, archives of text. */

import { startsKey } from '../core/secrets.ts';
import { DerReader, ParseError, tag } from './der.ts';
import { expandedOnly, seedAndExpanded } from './ml-dsa.ts';
import { isPrivateKeyLabel } from './pem.ts';
import { parsePrivateKey } from './private-key.ts';

export type KeyForm =
  | 'private key'
  | 'encrypted private key'
  | 'private key in DER'
  | 'encrypted private key in DER'
  | 'private key in base64';

export interface FoundKey {
  /** Of its first byte, and of the one after its last. */
  readonly offset: number;
  readonly end: number;
  readonly form: KeyForm;
  /** The id of its public half; undefined if it is encrypted, or of no type that Kubernetes uses. */
  readonly id?: string | undefined;
}

/**
 * Returns the private keys in bytes, in the order of their offsets. Only what decodes to a key counts: a PEM header in
 * a program or a text is not a key. One with the label of a key may be of any type, and encrypted.
 */
export function findPrivateKeys(bytes: Uint8Array): readonly FoundKey[] {
  const whole = keyIn(bytes);
  const der = whole?.form === 'private key' ? 'private key in DER' : 'encrypted private key in DER';
  if (whole !== undefined) return [{ ...whole, offset: 0, end: bytes.length, form: der }];
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!data.includes(0)) return keysInText(data.toString('latin1'));
  const offsetOf = offsets(data);
  return keysInText(withoutNuls(data)).map((key) => ({
    ...key,
    offset: offsetOf(key.offset),
    end: offsetOf(key.end),
  }));
}

function withoutNuls(data: Buffer): string {
  const kept = Buffer.alloc(data.length);
  let length = 0;
  for (const byte of data) {
    kept[length] = byte;
    if (byte !== 0) length += 1;
  }
  return kept.toString('latin1', 0, length);
}

/** Returns where a character was before NULs were left out, such as those of UTF-16. Asked in ascending order. */
function offsets(data: Buffer): (offset: number) => number {
  let [at, left] = [0, 0];
  return (offset) => {
    while (at < data.length && (left < offset || data[at] === 0)) {
      if (data[at] !== 0) left += 1;
      at += 1;
    }
    return at;
  };
}

/** How a patch, one of a merge, and a comment or a quotation begin their lines. Those of base64 can begin like it. */
const lineStarts = [
  /^[+-](?=[ \t]{0,20}(?:-----(?:BEGIN|END) |[A-Za-z0-9+/]))/gm,
  /^(?:\+\+|--)(?=[ \t]{0,20}(?:-----(?:BEGIN|END) |[A-Za-z0-9+/]))/gm,
  /^[ \t]{0,20}(?:\/\/|[>#*|])(?=[ \t]{0,20}(?:-----(?:BEGIN|END) |[A-Za-z0-9+/]))/gm,
];

const hasLineStart = /^[ \t]{0,20}(?:[+-]{1,2}|\/\/|[>#*|])[ \t]{0,20}(?:-----(?:BEGIN|END) |[A-Za-z0-9+/=]{40})/m;

function keysInText(text: string, depth = 0): readonly FoundKey[] {
  if (isOnlyCertificates(text)) return [];
  const found = new Map(keysInLines(text, depth).map((key) => [key.end, key]));
  for (const lineStart of hasLineStart.test(text) ? lineStarts : []) {
    const lines = text.replace(lineStart, (start) => ' '.repeat(start.length));
    if (lines !== text) for (const key of keysInLines(lines, depth)) found.set(key.end, found.get(key.end) ?? key);
  }
  return [...found.values()].sort(byOffset);
}

/** Whether a text is PEM without keys, as most files of a node are. */
function isOnlyCertificates(text: string): boolean {
  let at = 0;
  for (const { label, offset, end } of blocksIn(text)) {
    if (isPrivateKeyLabel(label) || text.slice(at, offset).trim() !== '') return false;
    at = end + `-----END ${label}-----`.length;
  }
  return at > 0 && text.slice(at).trim() === '';
}

function keysInLines(text: string, depth: number): readonly FoundKey[] {
  const blocks = blocksIn(text).map((block) => ({ ...block, key: keyInBlock(block, text) }));
  const armored = blocks.flatMap(({ key, offset, end }): FoundKey[] =>
    key === undefined ? [] : [{ ...key, offset, end }],
  );
  // What has the label of a key, and is none, may have one in it.
  const read = blocks.filter(({ key, label }) => key !== undefined || !isPrivateKeyLabel(label));
  return [...armored, ...findEncoded(text, read, depth)].sort(byOffset);
}

const byOffset = (one: FoundKey, other: FoundKey): number => one.offset - other.offset;

const begin = /-----BEGIN ([A-Z0-9 ]{0,40})-----/g;

interface Block {
  readonly label: string;
  /** Of BEGIN, of what follows it, and of END. */
  readonly offset: number;
  readonly start: number;
  readonly end: number;
}

/** PEM, also indented, quoted, or with `\\n` instead of line feeds: Go's reader finds none of these. */
function blocksIn(text: string): readonly Block[] {
  const found: Block[] = [];
  for (const { 0: line, 1: label = '', index: offset } of text.matchAll(begin)) {
    const start = offset + line.length;
    const end = text.indexOf('-----', start);
    if (end < 0) break;
    if (text.startsWith(`-----END ${label}-----`, end)) found.push({ label, offset, start, end });
  }
  return found;
}

type Key = Pick<FoundKey, 'form' | 'id'>;

/** Characters of base64: those of RSA with 64 Ki bits are less. */
const longestKey = 256 * 1024;

/** The key in the lines of a PEM block; undefined if there is none. */
function keyInBlock({ label, start, end }: Block, text: string): Key | undefined {
  if (!isPrivateKeyLabel(label)) return undefined;
  const body = text.slice(start, end);
  const lines = body.replaceAll(/\\r|\\n/g, '\n').split('\n');
  // A line with a colon is a header (RFC 1421).
  const base64 = lines.filter((line) => !line.includes(':')).map((line) => line.replace(/\s\+\s*$|[\s"'`,;\\]/g, ''));
  const joined = base64.join('');
  if (joined.length > longestKey || !/^[A-Za-z0-9+/]{40,}={0,2}$/.test(joined)) return undefined;
  const data = Buffer.from(joined, 'base64');
  if (lines.some(isEncryptedHeader)) return { form: 'encrypted private key' };
  if (label.startsWith('OPENSSH '))
    return data.toString('latin1').startsWith('openssh-key-v1\0') ? { form: 'private key' } : undefined;
  if (sequenceLength(data) !== data.length) return undefined;
  if (label.startsWith('ENCRYPTED ')) return { form: 'encrypted private key' };
  return { form: 'private key', ...keyIn(data) };
}

/** `Proc-Type: 4,ENCRYPTED` (RFC 1421, section 4.6.1.1). */
function isEncryptedHeader(line: string): boolean {
  const at = line.indexOf('Proc-Type:');
  return at >= 0 && line.includes('ENCRYPTED', at);
}

/**
 * Finds base64, on one line or wrapped. A word that follows may be found as well. Its end is searched for, because a
 * pattern that matches megabytes overflows the stack.
 */
function* encodedIn(
  text: string,
  blocks: readonly Block[],
): Generator<{ readonly offset: number; readonly encoded: string }> {
  const first = /[A-Za-z0-9+/]{40}/g;
  const more = /\s{1,40}(?=[A-Za-z0-9+/])/y;
  const other = /[^A-Za-z0-9+/]/g;
  const endOfRun = (from: number): number => {
    other.lastIndex = from;
    return other.exec(text)?.index ?? text.length;
  };
  let next = 0;
  for (let run = first.exec(text); run !== null; run = first.exec(text)) {
    const offset = run.index;
    while ((blocks[next]?.end ?? Number.POSITIVE_INFINITY) < offset) next += 1;
    const block = blocks[next];
    if (block !== undefined && block.start < offset) {
      first.lastIndex = block.end;
      continue;
    }
    let end = endOfRun(first.lastIndex);
    for (let isLine = true; isLine; ) {
      more.lastIndex = end;
      const word = end + (more.exec(text)?.[0].length ?? 0);
      isLine = word > end;
      if (isLine) {
        end = endOfRun(word);
        isLine = end - word >= shortestLine;
      }
    }
    end += /^={0,2}/.exec(text.slice(end, end + 2))?.[0].length ?? 0;
    first.lastIndex = end;
    yield { offset, encoded: text.slice(offset, end) };
  }
}

/** Characters of wrapped base64 on a line that is not the last one. */
const shortestLine = 20;

/** How often base64 is decoded: a Secret with a kubeconfig has it three times. */
const maxDepth = 4;

/** Finds base64 of text with a key, as in kubeconfigs and Secrets, or of DER. What is in PEM does not count again. */
function findEncoded(text: string, blocks: readonly Block[], depth: number): readonly FoundKey[] {
  const found: FoundKey[] = [];
  for (const { offset, encoded } of encodedIn(text, blocks)) {
    const data = Buffer.from(encoded.replace(/\s/g, ''), 'base64');
    const length = sequenceLength(data);
    const whole = keyIn(data.subarray(0, length));
    // A certificate is no text.
    const isText = whole === undefined && length !== data.length && depth < maxDepth;
    const [key] = isText ? keysInText(data.toString('latin1'), depth + 1) : [whole];
    if (key !== undefined) {
      const { id } = key;
      found.push({ offset, end: offset + encoded.length, form: 'private key in base64', id });
    }
  }
  return found;
}

/** The length of the SEQUENCE in DER at the start, with its header; 0 if there is none. */
function sequenceLength(data: Uint8Array): number {
  const [tag, length = 0] = data;
  if (tag !== 0x30) return 0;
  if (length < 0x80) return 2 + length;
  const header = 2 + (length & 0x7f);
  return header > 6 ? 0 : header + data.subarray(2, header).reduce((sum, byte) => sum * 256 + byte, 0);
}

/**
 * Reads PKCS#1, PKCS#8 or SEC1: also a form of ML-DSA keys that Go does not read, and encrypted PKCS#8 (RFC 5958,
 * section 3), of which the algorithm is one of PKCS#5 or PKCS#12.
 */
function keyIn(der: Uint8Array): Key | undefined {
  if (der[0] !== 0x30 || der.length < 40 || !startsKey(der)) return undefined;
  try {
    return { form: 'private key', id: parsePrivateKey(der).publicKey.id };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    if (isEncryptedKey(der)) return { form: 'encrypted private key' };
    const isOther = error.message === expandedOnly || error.message === seedAndExpanded;
    return isOther ? { form: 'private key' } : undefined;
  }
}

/** EncryptedPrivateKeyInfo: an algorithm and an OCTET STRING, and nothing else. */
function isEncryptedKey(der: Uint8Array): boolean {
  const fields = new DerReader(der).open(tag.sequence);
  return fields?.open(tag.sequence)?.oid() !== undefined && fields.bytes(tag.octetString) !== undefined && fields.empty;
}
