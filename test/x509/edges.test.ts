import { expect, test } from 'vitest';
import type { Strictness } from '../../src/artifact/strictness.ts';
import { parseCertificate, parseCertificateRequest } from '../../src/x509/certificate.ts';
import { loadKeyPair } from '../../src/x509/load.ts';
import { readPem } from '../../src/x509/pem.ts';
import { parsePrivateKey } from '../../src/x509/private-key.ts';
import { children, explicit, oid, pem, sequence } from '../support/der.ts';
import { keyNamed } from '../support/keys.ts';
import { corpusDer } from './support/der-samples.ts';
import { crtSamples, edgeCertificates, edgeKeys, zeroSecrets } from './support/edge-samples.ts';
import { certificationRequest } from './support/key-samples.ts';
import { tryParse } from './support/try-parse.ts';

const lenient: Strictness = { takes: ['odd-crt-values'] };
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const withAttributes = (info: Uint8Array = hex(''), attributes: string): Buffer =>
  sequence(...children(info).slice(0, 3), explicit(0, hex(attributes)));
const isAccepted = (read: () => unknown): boolean => 'value' in tryParse(read);

test.each(edgeCertificates)('a certificate at an edge is judged as by Go: $name', ({ der, accepted }) => {
  expect(isAccepted(() => parseCertificate(der))).toBe(accepted);
});

test.each(edgeKeys)('a key at an edge is judged as by Go: $name', ({ der, accepted }) => {
  expect(isAccepted(() => parsePrivateKey(der))).toBe(accepted);
});

test('CRT values are judged as by Go', () => {
  const samples = crtSamples(keyNamed('edges', 'RSA-2048').privateKey.export({ format: 'jwk' }));
  const judged = (strictness?: Strictness) =>
    samples.map(({ name, der }) => [name, isAccepted(() => parsePrivateKey(der, strictness))]);
  expect(judged()).toEqual(samples.map(({ name, accepted }) => [name, accepted]));
  expect(judged(lenient)).toEqual(samples.map(({ name, accepted, formerly = accepted }) => [name, formerly]));
});

test('a key with wrong CRT values is loaded where the Go of the node calculates them again', () => {
  const { privateKey } = keyNamed('edges', 'RSA-2048');
  const [wrong] = crtSamples(privateKey.export({ format: 'jwk' })).filter(({ formerly }) => formerly);
  const file = Buffer.from(pem('RSA PRIVATE KEY', wrong?.der ?? Buffer.alloc(0)));
  expect(readPem(file).blocks[0]?.type).toBe('malformed');
  expect(readPem(file, lenient).blocks[0]?.type).toBe('private-key');
});

test.each([
  ['as it is', (parts: readonly Uint8Array[]) => parts, true],
  ['with an attribute with a high tag', ([info, ...rest]) => [withAttributes(info, '1f1f00'), ...rest], true],
  ['with a truncated attribute', ([info, ...rest]) => [withAttributes(info, '3005'), ...rest], false],
  ['with truncated parameters', ([info, , bits]) => [info, sequence(oid('1.3.101.112'), hex('0505')), bits], false],
] satisfies [string, (parts: readonly Uint8Array[]) => readonly (Uint8Array | undefined)[], boolean][])(
  'a request is judged as by Go: %s',
  (_, change, accepted) => {
    const parts = change(children(certificationRequest(keyNamed('edges', 'Ed25519'))));
    const der = sequence(...parts.map((part) => part ?? hex('')));
    expect(isAccepted(() => parseCertificateRequest(der))).toBe(accepted);
  },
);

test('no certificate is loaded with a secret of zero', async () => {
  const { certificates } = await corpusDer();
  const chain = readPem(Buffer.from(pem('CERTIFICATE', certificates[0] ?? Buffer.alloc(0))));
  for (const { der } of zeroSecrets) {
    const key = readPem(Buffer.from(pem('EC PRIVATE KEY', der)));
    expect(loadKeyPair(chain, key).ok).toBe(false);
  }
});
