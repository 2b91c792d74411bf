import { describe, expect, it } from 'vitest';
import { ruleDocs } from '../../src/index.ts';
import { controlPlane } from '../support/cluster.ts';
import { groups } from './all.ts';
import { expected, findingsOf, lintTree, lintTrees, names, treeOf } from './harness.ts';

const all = Object.values(groups).flat();

describe.each(Object.entries(groups))('%s', (_, cases) => {
  it.each(cases)('$name', async (one) => {
    expect(names(await findingsOf(one))).toEqual(await expected(one));
  });
});

describe('every rule', () => {
  it('has a case in which it fails', async () => {
    const names = (await Promise.all(all.map((one) => expected(one)))).flat();
    const failing = new Set(names.map((name) => name.split('@')[0]));
    expect(ruleDocs.map((rule) => rule.id).filter((id) => !failing.has(id))).toEqual([]);
  });

  it('has a case in which it passes', async () => {
    // What is asked about an upgrade alone is asked only before one.
    const reports = [
      await lintTree(await treeOf({}), { targetVersion: 'v1.37.0' }),
      await lintTrees([controlPlane(1), controlPlane(2)]),
    ];
    const passing = (id: string) => reports.some((report) => (report.outcomes[id]?.pass ?? 0) > 0);
    expect(ruleDocs.map((rule) => rule.id).filter((id) => !passing(id))).toEqual([]);
  });
});
