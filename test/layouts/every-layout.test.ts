/** What every layout must have: nodes that are quiet, remedies that fit, and values on which something depends. */
import { describe, expect, it } from 'vitest';
import type { SupportedNodes } from '../../src/api/parse-options.ts';
import type { Finding } from '../../src/index.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import type { Layout } from '../../src/tables/layouts/layout.ts';
import { sampled } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { fixtures, type LayoutFixture } from './fixtures.ts';
import { lintTree } from './run.ts';

it('every layout of rules/tables/ has fixtures', () => {
  expect(layouts.map(({ name }) => name).filter((name) => !Object.hasOwn(fixtures, name))).toEqual([]);
});

/** The layout comes first, so that it is that of nodes without a sign too. */
function knownWith(layout: Layout, { sources }: LayoutFixture): SupportedNodes {
  const others = layouts.filter(({ name }) => name !== layout.name);
  return { layouts: [layout, ...others], ...(sources && { sources }) };
}

/** The places of all texts in a value: `['kubelet', 'settings', '0']`. What a node must not have is left out. */
function textsIn(value: unknown, place: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value === 'string') return [place];
  if (typeof value !== 'object' || value === null || 'absent' in value) return [];
  return Object.entries(value).flatMap(([key, one]) => textsIn(one, [...place, key]));
}

/** A value with a different text at a place. */
function changedAt(value: unknown, place: readonly string[]): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return `${String(value)}x`;
  const copy = Array.isArray(value) ? [...value] : { ...(value as Readonly<Record<string, unknown>>) };
  return Object.assign(copy, { [key]: changedAt((copy as Readonly<Record<string, unknown>>)[key], rest) });
}

/**
 * Fields other than places: names, what tests of tables look at, and the kind of a node, which what runs there shows
 * too.
 */
// What a supervisor gives to components has tests of its own.
const others = [
  'name',
  'changes',
  'history',
  'bindings',
  'rules',
  'installer',
  'provider',
  'sources',
  'kind',
  'builtIn',
  'dropped',
  'grammar',
  'service',
  'supervisor',
  // A healthy node with the file is among the faults.
  'unless',
];

describe.each(Object.entries(fixtures))('%s', (name, fixture) => {
  it.each(Object.entries(fixture.nodes))('is quiet on its %s', async (kind, make) => {
    const report = await lintTree(make(), knownWith(fixture.layout, fixture));
    expect(report.nodes).toMatchObject([{ layout: name, role: kind }]);
    const isRisky = ({ rule }: Finding) => fixture.risky?.includes(rule);
    const loud = report.findings.filter((one) => one.severity !== 'info' && !isRisky(one));
    expect(loud.map(({ rule, subject, message }) => `${rule}@${subject}: ${message}`)).toEqual([]);
  });

  it('has nodes of every kind that it tells apart', () => {
    const kinds = fixture.row.nodes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => !Object.hasOwn(fixture.nodes, kind))).toEqual([]);
  });

  it('has remedies for its roles and components, and no others', () => {
    const { roles, arguments: rows, remedies, undocumented } = fixture.layout;
    const known = new Set([...roles, ...undocumented.map(({ role }) => role)]);
    const named = [
      ...[...remedies.rows, ...remedies.uses, ...(fixture.row.history ?? []), ...fixture.layout.bindings],
      ...remedies.reloads.flatMap(({ role }) => (role === undefined ? [] : { role })),
      ...(remedies.renewal?.roles ?? []).map((role) => ({ role })),
    ].map(({ role }) => role);
    expect(named.filter((role) => !known.has(role))).toEqual([]);
    expect(roles.filter((role) => !remedies.rows.some((row) => row.role === role))).toEqual([]);
    const components = new Set(rows.filter((row) => row.role !== null).map(({ component }) => component));
    const restarted = remedies.restarts.map(({ component }) => component);
    expect([...components].filter((component) => !restarted.includes(component))).toEqual([]);
  });

  // `issue` alone looks at some of them, to see whether a cluster was here: then a node must show that the value is
  // right.
  it('has no value on which nothing depends, and that no node has', {
    timeout: sampled(120_000, 900_000),
  }, async () => {
    const trees = await Promise.all([...Object.values(fixture.nodes), ...fixture.others].map((make) => make()));
    const said = async (tree: NodeTree, layout: Layout) =>
      JSON.stringify(await lintTree(tree, knownWith(layout, fixture), { passes: true }));
    const before = new Map<NodeTree, string>();
    const isNoticed = async (layout: Layout) => {
      // Most changes show on the first node: then the others are not linted.
      for (const tree of trees) {
        const plain = before.get(tree) ?? (await said(tree, fixture.layout));
        before.set(tree, plain);
        if ((await said(tree, layout)) !== plain) return true;
      }
      return false;
    };
    const [tree = expect.fail('no node')] = trees;
    before.set(tree, await said(tree, fixture.layout));
    expect(await said(tree, fixture.layout)).toBe(before.get(tree));
    const paths = trees.flatMap((tree) => [...tree.entries.keys()]);
    const unused: string[] = [];
    const places = textsIn(fixture.row).filter((place) => !place.some((field) => others.includes(field)));
    for (const place of sampled(places.slice(-1), places)) {
      const row = changedAt(fixture.row, place) as typeof fixture.row;
      if (await isNoticed(fixture.join(row))) continue;
      const text = String(place.reduce((value: unknown, key) => (value as Record<string, unknown>)[key], fixture.row));
      if (!paths.some((path) => `${path}/`.includes(text))) unused.push(`${place.join('.')}: ${text}`);
    }
    expect(unused).toEqual([]);
  });
});
