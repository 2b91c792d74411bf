/**
 * What `connections --format dot` and `mermaid` write, in Graphviz and Mermaid: both accept it, and their drawings
 * show every box, and every connection that fails with its words.
 */
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFleet } from '../../../scripts/fleet.mjs';
import { type Report, trustGraph } from '../../../src/index.ts';
import { inColumns } from '../../../src/report/graph/columns.ts';
import { inFrames, joinLabel, nodeLabel } from '../../../src/report/graph/labels.ts';
import type { TrustGraph } from '../../../src/results/graph.ts';
import { drawable } from '../../../src/results/read/graph-excerpt.ts';
import { serverWithoutNode } from '../../../src/results/read/wording.ts';
import { at, lintTrees, treeOf } from '../../cases/harness.ts';
import { incidents } from '../../incidents/incidents.ts';
import { graph as ofFixtures } from '../../report/fixtures.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { corpora, corpus } from '../../support/corpus.ts';
import { sample, sampled } from '../../support/extent.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { type Drawing, startReaders } from '../support/drawings.ts';

let readers: Awaited<ReturnType<typeof startReaders>>;
beforeAll(async () => {
  readers = await startReaders();
});
afterAll(() => readers.close());

const both = ['graphviz', 'mermaid'] as const;

const squeezed = (lines: readonly string[]): string => lines.join('').replace(/\s+/g, '');
const sorted = (texts: readonly string[]) => texts.filter((one) => one !== '').toSorted();

/** The drawing that is wanted. */
function wanted(graph: TrustGraph): Drawing {
  const { boxes, joins } = inColumns(graph);
  const drawn = joins.filter(({ kind }) => kind !== 'trusted-by');
  return {
    boxes: Object.fromEntries(boxes.map(({ id, node }) => [id, squeezed(nodeLabel(node))])),
    texts: sorted(drawn.map((join) => squeezed(joinLabel(join)))),
    failing: sorted(drawn.flatMap(({ from, to, verdict }) => (verdict === 'fail' ? `${from}->${to}` : []))),
    frames: sorted(inFrames(boxes).frames.map(({ title }) => squeezed([title]))),
  };
}

/** Draws a graph with both. */
async function expectDrawn(graph: TrustGraph): Promise<void> {
  for (const name of both) {
    const { write, draw } = readers[name];
    const { boxes, texts, failing, frames } = await draw(write(graph), graph);
    const drawn = { boxes, texts: sorted(texts), failing: sorted(failing), frames: sorted(frames) };
    expect({ name, ...drawn }).toEqual({ name, ...wanted(graph) });
  }
}

/** The failing connections that have no failing line between their ends. */
function missing(graph: TrustGraph, { connections }: Report): readonly string[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const lines = inColumns(graph).joins.flatMap(({ from, to, verdict }) => {
    const [client, server] = [byId.get(from), byId.get(to.replace(/-served$/, ''))];
    return verdict === 'fail' ? (client?.nodes ?? []).map((node) => `${node}: ${client?.name} → ${server?.name}`) : [];
  });
  const failing = connections.filter(({ verdict }) => verdict === 'fail');
  return failing
    .map((one) => `${one.node}: ${one.client} → ${serverWithoutNode(one)}`)
    .filter((one) => !lines.some((line) => one.startsWith(line) || line.startsWith(one)));
}

async function expectNodesDrawn(trees: readonly NodeTree[], options: Parameters<typeof lintTrees>[1] = {}) {
  const report = await lintTrees(trees, { at, ...options, picture: true });
  const { graph } = drawable(report.picture?.graph ?? ofFixtures);
  await expectDrawn(graph);
  if (report.nodes.length <= 5) expect(missing(graph, report)).toEqual([]);
}

it.each(sample(corpora, 2))('the healthy node %s', async (name) => {
  await expectNodesDrawn([await corpus(name)]);
});

it.each(sample(incidents, 2))('the incident $id', async (one) => {
  await expectNodesDrawn([await treeOf(one), ...((await one.beside?.()) ?? [])], one.options);
});

const pki = '/etc/kubernetes/pki';

it('three nodes with four causes, and five of which everything has expired', async () => {
  const [first, second] = [controlPlane(1), controlPlane(2)];
  first.write(`${pki}/etcd/ca.crt`, first.read(`${pki}/ca.crt`));
  second.remove(`${pki}/apiserver-kubelet-client.key`).issue('kube-etcd-peer', { issuer: 'kubernetes-ca' });
  const third = worker({ name: 'worker-1' }).editKubeconfig('kubelet.conf', { server: 'https://192.0.2.99:6443' });
  await expectNodesDrawn([first, second, third]);
  const five = [1, 2, 3].map((number) => controlPlane(number as 1 | 2 | 3));
  const late = { at: new Date('2045-01-01') };
  await expectNodesDrawn([...five, worker({ name: 'worker-1' }), worker({ name: 'worker-2' })], late);
});

it(`${sampled(30, 300)} nodes, of which 15 are broken`, async () => {
  const [folder, broken] = ['fleet-', 'broken-'].map((name) => mkdtempSync(join(tmpdir(), name))) as [string, string];
  await writeFleet(folder, sampled(28, 298), 'healthy');
  await writeFleet(broken, 15, 'a CA that is not theirs');
  for (const name of readdirSync(broken).filter((one) => one.startsWith('worker-'))) {
    rmSync(join(folder, name), { recursive: true });
    renameSync(join(broken, name), join(folder, name));
  }
  const { report, graph } = await trustGraph({ at, paths: [folder], failOn: 'never' });
  const excerpt = drawable(graph).graph;
  await expectDrawn(excerpt);
  // Each error once, with the number of connections that have it.
  const counts = inColumns(excerpt).joins.map(({ about }) => Number(/(\d+) connections: /.exec(about)?.[1] ?? 0));
  const failing = report.connections.filter(({ verdict }) => verdict === 'fail').length;
  expect(failing).toBeGreaterThanOrEqual(15);
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(failing);
});

/** Names that are words or signs of the languages, or of HTML. */
const names = [
  'end',
  'subgraph x',
  'graph',
  'style n0 fill:#f00',
  'click n0 "javascript:alert(1)"',
  '"]',
  "'; }",
  ']) --> n0',
  '}} | {{ \\',
  '\\N \\G \\L \\n',
  '&quot; &lt; &#35; #35; #quot; &amp',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '%% x',
  '%%{init: {"theme": "dark"}}%%',
  '---\ntitle: x\n---',
  'a\nb\r\nc\td',
  '`**x**`',
  '**x** _y_ ~~z~~ [a](b) ![a](b)',
  '1. x',
  '- x',
  '# x',
  '$$x^2$$',
  'fa:fa-car',
  'x@{ shape: rounded }',
  '\u202ex\u200by',
  'é 中文 🔑',
  ' ',
];

/** The graph of the fixtures with these in its texts, a name in each box in turn. */
function hostile(offset: number): TrustGraph {
  const name = (index: number) => names[(index + offset) % names.length] ?? '';
  return {
    at: ofFixtures.at,
    nodes: ofFixtures.nodes.map((node, index) => ({
      ...node,
      name: name(index),
      nodes: node.nodes.map((one) => `${one} ${name(index)}`),
      path: node.path === null ? null : `/${name(index)}`,
      fault: node.fault === null ? null : name(index + 1),
    })),
    edges: ofFixtures.edges.map((edge, index) =>
      edge.kind === 'dials' ? { ...edge, label: name(index), reason: name(index + 2) } : edge,
    ),
  };
}

describe('names that are syntax', () => {
  const step = ofFixtures.nodes.length;
  const offsets = Array.from({ length: Math.ceil(names.length / step) }, (_, index) => index * step);
  it.each(offsets)('are text, from name %i on', async (offset) => {
    await expectDrawn(hostile(offset));
  });

  it('a drawing in which one of them is not is noticed', async () => {
    const named = (name: string) => ({ ...ofFixtures, nodes: ofFixtures.nodes.map((node) => ({ ...node, name })) });
    for (const name of both) {
      const { write, draw } = readers[name];
      const raw = (text: string) => write(named('XXX')).replaceAll('XXX', text);
      await expect(draw(raw('"] x ['), ofFixtures)).rejects.toThrow();
      const { boxes } = await draw(raw('&lt;'), ofFixtures);
      expect(boxes).not.toEqual(wanted(named('&lt;')).boxes);
    }
  });
});

it('a drawing that lacks a failure is noticed', async () => {
  for (const name of both) {
    const { write, draw } = readers[name];
    const without = ofFixtures.edges.map((edge) =>
      edge.verdict === 'fail' ? { ...edge, verdict: 'ok' as const } : edge,
    );
    const { failing, texts } = await draw(write({ ...ofFixtures, edges: without }), ofFixtures);
    expect(failing).toEqual([]);
    expect(texts.join()).not.toContain('FAILS');
    expect(wanted(ofFixtures).failing).not.toEqual([]);
  }
});
