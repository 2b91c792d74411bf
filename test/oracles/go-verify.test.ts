import { describe, expect, test } from 'vitest';
import { firstSeed, sampled } from '../support/extent.ts';
import { pathValidationCases } from '../x509/support/der-samples.ts';
import { derOf, go124, go124OldModule, hostOf, timeOf, verifyCase } from '../x509/support/path-validation.ts';
import { randomChain } from '../x509/support/random-chains.ts';
import { askVerify, described, verdictOf } from './support/verdict-of-go.ts';

/** The GODEBUG settings of a module that requires a Go before 1.23. */
const oldModule = 'x509negativeserial=1,rsa1024min=0';

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
      const answers = askVerify(questions, { godebug });
      questions.forEach((question, i) => {
        const [go, ours] = [answers[i], verdictOf(question, strictness)];
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
      const answers = askVerify(questions, { godebug });
      expect(pathValidationCases.map((one) => described(verifyCase(one, strictness)))).toEqual(answers);
      if (godebug === '') continue;
      expect(answers.map(({ error }) => error ?? '')).toEqual(pathValidationCases.map(({ goError }) => goError));
    }
  });
});
