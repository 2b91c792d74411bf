/** Converts YAML nodes to values with their place in a file. */
import type { Place, Placed } from '../../core/artifact.ts';
import { getString, type Position, type YamlNode } from './yaml.ts';

/** Returns the place of a node in a file. */
export function placeAt(path: string, { line, column }: Position): Place {
  return { path, line, column };
}

/** Returns the non-empty string under a path of keys, with its place. */
export function placedString(
  path: string,
  node: YamlNode | undefined,
  ...keys: readonly string[]
): Placed<string> | undefined {
  const scalar = getString(node, ...keys);
  return scalar === undefined || scalar.text === ''
    ? undefined
    : { value: withoutSecret(scalar.text), at: placeAt(path, scalar) };
}

/** Replaces secrets in the model and in reports. */
const withheld = '(embedded data)';

/** Returns the text, or a replacement if it contains a private key in PEM, PEM in base64, or a key's DER in base64. */
export function withoutSecret(text: string): string {
  if (text.length < 16) return text;
  return text.includes('PRIVATE KEY') || text.includes('LS0tLS1CRUdJTi') || holdsKey(text) ? withheld : text;
}

/** Base64 in any alphabet that can be the start of a SEQUENCE, long enough to recognise a key. */
const runs = /(?<![A-Za-z0-9+])(M[A-P][\w+/-]{30})/g;

function holdsKey(text: string): boolean {
  for (const [, run = ''] of text.matchAll(runs)) if (startsKey(Buffer.from(run, 'base64'))) return true;
  return false;
}

/** PKCS#1, PKCS#8 and SEC1 start with a SEQUENCE whose first element is the INTEGER 0 or 1 (RFC 8017, 5958, 5915). */
function startsKey(der: Buffer): boolean {
  const long = der[1] ?? 0;
  const at = long < 0x80 ? 2 : 2 + (long & 0x7f);
  return der[0] === 0x30 && der[at] === 0x02 && der[at + 1] === 1 && (der[at + 2] ?? 2) <= 1;
}
