/**
 * Healthy nodes that people really run have no error, no warning, no failing connection, and only infos with a reason.
 */
import { describe, expect, it } from 'vitest';
import { lintTree, lintTrees, treeOf } from '../../cases/harness.ts';
import { spreadInAll } from '../../support/extent.ts';
import { allowedInfos } from './infos.ts';
import type { Shape } from './shape.ts';
import { shapes } from './shapes.ts';

async function reportOf(one: Shape) {
  const tree = await treeOf(one);
  return one.beside === undefined
    ? lintTree(tree, one.options)
    : lintTrees([tree, ...(await one.beside())], one.options);
}

describe('a healthy node', () => {
  it.each(spreadInAll(shapes, 40))('$id', async (one) => {
    const { findings, connections, failures, exitCode } = await reportOf(one);
    const expected = Object.keys(allowedInfos[one.id] ?? {}).map((name) => `info ${name}`);
    const found = findings.map(({ severity, rule, subject }) => `${severity} ${rule}@${subject}`);
    expect(found.sort()).toEqual(expected.sort());
    expect(connections.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect([exitCode, failures]).toEqual([0, []]);
  });
});

describe('the table', () => {
  it('has at least 120 shapes, and no reason for an info of none of them', () => {
    const ids = shapes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(120);
    expect(Object.keys(allowedInfos).filter((id) => !ids.includes(id))).toEqual([]);
    expect(shapes.filter(({ source }) => !source.startsWith('https://'))).toEqual([]);
  });
});
