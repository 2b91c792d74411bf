/** Finds bytes of known private keys in a text, in base64 and in hex. */
import { createPrivateKey } from 'node:crypto';

/** Any run of 31 characters of an encoded key contains one of its aligned parts of this length. */
const size = 16;

const numbers = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const;

/** The secret numbers of a key; none for one that OpenSSL cannot read. */
function secretNumbers(der: Uint8Array): Buffer[] {
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    try {
      const jwk = createPrivateKey({ key: Buffer.from(der), format: 'der', type }).export({ format: 'jwk' });
      return numbers.flatMap((name) => jwk[name] ?? []).map((text) => Buffer.from(text, 'base64url'));
    } catch {}
  }
  return [];
}

/** The number in hex, and in base64 at each of the three offsets that it can have in a longer encoding. */
function encodings(number: Buffer): string[] {
  const shifted = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), number])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  return [number.toString('hex'), ...shifted];
}

/** Returns a function that finds a part of one of these keys in a text: 12 bytes in base64, or 8 in hex. */
export function secretFinder(keys: readonly Uint8Array[]): (text: string) => string | undefined {
  // Without parts such as zeros, which occur anywhere.
  const known = new Set<string>();
  for (const text of keys
    .flatMap(secretNumbers)
    .filter((number) => number.length >= 24)
    .flatMap(encodings)) {
    for (let at = 0; at + size <= text.length; at += size) {
      const part = text.slice(at, at + size);
      if (new Set(part).size > 5) known.add(part);
    }
  }
  return (text) => {
    for (const [run] of text.matchAll(/[A-Za-z0-9+/]{16,}/g)) {
      for (let at = 0; at + size <= run.length; at++) {
        const part = run.slice(at, at + size);
        if (known.has(part)) return part;
      }
    }
    return undefined;
  };
}
