import { certificatePem } from '../../support/certificates.ts';
import { privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import { pathOf } from '../../support/roles.ts';
import type { Case } from '../harness.ts';
import { setFlags } from '../manifest-edits.ts';
import { between } from '../support/keys.ts';

const pki = '/etc/kubernetes/pki';

const shared: readonly Case[] = [
  {
    name: 'kube-apiserver and etcd serve with one key',
    change: (node) => node.issue('kube-etcd', { key: node.key('kube-apiserver') }),
    findings: ['key/shared@cp-1'],
  },
  {
    name: 'kube-apiserver and etcd serve with one certificate',
    change: (node) => {
      const sans = ['DNS:cp-1', 'DNS:kubernetes', 'DNS:kubernetes.default', 'DNS:kubernetes.default.svc'];
      node.issue('kube-apiserver', { issuer: 'etcd-ca', key: node.key('kube-etcd'), sans });
    },
    findings: ['cert/issuer@kube-apiserver', 'key/shared@cp-1', 'san/coverage@kube-apiserver'],
  },
  {
    name: 'two kubeconfigs with one key',
    change: (node) => node.issue('scheduler.conf', { key: node.key('controller-manager.conf') }),
    findings: ['key/shared@cp-1'],
  },
  {
    name: 'a leaf with the key of its CA',
    change: (node) => node.issue('front-proxy-client', { key: node.authority('front-proxy-ca').key }),
    findings: ['key/shared@cp-1'],
  },
  {
    name: 'tokens are signed with the key of the CA',
    change: (node) => {
      const { key } = node.authority('kubernetes-ca');
      node.write('pki/sa.key', privateKeyPem(key)).write('pki/sa.pub', publicKeyPem(key));
    },
    findings: ['key/shared@cp-1'],
  },
  {
    name: 'tokens are signed with the key of kube-apiserver',
    change: (node) => {
      const key = node.key('kube-apiserver');
      node.write('pki/sa.key', privateKeyPem(key)).write('pki/sa.pub', publicKeyPem(key));
    },
    findings: ['key/shared@cp-1'],
  },
  {
    name: 'one certificate of etcd for clients and peers, as kubespray has it',
    change: (node) => {
      setFlags(node, 'etcd', { 'peer-cert-file': `${pki}/etcd/server.crt`, 'peer-key-file': `${pki}/etcd/server.key` });
      node.remove('pki/etcd/peer.crt').remove('pki/etcd/peer.key');
    },
    findings: [],
  },
  {
    name: 'two certificates of one component with one key',
    change: (node) => node.issue('front-proxy-client', { key: node.key('kube-apiserver-kubelet-client') }),
    findings: [],
  },
  {
    name: 'what the kubelet rotates, named by kubelet.conf',
    node: { rotatedKubelet: true },
    findings: [],
  },
];

const trusted: readonly Case[] = [
  {
    name: 'a private key in the file that is published to all namespaces',
    change: (node) => node.edit('pki/ca.crt', (text) => text + node.read('pki/ca.key')),
    findings: [`key/mode-signing@${pki}/ca.crt`, `key/published@${pki}/ca.crt`],
  },
  {
    name: 'a private key in a trust file',
    change: (node) =>
      node
        .edit('pki/front-proxy-ca.crt', (text) => text + node.read('pki/apiserver.key'))
        .chmod('pki/front-proxy-ca.crt', 0o600),
    findings: [`key/misplaced@${pki}/front-proxy-ca.crt`],
  },
  {
    name: 'a private key in a certificate file that everybody may read',
    change: (node) => node.edit('pki/apiserver.crt', (text) => text + node.read('pki/apiserver.key')),
    findings: [`key/mode@${pki}/apiserver.crt`],
  },
  {
    name: 'a CA and the one that it was renewed to',
    change: (node) => {
      const before = node.read('pki/etcd/ca.crt');
      node.issue('etcd-ca', { notAfter: '2040-01-01' }).edit('pki/etcd/ca.crt', (text) => before + text);
    },
    findings: [],
  },
];

const chains: readonly Case[] = [
  {
    name: 'leaf, intermediate, root',
    change: (node) => {
      const middle = between(node, 'middle');
      node.issue('kube-apiserver', { issuer: middle });
      node.edit(
        pathOf('kube-apiserver'),
        (text) => text + certificatePem(middle.certificate) + node.read('pki/ca.crt'),
      );
    },
    findings: [],
  },
];

/** Rules about keys, trust files with more than one certificate, and chains. */
export const cases: readonly Case[] = [...shared, ...trusted, ...chains];
