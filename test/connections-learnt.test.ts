/** What we learned from real connections (`test/oracles/`), checked without running them again. */
import { describe, expect, test } from 'vitest';
import type { Report } from '../src/index.ts';
import { at, lintTree, lintTrees } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import { controlPlane } from './support/cluster.ts';
import type { NodeTree } from './support/node-tree.ts';

/** The connections that fail, without duplicates: the reason, and the rule of the finding that lists them. */
function dead({ connections, findings }: Report): readonly string[] {
  const ruleOf = (cause: string | null) => findings.find(({ fingerprint }) => fingerprint === cause)?.rule;
  const failing = connections.filter(({ verdict }) => verdict === 'fail');
  return [...new Set(failing.map(({ id, reason, cause }) => `${id}: ${reason} (${ruleOf(cause)})`))];
}

interface Variant {
  readonly name: string;
  readonly change: (node: NodeTree) => unknown;
  readonly dead: readonly string[];
}

const inAdmin =
  (pattern: RegExp, replacement: string): Variant['change'] =>
  (node) =>
    node.edit('admin.conf', (text) => text.replace(pattern, replacement));

const variants: readonly Variant[] = [
  {
    name: 'etcd does not start without its pair for peers',
    change: (node) => node.remove('pki/etcd/peer.crt'),
    dead: ['kube-apiserver-etcd', 'etcd-peer', 'etcdctl-etcd', 'etcd-gateway'].map(
      (id) => `${id}: open /etc/kubernetes/pki/etcd/peer.crt: no such file or directory (cert/present)`,
    ),
  },
  {
    name: 'etcd that asks for certificates and has no trust file goes by those of the system',
    change: (node) => node.replaceFlag('etcd', 'trusted-ca-file', undefined),
    dead: ['kube-apiserver-etcd', 'etcdctl-etcd', 'etcd-gateway'].map(
      (id) =>
        `${id}: etcd refuses the client: x509: certificate signed by unknown authority (no --trusted-ca-file) (argument/required)`,
    ),
  },
  {
    name: "the name that etcd asks of its clients is asked of the server by etcd's own gateway, which verifies nothing",
    change: (node) => {
      node.replaceFlag('etcd', 'client-cert-allowed-hostname', 'cp-1');
      for (const role of ['kube-apiserver-etcd-client', 'kube-etcd-healthcheck-client'] as const) {
        node.issue(role, { sans: ['DNS:cp-1'] });
      }
    },
    dead: ['etcd-gateway: client certificate authentication failed (undefined)'],
  },
  {
    name: 'API servers are verified as kubernetes.default.svc by their peers',
    change: (node) =>
      node
        .issue('kube-apiserver', { sans: ['DNS:cp-1', 'IP:192.0.2.10', 'IP:10.96.0.1'] })
        .replaceFlag('kube-apiserver', 'peer-ca-file', '/etc/kubernetes/pki/ca.crt'),
    dead: ['pods-kube-apiserver', 'kube-apiserver-peer'].map(
      (id) => `${id}: x509: certificate is valid for cp-1, not kubernetes.default.svc (san/documented)`,
    ),
  },
  {
    name: 'no key in a kubeconfig',
    change: inAdmin(/ *client-key-data: .*\n/, ''),
    dead: [
      'admin-kube-apiserver: client-key-data or client-key must be specified for kubernetes-admin to use the clientCert authentication method. (cert/key)',
    ],
  },
  {
    name: 'bad base64 in a kubeconfig',
    change: inAdmin(/client-certificate-data: ..../, 'client-certificate-data: A-_='),
    dead: ['admin-kube-apiserver: illegal base64 data at input byte 1 (kubeconfig/data)'],
  },
  {
    name: 'fields that exclude each other in a kubeconfig',
    change: inAdmin(/ +server: /, '    insecure-skip-tls-verify: true\n$&'),
    dead: [
      'admin-kube-apiserver: specifying a root certificates file with the insecure flag is not allowed (kubeconfig/usable)',
    ],
  },
  {
    name: 'a server without a scheme',
    change: inAdmin(/server: https:\/\//, 'server: '),
    dead: ['admin-kube-apiserver: Client sent an HTTP request to an HTTPS server (kubeconfig/server)'],
  },
  {
    name: 'no server',
    change: inAdmin(/ +server: .*\n/, ''),
    dead: ['admin-kube-apiserver: no server found for cluster "kubernetes" (kubeconfig/server)'],
  },
];

describe('a connection fails as the real one does', () => {
  test.each(variants)('$name', async ({ change, dead: expected }) => {
    const node = buildNode();
    change(node);
    expect(dead(await lintTree(node, { at }))).toEqual(expected);
  });
});

describe('two members of etcd', () => {
  const sans = ['IP:192.0.2.99'] as const;

  test('a certificate of another address lets its holder neither in nor be dialled, for one reason', async () => {
    const members = 'cp-1=https://192.0.2.10:2380,cp-2=https://192.0.2.11:2380';
    const one = controlPlane(1).replaceFlag('etcd', 'initial-cluster', members).issue('kube-etcd-peer', { sans });
    const report = await lintTrees([one, controlPlane(2)]);
    const errors = report.findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ rule, subject }) => `${rule}@${subject}`)).toEqual(['san/coverage@kube-etcd-peer']);
    expect(dead(report)).toEqual([
      'etcd-peer: etcd refuses the client: x509: certificate is valid for 192.0.2.99, not 192.0.2.10 (san/coverage)',
      'etcd-peer: x509: certificate is valid for 192.0.2.99, not 192.0.2.10 (san/coverage)',
    ]);
  });

  test('a member asks the name that it wants of the one that it dials, too', async () => {
    const one = controlPlane(1).replaceFlag('etcd', 'peer-cert-allowed-cn', 'member');
    const { connections } = await lintTrees([one, controlPlane(2)]);
    const peers = connections.filter(({ id }) => id === 'etcd-peer');
    expect(peers.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
  });
});
