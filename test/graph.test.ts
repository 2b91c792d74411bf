import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { trustGraph } from '../src/index.ts';
import { inColumns } from '../src/report/graph/columns.ts';
import { dot } from '../src/report/graph/dot.ts';
import { mermaid } from '../src/report/graph/mermaid.ts';
import type { TrustGraph } from '../src/results/graph.ts';
import { at } from './cases/harness.ts';
import { readDot, readMermaid } from './report/drawn.ts';
import { buildNode } from './support/build-node.ts';
import { type CorpusName, corpora } from './support/corpus.ts';
import type { NodeTree } from './support/node-tree.ts';

const ofCorpora = async (...names: CorpusName[]) =>
  (await trustGraph({ at, paths: names.map((name) => `fixtures/corpora/${name}.tar.gz`) })).graph;

async function ofTree(tree: NodeTree): Promise<TrustGraph> {
  const archive = await tree.toTar();
  return (await trustGraph({ at, paths: ['-'], stdin: () => Readable.from([archive]) })).graph;
}

/** `kubernetes-ca signs kube-apiserver`, `kubelet dials kube-apiserver: ok`. */
function sentences({ nodes, edges }: TrustGraph): readonly string[] {
  const name = (id: string) => nodes.find((node) => node.id === id)?.name;
  return edges.map(
    ({ from, to, kind, verdict }) => `${name(from)} ${kind} ${name(to)}${verdict ? `: ${verdict}` : ''}`,
  );
}

describe('the trust graph', () => {
  test.each(corpora)('of %s is whole, can be drawn, and is the same twice', async (name) => {
    const graph = await ofCorpora(name);
    const ids = graph.nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(graph.edges.filter(({ from, to }) => !ids.includes(from) || !ids.includes(to))).toEqual([]);
    const { boxes } = inColumns(graph);
    expect(readMermaid(mermaid(graph)).nodes.size).toBe(boxes.length);
    expect(readDot(dot(graph)).nodes.size).toBe(boxes.length);
    for (const { id, kind } of graph.nodes) {
      if (kind !== 'component') expect(boxes.map((box) => box.id)).toContain(id);
    }
    expect(await ofCorpora(name)).toEqual(graph);
  });

  test('leads from authorities over certificates and components to connections', async () => {
    expect(sentences(await ofCorpora('kubeadm-1.36-default'))).toEqual(
      expect.arrayContaining([
        'etcd-ca signs kube-apiserver-etcd-client',
        'kube-apiserver-etcd-client shown-by kube-apiserver',
        'kube-etcd shown-by etcd',
        'etcd-ca trusted-by etcd',
        'etcd-ca trusted-by kube-apiserver',
        'kube-apiserver dials etcd: ok',
        'kubelet.conf shown-by kubelet',
        'service-account shown-by kube-controller-manager',
        'service-account trusted-by kube-apiserver',
        'kubernetes-ca signs clients with newly signed certificates',
      ]),
    );
  });

  test('of two nodes has one CA, and connections from node to node', async () => {
    const { nodes, edges } = await ofCorpora('kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2');
    expect(nodes.filter(({ kind }) => kind === 'authority').map((node) => [node.name, node.nodes])).toEqual(
      ['kubernetes-ca', 'etcd-ca', 'front-proxy-ca'].map((name) => [name, ['cp-1', 'cp-2']]),
    );
    const of = (id: string) => nodes.find((node) => node.id === id)?.nodes.join();
    expect(edges.some(({ kind, from, to }) => kind === 'dials' && of(from) === 'cp-1' && of(to) === 'cp-2')).toBe(true);
  });

  test('shows an intermediate CA below its root', async () => {
    const graph = await ofCorpora('kubeadm-1.36-intermediate');
    expect(sentences(graph)).toContain('O=Example Corp, CN=Example Root CA signs kubernetes-ca');
  });

  test('marks what fails with its reason, and what is at fault', async () => {
    const graph = await ofTree(buildNode().issue('kube-etcd', { issuer: 'kubernetes-ca' }).remove('scheduler.conf'));
    expect(sentences(graph)).toEqual(
      expect.arrayContaining(['kubernetes-ca signs kube-etcd', 'kube-apiserver dials etcd: fail']),
    );
    const failed = graph.edges.find(({ verdict, label }) => verdict === 'fail' && label === 'https://127.0.0.1:2379');
    expect(failed?.reason).toContain('x509: certificate signed by unknown authority');
    expect(graph.nodes.find(({ name }) => name === 'scheduler.conf')?.fault).toBe('no such file');
  });

  test('fails where a component does not start, though its certificates are right', async () => {
    const stopped = buildNode().edit('manifests/kube-apiserver.yaml', (text) =>
      text.replace('--authorization-mode=', '--authorisation-mode='),
    );
    expect(sentences(await ofTree(stopped))).toContain('kubelet dials kube-apiserver: fail');
  });

  test('says what has expired', async () => {
    const graph = await ofTree(buildNode().issue('kube-etcd', { notBefore: '2024-01-01', notAfter: '2025-01-01' }));
    expect(graph.nodes.filter(({ fault }) => fault !== null).map(({ name, fault }) => [name, fault])).toEqual([
      ['kube-etcd', 'has expired'],
    ]);
  });

  test('says which end is elsewhere', async () => {
    const { nodes, edges } = await ofCorpora('kubeadm-1.36-worker-bootstrapped');
    const server = nodes.find(({ kind, nodes: on }) => kind === 'component' && on.length === 0);
    expect(server?.name).toBe('kube-apiserver at 192.0.2.10');
    expect(edges.find(({ to }) => to === server?.id)).toMatchObject({
      verdict: 'unknown',
      reason: 'no API server is in the input',
    });
  });
});
