/**
 * Connections between nodes: a fault is reported on the node that has it, and connections that do not involve it
 * succeed.
 */
import { expect, it } from 'vitest';
import { lintTrees } from '../cases/harness.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { causeOf } from './breaking.ts';
import { pki, stranger, withStranger } from './every-connection.ts';

interface Broken {
  readonly name: string;
  /** The change to the second of three control planes; there is a worker too. */
  readonly change: (second: NodeTree) => unknown;
  /** `client's node: id → server`, sorted. */
  readonly fails: readonly string[];
  /** The only finding above info on the second node. */
  readonly finding: string;
}

const there = 'kube-apiserver on cp-2';
const local = ['kube-controller-manager', 'kube-scheduler', 'kubelet'].map(
  (id) => `cp-2: ${id}-kube-apiserver → kube-apiserver`,
);
const shared = (id: string) => [`cp-1: ${id} → ${there}`, `cp-2: ${id} → kube-apiserver`, `cp-3: ${id} → ${there}`];

const broken: readonly Broken[] = [
  {
    name: 'a server certificate that has expired',
    change: (node) => node.issue('kube-apiserver', { notAfter: '2026-11-30' }),
    fails: [
      ...local,
      ...shared('admin-kube-apiserver'),
      ...shared('pods-kube-apiserver'),
      ...shared('signed-kube-apiserver'),
      `cp-1: super-admin-kube-apiserver → ${there}`,
      `worker-1: kubelet-kube-apiserver → ${there}`,
    ],
    finding: 'cert/expired@kube-apiserver',
  },
  {
    name: 'a client CA of strangers',
    change: (node) => withStranger(node).replaceFlag('kube-apiserver', 'client-ca-file', `${pki}/stranger.crt`),
    fails: [
      ...local,
      ...shared('admin-kube-apiserver'),
      ...shared('signed-kube-apiserver'),
      `cp-1: super-admin-kube-apiserver → ${there}`,
      `worker-1: kubelet-kube-apiserver → ${there}`,
    ],
    finding: 'argument/target@kube-apiserver --client-ca-file',
  },
  {
    name: 'a client of kubelets that strangers signed',
    change: (node) => node.issue('kube-apiserver-kubelet-client', { issuer: stranger }),
    fails: ['kubelet on cp-1', 'kubelet', 'kubelet on cp-3', 'kubelet on worker-1'].map(
      (server) => `cp-2: kube-apiserver-kubelet → ${server}`,
    ),
    finding: 'cert/issuer@kube-apiserver-kubelet-client',
  },
  {
    name: 'a member of etcd that strangers signed',
    change: (node) => node.issue('kube-etcd-peer', { issuer: stranger }),
    fails: [
      'cp-1: etcd-peer → etcd peers on cp-2',
      'cp-2: etcd-peer → etcd peers on cp-1',
      'cp-2: etcd-peer → etcd peers on cp-3',
      'cp-3: etcd-peer → etcd peers on cp-2',
    ],
    finding: 'cert/issuer@kube-etcd-peer',
  },
  {
    name: 'a member of etcd that lets in itself alone, and dials nobody else either',
    change: (node) => node.replaceFlag('etcd', 'peer-cert-allowed-cn', 'cp-2'),
    fails: [
      'cp-1: etcd-peer → etcd peers on cp-2',
      'cp-2: etcd-peer → etcd peers on cp-1',
      'cp-2: etcd-peer → etcd peers on cp-3',
      'cp-3: etcd-peer → etcd peers on cp-2',
    ],
    finding: 'connection/identity@etcd → etcd peers',
  },
];

it.each(broken)('of three control planes the second: $name', async ({ change, fails, finding }) => {
  const second = controlPlane(2);
  change(second);
  const report = await lintTrees([controlPlane(1), second, controlPlane(3), worker()]);
  const failing = report.connections.filter(({ verdict }) => verdict === 'fail');
  const dead = failing.map(({ node, id, server }) => `${node}: ${id} → ${server}`);
  expect([...new Set(dead)].sort()).toEqual([...fails].sort());
  expect(report.connections.filter(({ verdict }) => verdict === 'unknown')).toEqual([]);
  const told = report.findings.filter(({ severity }) => severity !== 'info');
  expect(told.map(({ rule, subject, node }) => `${rule}@${subject} on ${node}`)).toEqual([`${finding} on cp-2`]);
  for (const one of failing) expect(causeOf(report, one)).toBe(finding);
});
