import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { Case } from './harness.ts';

const short = { key: keyNamed('shorter than anybody likes', 'RSA-1024') };
const long = { key: keyNamed('longer than Go takes', 'RSA-8208') };

const oneCa = { commonName: 'kubernetes', key: keyNamed('kubernetes-ca') };

const leaves: readonly Case[] = [
  {
    name: 'a leaf with RSA-1024',
    change: (node) => node.issue('front-proxy-client', short),
    findings: ['cert/key-size-minor@front-proxy-client'],
  },
  {
    name: 'a kubeconfig with RSA-1024',
    change: (node) => node.issue('scheduler.conf', short),
    findings: ['cert/key-size-minor@scheduler.conf'],
  },
  {
    name: 'a leaf whose key is so short that one like it was factored, of a release that takes it',
    node: { release: '1.32' },
    change: (node) => node.issue('front-proxy-client', { key: 'RSA-768' }),
    findings: ['cert/key-size@front-proxy-client'],
  },
  {
    name: 'a server with an RSA key that is too long for Go',
    change: (node) => node.issue('kube-apiserver', long),
    findings: ['cert/key-usable@kube-apiserver'],
  },
  {
    name: 'a client with an RSA key that is too long for Go',
    change: (node) => node.issue('kube-apiserver-etcd-client', long),
    findings: ['cert/key-usable@kube-apiserver-etcd-client'],
  },
  {
    name: 'an intermediate with an RSA key that is too long for Go',
    change: (node) => {
      const middle = makeAuthority('middle', long, node.authority('kubernetes-ca'));
      node.issue('kube-apiserver', { issuer: middle });
      node.edit('pki/apiserver.crt', (text) => text + certificatePem(middle.certificate));
    },
    findings: ['cert/key-usable@kube-apiserver'],
  },
  {
    name: 'an RSA key that some builds of this release take',
    node: { release: '1.28' },
    change: (node) => node.issue('kube-apiserver', long),
    findings: [],
  },
  {
    name: 'an external etcd, of which nobody knows what it takes',
    node: { externalEtcd: true },
    change: (node) => node.issue('kube-apiserver-etcd-client', long),
    findings: [],
  },
  {
    name: 'a server with RSA-768',
    change: (node) => node.issue('kube-apiserver', { key: 'RSA-768' }),
    findings: ['cert/key-usable@kube-apiserver'],
  },
  {
    name: 'a server with RSA-768 of a release that takes it',
    node: { release: '1.32' },
    change: (node) => node.issue('kube-apiserver', { key: 'RSA-768' }),
    findings: ['cert/key-size@kube-apiserver'],
  },
  {
    name: 'RSA-768 among members of etcd, of which nobody knows what they take',
    change: (node) => node.issue('kube-etcd-peer', { key: 'RSA-768' }),
    findings: ['cert/key-size@kube-etcd-peer'],
  },
  {
    name: 'a server with P-224',
    change: (node) => node.issue('kube-apiserver', { key: 'P-224' }),
    findings: ['cert/key-usable@kube-apiserver'],
  },
  {
    name: 'a client with P-224',
    change: (node) => node.issue('controller-manager.conf', { key: 'P-224' }),
    findings: ['cert/key-usable@controller-manager.conf'],
  },
  {
    name: 'P-224 where etcd may well speak TLS 1.2',
    change: (node) => node.issue('kube-etcd', { key: 'P-224' }),
    findings: [],
  },
];

const signatures: readonly Case[] = [
  {
    name: 'all that etcd-ca signed is signed over SHA-1: told of each, and not of etcd-ca',
    change: (node) => {
      const roles = [
        'kube-etcd',
        'kube-etcd-peer',
        'kube-etcd-healthcheck-client',
        'kube-apiserver-etcd-client',
      ] as const;
      for (const role of roles) node.issue(role, { hash: 'sha1' });
    },
    findings: ['kube-etcd', 'kube-etcd-peer', 'kube-etcd-healthcheck-client', 'kube-apiserver-etcd-client'].map(
      (role) => `cert/signature@${role}`,
    ),
  },
  {
    name: 'an intermediate signed over SHA-1',
    change: (node) => {
      const middle = makeAuthority('middle', { hash: 'sha1' }, node.authority('kubernetes-ca'));
      node.issue('kube-apiserver', { issuer: middle });
      node.edit('pki/apiserver.crt', (text) => text + certificatePem(middle.certificate));
    },
    findings: ['cert/signature@kube-apiserver'],
  },
  {
    name: 'an intermediate signed over SHA-1, before the one that replaces it',
    change: (node) => {
      const [old, middle] = (['sha1', 'sha256'] as const).map((hash) =>
        makeAuthority('middle', { hash }, node.authority('kubernetes-ca')),
      );
      if (old === undefined || middle === undefined) throw new Error('no intermediates');
      node.issue('kube-apiserver', { issuer: middle });
      node.edit(
        'pki/apiserver.crt',
        (text) => text + certificatePem(old.certificate) + certificatePem(middle.certificate),
      );
    },
    findings: [],
  },
  {
    name: 'what one CA for everything signed over SHA-1',
    node: { certificates: { 'kubernetes-ca': oneCa, 'etcd-ca': oneCa } },
    change: (node) => node.write('pki/etcd/ca.crt', node.read('pki/ca.crt')).issue('kube-etcd', { hash: 'sha1' }),
    findings: ['authority/distinct@etcd-ca', 'authority/name@etcd-ca', 'cert/signature@kube-etcd'],
  },
  {
    name: 'a root signed over SHA-1 by itself',
    change: (node) => node.issue('etcd-ca', { hash: 'sha1' }),
    findings: [],
  },
  {
    name: 'a CA with RSA-768, told once',
    node: { certificates: { 'etcd-ca': { key: 'RSA-768' } } },
    findings: ['authority/key-usable@etcd-ca'],
  },
];

/** Signs tokens with a key that Go refuses since 1.24. */
const shortTokenKey = (node: NodeTree) => {
  const key = keyNamed('service-account', 'RSA-768');
  node.write('pki/sa.key', privateKeyPem(key)).write('pki/sa.pub', publicKeyPem(key));
};

const authorities: readonly Case[] = [
  {
    name: 'a CA with RSA-1024',
    node: { certificates: { 'front-proxy-ca': short } },
    findings: ['authority/key-size@front-proxy-ca'],
  },
  {
    name: 'a CA that nobody sends may have a long key',
    node: { certificates: { 'front-proxy-ca': long } },
    findings: [],
  },
  { name: 'a CA with P-224', node: { certificates: { 'etcd-ca': { key: 'P-224' } } }, findings: [] },
  {
    name: 'a CA with Ed25519 on a node that kubeadm made',
    node: { certificates: { 'kubernetes-ca': { key: 'Ed25519' } } },
    findings: ['authority/key-type@kubernetes-ca'],
  },
  {
    name: 'a CA with Ed25519 whose key is kept elsewhere',
    node: { certificates: { 'kubernetes-ca': { key: 'Ed25519' } }, externalCa: true },
    findings: ['authority/key@front-proxy-ca', 'authority/key@kubernetes-ca'],
  },
  {
    name: 'a CA with Ed25519 on a node without any sign of kubeadm',
    node: { certificates: { 'kubernetes-ca': { key: 'Ed25519' } } },
    change: (node) => node.remove('/var/lib/kubelet/kubeadm-flags.env'),
    findings: [],
  },
  {
    name: 'tokens are signed with RSA-1024',
    change: (node) => {
      node.write('pki/sa.key', privateKeyPem(short.key)).write('pki/sa.pub', publicKeyPem(short.key));
    },
    findings: ['service-account/key-size@service-account'],
  },
  {
    name: 'tokens are signed with RSA-768',
    change: shortTokenKey,
    findings: ['service-account/key-usable@service-account'],
  },
  {
    name: 'tokens are signed with RSA-768, which v1.32 takes, whichever Go built it',
    node: { release: '1.32' },
    change: shortTokenKey,
    options: { facts: { kubernetesVersion: 'v1.32.12' } },
    findings: ['service-account/key-size@service-account'],
  },
  {
    name: 'tokens are verified with RSA-768, and the key that signs them was not given',
    change: shortTokenKey,
    unreadable: (path) => path.endsWith('/sa.key'),
    findings: ['node/readable@cp-1', 'service-account/key-usable@service-account'],
  },
  {
    name: 'leaves that end after their CA, which has half a year left',
    node: { certificates: { 'etcd-ca': { notAfter: '2027-06-01' } } },
    findings: ['authority/outlived@etcd-ca'],
  },
  {
    name: 'leaves that end after their CA, which ends soon',
    node: { certificates: { 'etcd-ca': { notBefore: '2016-12-10', notAfter: '2026-12-10' } } },
    findings: ['authority/ends-soon@etcd-ca'],
  },
];

/** Rules about the size and type of keys, and about misleading dates. */
export const cases: readonly Case[] = [...leaves, ...signatures, ...authorities];
