import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Certificate } from '../../src/artifact/certificate.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { hex } from '../../src/x509/der.ts';
import { keyUsages } from '../../src/x509/oids.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { seededRandom } from '../support/random.ts';
import { type Answer, askGo, sha256 } from '../x509/support/ask-go.ts';
import { corpusDer, pathValidationDer, rareCertificates } from '../x509/support/der-samples.ts';
import { mutateDer } from '../x509/support/mutate-der.ts';
import { go124 } from '../x509/support/path-validation.ts';
import { tryParse } from '../x509/support/try-parse.ts';

let seeds: Uint8Array[] = [];
beforeAll(async () => {
  seeds = [...(await corpusDer()).certificates, ...pathValidationDer(), ...rareCertificates()];
});

const certificates = sampled(6000, 60_000);

/** The fields for which we ask Go, from a certificate as we parse it. */
function describeCertificate(certificate: Certificate) {
  const { basicConstraints, publicKey } = certificate;
  const sans = (type: string) => (certificate.sans ?? []).filter((san) => san.type === type).map((san) => san.value);
  return {
    version: certificate.version,
    serial: certificate.serial,
    algorithm: certificate.signatureAlgorithm === 'unknown' ? '0' : certificate.signatureAlgorithm,
    issuer: certificate.issuer.der,
    subject: certificate.subject.der,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    dns: sans('DNS'),
    ips: sans('IP'),
    emails: sans('email'),
    uris: sans('URI').length,
    keyUsage: (certificate.keyUsage ?? []).reduce((bits, usage) => bits | (1 << keyUsages.indexOf(usage)), 0),
    usages: certificate.extendedKeyUsage?.length ?? 0,
    ca: basicConstraints?.ca ?? false,
    constrained: basicConstraints !== undefined,
    pathLength: basicConstraints?.pathLength ?? -1,
    subjectKeyId: certificate.subjectKeyId ?? '',
    authorityKeyId: certificate.authorityKeyId ?? '',
    critical: certificate.unhandledCritical,
    extensions: certificate.extensions.length,
    signature: sha256(certificate.signature),
    tbs: sha256(certificate.tbs),
    key: publicKey.type === 'other' ? '' : publicKey.id,
  };
}

/** Go keeps T.61 text as raw bytes, so names are compared only if they are ASCII. */
function namesOf(certificate: Certificate) {
  return { commonName: certificate.subject.commonName, organizations: certificate.subject.organizations };
}

function compare(der: Uint8Array, answer: Answer): string | undefined {
  const ours = tryParse(() => parseCertificate(der, go124));
  if ('error' in ours) {
    return answer.error === undefined ? `refused, and Go takes it: ${ours.error}: ${hex(der)}` : undefined;
  }
  if (answer.error !== undefined) return `taken, and Go says ${answer.error}: ${hex(der)}`;
  const { commonName, organizations, ...fields } = answer;
  expect(describeCertificate(ours.value)).toEqual(fields);
  const names = namesOf(ours.value);
  if (/^[ -~]*$/.test(JSON.stringify(names))) expect(names).toEqual({ commonName, organizations });
  return undefined;
}

describe('a certificate', () => {
  test('is read as Go reads it', () => {
    const answers = askGo(seeds.map((der) => ['C', der]));
    expect(seeds.length).toBeGreaterThan(200);
    expect(seeds.map((der, i) => compare(der, answers[i] as Answer)).filter(Boolean)).toEqual([]);
    expect(answers.filter((answer) => answer.error === undefined).length).toBeGreaterThan(150);
  });

  test('that was damaged is refused where Go refuses it, in its words', () => {
    const random = seededRandom(firstSeed);
    const damaged = Array.from({ length: certificates }, (_, i) =>
      mutateDer(seeds[i % seeds.length] as Uint8Array, random),
    );
    const answers = askGo(damaged.map((der) => ['C', der]));
    expect(damaged.map((der, i) => compare(der, answers[i] as Answer)).filter(Boolean)).toEqual([]);
    const refused = answers
      .map((answer, i) => [answer.error, damaged[i] as Uint8Array] as const)
      .filter(([error]) => error);
    const other = refused.flatMap(([error, der]) => {
      const ours = tryParse(() => parseCertificate(der, go124));
      return 'error' in ours && ours.error !== error ? [`${error} / ${ours.error}`] : [];
    });
    const words = new Set(refused.map(([error]) => error));
    console.log(
      `${damaged.length} damaged, ${refused.length} refused, ${words.size} errors, ${other.length} in other words`,
    );
    expect(other).toEqual([]);
    expect(words.size).toBeGreaterThan(30);
  });
});

test('a certificate that Go takes has a key that OpenSSL takes', () => {
  for (const der of seeds) {
    const ours = tryParse(() => parseCertificate(der, go124));
    if ('error' in ours || ours.value.publicKey.type === 'other') continue;
    const theirs = new X509Certificate(der).publicKey.export({ format: 'der', type: 'spki' });
    expect(hex(ours.value.publicKey.spki)).toBe(hex(theirs));
  }
});
