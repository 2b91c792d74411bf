import { describe, expect, test } from 'vitest';
import { type Strictness, strictest } from '../../src/artifact/strictness.ts';
import { strictnessOfGo } from '../../src/tables/go-releases.ts';
import { loadKeyPair } from '../../src/x509/load.ts';
import { readPem } from '../../src/x509/pem.ts';
import { certificatePem, makeCertificate } from '../support/certificates.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { keyNamed } from '../support/keys.ts';
import { mlDsaNames, mlDsaPem } from '../support/ml-dsa.ts';
import { askGo, joinParts } from '../x509/support/ask-go.ts';
import { mlDsaChain } from '../x509/support/ml-dsa-chains.ts';
import { askVerify, verdictOf } from './support/verdict-of-go.ts';

const chains = sampled(200, 10_000);
/** Go distinguishes faults of a signature's hints, and newer releases those of a point. */
const onePoint = 'x509: failed to unmarshal elliptic curve point';
const ourWords: Readonly<Record<string, string>> = {
  'invalid signature encoding': 'invalid signature',
  'P256 point not on curve': onePoint,
  'invalid P256 point encoding': onePoint,
  'invalid P256 element encoding': onePoint,
  'ecdsa: invalid uncompressed public key': onePoint,
};
const otherWords = new RegExp(Object.keys(ourWords).join('|'));

const strictnessOf = (release: string): Strictness => strictnessOfGo(release) ?? strictest;

describe.each(['1.26', '1.27'])('Go %s', (release) => {
  test('gives the same verdicts on chains of ML-DSA, in the same words', () => {
    const words = new Map<string, number>();
    const wrong: string[] = [];
    for (let done = 0; done < chains; done += 1000) {
      const count = Math.min(1000, chains - done);
      const questions = Array.from({ length: count }, (_unused, i) => mlDsaChain(firstSeed + done + i));
      const answers = askVerify(questions, { release });
      for (const [i, question] of questions.entries()) {
        const go = JSON.stringify(answers[i]).replace(otherWords, (said) => ourWords[said] ?? said);
        const ours = JSON.stringify(verdictOf(question, strictnessOf(release)));
        const kind = go.replace(/.*possibly because of \\"|^\{"error":"| ?[(\\"].*| current time .*/g, '') || 'taken';
        words.set(kind, (words.get(kind) ?? 0) + 1);
        if (go !== ours) wrong.push(`seed ${firstSeed + done + i}: Go ${go}, we ${ours}`);
      }
    }
    console.log(`${chains} chains, Go ${release}: ${wrong.length} disagreements`, Object.fromEntries(words));
    expect(wrong).toEqual([]);
    expect(words.size).toBeGreaterThan(5);
  });

  test('loads the same forms of a key', () => {
    const pairs = mlDsaNames.flatMap((name) => {
      const key = keyNamed('pair', name);
      const other = keyNamed('other', name);
      const certificate = certificatePem(
        makeCertificate({
          subject: [['CN', 'pair']],
          issuer: [['CN', 'pair']],
          key,
          signer: keyNamed('signer'),
          serial: 1n,
          notBefore: new Date('2026-01-01'),
          notAfter: new Date('2027-01-01'),
          keyUsage: ['digitalSignature'],
          usages: null,
          sans: null,
          ca: null,
        }),
      );
      const keys = (['seed', 'expanded', 'both'] as const).map((form) => mlDsaPem(key, form));
      return [...keys, mlDsaPem(other, 'seed')].map((secret) => [certificate, secret] as const);
    });
    const answers = askGo(
      pairs.map(([certificate, secret]) => ['T', joinParts(certificate, secret)] as const),
      '',
      release,
    );
    const ours = pairs.map(([certificate, secret]) => {
      const [cert, key] = [certificate, secret].map((text) => readPem(Buffer.from(text), strictnessOf(release)));
      const loaded = cert && key && loadKeyPair(cert, key);
      // No Go before 1.27 says more about a key than that it is none.
      return loaded?.ok ? {} : { error: loaded?.error.replace(/ \(.*/, '') };
    });
    expect(ours).toEqual(answers);
    expect(answers.filter(({ error }) => error === undefined)).toHaveLength(release === '1.27' ? 3 : 0);
  });
});
