/** Finds private keys in bytes of any kind: source code, YAML, kubeconfigs, archives of text. */

import { ParseError } from './der.ts';
import { expandedOnly, seedAndExpanded } from './ml-dsa.ts';
import { isPrivateKeyLabel } from './pem.ts';
import { parsePrivateKey } from './private-key.ts';

export type KeyForm = 'private key' | 'encrypted private key' | 'private key in DER' | 'private key in base64';

export interface FoundKey {
  readonly offset: number;
  readonly end: number;
  readonly form: KeyForm;
}

/**
 * Returns the private keys in bytes, in the order of their offsets. Only what decodes to a key counts: a PEM header in
 * a program or a text is not a key. One with the label of a key may be of any type, and encrypted.
 */
export function findPrivateKeys(bytes: Uint8Array): readonly FoundKey[] {
  if (isKey(bytes)) return [{ offset: 0, end: bytes.length, form: 'private key in DER' }];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const armored = findArmored(text);
  return [...armored, ...findEncoded(text, armored)].sort((one, other) => one.offset - other.offset);
}

const begin = /-----BEGIN ([A-Z0-9 ]{0,40})-----/g;

/** Finds keys in PEM, also indented, quoted, or with `\\n` instead of line feeds. Go's reader finds none of these. */
function findArmored(text: string): readonly FoundKey[] {
  const found: FoundKey[] = [];
  for (const { 0: line, 1: label = '', index } of text.matchAll(begin)) {
    if (!isPrivateKeyLabel(label)) continue;
    const start = index + line.length;
    const end = text.indexOf('-----', start);
    if (end < 0) break;
    const form = text.startsWith(`-----END ${label}-----`, end) ? formOf(label, text.slice(start, end)) : undefined;
    if (form !== undefined) found.push({ offset: index, end, form });
  }
  return found;
}

/** The form of the key in the lines of a PEM block; undefined if there is none. */
function formOf(label: string, body: string): KeyForm | undefined {
  const lines = body.replaceAll(/\\r|\\n/g, '\n').split('\n');
  // A line with a colon is a header (RFC 1421).
  const base64 = lines.filter((line) => !line.includes(':')).map((line) => line.replace(/\s\+\s*$|[\s"'`,;\\]/g, ''));
  const joined = base64.join('');
  if (!/^[A-Za-z0-9+/]{40,}={0,2}$/.test(joined)) return undefined;
  const data = Buffer.from(joined, 'base64');
  if (lines.some(isEncryptedHeader)) return 'encrypted private key';
  if (label.startsWith('OPENSSH '))
    return data.toString('latin1').startsWith('openssh-key-v1\0') ? 'private key' : undefined;
  if (sequenceLength(data) !== data.length) return undefined;
  return label.startsWith('ENCRYPTED ') ? 'encrypted private key' : 'private key';
}

/** `Proc-Type: 4,ENCRYPTED` (RFC 1421, section 4.6.1.1). */
function isEncryptedHeader(line: string): boolean {
  const at = line.indexOf('Proc-Type:');
  return at >= 0 && line.includes('ENCRYPTED', at);
}

/** Finds base64, on one line or wrapped. A word that follows may be found as well. */
function* encodedIn(text: string): Generator<{ readonly offset: number; readonly encoded: string }> {
  const first = /[A-Za-z0-9+/]{40,}/g;
  const more = /\s{1,40}([A-Za-z0-9+/]+)/y;
  for (let start = first.exec(text); start !== null; start = first.exec(text)) {
    for (let isLine = true; isLine; ) {
      more.lastIndex = first.lastIndex;
      const [line = '', word = ''] = more.exec(text) ?? [];
      first.lastIndex += line.length;
      isLine = word.length >= shortestLine;
    }
    const padding = /^={0,2}/.exec(text.slice(first.lastIndex, first.lastIndex + 2))?.[0] ?? '';
    first.lastIndex += padding.length;
    yield { offset: start.index, encoded: text.slice(start.index, first.lastIndex) };
  }
}

/** Characters of wrapped base64 on a line that is not the last one. */
const shortestLine = 20;

/** Finds base64 of PEM, as in kubeconfigs and Secrets, or of DER. What is in PEM already does not count again. */
function findEncoded(text: string, armored: readonly FoundKey[]): readonly FoundKey[] {
  const found: FoundKey[] = [];
  let next = 0;
  for (const { offset, encoded } of encodedIn(text)) {
    while ((armored[next]?.end ?? Number.POSITIVE_INFINITY) < offset) next += 1;
    if ((armored[next]?.offset ?? Number.POSITIVE_INFINITY) < offset) continue;
    const data = Buffer.from(encoded.replace(/\s/g, ''), 'base64');
    const hasKey = isKey(data.subarray(0, sequenceLength(data))) || findArmored(data.toString('latin1')).length > 0;
    if (hasKey) found.push({ offset, end: offset + encoded.length, form: 'private key in base64' });
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

/** Whether this is PKCS#1, PKCS#8 or SEC1: also a form of ML-DSA keys that Go does not read. */
function isKey(der: Uint8Array): boolean {
  if (der[0] !== 0x30 || der.length < 40) return false;
  try {
    parsePrivateKey(der);
    return true;
  } catch (error) {
    if (error instanceof ParseError) return error.message === expandedOnly || error.message === seedAndExpanded;
    throw error;
  }
}
