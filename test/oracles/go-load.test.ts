import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { readArmor } from '../../src/x509/armor.ts';
import { parseCertificate, parseCertificateRequest } from '../../src/x509/certificate.ts';
import { hex } from '../../src/x509/der.ts';
import { loadKeyPair } from '../../src/x509/load.ts';
import { readPem } from '../../src/x509/pem.ts';
import { parsePrivateKey } from '../../src/x509/private-key.ts';
import { parsePkixPublicKey } from '../../src/x509/public-key.ts';
import { verifyHostname } from '../../src/x509/verify/host-name.ts';
import { checkSignatureFrom } from '../../src/x509/verify/signature.ts';
import { pem } from '../support/der.ts';
import { sampled } from '../support/extent.ts';
import { type KeyType, keyNamed, keyTypes } from '../support/keys.ts';
import { seededRandom } from '../support/random.ts';
import { type Answer, askGo, joinParts, type Question, sha256 } from '../x509/support/ask-go.ts';
import { corpusDer, pathValidationDer, rareCertificates } from '../x509/support/der-samples.ts';
import { certificationRequest, secretForms } from '../x509/support/key-samples.ts';
import { mutateDer } from '../x509/support/mutate-der.ts';
import { go124 } from '../x509/support/path-validation.ts';
import { brokenArmor } from '../x509/support/pem-samples.ts';
import { tryParse } from '../x509/support/try-parse.ts';

let certificates: Uint8Array[] = [];
let keys: Uint8Array[] = [];
beforeAll(async () => {
  const real = await corpusDer();
  certificates = [...real.certificates.slice(0, 60), ...pathValidationDer(), ...rareCertificates()];
  keys = [...real.keys.slice(0, 20), ...secretForms()];
});

/** The samples unchanged, then `count` damaged ones. */
function withDamaged(samples: readonly Uint8Array[], count: number): Uint8Array[] {
  const random = seededRandom(2);
  return [
    ...samples,
    ...Array.from({ length: count }, (_, i) => mutateDer(samples[i % samples.length] as Uint8Array, random)),
  ];
}

/**
 * The samples for which Go's answer differs from ours. An answer is the id of a key; '' for a key that Go can neither
 * write nor use.
 */
function disagreements(kind: Question, samples: readonly Uint8Array[], read: (der: Uint8Array) => string): string[] {
  const answers = askGo(samples.map((der) => [kind, der]));
  expect(answers.filter((answer) => answer.error === undefined).length).toBeGreaterThan(samples.length / 10);
  return samples.flatMap((der, i) => {
    const { error, key } = answers[i] as Answer;
    const ours = tryParse(() => read(der));
    const same =
      'error' in ours
        ? error !== undefined || key === ''
        : error === undefined && (ours.value === '' || ours.value === key);
    return same ? [] : [`${hex(der)}: Go ${error ?? key}, we ${JSON.stringify(ours)}`];
  });
}

describe('keys and requests, whole and damaged', () => {
  test('private keys', () => {
    const read = (der: Uint8Array) => parsePrivateKey(der).publicKey.id;
    expect(disagreements('K', withDamaged(keys, 3000), read)).toEqual([]);
  });

  test('public keys', () => {
    const samples = keyTypes.map((type) => keyNamed('public', type).publicKey.export({ type: 'spki', format: 'der' }));
    const read = (der: Uint8Array) => {
      const key = parsePkixPublicKey(der);
      return key.type === 'other' ? '' : key.id;
    };
    expect(disagreements('P', withDamaged(samples, sampled(2000, 20_000)), read)).toEqual([]);
  });

  test('certificate requests', () => {
    const read = (der: Uint8Array) => {
      const { publicKey } = parseCertificateRequest(der);
      return publicKey.type === 'other' ? '' : publicKey.id;
    };
    const samples = (['P-256', 'Ed25519'] as const).map((type: KeyType) =>
      certificationRequest(keyNamed('request', type)),
    );
    expect(disagreements('R', samples, read)).toEqual([]);
  });
});

test('PEM blocks', () => {
  const texts = brokenArmor(certificates.slice(0, 3), 3000);
  const answers = askGo(texts.map((text) => ['A', text]));
  const ours = texts.map((text) =>
    readArmor(text).blocks.map(({ label, headers, der }) => ({
      label: Buffer.from(label, 'latin1').toString('base64'),
      headers: headers.size,
      der: sha256(der),
    })),
  );
  expect(ours).toEqual(answers.map((answer) => answer.blocks));
  expect(ours.flat().length).toBeGreaterThan(1000);
});

test('key pairs', () => {
  const halves = keyTypes.flatMap((type) => {
    const key = keyNamed('rare', type);
    return [key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()];
  });
  const rare = rareCertificates().map((der) => pem('CERTIFICATE', der));
  const odd = [
    '',
    'nothing here',
    pem('CERTIFICATE', Buffer.from('nonsense')),
    pem('PRIVATE KEY', Buffer.from('nonsense')),
    pem('EC PARAMETERS', Buffer.from('06052b81040022', 'hex')),
    pem('PRIVATE KEY', generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'der' })),
    pem('X509 CRL', Buffer.from('3000', 'hex')) + pem('PUBLIC KEY', Buffer.from('3000', 'hex')),
    pem('CERTIFICATE', Buffer.from('nonsense')) + rare[0],
    rare[1] + pem('CERTIFICATE', Buffer.from('nonsense')),
    pem('EC PARAMETERS', Buffer.from('06052b81040022', 'hex')) + halves[0],
    pem('MYPRIVATE KEY', Buffer.from('3000', 'hex')),
  ];
  const all = [...rare, ...halves, ...odd];
  const pairs = all.flatMap((cert) => all.map((key) => [cert, key] as const));
  const answers = askGo(pairs.map(([cert, key]) => ['T', joinParts(cert, key)]));
  const read = new Map(all.map((text) => [text, readPem(Buffer.from(text))]));
  const ours = pairs.map(([cert, key]) => {
    const pair = loadKeyPair(read.get(cert) ?? { blocks: [] }, read.get(key) ?? { blocks: [] });
    return pair.ok ? {} : { error: pair.error };
  });
  expect(ours).toEqual(answers);
  expect(new Set(answers.map((answer) => answer.error)).size).toBeGreaterThan(10);
});

const hosts = [
  'kubernetes',
  'kubernetes.default.svc',
  'KUBERNETES',
  'kubernetes.',
  'cp-1',
  '10.96.0.1',
  '[10.96.0.1]',
  '192.0.2.10',
  '::ffff:10.96.0.1',
  '2001:db8::7',
  '[2001:0db8:0:0:0:0:0:7]',
  '127.0.0.1',
  '::1',
  'localhost',
  'example.com',
  'a.example.com',
  'a.b.example.com',
  '*.example.com',
  'A.EXAMPLE.com.',
  '',
  '.',
  'a b',
  'x_y.example.com',
  '010.1.1.1',
  'host',
  'kube-apiserver',
  'front-proxy-client',
  'fe80::1%eth0',
  '[::1',
  '-a.example.com',
];

/** Go lists all names up to 1.24.10 and 1.25.4, and then only counts a hundred or more. The verdict is the same. */
function asNewerGo(error: string | undefined): string | undefined {
  const [, list, host] = /^x509: certificate is valid for (.*), not (.*)$/s.exec(error ?? '') ?? [];
  const names = list?.split(', ') ?? [];
  return names.length < 100 ? error : `x509: certificate is valid for ${names.length} names, but none matched ${host}`;
}

test('host names', () => {
  const parsed = certificates.flatMap((der) => {
    const read = tryParse(() => parseCertificate(der, go124));
    return 'error' in read ? [] : [{ der, certificate: read.value }];
  });
  const questions = parsed.flatMap(({ der, certificate }) => hosts.map((host) => ({ der, certificate, host })));
  const answers = askGo(questions.map(({ der, host }) => ['H', joinParts(host, der)]));
  const ours = questions.map(({ certificate, host }) => verifyHostname(certificate, host));
  expect(ours).toEqual(answers.map((answer) => asNewerGo(answer.error)));
  expect(ours.filter((error) => error === undefined).length).toBeGreaterThan(100);
});

test('signatures', () => {
  const parsed = certificates.flatMap((der) => {
    const read = tryParse(() => parseCertificate(der, go124));
    return 'error' in read ? [] : [{ der, certificate: read.value }];
  });
  const questions = parsed.flatMap((child) =>
    parsed
      .filter((parent, i) => parent.certificate.subject.der === child.certificate.issuer.der || i % 40 === 0)
      .map((parent) => ({ child, parent })),
  );
  const answers = askGo(questions.map(({ child, parent }) => ['S', joinParts(child.der, parent.der)]));
  const ours = questions.map(({ child, parent }) => checkSignatureFrom(child.certificate, parent.certificate, go124));
  expect(ours).toEqual(answers.map((answer) => answer.error));
  expect(ours.filter((error) => error === undefined).length).toBeGreaterThan(50);
});
