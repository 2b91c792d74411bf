import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { certify } from '../../src/issue/certify/certificate.ts';
import { generateKey, privateKeyPem, publicKeyPem } from '../../src/issue/certify/keys.ts';
import type { AnyKey } from '../../src/issue/certify/ml-dsa-key.ts';
import { makeRequest } from '../../src/issue/certify/request.ts';
import { type CertificateSpec, classicalAlgorithms } from '../../src/results/issue/plan.ts';
import { hex } from '../../src/x509/der.ts';
import { authoritySpec, certificateIn, leafSpec, sansFrom } from '../issue/support/specs.ts';
import { children } from '../support/der.ts';
import { sample } from '../support/extent.ts';
import { keyNamed } from '../support/keys.ts';
import { buildGo, run, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const file = (name: string, content: string) => {
  const path = join(folder.path, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

const at = Date.parse('2026-12-01T00:00:00Z');
let program = '';
beforeAll(() => {
  program = buildGo('issue', folder.path);
});

/** A spec, a host name it is valid for, and its usage. */
interface Sample {
  readonly name: string;
  readonly spec: CertificateSpec;
  readonly host?: string;
  readonly usage?: 'serverAuth' | 'clientAuth';
}

const none = { sans: [], extendedKeyUsage: ['clientAuth'] };
const samples: readonly Sample[] = [
  { name: 'a server', spec: leafSpec(), host: '2001:db8::7', usage: 'serverAuth' },
  {
    name: 'a client with an organization',
    spec: leafSpec({ ...none, organizations: ['system:nodes'], commonName: 'system:node:cp-1' }),
    usage: 'clientAuth',
  },
  {
    name: 'organizations out of order, of several lengths',
    spec: leafSpec({ ...none, organizations: ['b', 'aa', 'system:masters', 'ü', 'a', 'B*'], commonName: 'x' }),
    usage: 'clientAuth',
  },
  {
    name: 'names that no PrintableString holds',
    spec: leafSpec({ ...none, organizations: ['a&b'], commonName: 'Zürich_*@日本 🙂' }),
    usage: 'clientAuth',
  },
  { name: 'an organization alone', spec: leafSpec({ ...none, organizations: ['o'], commonName: '' }) },
  {
    name: 'names of every kind',
    spec: leafSpec({
      extendedKeyUsage: ['serverAuth', 'clientAuth'],
      sans: sansFrom('DNS:*.example.com', 'email:a@example.com', 'IP:::ffff:192.0.2.10', 'IP:::1', 'URI:spiffe://a/b'),
    }),
    host: '192.0.2.10',
    usage: 'clientAuth',
  },
  { name: 'an intermediate', spec: authoritySpec({ commonName: 'etcd-ca' }) },
  {
    name: 'no subject, no usages',
    spec: leafSpec({ commonName: '', keyUsage: [], extendedKeyUsage: [] }),
    host: 'cp-1',
  },
  { name: 'an end beyond 2049', spec: leafSpec({ notAfter: '2060-02-29T23:59:59.000Z' }), host: 'cp-1' },
];

interface Issued {
  readonly certificate: string;
  readonly key: string;
  readonly issuer: string;
  readonly issuerKey: string;
  readonly request: string;
}

async function issue(spec: CertificateSpec, key: AnyKey, issuerKey: AnyKey): Promise<Issued> {
  const issuer = await certify(authoritySpec({ notAfter: '2061-01-01T00:00:00.000Z' }), issuerKey, 'self');
  return {
    certificate: await certify(spec, key, { certificate: issuer, key: issuerKey }),
    key: privateKeyPem(key),
    issuer,
    issuerKey: privateKeyPem(issuerKey),
    request: await makeRequest(spec, key),
  };
}

interface Answer {
  readonly certificate: string;
  readonly request: string;
  readonly key: string;
  readonly publicKey: string;
}

/** What Go encodes from the same values. Throws if Go rejects anything. */
function askGo(issued: Issued, { spec, host, usage }: Omit<Sample, 'name'>): Answer {
  const { organizations, commonName } = spec;
  const input = JSON.stringify({ ...issued, organizations, commonName, host, usage, at });
  return JSON.parse(execFileSync(program, { input, stdio: ['pipe', 'pipe', 'pipe'] }).toString());
}

const derOf = (pem: string) => Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64');
const infoOf = (request: string) => hex(children(derOf(request))[0] as Uint8Array);

function expectSame(issued: Issued, answer: Answer, publicKey: string): void {
  expect(hex(certificateIn(issued.certificate).tbs)).toBe(answer.certificate);
  expect(infoOf(issued.request)).toBe(answer.request);
  expect(issued.key).toBe(answer.key);
  expect(publicKey).toBe(answer.publicKey);
}

describe('Go verifies what is issued, and writes the same bytes', () => {
  const { privateKey: issuerKey } = keyNamed('oracle CA', 'P-384');
  const { privateKey: key } = keyNamed('oracle leaf');

  test.each(samples)('$name', async ({ spec, ...sample }) => {
    const issued = await issue(spec, key, issuerKey);
    expectSame(issued, askGo(issued, { spec, ...sample }), publicKeyPem(key));
  });

  test.each(sample(classicalAlgorithms, 2))('with keys of %s', async (algorithm) => {
    const own = await generateKey(algorithm);
    const issued = await issue(leafSpec(), own, await generateKey(algorithm));
    expectSame(issued, askGo(issued, { spec: leafSpec(), host: 'cp-1', usage: 'serverAuth' }), publicKeyPem(own));
  });

  test.each(sample(classicalAlgorithms, 2))('of a CA with a key of %s', async (algorithm) => {
    const own = await generateKey(algorithm);
    const spec = authoritySpec();
    const issuer = await certify(spec, own, 'self');
    const pair = { key: privateKeyPem(own), issuerKey: privateKeyPem(own) };
    const issued = { ...pair, certificate: issuer, issuer, request: await makeRequest(spec, own) };
    expectSame(issued, askGo(issued, { spec, host: 'kubernetes' }), publicKeyPem(own));
  });
});

describe('openssl', () => {
  const purposes = { serverAuth: 'sslserver', clientAuth: 'sslclient' } as const;
  const { privateKey: issuerKey } = keyNamed('oracle CA', 'RSA-2048');
  const { privateKey: key } = keyNamed('oracle leaf');

  test.each(samples)('verifies $name and its request', async ({ spec, usage }) => {
    const { issuer, certificate, request } = await issue(spec, key, issuerKey);
    const [root, leaf, csr] = [file('ca.pem', issuer), file('leaf.pem', certificate), file('leaf.csr', request)];
    const purpose = usage === undefined ? [] : ['-purpose', purposes[usage]];
    const trust = ['-CAfile', root, '-no-CApath', '-no-CAstore', '-attime', String(at / 1000)];
    const { status, output } = run(['openssl', 'verify', ...trust, ...purpose, leaf]);
    expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining('leaf.pem: OK') });
    expect(run(['openssl', 'req', '-in', csr, '-verify', '-noout']).output).toContain('verify OK');
  });

  test('prints the extensions of a server as they are wanted', async () => {
    const { certificate, issuer } = await issue(leafSpec(), key, issuerKey);
    const { stdout } = run(['openssl', 'x509', '-in', file('text.pem', certificate), '-noout', '-text']);
    const extensions = stdout
      .slice(stdout.indexOf('X509v3 extensions:'), stdout.indexOf('    Signature Algorithm', stdout.indexOf('X509v3')))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const id = certificateIn(issuer).subjectKeyId?.toUpperCase().match(/../g)?.join(':');
    expect(extensions).toEqual([
      'X509v3 extensions:',
      ...['X509v3 Key Usage: critical', 'Digital Signature, Key Encipherment'],
      ...['X509v3 Extended Key Usage:', 'TLS Web Server Authentication'],
      ...['X509v3 Basic Constraints: critical', 'CA:FALSE'],
      ...['X509v3 Authority Key Identifier:', id],
      'X509v3 Subject Alternative Name:',
      'DNS:cp-1, DNS:kubernetes, IP Address:10.96.0.1, IP Address:2001:DB8:0:0:0:0:0:7',
    ]);
    expect(stdout).toMatch(/Version: 3 \(0x2\)[\s\S]+Signature Algorithm: sha256WithRSAEncryption/);
  });
});
