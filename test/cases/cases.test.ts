import { describe, expect, it } from 'vitest';
import { ruleDocs } from '../../src/index.ts';
import { certificateCases } from './certificate.cases.ts';
import { freedomCases } from './freedoms.cases.ts';
import { type Case, expected, lintTree, names, treeOf } from './harness.ts';

const groups: Readonly<Record<string, readonly Case[]>> = { certificate: certificateCases, freedoms: freedomCases };

const all = Object.values(groups).flat();

describe.each(Object.entries(groups))('%s', (_, cases) => {
  it.each(cases)('$name', async (one) => {
    const report = await lintTree(await treeOf(one), one.options);
    expect(names(report)).toEqual(expected(one));
  });
});

describe('every rule', () => {
  it('has a case in which it fails', () => {
    const failing = new Set(all.flatMap((one) => expected(one)).map((name) => name.split('@')[0]));
    expect(ruleDocs.map((rule) => rule.id).filter((id) => !failing.has(id))).toEqual([]);
  });

  it('has a case in which it passes', async () => {
    const report = await lintTree(await treeOf({}));
    const passing = (id: string) => (report.outcomes[id]?.pass ?? 0) > 0;
    expect(ruleDocs.map((rule) => rule.id).filter((id) => !passing(id))).toEqual([]);
  });
});
