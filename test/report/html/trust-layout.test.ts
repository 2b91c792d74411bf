/** Where the boxes of a trust graph are. */
import { describe, expect, it } from 'vitest';
import { layOut, ofCluster, ofNode } from '../../../src/report/graph/trust-layout.ts';
import type { TrustGraph } from '../../../src/results/graph.ts';
import { lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { corpus } from '../../support/corpus.ts';

const boxHeight = 40;

/** Boxes of a column that overlap, or leave the drawing. */
function faults(graph: TrustGraph): readonly string[] {
  const { items, joins, height } = layOut(graph);
  const ids = new Set(items.map(({ id }) => id));
  return [
    ...items.flatMap((one) =>
      items
        .filter((other) => one.id < other.id && one.column === other.column && Math.abs(one.y - other.y) < boxHeight)
        .map((other) => `${one.node.name} overlaps ${other.node.name}`),
    ),
    ...items
      .filter(({ y }) => y < boxHeight || y + boxHeight / 2 > height)
      .map(({ node }) => `${node.name} is outside`),
    ...joins
      .filter(({ from, to, kind }) => kind !== 'trusted-by' && !(ids.has(from) && ids.has(to)))
      .map(({ title }) => title),
  ];
}

async function graphOf(trees: Parameters<typeof lintTrees>[0]): Promise<TrustGraph> {
  const { picture } = await lintTrees(trees, { picture: true });
  if (picture === undefined) throw new Error('no picture');
  return picture.graph;
}

describe.each([
  ['a node', async () => [buildNode()]],
  ['a node with a wrong CA', async () => [buildNode().issue('kube-etcd', { issuer: 'kubernetes-ca' })]],
  [
    'two real nodes and a worker',
    () => Promise.all((['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2', 'kubeadm-1.36-worker'] as const).map(corpus)),
  ],
  ['intermediate CAs', () => Promise.all([corpus('kubeadm-1.36-intermediate')])],
] as const)('%s', (_, make) => {
  it('no box overlaps another, and each is inside', async () => {
    const graph = await graphOf(await make());
    const names = [...new Set(graph.nodes.flatMap(({ nodes }) => nodes))];
    for (const part of [graph, ofCluster(graph), ...names.map((name) => ofNode(graph, name))]) {
      expect(faults(part)).toEqual([]);
      expect(layOut(part)).toEqual(layOut(part));
    }
  });
});

it('two boxes have one line, with the worst verdict; a box of all nodes is at fault if one is', async () => {
  const graph = await graphOf([
    buildNode({ name: 'cp-1' }),
    buildNode({ name: 'cp-2', ip: '192.0.2.11' }).issue('kube-etcd', { issuer: 'kubernetes-ca' }),
  ]);
  const { items, joins } = layOut(ofCluster(graph));
  const keys = joins.map(({ from, to, kind }) => `${from} ${to} ${kind}`);
  expect(new Set(keys).size).toBe(keys.length);
  const named = (name: string, column: number) =>
    items.filter((item) => item.node.name === name && item.column === column);
  const [[client], [server]] = [named('kube-apiserver', 2), named('etcd', 3)];
  expect([named('kube-apiserver', 2).length, named('etcd', 3).length]).toEqual([1, 1]);
  expect(joins.find(({ from, to }) => from === client?.id && to === server?.id)?.verdict).toBe('fail');
});

it('what a node dials on many others is one box', async () => {
  const names = ['cp-1', 'cp-2', 'cp-3', 'cp-4'];
  const graph = await graphOf(names.map((name, index) => buildNode({ name, ip: `192.0.2.${10 + index}` })));
  const { items } = layOut(ofNode(graph, 'cp-1'));
  const kubelets = items.filter(({ column, node }) => column === 3 && node.name === 'kubelet');
  expect(kubelets.map(({ detail }) => detail)).toEqual(['on cp-1', 'on 3 nodes']);
});
