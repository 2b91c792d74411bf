import type { Case } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** Removes everything except a folder of certificates. */
function bare(node: NodeTree): NodeTree {
  for (const path of [...node.entries.keys()]) {
    const isOfPki = '/etc/kubernetes/pki'.startsWith(path) || path.startsWith('/etc/kubernetes/pki/');
    if (!isOfPki && node.entries.has(path)) node.remove(path);
  }
  return node;
}

/** A node whose certificates are in a different folder of /etc/kubernetes. */
function inFolder(name: string): NodeTree {
  const node = buildNode().move('pki', name);
  for (const [path, { type }] of node.entries) {
    const isText = type === 'file' && /\.(?:yaml|conf)$/.test(path);
    if (isText && node.read(path).includes('/etc/kubernetes/pki')) {
      node.edit(path, (text) => text.replaceAll('/etc/kubernetes/pki', `/etc/kubernetes/${name}`));
    }
  }
  return node;
}

function removeAll(node: NodeTree, ...paths: readonly string[]): void {
  for (const path of paths) node.remove(path);
}

/** Faults that need no case in test/cases, but whose remedies are special. */
export const mended: readonly Case[] = [
  {
    name: 'in a rotation what is expired was signed by the old CA, and the key is that of the new one',
    change: (node) => {
      node.issue('front-proxy-client', { notAfter: '2026-11-30' });
      const { certificate, key } = makeAuthority('front-proxy-ca', { key: keyNamed('the next front proxy CA') });
      node.edit('pki/front-proxy-ca.crt', (old) => old + certificatePem(certificate));
      node.write('pki/front-proxy-ca.key', privateKeyPem(key));
    },
    findings: ['authority/order@front-proxy-ca', 'cert/expired@front-proxy-client'],
  },
  {
    name: 'the PKI lies in another folder',
    node: () => inFolder('ssl'),
    change: (node) => node.remove('ssl/apiserver.crt'),
    options: { paths: ['/etc/kubernetes/ssl'] },
    findings: ['cert/present@kube-apiserver'],
  },
  {
    name: 'nothing tells how the node is called',
    change: (node) => removeAll(bare(node), 'pki/apiserver.crt', 'pki/etcd/server.crt', 'pki/etcd/peer.crt'),
    findings: ['cert/present@kube-apiserver', 'cert/present@kube-etcd', 'cert/present@kube-etcd-peer'],
  },
];

interface NotMended extends Case {
  /** The actions that are planned anyway if a person names the role. */
  readonly planned?: readonly string[];
}

/** Faults that issuing cannot fix, or not without harm. */
export const notMended: readonly NotMended[] = [
  {
    name: 'the front proxy was forgotten, its CA with it',
    change: (node) =>
      removeAll(node, ...['ca.crt', 'ca.key', 'client.crt', 'client.key'].map((name) => `pki/front-proxy-${name}`)),
    findings: ['authority/present@front-proxy-ca', 'cert/present@front-proxy-client'],
  },
  {
    name: 'the directory of etcd was forgotten, with the client that needs its CA, and other members may have it',
    node: { controlPlaneEndpoint: 'lb.example.test:6443' },
    change: (node) => removeAll(node, 'pki/etcd', 'pki/apiserver-etcd-client.crt', 'pki/apiserver-etcd-client.key'),
    findings: ['cert/present@kube-apiserver-etcd-client', 'node/folder@cp-1'],
  },
  {
    name: 'the pair for tokens is lost',
    change: (node) => removeAll(node, 'pki/sa.key', 'pki/sa.pub'),
    findings: ['service-account/present@service-account'],
  },
  {
    name: 'the file is a link',
    change: (node) =>
      node
        .issue('kube-apiserver', { usages: ['clientAuth'] })
        .move('pki/apiserver.crt', 'pki/2027/apiserver.crt')
        .link('pki/apiserver.crt', '2027/apiserver.crt'),
    findings: ['cert/usage@kube-apiserver'],
  },
  {
    name: 'the file is that of another role',
    change: (node) => {
      node.issue('kube-etcd', { notAfter: '2026-11-30' });
      node.replaceFlag('etcd', 'peer-cert-file', '/etc/kubernetes/pki/etcd/server.crt');
      node.replaceFlag('etcd', 'peer-key-file', '/etc/kubernetes/pki/etcd/server.key');
    },
    findings: ['cert/expired@cp-1'],
  },
  {
    name: 'the key beside the CA is that of another, and signs nothing',
    change: (node) =>
      node.issue('kube-etcd', { notAfter: '2026-11-30' }).write('pki/etcd/ca.key', privateKeyPem(keyNamed('stranger'))),
    findings: ['authority/stray-key@etcd-ca', 'cert/expired@kube-etcd'],
  },
  {
    name: 'a rotation has not reached those who trust the old CA alone',
    change: (node) => {
      node.issue('kube-apiserver', { notAfter: '2026-11-30' });
      const { certificate, key } = makeAuthority('kubernetes', { key: keyNamed('the next CA') });
      const next = certificatePem(certificate);
      node.edit('pki/ca.crt', (old) => old + next).write('pki/ca.key', privateKeyPem(key));
      node.write('pki/next-ca.crt', next);
      node.replaceFlag('kube-controller-manager', 'cluster-signing-cert-file', '/etc/kubernetes/pki/next-ca.crt');
    },
    findings: ['authority/order@kubernetes-ca', 'cert/expired@kube-apiserver'],
  },
  {
    name: 'a worker without the CA of its cluster',
    node: { worker: true },
    change: (node) => removeAll(node, 'pki/ca.crt', 'kubelet.conf'),
    findings: ['authority/present@kubernetes-ca', 'kubeconfig/present@kubelet.conf'],
  },
];
