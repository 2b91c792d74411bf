import { keyNamed } from '../../support/keys.ts';
import { type MlDsaForm, mlDsaPem } from '../../support/ml-dsa.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const type = 'ML-DSA-65';
const key = { key: type } as const;

/** kube-apiserver by Go 1.27. Of etcd 3.8.0 it is not known which Go built it. */
const newer = { facts: { kubernetesVersion: '1.38.0' } } as const;
const etcd = (node: NodeTree, release: string) =>
  node.edit('manifests/etcd.yaml', (text) => text.replace(/etcd:3[\d.]+-0/, `etcd:${release}-0`));
const form = (wanted: MlDsaForm) => (node: NodeTree) =>
  node.write('pki/apiserver.key', mlDsaPem(keyNamed('kube-apiserver', type), wanted), 0o600);

const kubeconfigs = ['admin.conf', 'controller-manager.conf', 'kubelet.conf', 'scheduler.conf', 'super-admin.conf'];
const etcdRoles = ['kube-etcd', 'kube-etcd-peer', 'kube-etcd-healthcheck-client', 'kube-apiserver-etcd-client'];
const keyFiles = [
  ...['apiserver', 'apiserver-etcd-client', 'apiserver-kubelet-client', 'front-proxy-client'].map(
    (one) => `${one}.key`,
  ),
  ...['server', 'peer', 'healthcheck-client'].map((one) => `etcd/${one}.key`),
];

/** ML-DSA, which the Go that built a component must know: 1.27 or later. */
export const cases: readonly Case[] = [
  {
    name: 'ML-DSA everywhere, of a release by Go 1.26',
    node: { keys: type },
    findings: [
      ...['etcd-ca', 'front-proxy-ca', 'kubernetes-ca'].map((ca) => `authority/key-usable@${ca}`),
      ...['sa.key', 'sa.pub'].map((file) => `file/parse@/etc/kubernetes/pki/${file}`),
    ],
    members: [
      ...keyFiles.map((file) => `file/parse@/etc/kubernetes/pki/${file}`),
      ...kubeconfigs.map((file) => `kubeconfig/data@${file}`),
    ],
  },
  {
    name: 'ML-DSA everywhere, and the etcd that kubeadm 1.38 deploys, by Go 1.26',
    node: { keys: type },
    change: (node) => etcd(node, '3.7.1'),
    options: newer,
    findings: ['authority/key-usable@etcd-ca'],
    members: etcdRoles.map((role) => `cert/key-usable@${role}`),
  },
  {
    name: 'ML-DSA everywhere, and an etcd of which nobody knows the Go',
    node: { keys: type },
    change: (node) => etcd(node, '3.8.0'),
    options: newer,
    findings: [],
  },
  {
    name: 'ML-DSA in all but etcd, of a release by Go 1.27',
    node: { certificates: { 'kubernetes-ca': key, 'front-proxy-ca': key, 'kube-apiserver': key, 'admin.conf': key } },
    options: newer,
    findings: [],
  },
  {
    name: 'a CA of ML-DSA after the newest patch release that is known',
    node: { certificates: { 'kubernetes-ca': key } },
    options: { facts: { kubernetesVersion: '1.37.9' } },
    findings: [],
  },
  {
    name: 'a CA of ML-DSA above other keys, of a release by Go 1.26',
    node: { certificates: { 'kubernetes-ca': key } },
    findings: ['authority/key-usable@kubernetes-ca'],
  },
  {
    name: 'the CA of etcd alone is of ML-DSA',
    node: { certificates: { 'etcd-ca': key } },
    change: (node) => etcd(node, '3.7.1'),
    options: newer,
    findings: ['authority/key-usable@etcd-ca'],
  },
  {
    name: 'a server key of ML-DSA below another CA, of a release by Go 1.26',
    change: (node) => node.issue('kube-apiserver', key),
    findings: ['file/parse@/etc/kubernetes/pki/apiserver.key'],
  },
  {
    name: 'the same for a user who may not read keys',
    change: (node) => node.issue('kube-apiserver', key),
    unreadable: (path) => path.endsWith('.key'),
    findings: ['cert/key-usable@kube-apiserver', 'node/readable@cp-1'],
  },
  {
    name: 'what kube-apiserver shows to an etcd by Go 1.26 is of ML-DSA',
    change: (node) => etcd(node.issue('kube-apiserver-etcd-client', key), '3.7.1'),
    options: newer,
    findings: ['cert/key-usable@kube-apiserver-etcd-client'],
  },
  {
    name: 'ML-DSA where etcd speaks no TLS 1.3',
    change: (node) =>
      etcd(node.issue('kube-etcd', key), '3.8.0').edit('manifests/etcd.yaml', (text) =>
        text.replace(/^( *- )--data-dir=.*$/m, '$&\n$1--tls-max-version=TLS1.2'),
      ),
    options: newer,
    findings: ['cert/key-usable@kube-etcd'],
  },
  {
    name: 'a key as OpenSSL writes it, with its seed and expanded',
    node: { certificates: { 'kube-apiserver': key } },
    change: form('both'),
    options: newer,
    findings: ['file/parse@/etc/kubernetes/pki/apiserver.key'],
  },
  {
    name: 'a key without its seed',
    node: { certificates: { 'kube-apiserver': key } },
    change: form('expanded'),
    options: newer,
    findings: ['file/parse@/etc/kubernetes/pki/apiserver.key'],
  },
  {
    name: 'a token key of ML-DSA, of which nobody knows whether it works',
    change: (node) => {
      const pair = keyNamed('service-account', type);
      node.write('pki/sa.key', mlDsaPem(pair, 'seed'), 0o600);
      node.write('pki/sa.pub', String(pair.publicKey.export({ type: 'spki', format: 'pem' })), 0o600);
    },
    options: newer,
    findings: [],
  },
];
