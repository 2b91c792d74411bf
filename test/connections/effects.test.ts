/** What does not work without a connection: no more than is known. */
import { describe, expect, it } from 'vitest';
import type { LintOptions } from '../../src/index.ts';
import { lintTrees } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';

const ended = (node: NodeTree) => node.issue('kube-etcd-peer', { notAfter: '2026-11-30' });

/** The effects of an expired peer certificate of cp-1, in the list of connections and in the finding. */
async function effects(nodes: readonly NodeTree[], options: LintOptions = {}) {
  const { connections, findings } = await lintTrees([...nodes], options);
  const listed = connections.filter(({ id, node }) => id === 'etcd-peer' && node === 'cp-1');
  const related = findings.flatMap((one) => (one.rule === 'cert/expired' ? one.related : []));
  const inFinding = related.filter(({ connection }) => connection === 'etcd-peer');
  return [...new Set([...listed.map(({ without }) => without), ...inFinding.map(({ message }) => message)])];
}

const drops = 'an etcd member drops out of its cluster, and without a majority every API server is down';

describe('an etcd whose peer certificate has expired', () => {
  it('drops out if there are others', async () => {
    expect(await effects([ended(controlPlane(1)), controlPlane(2)])).toEqual([drops]);
    expect(await effects([ended(buildNode())], { facts: { etcdMembers: 'several' } })).toEqual([drops]);
  });

  it('may be the only one: kubeadm lists only itself on the first of several nodes', async () => {
    expect(await effects([ended(buildNode())])).toEqual(['this etcd member leaves the quorum if there are others']);
  });

  it('connects to no peer if it is the only one', async () => {
    expect(await effects([ended(buildNode())], { facts: { etcdMembers: 'one' } })).toEqual([]);
  });
});

it('says nothing of gRPC clients: they need what the gateway of etcd needs', async () => {
  const { connections } = await lintTrees([buildNode().issue('kube-etcd', { notAfter: '2026-11-30' })]);
  const gateway = connections.filter(({ id }) => id === 'etcd-gateway');
  expect(gateway.map(({ without }) => without)).toEqual(["etcd's HTTP gateway fails"]);
});
