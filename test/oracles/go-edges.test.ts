import { expect, test } from 'vitest';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { pem } from '../support/der.ts';
import { keyNamed, keyTypes } from '../support/keys.ts';
import { askGo, joinParts } from '../x509/support/ask-go.ts';
import { rareCertificates } from '../x509/support/der-samples.ts';
import { crtSamples, type EdgeSample, edgeCertificates, edgeKeys, zeroSecrets } from '../x509/support/edge-samples.ts';
import { go124 } from '../x509/support/path-validation.ts';

const withTruePrimes = crtSamples(keyNamed('edges', 'RSA-2048').privateKey.export({ format: 'jwk' }));
const keys = [...edgeKeys, ...withTruePrimes];

const verdicts = (kind: 'C' | 'K', samples: readonly EdgeSample[], godebug = '') =>
  askGo(
    samples.map(({ der }) => [kind, der]),
    godebug,
  ).map(({ error }, i) => [samples[i]?.name, error === undefined]);

test('Go has the verdict that is written in the samples', () => {
  expect(verdicts('C', edgeCertificates)).toEqual(edgeCertificates.map(({ name, accepted }) => [name, accepted]));
  expect(verdicts('K', keys)).toEqual(keys.map(({ name, accepted }) => [name, accepted]));
});

test('with x509rsacrt=0, Go calculates wrong CRT values again', () => {
  const wanted = withTruePrimes.map(({ name, accepted, formerly = accepted }) => [name, formerly]);
  expect(verdicts('K', withTruePrimes, 'x509rsacrt=0')).toEqual(wanted);
});

test('Go reads the numbers of these certificates as pki-lint does', () => {
  const accepted = edgeCertificates.filter((sample) => sample.accepted);
  const answers = askGo(accepted.map(({ der }) => ['C', der]));
  const ours = accepted.map(({ der }) => {
    const { version, basicConstraints } = parseCertificate(der, go124);
    return { version, pathLength: basicConstraints?.pathLength ?? -1 };
  });
  expect(ours).toEqual(answers.map(({ version, pathLength }) => ({ version, pathLength })));
});

test('no certificate matches a secret of zero', () => {
  const certificates = rareCertificates(keyTypes.map((type) => keyNamed('edges', type)));
  const pairs = zeroSecrets.flatMap(({ der }) =>
    certificates.map((certificate) => joinParts(pem('CERTIFICATE', certificate), pem('EC PRIVATE KEY', der))),
  );
  const answers = askGo(pairs.map((pair) => ['T', pair]));
  expect(answers.filter(({ error }) => error === undefined)).toEqual([]);
});
