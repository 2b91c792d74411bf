/**
 * Where a file has several roles, its fixes take away nothing that another role needs. All cases are asked likewise
 * (test/cases).
 */
import { expect, it } from 'vitest';
import { auditTree, type Case, treeOf } from '../cases/harness.ts';
import { setFlags } from '../cases/manifest-edits.ts';
import { naming } from '../support/dead-ends.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { harmOf } from '../support/touched-files.ts';

const pki = '/etc/kubernetes/pki';
const expired = { notBefore: '2024-11-20', notAfter: '2025-11-20' } as const;
const wrong = { usages: ['codeSigning'] } as const;
const peerServes = (node: NodeTree) =>
  setFlags(node, 'etcd', { 'peer-cert-file': `${pki}/etcd/server.crt`, 'peer-key-file': `${pki}/etcd/server.key` });
const oneClient = (node: NodeTree) =>
  setFlags(node, 'kube-apiserver', {
    'kubelet-client-certificate': `${pki}/apiserver.crt`,
    'kubelet-client-key': `${pki}/apiserver.key`,
  });

/** One file of several roles. */
const shared: readonly Pick<Case, 'name' | 'node' | 'change'>[] = [
  {
    name: 'one pair of etcd serves clients and peers, and is wrong',
    change: (node) => peerServes(node).issue('kube-etcd', wrong),
  },
  {
    name: 'one pair of etcd serves clients and peers, and has expired',
    change: (node) => peerServes(node).issue('kube-etcd', expired),
  },
  { name: 'kube-apiserver is a client of kubelets with its serving pair', change: oneClient },
  { name: 'and that is wrong', change: (node) => oneClient(node).issue('kube-apiserver', wrong) },
  {
    name: 'tokens are signed with the key of kube-apiserver',
    change: (node) => node.write('pki/sa.key', node.read('pki/apiserver.key')),
  },
  {
    name: 'the key of tokens is a link to that of kube-apiserver, whose certificate is wrong',
    change: (node) => node.issue('kube-apiserver', wrong).remove('pki/sa.key').link('pki/sa.key', 'apiserver.key'),
  },
  {
    name: 'the client of kubelets is a link to the serving pair',
    change: (node) =>
      ['crt', 'key'].reduce(
        (tree, end) =>
          tree
            .remove(`pki/apiserver-kubelet-client.${end}`)
            .link(`pki/apiserver-kubelet-client.${end}`, `apiserver.${end}`),
        node,
      ),
  },
  {
    name: 'the controller manager uses admin.conf, which is wrong',
    change: (node) =>
      setFlags(node, 'kube-controller-manager', { kubeconfig: '/etc/kubernetes/admin.conf' }).issue(
        'admin.conf',
        wrong,
      ),
  },
  ...['ca', 'front-proxy-ca', 'etcd/ca', 'apiserver', 'apiserver-kubelet-client', 'front-proxy-client', 'sa'].flatMap(
    (certificate) =>
      ['admin.conf', 'controller-manager.conf', 'scheduler.conf', 'kubelet.conf'].map((file) => ({
        name: `${file} names ${certificate}.crt`,
        change: naming(file, certificate),
      })),
  ),
  ...['admin.conf', 'scheduler.conf'].map((file) => ({
    name: `${file} names the credential of the kubelet`,
    node: { rotatedKubelet: true },
    change: (node: NodeTree) =>
      node.edit(file, (text) =>
        text
          .replace(/client-certificate-data: .*/, 'client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem')
          .replace(/client-key-data: .*/, 'client-key: /var/lib/kubelet/pki/kubelet-client-current.pem'),
      ),
  })),
];

it.each(shared)('$name', async (one) => {
  const { report, pkis } = await auditTree(await treeOf(one));
  expect(pkis).toHaveLength(1);
  expect(pkis.flatMap((pki) => harmOf(pki, report.findings))).toEqual([]);
});
