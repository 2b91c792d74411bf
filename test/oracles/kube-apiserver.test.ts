import { afterAll, beforeAll, expect, test } from 'vitest';
import { lintTree } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { sample } from '../support/extent.ts';
import { type Changes, certify, presentProfile } from '../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { freshen } from './support/nodes.ts';
import { buildGo, temporaryFolder } from './support/programs.ts';
import { addresses, standIns, startServers } from './support/servers.ts';
import { compare, failing, inTurn, judged } from './support/verdicts.ts';

const folder = temporaryFolder();
let network: Namespace;
let program = '';
beforeAll(() => {
  network = networkNamespace(addresses);
  program = buildGo('server', folder.path);
});
afterAll(() => {
  network?.remove();
  folder.remove();
});

const kubeletCertificate = '/var/lib/kubelet/pki/kubelet.crt';

/** Writes the kubelet's serving certificate, self-signed by default. */
function serveKubelet(node: NodeTree, changes: Changes = {}): NodeTree {
  const key = keyNamed('kubelet serving');
  const { issuer, ...rest } = changes;
  const authority = issuer === 'kubernetes-ca' ? node.authority(issuer) : undefined;
  const usual: Changes = { commonName: 'cp-1@1795528800', sans: ['DNS:cp-1'] };
  const der = certify(presentProfile(node.certificate('kube-apiserver')), { ...usual, ...rest }, key, authority);
  return node
    .write(kubeletCertificate, certificatePem(der), 0o644)
    .write('/var/lib/kubelet/pki/kubelet.key', privateKeyPem(key), 0o600);
}

const healthyNode = (): NodeTree => serveKubelet(freshen(buildNode({ release: '1.32' })));

interface Variant {
  readonly name: string;
  readonly change: (node: NodeTree) => unknown;
  /** The connections that fail, by id. */
  readonly fails: readonly string[];
}

const anHourAgo = () => new Date(Date.now() - 3_600_000);
const own = 'IP:192.0.2.10';
const service = 'IP:10.96.0.1';
const ca = '/etc/kubernetes/pki/ca.crt';
const frontProxyCa = '/etc/kubernetes/pki/front-proxy-ca.crt';

const logs = ['kube-apiserver-kubelet'];
const users = [
  'kubelet-kube-apiserver',
  'kube-controller-manager-kube-apiserver',
  'kube-scheduler-kube-apiserver',
  'admin-kube-apiserver',
  'super-admin-kube-apiserver',
];
const pods = ['pods-kube-apiserver'];
const aggregator = ['aggregator-extension'];
const signed = ['signed-kube-apiserver'];
const peer = ['kube-apiserver-peer'];

const variants: readonly Variant[] = [
  { name: 'as kubeadm writes it', change: () => undefined, fails: [] },
  {
    name: 'a server certificate of another CA',
    change: (node) => node.issue('kube-apiserver', { issuer: 'etcd-ca' }),
    fails: [...users, ...pods],
  },
  {
    name: 'an expired server certificate',
    change: (node) => node.issue('kube-apiserver', { notAfter: anHourAgo() }),
    fails: [...users, ...pods, ...signed],
  },
  {
    name: 'a server certificate for clients',
    change: (node) => node.issue('kube-apiserver', { usages: ['clientAuth'] }),
    fails: [...users, ...pods, ...signed],
  },
  {
    name: 'a server certificate without its own address',
    change: (node) => node.issue('kube-apiserver', { sans: ['DNS:kubernetes.default.svc', service] }),
    fails: users,
  },
  {
    name: 'a server certificate without the address of the service',
    change: (node) => node.issue('kube-apiserver', { sans: ['DNS:kubernetes.default.svc', own] }),
    fails: pods,
  },
  {
    name: 'a server certificate without the name of the service',
    change: (node) => node.issue('kube-apiserver', { sans: ['DNS:kubernetes', own, service] }),
    fails: pods,
  },
  {
    name: 'the key of another certificate',
    change: (node) => node.issue('kube-apiserver', { key: 'RSA-2048', writeKey: false }),
    fails: [...users, ...pods, ...signed],
  },
  {
    name: 'a certificate of another CA for the kubelet',
    change: (node) => node.issue('kubelet.conf', { issuer: 'etcd-ca' }),
    fails: ['kubelet-kube-apiserver'],
  },
  {
    name: 'an expired certificate for kube-controller-manager',
    change: (node) => node.issue('controller-manager.conf', { notAfter: anHourAgo() }),
    fails: ['kube-controller-manager-kube-apiserver'],
  },
  {
    name: 'a certificate for servers for kube-scheduler',
    change: (node) => node.issue('scheduler.conf', { usages: ['serverAuth'] }),
    fails: ['kube-scheduler-kube-apiserver'],
  },
  {
    name: 'another CA in a kubeconfig',
    change: (node) => node.editKubeconfig('super-admin.conf', { certificateAuthority: node.read('pki/etcd/ca.crt') }),
    fails: ['super-admin-kube-apiserver'],
  },
  {
    name: 'another CA for clients',
    change: (node) => node.replaceFlag('kube-apiserver', 'client-ca-file', frontProxyCa),
    fails: [...users, ...signed],
  },
  {
    name: 'another CA for pods',
    change: (node) => node.replaceFlag('kube-controller-manager', 'root-ca-file', frontProxyCa),
    fails: pods,
  },
  {
    name: 'tokens of another key',
    change: (node) =>
      node
        .write('pki/other.pub', publicKeyPem(keyNamed('other')))
        .replaceFlag('kube-apiserver', 'service-account-key-file', '/etc/kubernetes/pki/other.pub')
        // Else it exits, and its handshakes are not asked.
        .replaceFlag('kube-controller-manager', 'use-service-account-credentials', 'false'),
    fails: pods,
  },
  {
    name: 'another CA that signs',
    change: (node) => {
      node.replaceFlag('kube-controller-manager', 'cluster-signing-cert-file', frontProxyCa);
      node.replaceFlag('kube-controller-manager', 'cluster-signing-key-file', frontProxyCa.replace('.crt', '.key'));
    },
    fails: signed,
  },
  {
    name: 'an expired CA',
    change: (node) => node.issue('kubernetes-ca', { notAfter: anHourAgo() }),
    fails: [...logs, ...users, ...pods, ...signed],
  },
  {
    name: 'a certificate of another CA for kubelets',
    change: (node) => node.issue('kube-apiserver-kubelet-client', { issuer: 'front-proxy-ca' }),
    fails: logs,
  },
  {
    name: 'a certificate for servers for kubelets',
    change: (node) => node.issue('kube-apiserver-kubelet-client', { usages: ['serverAuth'] }),
    fails: logs,
  },
  {
    name: 'a kubelet that trusts another CA',
    change: (node) =>
      node.edit('/var/lib/kubelet/config.yaml', (text) => text.replace(/(clientCAFile: ).*/, `$1${frontProxyCa}`)),
    fails: logs,
  },
  {
    name: 'a kubelet that is to be trusted, and signs itself',
    change: (node) => node.replaceFlag('kube-apiserver', 'kubelet-certificate-authority', ca),
    fails: logs,
  },
  {
    name: 'a kubelet that is to be trusted, and is',
    change: (node) =>
      serveKubelet(node, { issuer: 'kubernetes-ca', sans: ['DNS:cp-1', own] }).replaceFlag(
        'kube-apiserver',
        'kubelet-certificate-authority',
        ca,
      ),
    fails: [],
  },
  {
    name: 'a kubelet that is to be trusted, and lacks its address',
    change: (node) =>
      serveKubelet(node, { issuer: 'kubernetes-ca' }).replaceFlag(
        'kube-apiserver',
        'kubelet-certificate-authority',
        ca,
      ),
    fails: logs,
  },
  {
    name: 'a front proxy of the cluster CA',
    change: (node) => node.issue('front-proxy-client', { issuer: 'kubernetes-ca' }),
    fails: aggregator,
  },
  {
    name: 'a front proxy that is not allowed',
    change: (node) => node.issue('front-proxy-client', { commonName: 'aggregator' }),
    fails: aggregator,
  },
  {
    name: 'a front proxy that anybody may be',
    change: (node) =>
      node
        .issue('front-proxy-client', { commonName: 'aggregator' })
        .replaceFlag('kube-apiserver', 'requestheader-allowed-names', ''),
    fails: [],
  },
  {
    name: 'an expired front proxy, to peers too',
    change: (node) =>
      node.issue('front-proxy-client', { notAfter: anHourAgo() }).replaceFlag('kube-apiserver', 'peer-ca-file', ca),
    fails: [...aggregator, ...peer],
  },
  {
    name: 'peers',
    change: (node) =>
      node
        .issue('kube-apiserver', { sans: ['DNS:kubernetes.default.svc', service] })
        .replaceFlag('kube-apiserver', 'peer-ca-file', ca),
    fails: users,
  },
  {
    name: 'peers whose certificate lacks the name of the service',
    change: (node) =>
      node.issue('kube-apiserver', { sans: [own, service] }).replaceFlag('kube-apiserver', 'peer-ca-file', ca),
    fails: [...pods, ...peer],
  },
];

test.each(sample(variants, 12))('kube-apiserver and its clients: $name', async ({ change, fails }) => {
  const node = healthyNode();
  change(node);
  const connections = judged(await lintTree(node, { at: new Date() }), standIns);
  expect(failing(connections).toSorted()).toEqual(fails.toSorted());
  const servers = await startServers(node, network, folder.path, program);
  try {
    await compare(inTurn(connections), servers.make);
  } finally {
    await servers.stop();
  }
});
