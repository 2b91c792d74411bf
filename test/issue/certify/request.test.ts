import 'reflect-metadata';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { describe, expect, test } from 'vitest';
import { generateKey } from '../../../src/issue/certify/keys.ts';
import { makeRequest } from '../../../src/issue/certify/request.ts';
import { classicalAlgorithms, type KeyAlgorithm } from '../../../src/results/issue/plan.ts';
import { hex } from '../../../src/x509/der.ts';
import { readPem } from '../../../src/x509/pem.ts';
import { children } from '../../support/der.ts';
import { keyNamed } from '../../support/keys.ts';
import { mlDsaNames } from '../../support/ml-dsa.ts';
import { authoritySpec, leafSpec, sansFrom } from '../support/specs.ts';
import { storedKey } from '../support/stored-key.ts';

const { privateKey } = keyNamed('request');

/** A request in PEM as @peculiar/x509 reads it. Extensions are lists of OID, critical and value. */
function readByPeculiar(pem: string) {
  const request = new Pkcs10CertificateRequest(pem);
  const extensions = request.extensions.map(({ type, critical, value }) => [
    type,
    critical,
    hex(new Uint8Array(value)),
  ]);
  return { request, subject: request.subject, extensions };
}

const keyUsage = (bits: string) => ['2.5.29.15', true, bits];
const dns = ['2.5.29.17', false, `30068204${Buffer.from('cp-1').toString('hex')}`];

describe('a request asks', () => {
  test('for usages and names, in Go’s order', async () => {
    const pem = await makeRequest(
      leafSpec({ organizations: ['system:nodes'], commonName: 'system:node:cp-1', sans: sansFrom('DNS:cp-1') }),
      privateKey,
    );
    const { subject, extensions } = readByPeculiar(pem);
    expect(subject).toBe('O=system:nodes, CN=system:node:cp-1');
    expect(extensions).toEqual([keyUsage('030205a0'), ['2.5.29.37', false, '300a06082b06010505070301'], dns]);
    expect(pem).toMatch(
      /^-----BEGIN CERTIFICATE REQUEST-----\n(?:.{64}\n)*.{1,64}\n-----END CERTIFICATE REQUEST-----\n$/,
    );
  });

  test('for a CA to be one', async () => {
    const { extensions } = readByPeculiar(await makeRequest(authoritySpec({ sans: [] }), privateKey));
    expect(extensions).toEqual([keyUsage('030202a4'), ['2.5.29.19', true, '30030101ff']]);
  });

  test('for nothing but a name where there is nothing else', async () => {
    const bare = { sans: [], keyUsage: [], extendedKeyUsage: [] };
    const pem = await makeRequest(leafSpec(bare), privateKey);
    expect(readByPeculiar(pem).extensions).toEqual([]);
    const [block] = readPem(Buffer.from(pem)).blocks;
    expect(block).toMatchObject({ type: 'certificate-request', request: { subject: { text: 'CN=kube-apiserver' } } });
  });
});

test.each(classicalAlgorithms)('a request is signed with %s', async (algorithm) => {
  const { request } = readByPeculiar(await makeRequest(leafSpec(), storedKey('request', algorithm)));
  expect(await request.verify()).toBe(true);
  const hash = algorithm === 'ecdsa-p384' ? 'SHA-384' : 'SHA-256';
  expect(request.signatureAlgorithm).toMatchObject({ hash: { name: hash } });
});

test.each(mlDsaNames)('a request is signed with %s, without parameters', async (name) => {
  const pem = await makeRequest(leafSpec(), await generateKey(name.toLowerCase() as KeyAlgorithm));
  const { rawData } = readByPeculiar(pem).request;
  const [, algorithm] = children(new Uint8Array(rawData));
  expect(hex(algorithm as Uint8Array)).toMatch(/^300b06096086480165030403\d\d$/);
});

test('what cannot be asked for is refused', async () => {
  await expect(makeRequest(leafSpec({ sans: sansFrom('DNS:münchen') }), privateKey)).rejects.toThrow(
    'x509: SAN dNSName is malformed',
  );
  await expect(makeRequest(leafSpec({ sans: sansFrom('IP:1.2.3') }), privateKey)).rejects.toThrow(
    'no subject alternative name can be written of IP:1.2.3',
  );
});
