import { buildNode } from '../../../support/build-node.ts';
import { certificatePem } from '../../../support/certificates.ts';
import { makeAuthority } from '../../../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../../support/keys.ts';
import { NodeTree } from '../../../support/node-tree.ts';
import type { Case } from '../../harness.ts';
import { mount, setFlags } from '../../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const nothing = { findings: [] };

interface Pair {
  readonly file: string;
  readonly commonName: string;
  readonly issuer?: string;
  readonly organizations?: readonly string[];
  readonly sans?: readonly string[];
  readonly usages?: readonly string[];
  readonly ca?: boolean;
}

/** Certificates and keys in a folder, each signed by the one it names. */
function writePairs(node: NodeTree, folder: string, pairs: readonly Pair[]): NodeTree {
  const made = new Map<string, ReturnType<typeof makeAuthority>>();
  for (const { file, commonName, issuer, ca = false, ...changes } of pairs) {
    const key = keyNamed(`${folder}/${file}`);
    const fields = { ...changes, key, ca, keyUsage: ca ? ['keyCertSign', 'cRLSign'] : ['digitalSignature'] };
    const pair = makeAuthority(commonName, fields, issuer === undefined ? undefined : made.get(issuer));
    made.set(file, pair);
    node.write(`${folder}/${file}.crt`, certificatePem(pair.certificate), 0o644);
    node.write(`${folder}/${file}.key`, privateKeyPem(key));
  }
  return node;
}

const server = ['serverAuth'];
const client = ['clientAuth'];
const both = [...server, ...client];
const authority = (file: string, commonName: string): Pair => ({ file, commonName, ca: true });

/**
 * As k3s has it, in a place where no layout knows it: `server/tls`, three CAs with different names, and a folder for
 * etcd.
 */
export const k3s = () =>
  writePairs(new NodeTree(), '/srv/edge/server/tls', [
    authority('client-ca', 'k3s-client-ca@1795528800'),
    authority('server-ca', 'k3s-server-ca@1795528800'),
    authority('request-header-ca', 'k3s-request-header-ca@1795528800'),
    authority('etcd/server-ca', 'etcd-server-ca@1795528800'),
    authority('etcd/peer-ca', 'etcd-peer-ca@1795528800'),
    {
      file: 'client-admin',
      commonName: 'system:admin',
      organizations: ['system:masters'],
      issuer: 'client-ca',
      usages: client,
    },
    {
      file: 'serving-kube-apiserver',
      commonName: 'kube-apiserver',
      issuer: 'server-ca',
      usages: server,
      sans: ['DNS:kubernetes', 'IP:10.43.0.1'],
    },
    { file: 'client-auth-proxy', commonName: 'system:auth-proxy', issuer: 'request-header-ca', usages: client },
    {
      file: 'etcd/server-client',
      commonName: 'etcd-server',
      issuer: 'etcd/server-ca',
      usages: both,
      sans: ['DNS:localhost'],
    },
    {
      file: 'etcd/peer-server-client',
      commonName: 'etcd-peer',
      issuer: 'etcd/peer-ca',
      usages: both,
      sans: ['DNS:localhost'],
    },
  ]).write('/srv/edge/server/tls/service.key', privateKeyPem(keyNamed('k3s service')));

/** Kubernetes the hard way: one flat folder, one CA, and certificates as service account keys. */
export const hardWay = () =>
  writePairs(new NodeTree(), '/root/kubernetes-the-hard-way', [
    authority('ca', 'CA'),
    { file: 'admin', commonName: 'admin', organizations: ['system:masters'], issuer: 'ca', usages: client },
    {
      file: 'kube-api-server',
      commonName: 'kubernetes',
      issuer: 'ca',
      usages: both,
      sans: ['IP:127.0.0.1', 'IP:10.32.0.1', 'DNS:kubernetes'],
    },
    {
      file: 'kube-scheduler',
      commonName: 'system:kube-scheduler',
      organizations: ['system:system:kube-scheduler'],
      issuer: 'ca',
      usages: both,
    },
    {
      file: 'kube-controller-manager',
      commonName: 'system:kube-controller-manager',
      organizations: ['system:kube-controller-manager'],
      issuer: 'ca',
      usages: both,
    },
    {
      file: 'node-0',
      commonName: 'system:node:node-0',
      organizations: ['system:nodes'],
      issuer: 'ca',
      usages: both,
      sans: ['DNS:node-0'],
    },
    { file: 'service-accounts', commonName: 'service-accounts', issuer: 'ca', usages: client },
  ]);

/**
 * kops: static pods that name files below /srv/kubernetes, with one folder per component; etcd-manager provides etcd's.
 */
export function kops(): NodeTree {
  const node = buildNode();
  const folder = '/srv/kubernetes/kube-apiserver';
  const names = {
    'ca.crt': 'ca.crt',
    'apiserver.crt': 'server.crt',
    'apiserver.key': 'server.key',
    'apiserver-kubelet-client.crt': 'kubelet-api.crt',
    'apiserver-kubelet-client.key': 'kubelet-api.key',
    'front-proxy-ca.crt': 'apiserver-aggregator-ca.crt',
    'front-proxy-client.crt': 'apiserver-aggregator.crt',
    'front-proxy-client.key': 'apiserver-aggregator.key',
    'apiserver-etcd-client.crt': 'etcd-client.crt',
    'apiserver-etcd-client.key': 'etcd-client.key',
    'etcd/ca.crt': 'etcd-ca.crt',
    'sa.pub': 'service-account.pub',
    'sa.key': 'service-account.key',
  };
  for (const [from, to] of Object.entries(names)) node.write(`${folder}/${to}`, node.read(`pki/${from}`));
  const text = node.read('manifests/kube-apiserver.yaml');
  for (const [, flag = '', file = ''] of text.matchAll(/--([a-z-]+)=\/etc\/kubernetes\/pki\/(\S+)/g)) {
    node.replaceFlag('kube-apiserver', flag, `${folder}/${names[file as keyof typeof names]}`);
  }
  mount(node, 'kube-apiserver', folder);
  const manager = '/srv/kubernetes/kube-controller-manager';
  for (const file of ['ca.crt', 'ca.key', 'sa.key', 'front-proxy-ca.crt']) {
    node.write(`${manager}/${file}`, node.read(`pki/${file}`));
  }
  node.edit('manifests/kube-controller-manager.yaml', (yaml) => yaml.replaceAll(`=${pki}/`, `=${manager}/`));
  mount(node, 'kube-controller-manager', manager);
  node.edit('/var/lib/kubelet/config.yaml', (yaml) => yaml.replace(`${pki}/ca.crt`, `${folder}/ca.crt`));
  node.edit('manifests/etcd.yaml', (yaml) =>
    yaml
      .replace('    - etcd\n', '    - /etcd-manager\n')
      .replace('/etcd:', '/etcd-manager-slim:')
      .replace('name: etcd\n', 'name: etcd-manager\n'),
  );
  node.remove('pki').remove('super-admin.conf');
  return setFlags(node, 'kube-apiserver', { 'requestheader-allowed-names': 'front-proxy-client,aggregator' });
}

const alone = { name: 'kube-vip', image: 'ghcr.io/kube-vip/kube-vip:v0.8.0' };

/** Nodes set up by other tools, judged only where arguments say which file is which. */
export const layouts: readonly Case[] = [
  { name: 'a folder of certificates like that of k3s', node: k3s, ...nothing },
  { name: 'the flat folder of Kubernetes the hard way', node: hardWay, ...nothing },
  {
    name: 'static pods that name files below /srv/kubernetes (kops)',
    node: kops,
    change: (node) => node.remove('admin.conf'),
    findings: ['kubeconfig/present-admin@admin.conf'],
  },
  {
    name: 'other static pods beside the control plane',
    change: (node) => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: alone.name }, spec: { containers: [alone] } };
      node.write('manifests/kube-vip.yaml', JSON.stringify(pod));
      node.write('manifests/.hidden.yaml', 'not: [read');
    },
    findings: [],
  },
  {
    name: 'a certificate as service account key, as in Kubernetes the hard way',
    change: (node) => {
      const pair = keyNamed('service-accounts');
      const certificate = makeAuthority('service-accounts', { key: pair, ca: false }, node.authority('kubernetes-ca'));
      node.write('pki/service-accounts.crt', certificatePem(certificate.certificate), 0o644);
      node.write('pki/sa.key', privateKeyPem(pair)).write('pki/sa.pub', publicKeyPem(pair));
      node.replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/service-accounts.crt`);
    },
    findings: [],
  },
];
