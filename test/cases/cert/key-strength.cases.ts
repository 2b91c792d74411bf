import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed } from '../../support/keys.ts';
import type { Case } from '../harness.ts';
import { short } from '../support/key-strength.ts';

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
];

const authorities: readonly Case[] = [
  {
    name: 'a CA that nobody sends may have a long key',
    node: { certificates: { 'front-proxy-ca': long } },
    findings: [],
  },
  { name: 'a CA with P-224', node: { certificates: { 'etcd-ca': { key: 'P-224' } } }, findings: [] },
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
];

/** Rules about the size and type of keys, and about misleading dates. */
export const cases: readonly Case[] = [...leaves, ...signatures, ...authorities];
