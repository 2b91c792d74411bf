import { makeAuthority } from '../../../support/issue.ts';
import type { NodeTree } from '../../../support/node-tree.ts';
import type { Case } from '../../harness.ts';
import { dialEtcdOf, setFlags } from '../../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const healthy = { findings: [] };

function withoutFrontProxy(node: NodeTree): void {
  for (const file of ['front-proxy-ca.crt', 'front-proxy-ca.key', 'front-proxy-client.crt', 'front-proxy-client.key']) {
    node.remove(`pki/${file}`);
  }
  setFlags(node, 'kube-apiserver', {
    'requestheader-client-ca-file': undefined,
    'proxy-client-cert-file': undefined,
    'proxy-client-key-file': undefined,
  });
  node.replaceFlag('kube-controller-manager', 'requestheader-client-ca-file', undefined);
}

const etcdUrls = ['https://192.0.2.10:2379', 'https://192.0.2.11:2379', 'https://192.0.2.12:2379'];

/** Where etcd runs, who signs, and whether there is a front proxy. */
export const topologies: readonly Case[] = [
  {
    name: 'three stacked members, all of them dialled',
    change: (node) => {
      node.replaceFlag('kube-apiserver', 'etcd-servers', etcdUrls.join(','));
      const members = ['cp-1', 'cp-2', 'cp-3'].map((name, index) => `${name}=https://192.0.2.1${index}:2380`);
      node.replaceFlag('etcd', 'initial-cluster', members.join(','));
      node.replaceFlag('etcd', 'initial-cluster-state', 'existing');
    },
    ...healthy,
  },
  {
    name: 'etcd advertises host names that its certificate covers',
    change: (node) => {
      for (const role of ['kube-etcd', 'kube-etcd-peer'] as const) {
        node.issue(role, {
          sans: ['DNS:cp-1', 'DNS:etcd-1.example.test', 'DNS:localhost', 'IP:192.0.2.10', 'IP:127.0.0.1', 'IP:::1'],
        });
      }
      setFlags(node, 'etcd', {
        'advertise-client-urls': 'https://etcd-1.example.test:2379',
        'initial-advertise-peer-urls': 'https://etcd-1.example.test:2380',
        'initial-cluster': 'cp-1=https://etcd-1.example.test:2380,cp-2=https://etcd-2.example.test:2380',
      });
    },
    ...healthy,
  },
  {
    name: 'etcd by a name of its own',
    change: (node) =>
      node
        .replaceFlag('etcd', 'name', 'etcd-a')
        .replaceFlag('etcd', 'initial-cluster', 'etcd-a=https://192.0.2.10:2380'),
    ...healthy,
  },
  { name: 'external etcd', node: { externalEtcd: true }, ...healthy },
  { name: 'external etcd by addresses', node: { externalEtcd: ['https://198.51.100.1:2379'] }, ...healthy },
  {
    name: 'external etcd with other files and names',
    node: { externalEtcd: true },
    change: (node) => {
      const own = makeAuthority('etcd of the database team', { usages: ['serverAuth', 'clientAuth'] });
      dialEtcdOf(node, own);
    },
    ...healthy,
  },
  {
    name: 'external etcd over https without client certificates',
    node: { externalEtcd: true },
    change: (node) => {
      setFlags(node, 'kube-apiserver', { 'etcd-certfile': undefined, 'etcd-keyfile': undefined });
      node.remove('pki/apiserver-etcd-client.crt').remove('pki/apiserver-etcd-client.key');
    },
    ...healthy,
  },
  {
    name: 'external CA',
    node: { externalCa: true },
    findings: ['authority/key@front-proxy-ca', 'authority/key@kubernetes-ca'],
  },
  {
    name: "external CA, its arguments removed, and etcd's key away too",
    node: { externalCa: true },
    change: (node) => {
      setFlags(node, 'kube-controller-manager', {
        'cluster-signing-cert-file': undefined,
        'cluster-signing-key-file': undefined,
      });
      node.remove('pki/etcd/ca.key');
    },
    findings: ['authority/key@etcd-ca', 'authority/key@front-proxy-ca', 'authority/key@kubernetes-ca'],
  },
  {
    name: 'per-signer arguments in the place of the common ones',
    change: (node) => {
      const signers = ['kubelet-serving', 'kubelet-client', 'kube-apiserver-client', 'legacy-unknown'];
      const flags = signers.flatMap((signer) => [
        [`cluster-signing-${signer}-cert-file`, `${pki}/ca.crt`],
        [`cluster-signing-${signer}-key-file`, `${pki}/ca.key`],
      ]);
      const common = { 'cluster-signing-cert-file': undefined, 'cluster-signing-key-file': undefined };
      setFlags(node, 'kube-controller-manager', { ...common, ...Object.fromEntries(flags) });
    },
    ...healthy,
  },
  {
    name: 'an external signer of service account tokens',
    change: (node) => {
      setFlags(node, 'kube-apiserver', {
        'service-account-signing-endpoint': '/var/run/signer.sock',
        'service-account-key-file': undefined,
        'service-account-signing-key-file': undefined,
      });
      node.replaceFlag('kube-controller-manager', 'service-account-private-key-file', undefined);
      node.remove('pki/sa.key').remove('pki/sa.pub');
    },
    ...healthy,
  },
  {
    name: 'no front proxy at all: nothing beyond what the page asks for',
    change: withoutFrontProxy,
    findings: [
      'argument/documented@kube-controller-manager --requestheader-client-ca-file',
      'argument/recommended@cp-1',
      'argument/recommended@kube-apiserver --requestheader-client-ca-file',
    ],
  },
  {
    name: 'no allowed names for the front proxy: any name will do',
    change: (node) => {
      node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', '');
      node.issue('front-proxy-client', { commonName: 'aggregator' });
    },
    findings: ['cert/common-name@front-proxy-client'],
  },
  {
    name: 'an allowed name in quotation marks, which are those of CSV',
    change: (node) => node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', '"front-proxy-client"'),
    ...healthy,
  },
  {
    name: 'several allowed names for the front proxy',
    change: (node) => {
      node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', 'front-proxy-client,aggregator');
      node.issue('front-proxy-client', { commonName: 'aggregator' });
    },
    ...healthy,
  },
];
