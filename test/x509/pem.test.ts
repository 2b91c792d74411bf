import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPem } from '../../src/x509/pem.ts';
import { pem } from '../support/der.ts';
import { sampled } from '../support/extent.ts';
import { keyNamed, keyTypes, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import { rareCertificates } from './support/der-samples.ts';
import { certificationRequest } from './support/key-samples.ts';
import { brokenArmor } from './support/pem-samples.ts';

const [der = Buffer.alloc(0)] = rareCertificates();
const certificate = pem('CERTIFICATE', der);
const key = keyNamed('pem');
const secret = privateKeyPem(key);
const read = (text: string | Uint8Array) => readPem(Buffer.from(text));
const types = (text: string | Uint8Array) => read(text).blocks.map((block) => block.type);

describe('blocks', () => {
  test('are read by their labels, with their lines', () => {
    const text = `text\n${certificate}\nmore\r\n${secret}${publicKeyPem(key)}${pem('X509 CRL', Buffer.from([0x30, 0]))}`;
    const { blocks, oddity } = read(text);
    expect(blocks.map(({ label, type, headers }) => ({ label, type, headers }))).toEqual([
      { label: 'CERTIFICATE', type: 'certificate', headers: false },
      { label: 'EC PRIVATE KEY', type: 'private-key', headers: false },
      { label: 'PUBLIC KEY', type: 'public-key', headers: false },
      { label: 'X509 CRL', type: 'other', headers: false },
    ]);
    const lines = text.split('\n');
    expect(blocks.map(({ line }) => lines[line - 1])).toEqual(blocks.map(({ label }) => `-----BEGIN ${label}-----`));
    expect(oddity).toBeUndefined();
  });

  test.each([
    ['CRLF', certificate.replaceAll('\n', '\r\n')],
    ['blanks at the ends of lines', certificate.replaceAll('\n', ' \t\n')],
    ['one line', certificate.replace(/\n(?!-----|$)/g, '').replace('CERTIFICATE-----', 'CERTIFICATE-----\n')],
    ['no newline at the end', certificate.trimEnd()],
    ['text around it', `subject=CN\n\n${certificate}trailing`],
    ['a broken block in front', `-----BEGIN CERTIFICATE-----\nAAAA\n\n${certificate}`],
  ])('stand %s', (_, text) => {
    expect(types(text)).toEqual(['certificate']);
  });

  test('of other labels are no certificates, though they hold one', () => {
    const [block] = read(pem('TRUSTED CERTIFICATE', der)).blocks;
    expect(block).toMatchObject({ type: 'other', contents: { certificate: { version: 3 } } });
  });

  test('with headers say so', () => {
    const text = certificate.replace('-----\n', '-----\nA: b\n\n');
    expect(read(text).blocks).toMatchObject([{ type: 'certificate', headers: true }]);
  });

  test('that are encrypted are known as such', () => {
    const { privateKey } = key;
    const options = { cipher: 'aes-256-cbc', passphrase: 'x', format: 'pem' } as const;
    expect(types(privateKey.export({ ...options, type: 'pkcs8' }))).toEqual(['encrypted-key']);
    expect(types(privateKey.export({ ...options, type: 'sec1' }))).toEqual(['encrypted-key']);
  });

  test('that hold other than promised are malformed, in words of Go', () => {
    const promised = (label: string) => read(pem(label, Buffer.from('nonsense'))).blocks[0];
    expect(promised('CERTIFICATE')).toMatchObject({ promised: 'certificate', error: 'x509: malformed certificate' });
    expect(promised('OPENSSH PRIVATE KEY')).toMatchObject({
      promised: 'private-key',
      error: 'tls: failed to parse private key',
    });
    expect(promised('PUBLIC KEY')).toMatchObject({ promised: 'public-key', error: expect.stringContaining('asn1:') });
    expect(promised('CERTIFICATE REQUEST')).toMatchObject({ promised: 'certificate-request' });
  });

  test('of requests and RSA public keys', () => {
    const request = pem('NEW CERTIFICATE REQUEST', certificationRequest(key));
    const rsa = keyNamed('pem', 'RSA-2048');
    const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const { blocks } = read(request + pkcs1 + publicKeyPem(rsa));
    expect(blocks).toMatchObject([
      { type: 'certificate-request', request: { subject: { commonName: 'request' } } },
      { type: 'public-key', key: { type: 'RSA', bits: 2048 } },
      { type: 'public-key', key: blocks[1]?.type === 'public-key' ? blocks[1].key : {} },
    ]);
  });
});

test('a key has one id, however it was written', () => {
  for (const type of keyTypes) {
    const pair = keyNamed('forms', type);
    const { blocks } = read(privateKeyPem(pair) + privateKeyPem(pair, 'pkcs8') + publicKeyPem(pair));
    const ids = blocks.map((block) =>
      block.type === 'private-key' ? block.key.publicKey.id : block.type === 'public-key' ? block.key.id : '',
    );
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f]{64}$/);
  }
});

test('nothing secret is kept', () => {
  for (const type of keyTypes) {
    const pair = keyNamed('kept', type);
    const jwk = pair.privateKey.export({ format: 'jwk' });
    const bytes = Buffer.from(jwk.d ?? '', 'base64url');
    const texts = [
      privateKeyPem(pair),
      privateKeyPem(pair, 'pkcs8'),
      privateKeyPem(pair).replaceAll('PRIVATE KEY', 'CERTIFICATE'),
    ];
    for (const text of texts) {
      const kept = JSON.stringify(read(text), (_, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
      );
      expect(kept).not.toContain(bytes.toString('hex'));
      expect(kept).not.toContain(bytes.toString('base64'));
    }
  }
});

describe('why there is less than meets the eye', () => {
  const x25519 = generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'der' });
  test.each([
    ['an empty file', '', 'empty', undefined],
    ['blanks', ' \n\n', 'empty', undefined],
    ['a certificate in DER', der, 'der-certificate', undefined],
    ['a key in DER', key.privateKey.export({ type: 'sec1', format: 'der' }), 'der-key', undefined],
    ['a key in DER that no component reads', x25519, 'no-pem', undefined],
    ['PKCS#12', Buffer.from('30820a0302010330', 'hex'), 'pkcs12', undefined],
    ['a byte order mark', `\ufeff${certificate}`, 'byte-order-mark', 1],
    ['UTF-16', Buffer.from(`\ufeff${certificate}`, 'utf16le'), 'byte-order-mark', 1],
    ['an END that is missing', `\n\n${certificate.slice(0, 200)}`, 'cut-block', 3],
    ['a digit that is missing', certificate.replace(/\n([A-Za-z])/, '\n'), 'cut-block', 1],
    ['four dashes', certificate.replace('CERTIFICATE-----', 'CERTIFICATE----'), 'cut-block', 1],
    [
      'another END',
      `${secret}${certificate.replace('END CERTIFICATE', 'END CERTIFICATES')}`,
      'cut-block',
      secret.split('\n').length,
    ],
    ['blanks in front of BEGIN', `x\n${certificate.replaceAll('-----B', ' -----B')}`, 'indented-blocks', 2],
    ['blanks in front of all lines', certificate.replace(/^/gm, ' \t'), 'indented-blocks', 1],
    ['blanks in front of a block that is cut', certificate.slice(0, 200).replace(/^/gm, '  '), 'no-pem', 1],
    [
      'blanks in front of a block that is no certificate',
      '  -----BEGIN CERTIFICATE-----\n  AAAA\n  -----END CERTIFICATE-----\n',
      'no-pem',
      1,
    ],
    ['YAML', 'apiVersion: v1\n', 'no-pem', undefined],
  ])('%s', (_, bytes, oddity, oddityLine) => {
    const result = read(bytes);
    expect([result.oddity, result.oddityLine]).toEqual([oddity, oddityLine]);
  });

  test('a byte order mark in front of text hides nothing', () => {
    expect(read(`\ufefftext\n${certificate}`)).toMatchObject({ blocks: [{ type: 'certificate' }] });
    expect(read(`\ufefftext\n${certificate}`).oddity).toBeUndefined();
  });
});

describe('hostile bytes', () => {
  test('never make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        readPem(bytes);
      }),
      { numRuns: sampled(300, 3000), seed: 1 },
    );
    const label = fc.constantFrom(
      'CERTIFICATE',
      'PRIVATE KEY',
      'PUBLIC KEY',
      'CERTIFICATE REQUEST',
      'RSA PUBLIC KEY',
      'X',
    );
    fc.assert(
      fc.property(label, fc.uint8Array({ maxLength: 100 }), (name, bytes) => {
        expect(readPem(Buffer.from(pem(name, bytes))).blocks).toHaveLength(1);
      }),
      { numRuns: sampled(300, 3000), seed: 1 },
    );
    for (const text of brokenArmor([der], 500)) readPem(text);
  });

  test.each([
    ['no PEM', 'x: y\n'],
    ['BEGINs', '-----BEGIN CERTIFICATE-----\n'],
    ['BEGINs without a line', '-----BEGIN '],
    ['headers', 'a: b\n-----BEGIN X-----\n'],
    ['dashes', '-'],
    ['base64', '-----BEGIN X-----\nAAAA\n-----END Y-----\n'],
    ['newlines', '\n'],
  ])('4 MiB of %s take no time', (_, unit) => {
    const bytes = Buffer.alloc(4 * 2 ** 20, unit);
    // CPU time, because test machines are busy.
    const started = process.cpuUsage();
    readPem(bytes);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(1500);
  });
});
