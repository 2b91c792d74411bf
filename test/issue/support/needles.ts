/** Detects private keys in any form in which they could be printed or written. */
import { createPrivateKey } from 'node:crypto';

/** The PEM markers of private keys, plain and in the base64 of a kubeconfig. */
const armours: readonly string[] = ['RSA ', 'EC ', ''].flatMap((kind) => {
  const begin = `-----BEGIN ${kind}PRIVATE KEY-----`;
  return [begin, Buffer.from(begin).toString('base64').slice(0, 36)];
});

/** The secret numbers of a key: in hex, in base64 at each of the three possible offsets, and as bytes. */
function formsOf(key: string): readonly Buffer[] {
  const { d = '', p, q } = createPrivateKey(key).export({ format: 'jwk' });
  const numbers = [d, p, q].flatMap((number) => (number === undefined ? [] : [Buffer.from(number, 'base64url')]));
  return numbers.flatMap((number) => {
    const part = number.subarray(1, 25);
    const inBase64 = [0, 1, 2].flatMap((offset) => {
      const text = part.subarray(offset).toString('base64').slice(0, 24);
      return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
    });
    const texts = [part.toString('hex'), part.toString('hex').toUpperCase(), ...inBase64];
    return [Buffer.from(part), ...texts.map((text) => Buffer.from(text))];
  });
}

/** The PEM of every private key in a text, including those in the base64 of a kubeconfig. */
export function keysIn(text: string): readonly string[] {
  const embedded = /client-key-data: (\S+)/.exec(text)?.[1] ?? '';
  const all = text + Buffer.from(embedded, 'base64').toString();
  return all.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/g) ?? [];
}

/** Returns a function that says whether bytes contain any part of these keys, or the PEM marker of any private key. */
export function detector(keys: readonly string[]): (bytes: Buffer) => boolean {
  const needles = [...armours.map((text) => Buffer.from(text)), ...[...new Set(keys)].flatMap(formsOf)];
  return (bytes) => needles.some((needle) => bytes.includes(needle));
}
