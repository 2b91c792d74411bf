/** Ends that are not in the input: the report only says which end is missing. */
import { describe, expect, it } from 'vitest';
import type { LintOptions, Report } from '../../src/index.ts';
import { lintTree, lintTrees } from '../cases/harness.ts';
import { buildNode, type NodeOptions } from '../support/build-node.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { connectionsOf } from './breaking.ts';

/** Every connection that is not known to succeed, by name, with its reason. None may fail. */
function doubts(report: Report): Readonly<Record<string, string | null>> {
  const others = [...connectionsOf(report)].filter(([, { verdict }]) => verdict !== 'ok');
  expect(others.filter(([, { verdict }]) => verdict === 'fail')).toEqual([]);
  expect(report.findings.filter(({ rule }) => rule.startsWith('connection/'))).toEqual([]);
  return Object.fromEntries(others.map(([name, { reason }]) => [name, reason]));
}

const only = (node: NodeTree, kept: (path: string) => boolean): NodeTree => {
  for (const path of [...node.entries.keys()]) if (!kept(path)) node.entries.delete(path);
  return node;
};

interface Unseen {
  readonly name: string;
  readonly node?: NodeOptions;
  readonly change?: (node: NodeTree) => unknown;
  readonly options?: LintOptions;
  readonly doubts: Readonly<Record<string, string>>;
}

const external = (name: string) => [
  `kube-apiserver-etcd https://${name}:2379`,
  `the etcd at ${name} is not in the input`,
];
const variable = 'the value of $(FILE) is unknown';
const etcdHost = '127.0.0.1:2379';

const unseen: readonly Unseen[] = [
  {
    name: 'a worker alone',
    node: { worker: true },
    doubts: { 'kubelet-kube-apiserver https://192.0.2.10:6443': 'no API server is in the input' },
  },
  {
    name: 'an etcd elsewhere',
    node: { externalEtcd: true },
    doubts: Object.fromEntries(['a', 'b', 'c'].map((id) => external(`etcd-${id}.example.test`))),
  },
  { name: 'a CA elsewhere', node: { externalCa: true }, doubts: {} },
  {
    name: 'a copy without keys',
    change: (node) => only(node, (path) => !path.endsWith('.key')),
    doubts: {
      'pods-kube-apiserver https://10.96.0.1:443': '/etc/kubernetes/pki/sa.key: the input has no private keys',
      'pods-kube-apiserver https://kubernetes.default.svc:443':
        '/etc/kubernetes/pki/sa.key: the input has no private keys',
    },
  },
  {
    name: 'a bare folder of certificates',
    change: (node) => only(node, (path) => path.includes('/pki')),
    doubts: {
      'kube-apiserver-kubelet null': 'no kubelet is in the input',
      'kubelet-kube-apiserver null': '/etc/kubernetes/kubelet.conf: not in the input',
      'kube-controller-manager-kube-apiserver null': '/etc/kubernetes/controller-manager.conf: not in the input',
      'kube-scheduler-kube-apiserver null': '/etc/kubernetes/scheduler.conf: not in the input',
      'admin-kube-apiserver null': '/etc/kubernetes/admin.conf: not in the input',
    },
  },
  {
    name: 'an argument whose value is not known',
    change: (node) => node.replaceFlag('etcd', 'trusted-ca-file', '$(FILE)'),
    doubts: {
      [`kube-apiserver-etcd https://${etcdHost}`]: variable,
      [`etcdctl-etcd https://${etcdHost}`]: variable,
      [`etcd-gateway https://${etcdHost}`]: variable,
    },
  },
  {
    name: 'keys of tokens whose place is not known',
    change: (node) => node.replaceFlag('kube-apiserver', 'service-account-key-file', '$(FILE)'),
    doubts: {
      'pods-kube-apiserver https://10.96.0.1:443': variable,
      'pods-kube-apiserver https://kubernetes.default.svc:443': variable,
    },
  },
  {
    name: 'a signer that keeps the keys of tokens to itself',
    change: (node) => {
      node.replaceFlag('kube-apiserver', 'service-account-signing-endpoint', '/run/signer.sock');
      node.replaceFlag('kube-apiserver', 'service-account-key-file', undefined);
      node.replaceFlag('kube-apiserver', 'service-account-signing-key-file', undefined);
    },
    doubts: Object.fromEntries(
      ['10.96.0.1', 'kubernetes.default.svc'].map((host) => [
        `pods-kube-apiserver https://${host}:443`,
        'an external signer has the keys (--service-account-signing-endpoint)',
      ]),
    ),
  },
  {
    name: 'a kubelet that kube-apiserver verifies, and whose certificate is not there yet',
    change: (node) => node.replaceFlag('kube-apiserver', 'kubelet-certificate-authority', '/etc/kubernetes/pki/ca.crt'),
    doubts: {
      'kube-apiserver-kubelet https://192.0.2.10:10250': '/var/lib/kubelet/pki/kubelet.crt: not in the input',
    },
  },
];

const needsBinding = (group: string) => `without a ClusterRoleBinding of this user or of ${group}: `;
const kubelet = 'kube-apiserver-kubelet https://192.0.2.10:10250';
const forbidden = 'Forbidden (user=kube-apiserver-kubelet-client, verb=get, resource=nodes, subresource(s)=[proxy])';

/** Groups whose rights only the cluster knows. */
const unbound: readonly Unseen[] = [
  {
    name: 'a group of its own for the client of kubelets',
    change: (node) => node.issue('kube-apiserver-kubelet-client', { organizations: ['kubelet-readers'] }),
    doubts: { [kubelet]: needsBinding('kubelet-readers') + forbidden },
  },
  {
    name: 'a misspelled group where kubeadm binds the user',
    change: (node) => node.issue('kube-apiserver-kubelet-client', { organizations: ['system:master'] }),
    doubts: { [kubelet]: needsBinding('system:master') + forbidden },
  },
  {
    name: 'a group of its own for administrators',
    change: (node) => node.issue('admin.conf', { organizations: ['ops'] }),
    doubts: {
      'admin-kube-apiserver https://192.0.2.10:6443': `${needsBinding('ops')}nodes is forbidden: User "kubernetes-admin" cannot list resource "nodes" in API group "" at the cluster scope`,
    },
  },
];

describe('an end that was not given', () => {
  it.each(unseen)('$name', async ({ node, change, options, doubts: expected }) => {
    const tree = buildNode(node);
    change?.(tree);
    expect(doubts(await lintTree(tree, options))).toEqual(expected);
  });

  it.each(unbound)('or a binding: $name', async ({ change, doubts: expected }) => {
    const tree = buildNode();
    change?.(tree);
    expect(doubts(await lintTree(tree))).toEqual(expected);
  });

  it('is known once it is', async () => {
    expect(doubts(await lintTrees([controlPlane(1), controlPlane(2), worker()]))).toEqual({});
  });
});
