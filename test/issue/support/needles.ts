/** What betrays a private key, in whatever form it is printed or written. */
import { createPrivateKey } from 'node:crypto';

/** The armour of private keys, plain and within the base64 of a kubeconfig. */
const armours: readonly string[] = ['RSA ', 'EC ', ''].flatMap((kind) => {
  const begin = `-----BEGIN ${kind}PRIVATE KEY-----`;
  return [begin, Buffer.from(begin).toString('base64').slice(0, 36)];
});

/** The secret numbers of a key, in hex, in base64 wherever they begin in it, and as bytes. */
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

/** The PEM of every private key in a text, and in the base64 of a kubeconfig. */
export function keysIn(text: string): readonly string[] {
  const embedded = /client-key-data: (\S+)/.exec(text)?.[1] ?? '';
  const all = text + Buffer.from(embedded, 'base64').toString();
  return all.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/g) ?? [];
}

/** Tells whether something holds any part of these keys, or the armour of any key at all. */
export function detector(keys: readonly string[]): (bytes: Buffer) => boolean {
  const needles = [...armours.map((text) => Buffer.from(text)), ...[...new Set(keys)].flatMap(formsOf)];
  return (bytes) => needles.some((needle) => bytes.includes(needle));
}
