import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { corpus } from './corpus.ts';
import { keyNamed, privateKeyPem } from './keys.ts';
import { detector, keysIn, keysOf } from './secrets.ts';

const base64 = (text: Buffer | string) => Buffer.from(text).toString('base64');

/** Ways to print a part of a key. */
const forms: Readonly<Record<string, (part: Buffer) => string | Buffer>> = {
  'as it is': (part) => Buffer.concat([Buffer.from('text '), part, Buffer.from(' text')]),
  'as characters': (part) => `text ${part.toString('latin1')}`,
  'as characters and escapes': (part) =>
    [...part.toString('latin1')]
      .map((one) => (/[ -~]/.test(one) ? one : `\\x${Buffer.from(one, 'latin1').toString('hex')}`))
      .join(''),
  'in base64': (part) => `key:${base64(part)} text`,
  'in base64 for URLs': (part) => `key:${part.toString('base64url')}`,
  'in base64, one byte later': (part) => base64(Buffer.concat([randomBytes(1), part])),
  'in base64, two bytes later': (part) => base64(Buffer.concat([randomBytes(2), part])),
  'in base64, as a part of a line': (part) => base64(part).slice(1),
  'in base64, wrapped': (part) => base64(part).replace(/.{10}/g, '$&\n'),
  'in base64, as JSON of lines': (part) => JSON.stringify(base64(part).replace(/.{10}/g, '$&\n')),
  'in base64, twice': (part) => base64(`-----BEGIN\n${base64(Buffer.concat([randomBytes(50), part]))}\n`),
  'in hex': (part) => `key ${part.toString('hex')}`,
  'in capital hex': (part) => part.toString('hex').toUpperCase(),
  'in hex from an odd digit on': (part) => `f${part.toString('hex')}`,
  'in hex with colons': (part) => part.toString('hex').replace(/..(?!$)/g, '$&:'),
  'as a list': (part) => JSON.stringify(part),
};

describe.each(['P-256', 'P-521', 'RSA-2048', 'Ed25519'] as const)('any 24 bytes of a key (%s)', (type) => {
  const pem = privateKeyPem(keyNamed('leaked', type));
  const isLeaked = detector([pem]);
  const { d = '', qi = d } = keyNamed('leaked', type).privateKey.export({ format: 'jwk' });

  it.each(Object.entries(forms))('%s: found', (_, form) => {
    for (const number of [d, qi].map((one) => Buffer.from(one, 'base64url'))) {
      for (let at = 0; at + 24 <= number.length; at++) {
        expect(isLeaked(form(number.subarray(at, at + 24))), `from byte ${at}`).toBe(true);
      }
    }
  });

  it('in decimal, or as PEM: found', () => {
    const decimal = BigInt(`0x${Buffer.from(d, 'base64url').toString('hex')}`).toString();
    expect([decimal, pem, base64(pem), JSON.stringify({ pem })].map(isLeaked)).toEqual([true, true, true, true]);
  });

  it('of a different key: not found', () => {
    const other = keyNamed('kept', type).privateKey.export({ type: 'pkcs8', format: 'der' });
    expect(Object.values(forms).map((form) => isLeaked(form(other)))).not.toContain(true);
  });
});

it('finds the keys of a node, in files and in kubeconfigs', async () => {
  const node = await corpus('kubeadm-1.36-default');
  expect(keysIn(node.read('admin.conf')).length).toBe(1);
  expect(new Set(keysOf(node)).size).toBeGreaterThan(15);
  expect(detector(keysOf(node))(node.read('admin.conf'))).toBe(true);
});
