/// <reference types="vite/types/importMeta.d.ts" />
import { describe, expect, it } from 'vitest';
import { ruleDocs } from '../../src/index.ts';
import { controlPlane } from '../support/cluster.ts';
import { type Case, expected, findingsOf, lintTree, lintTrees, names, treeOf } from './harness.ts';

/** Every `*.cases.ts` beside this file, by its name: arrays of cases, under any name. */
const files = import.meta.glob<Readonly<Record<string, readonly Case[]>>>('./*.cases.ts', { eager: true });
const groups: Readonly<Record<string, readonly Case[]>> = Object.fromEntries(
  Object.entries(files).map(([path, exported]) => [path.slice(2, -'.cases.ts'.length), Object.values(exported).flat()]),
);

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
