/// <reference types="vite/types/importMeta.d.ts" />
import { describe, expect, it } from 'vitest';
import { ruleDocs } from '../../src/index.ts';
import { type Case, expected, findingsOf, lintTree, names, treeOf } from './harness.ts';

/** Every `*.cases.ts` beside this file, by its name: arrays of cases, under any name. */
const files = import.meta.glob<Readonly<Record<string, readonly Case[]>>>('./*.cases.ts', { eager: true });
const groups: Readonly<Record<string, readonly Case[]>> = Object.fromEntries(
  Object.entries(files).map(([path, exported]) => [path.slice(2, -'.cases.ts'.length), Object.values(exported).flat()]),
);

const all = Object.values(groups).flat();

describe.each(Object.entries(groups))('%s', (_, cases) => {
  it.each(cases)('$name', async (one) => {
    expect(names(await findingsOf(one))).toEqual(expected(one));
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
