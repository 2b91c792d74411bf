/** Finds private keys, or parts of them, in whatever was printed or written. */
import { createPrivateKey } from 'node:crypto';
import type { FileMap } from './file-map.ts';

/** The PEM of every private key in a text, including those in the base64 of a kubeconfig. */
export function keysIn(text: string): readonly string[] {
  const embedded = [...text.matchAll(/key-data: (\S+)/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString(),
  );
  return [text, ...embedded].flatMap(
    (one) => one.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/g) ?? [],
  );
}

/** The same, and what is in base64 in the text, as deep as it is. */
export function keysWithin(text: string, depth = 3): readonly string[] {
  const inner = depth === 0 ? [] : (text.match(/[A-Za-z0-9+/]{60,}={0,2}/g) ?? []);
  return [
    ...keysIn(text),
    ...inner.flatMap((one) => keysWithin(Buffer.from(one, 'base64').toString('latin1'), depth - 1)),
  ];
}

/** Whether Node can parse a key. Its secret numbers are unknown otherwise. */
export function isReadable(pem: string): boolean {
  try {
    return createPrivateKey(pem) !== undefined;
  } catch {
    return false;
  }
}

/** The PEM of every private key of a node. */
export const keysOf = (node: FileMap): readonly string[] =>
  [...node.entries.values()].flatMap((entry) =>
    entry.type === 'file' ? keysIn(entry.content.toString('latin1')) : [],
  );

const known = new Map<string, readonly Buffer[]>();

/** The secret numbers of a key, which is parsed once: scalar or seed, or the exponents and primes of RSA. */
function numbersOf(pem: string): readonly Buffer[] {
  const found = known.get(pem);
  if (found !== undefined) return found;
  const { d, p, q, dp, dq, qi } = createPrivateKey(pem).export({ format: 'jwk' });
  const numbers = [d, p, q, dp, dq, qi].flatMap((number) =>
    number === undefined ? [] : [Buffer.from(number, 'base64url')],
  );
  known.set(pem, numbers);
  return numbers;
}

/** The length of the pieces that are looked for, in bytes. Any 24 bytes contain one, also if two thirds are decoded. */
const piece = 8;

/** Consecutive pieces of a number. A few bytes at its end may remain. */
const piecesOf = (number: Buffer): readonly Buffer[] =>
  Array.from({ length: Math.floor(number.length / piece) }, (_, index) =>
    number.subarray(index * piece, (index + 1) * piece),
  );

/** Returns a function that says whether bytes contain one of these pieces, unencoded. */
function finder(pieces: readonly Buffer[]): (bytes: Buffer) => boolean {
  const wanted = new Set(pieces.map((one) => one.toString('latin1')));
  // Nearly all positions are ruled out by their first two bytes.
  const starts = new Uint8Array(65536);
  for (const one of pieces) starts[one.readUInt16BE()] = 1;
  return (bytes) => {
    for (let at = 0; at + piece <= bytes.length; at++) {
      const start = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      if (starts[start] === 1 && wanted.has(bytes.toString('latin1', at, at + piece))) return true;
    }
    return false;
  };
}

/** What separates the parts of a long value that a report or a PEM file wraps. */
const separators = /\\[nrt]|[\s"'|│,]+/g;

/** The formats of a report repeat each other. */
const distinct = (runs: readonly string[] | null): readonly string[] => [...new Set(runs)];

/** Base64 in any alphabet, decoded from each of the four offsets at which a group of digits can start. */
const base64In = (text: string): readonly Buffer[] =>
  distinct(text.replace(separators, '').match(/[\w+/-]{20,}/g)).flatMap((run) =>
    [0, 1, 2, 3].map((offset) => Buffer.from(run.slice(offset), 'base64')),
  );

const hexIn = (text: string): readonly Buffer[] =>
  distinct(text.match(/(?:[0-9a-fA-F]{2}[\s:-]*){16,}/g)).flatMap((run) => {
    const digits = run.replace(/[^0-9a-fA-F]/g, '');
    return [digits, digits.slice(1)].map((one) => Buffer.from(one, 'hex'));
  });

/** Lists of bytes, as `Buffer.toJSON` writes them. */
const listsIn = (text: string): readonly Buffer[] =>
  (text.match(/(?:\d{1,3}[\s,]+){16,}/g) ?? []).map((run) => Buffer.from(run.split(/[\s,]+/).map(Number)));

/** Bytes that were printed as characters, some of them perhaps as escapes. */
function charactersIn(text: string): readonly Buffer[] {
  if (!/[\x80-\xff]|\\[xu]/.test(text)) return [];
  const plain = Buffer.from(text, 'latin1').toString();
  return [
    Buffer.from(
      plain.replace(/\\(?:x|u00)([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ),
  ];
}

const decoders = [base64In, hexIn, listsIn, charactersIn];

/**
 * Returns a function that says whether bytes contain 24 consecutive bytes of a secret number of one of these keys: as
 * they are, in base64, in hex or as a list; or in decimal; or the PEM marker of any private key.
 *
 * @param depth how many encodings are searched in each other: PEM in the base64 of a kubeconfig is encoded twice
 */
export function detector(keys: readonly string[], depth = 2): (bytes: Buffer | string) => boolean {
  const numbers = [...new Set(keys)].flatMap(numbersOf);
  const hasPiece = finder(numbers.flatMap(piecesOf));
  const decimals = numbers.map((number) =>
    BigInt(`0x${number.toString('hex')}`)
      .toString()
      .slice(0, 60),
  );
  const search = (bytes: Buffer, left: number): boolean => {
    if (hasPiece(bytes)) return true;
    const text = bytes.toString('latin1');
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return true;
    if (decimals.some((decimal) => text.includes(decimal))) return true;
    return left > 0 && decoders.some((decode) => decode(text).some((one) => search(one, left - 1)));
  };
  return (bytes) => search(Buffer.from(bytes), depth);
}
