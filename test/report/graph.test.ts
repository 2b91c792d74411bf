import { describe, expect, it } from 'vitest';
import type { TrustGraph } from '../../src/core/graph.ts';
import { dot } from '../../src/report/dot.ts';
import { mermaid } from '../../src/report/mermaid.ts';
import { readDot, readMermaid } from './drawn.ts';
import { graph } from './fixtures.ts';

const evil = '"]}|;end`#quot;<script>&lt;\\"\\\\N\n-->}} n0 --> n1 %% {{ \x1b[31m\u202e';

/** The same with hostile text in every string that can come from a file. */
const hostile: TrustGraph = {
  at: graph.at,
  nodes: graph.nodes.map((node) => ({
    ...node,
    name: evil + node.name,
    nodes: node.nodes.map((name) => evil + name),
    path: node.path === null ? null : `/${evil}${node.path}`,
    fault: node.fault === null ? null : evil,
  })),
  edges: graph.edges.map((edge) => (edge.kind === 'dials' ? { ...edge, label: evil, reason: evil } : edge)),
};

const empty: TrustGraph = { at: graph.at, nodes: [], edges: [] };

describe.each([
  ['mermaid', mermaid, readMermaid],
  ['dot', dot, readDot],
] as const)('a graph in %s', (name, render, read) => {
  it(`reads as in golden/graph.${name}`, async () => {
    await expect(render(graph)).toMatchFileSnapshot(`golden/graph.${name}`);
  });

  it.each([
    ['of everything', graph],
    ['of nothing', empty],
    ['of hostile names', hostile],
  ])('is legal, and has all nodes and edges: %s', (_, given) => {
    const { nodes, edges } = read(render(given));
    expect(nodes.size).toBe(given.nodes.length);
    expect(edges.length).toBe(given.edges.length);
    for (const { from, to } of edges) expect([nodes.has(from), nodes.has(to)]).toEqual([true, true]);
  });

  it('shows nothing that a terminal obeys', () => {
    expect(render(hostile).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('marks what fails, and says why', () => {
    const { edges } = read(render(graph));
    const label = edges.map((edge) => edge.label).find((one) => one.includes('FAILS'));
    expect(label).toMatch(/https:\/\/127\.0\.0\.1:2379.*FAILS: x509: certificate signed by unknown/);
    expect(render({ ...graph, edges: graph.edges.filter(({ verdict }) => verdict !== 'fail') })).not.toMatch(
      /FAILS|linkStyle/,
    );
  });

  it('shortens what is endless', () => {
    const [node] = graph.nodes;
    if (node === undefined) throw new Error('the fixture has nodes');
    expect(render({ ...empty, nodes: [{ ...node, name: 'x'.repeat(1_000_000) }] }).length).toBeLessThan(2000);
  });
});
