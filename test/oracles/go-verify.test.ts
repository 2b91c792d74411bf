import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/artifact/certificate.ts';
import type { Strictness } from '../../src/artifact/strictness.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { verify } from '../../src/x509/verify/verify.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { type Answer, askGo, sha256 } from '../x509/support/ask-go.ts';
import { pathValidationCases } from '../x509/support/der-samples.ts';
import { derOf, go124, go124OldModule, hostOf, readable, timeOf, verifyCase } from '../x509/support/path-validation.ts';
import { type ChainQuestion, randomChain } from '../x509/support/random-chains.ts';
import { tryParse } from '../x509/support/try-parse.ts';

/** The GODEBUG settings of a module that requires a Go before 1.23. */
const oldModule = 'x509negativeserial=1,rsa1024min=0';

function askVerify(questions: readonly ChainQuestion[], godebug?: string): Answer[] {
  const base64 = (der: Uint8Array) => Buffer.from(der).toString('base64');
  const bodies = questions.map(({ leaf, roots, intermediates, ...rest }) =>
    JSON.stringify({
      ...rest,
      leaf: base64(leaf),
      roots: roots.map(base64),
      intermediates: intermediates.map(base64),
      at: Math.trunc(rest.at),
    }),
  );
  return askGo(
    bodies.map((body) => ['V', Buffer.from(body)]),
    godebug,
  );
}

function answer({ leaf, roots, intermediates, ...rest }: ChainQuestion, strictness: Strictness): Verdict {
  const read = tryParse(() => parseCertificate(leaf, strictness));
  if ('error' in read) return { ok: false, error: read.error };
  const pools = { roots: readable(roots, strictness), intermediates: readable(intermediates, strictness) };
  return verify(read.value, { ...rest, ...pools, at: Math.trunc(rest.at), strictness });
}

/** A verdict in the form of Go's answers: each chain as the SHA-256 hashes of its certificates. */
function described(verdict: Verdict): Answer {
  if (!verdict.ok) return { error: verdict.error };
  return { chains: verdict.chains.map((chain) => chain.map(({ raw }) => sha256(raw))) };
}

const chains = sampled(300, 6000);

describe('the verdict of Go', () => {
  test.each([
    ['by default', '', go124],
    ['in a module that asks for an older Go', oldModule, go124OldModule],
  ])('on chains, %s', (_, godebug, strictness) => {
    const words = new Map<string, number>();
    const wrong: string[] = [];
    for (let done = 0; done < chains; done += 1000) {
      const count = Math.min(1000, chains - done);
      const questions = Array.from({ length: count }, (_unused, i) => randomChain(firstSeed + done + i));
      const answers = askVerify(questions, godebug);
      questions.forEach((question, i) => {
        const [go, ours] = [answers[i], described(answer(question, strictness))];
        const kind = (go?.error ?? 'taken').replace(/ ?[("].*| current time .*| for .*|\d+ chains.*/s, '');
        words.set(kind, (words.get(kind) ?? 0) + 1);
        if (JSON.stringify(go) !== JSON.stringify(ours)) {
          wrong.push(`seed ${firstSeed + done + i}: Go ${JSON.stringify(go)}, we ${JSON.stringify(ours)}`);
        }
      });
    }
    console.log(`${chains} chains from seed ${firstSeed}: ${wrong.length} disagreements`, Object.fromEntries(words));
    expect(wrong).toEqual([]);
    expect(words.get('taken')).toBeGreaterThan(chains / 10);
    expect(words.size).toBeGreaterThan(10);
  });

  test('on the shared cases, in the words that are kept with them', () => {
    const questions = pathValidationCases.map((one) => ({
      leaf: derOf(one.leaf),
      roots: one.trusted.map(derOf),
      intermediates: one.intermediates.map(derOf),
      host: hostOf(one),
      usages: one.usages,
      at: timeOf(one),
    }));
    for (const [godebug, strictness] of [
      ['', go124],
      [oldModule, go124OldModule],
    ] as const) {
      const answers = askVerify(questions, godebug);
      expect(pathValidationCases.map((one) => described(verifyCase(one, strictness)))).toEqual(answers);
      if (godebug === '') continue;
      expect(answers.map(({ error }) => error ?? '')).toEqual(pathValidationCases.map(({ goError }) => goError));
    }
  });
});
