/** What has ended since a dump was made, and is renewed by a program, is skipped: nothing shows that it is right. */
import { expect, it } from 'vitest';
import { renewedCases } from './cases/renewed.ts';
import { lintObjects } from './harness.ts';

it.each([
  ['a serving certificate of a day that cert-manager has renewed since the dump', 'webhook/serving'],
  ['a serving certificate that is its own bundle, and that cert-manager has renewed since the dump', 'webhook/bundle'],
  ['the bundle of an extension API server that cainjector has filled in again since the dump', 'api-service/bundle'],
  ['a certificate that cert-manager has renewed since the dump', 'secret/expired'],
])('%s', async (name, rule) => {
  const one = renewedCases.find((other) => other.name === name);
  expect(one).toBeDefined();
  if (one === undefined) return;
  const { outcomes, skipped } = await lintObjects(one);
  expect(outcomes[rule]).toMatchObject({ pass: 0, fail: 0, skip: 1 });
  expect(skipped.find((skip) => skip.rule === rule)?.reason).toBe(
    'the dump is from 2026-11-28T17:07:58Z: it may have been renewed since',
  );
});
