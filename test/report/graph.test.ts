import { describe, expect, it } from 'vitest';
import { inColumns } from '../../src/report/graph/columns.ts';
import { dot } from '../../src/report/graph/dot.ts';
import { mermaid } from '../../src/report/graph/mermaid.ts';
import type { TrustGraph } from '../../src/results/graph.ts';
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
  ])('is legal, and has every box and line but those of trust: %s', (_, given) => {
    const { nodes, edges } = read(render(given));
    const { boxes, joins } = inColumns(given);
    expect(nodes.size).toBe(boxes.length);
    expect(edges.length).toBe(joins.filter(({ kind }) => kind !== 'trusted-by').length);
    for (const { id, kind } of given.nodes)
      expect(kind === 'component' || boxes.some((box) => box.id === id)).toBe(true);
    for (const { from, to } of edges) expect([nodes.has(from), nodes.has(to)]).toEqual([true, true]);
  });

  it('shows nothing that a terminal obeys', () => {
    expect(render(hostile).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('marks what fails, and says why', () => {
    const { edges } = read(render(graph));
    const label = edges.map((edge) => edge.label).find((one) => one.includes('FAILS'));
    expect(label).toMatch(/FAILS: https:\/\/127\.0\.0\.1:2379: x509: certificate.*signed by unknown/);
    expect(render({ ...graph, edges: graph.edges.filter(({ verdict }) => verdict !== 'fail') })).not.toMatch(
      /FAILS|linkStyle/,
    );
  });

  it('joins two boxes by one line, with the worst verdict', () => {
    const dial = graph.edges.find(({ verdict }) => verdict === 'fail');
    if (dial === undefined) throw new Error('the fixture has an edge that fails');
    const fine = { ...dial, label: 'https://192.0.2.10:2379', verdict: 'ok', reason: null } as const;
    for (const edges of [
      [fine, dial],
      [dial, fine],
    ]) {
      const drawn = read(render({ ...graph, edges }));
      expect(drawn.edges.map(({ label }) => label.includes('FAILS'))).toEqual([true]);
    }
  });

  it('names many nodes as ranges, and only the name that a certificate lacks', () => {
    const names = Array.from({ length: 300 }, (_, index) => `worker-${index + 1}`);
    const reason = 'x509: certificate is valid for 192.0.2.10, 10.96.0.1, not 192.0.2.99';
    const drawn = read(
      render({
        ...graph,
        nodes: graph.nodes.map((node) => ({ ...node, nodes: names })),
        edges: graph.edges.map((edge) => (edge.verdict === 'fail' ? { ...edge, reason } : edge)),
      }),
    );
    expect([...drawn.nodes.values()].every((label) => label.includes('on worker-1 to worker-300'))).toBe(true);
    const labels = drawn.edges.map(({ label }) => label.replace(/\\n|<br\/>/g, ' '));
    expect(labels.find((label) => label.includes('FAILS'))).toMatch(
      /: x509: certificate is not valid for 192\.0\.2\.99/,
    );
  });

  it('shortens what is endless', () => {
    const [node] = graph.nodes;
    if (node === undefined) throw new Error('the fixture has nodes');
    expect(render({ ...empty, nodes: [{ ...node, name: 'x'.repeat(1_000_000) }] }).length).toBeLessThan(2000);
  });
});
