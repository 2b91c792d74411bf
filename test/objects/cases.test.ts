import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { examplesIn, readRulePages } from '../../scripts/rule-pages.mjs';
import { lint } from '../../src/index.ts';
import { examplesOf } from '../cases/examples.ts';
import { at, expected, names, vagueTexts } from '../cases/harness.ts';
import { root } from '../repository/files.ts';
import { objectCases } from './cases.ts';
import { lintObjects } from './harness.ts';

const documented = examplesIn(readRulePages(root));

it.each(objectCases)('$name', async (one) => {
  const report = await lintObjects(one);
  expect(names(report)).toEqual(expected(one));
  expect(vagueTexts(report)).toEqual([]);
  expect(report.failures).toEqual([]);
  for (const [rule, text] of examplesOf(one, report)) expect(documented.get(rule), 'npm run docs').toBe(text);
});

const corpora = `${root}fixtures/corpora/objects/`;

it.each(readdirSync(corpora))('%s is healthy', async (name) => {
  const { findings } = await lint({ paths: [`${corpora}${name}`], at });
  expect(
    findings.filter(({ severity }) => severity !== 'info').map(({ rule, subject }) => `${rule}@${subject}`),
  ).toEqual([]);
});
