import { buildNode } from '../../support/build-node.ts';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import {
  asBlock,
  configured,
  embeddedAndStored,
  embedding,
  encoded,
  encodedDifferently,
  glued,
  inBase64,
  joining,
  newCaWithStoredCertificate,
  otherCa,
  schedulerConfiguration,
  utf8Name,
  withIntermediate,
} from '../cause-states.ts';
import type { Case } from '../harness.ts';
import { config } from '../support/true-causes.ts';

export const quotes: readonly Case[] = [
  {
    name: 'quotes around a whole argument are removed by YAML',
    change: (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace(/- (--tls-cert-file=.*)$/m, '- "$1"')),
    findings: [],
  },
];

export const storedCertificates: readonly Case[] = [
  {
    name: 'kubelet.conf is of a new CA, and the kubelet has stored a certificate of the old one',
    node: newCaWithStoredCertificate,
    findings: ['kubelet/stored@kubelet.conf'],
  },
  {
    name: 'the same, and the kubelet does not renew its certificate: then it uses that in kubelet.conf',
    node: newCaWithStoredCertificate,
    change: (node) =>
      node.edit(config, (text) => text.replace('rotateCertificates: true', 'rotateCertificates: false')),
    findings: [],
  },
  {
    name: 'the same, and the stored certificate has expired: then the kubelet falls back to kubelet.conf',
    node: newCaWithStoredCertificate,
    change: (node) => {
      const path = '/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem';
      const old = buildNode({ rotatedKubelet: true, certificates: { 'kubelet.conf': { notAfter: '2026-11-25' } } });
      node.write(path, old.read(path), 0o600);
    },
    findings: [],
  },
  {
    name: 'kubelet.conf embeds a certificate, and the kubelet has stored one of the same CA',
    node: () => embeddedAndStored(),
    findings: [],
  },
];

export const bundles: readonly Case[] = [
  {
    name: 'the first of two certificates in the file of a CA does not fit its key',
    change: (node) => node.edit('pki/etcd/ca.crt', (text) => otherCa('etcd-ca', '2027-01-01') + text),
    findings: ['authority/order@etcd-ca'],
  },
  {
    name: 'the first of two certificates in the file of the front proxy CA does not fit its key',
    change: (node) => node.edit('pki/front-proxy-ca.crt', (text) => otherCa('front-proxy-ca', '2027-01-01') + text),
    findings: ['authority/order@front-proxy-ca'],
  },
  {
    name: 'the first of three certificates in the file of a CA does not fit its key',
    change: (node) =>
      node.edit(
        'pki/etcd/ca.crt',
        (text) => otherCa('etcd-ca', '2027-01-01') + text + otherCa('a third', '2027-01-01'),
      ),
    findings: ['authority/order@etcd-ca'],
  },
  {
    name: 'the first of two certificates in the file of a CA fits its key, as while it is rotated',
    change: (node) => node.edit('pki/etcd/ca.crt', (text) => text + otherCa('etcd-ca', '2027-01-01')),
    findings: [],
  },
  {
    name: 'an older CA of the same name is in a file, and one certificate is still of it',
    change: (node) => {
      const old = buildNode({ certificates: { 'etcd-ca': { key: 'P-256', notBefore: '2025-11-24' } } });
      node.edit('pki/etcd/ca.crt', (text) => text + old.certificate('etcd-ca'));
      node.issue('kube-etcd-healthcheck-client', { issuer: old.authority('etcd-ca') });
    },
    findings: [],
  },
  {
    name: 'a different CA, for clients of another kind, is in the file of a CA',
    change: (node) => node.edit('pki/etcd/ca.crt', (text) => text + otherCa('corporate-ca')),
    findings: [],
  },
];

const expired = { notBefore: '2016-11-24', notAfter: '2026-11-26' };

export const encodings: readonly Case[] = [
  {
    name: 'the cluster CA was made again with its key, and its name is encoded differently',
    node: () => encodedDifferently('kubernetes-ca'),
    findings: ['authority/issued@kubernetes-ca'],
  },
  {
    name: 'the same, because the old certificate was about to expire, which it has since',
    node: () => encodedDifferently('kubernetes-ca', { old: expired }),
    findings: ['cert/issuer@cp-1'],
  },
  {
    name: 'the CA of etcd was made again with its key, and its name is encoded differently',
    node: () => encodedDifferently('etcd-ca'),
    findings: ['cert/issuer@cp-1'],
  },
  {
    name: 'the same, and etcd has other members, which have the old certificate',
    node: () => encodedDifferently('etcd-ca'),
    options: { facts: { etcdMembers: 'several' } },
    findings: ['authority/issued@etcd-ca'],
  },
  {
    name: 'the CA of the front proxy was made again with its key, and its name is encoded differently',
    node: () => encodedDifferently('front-proxy-ca'),
    findings: ['cert/issuer@front-proxy-client'],
  },
  {
    name: 'a CA whose name is a UTF8String, as in what it signed',
    node: () => buildNode({ certificates: { 'etcd-ca': { subject: utf8Name('etcd-ca') } } }),
    findings: [],
  },
];

const pki = '/etc/kubernetes/pki';

export const contents: readonly Case[] = [
  ...['pki/apiserver.crt', 'pki/ca.crt', 'pki/apiserver.key', 'pki/etcd/peer.crt'].map(
    (path): Case => ({
      name: `${path} is base64 of PEM`,
      node: () => inBase64(path),
      findings: [`file/parse@/etc/kubernetes/${path}`],
    }),
  ),
  {
    name: 'the line break between two certificates of a bundle is missing',
    node: () => glued('pki/etcd/ca.crt', 'etcd-ca'),
    findings: [`file/parse@${pki}/etcd/ca.crt`],
  },
  {
    name: 'the line break between two certificates of a bundle is that of Windows',
    change: (node) =>
      node.edit('pki/etcd/ca.crt', (text) => `${text.trimEnd()}\r\n${otherCa('etcd-ca', '2027-01-01')}`),
    findings: [],
  },
  {
    name: 'the flag for a key names the certificate',
    change: (node) => node.replaceFlag('kube-apiserver', 'tls-private-key-file', `${pki}/apiserver.crt`),
    findings: ['argument/load@kube-apiserver --tls-private-key-file'],
  },
  {
    name: 'the flag for a certificate names the key',
    change: (node) => node.replaceFlag('etcd', 'cert-file', `${pki}/etcd/server.key`),
    findings: ['argument/load@etcd --cert-file'],
  },
  {
    name: 'the flags for a certificate and its key are switched',
    change: (node) =>
      node
        .replaceFlag('kube-apiserver', 'tls-cert-file', `${pki}/apiserver.key`)
        .replaceFlag('kube-apiserver', 'tls-private-key-file', `${pki}/apiserver.crt`),
    findings: ['argument/load@kube-apiserver --tls-cert-file', 'argument/load@kube-apiserver --tls-private-key-file'],
  },
  {
    name: 'the flags for a certificate and its key name one file with both',
    change: (node) => {
      node.write('pki/both.pem', node.read('pki/apiserver.crt') + node.read('pki/apiserver.key'), 0o600);
      node.remove('pki/apiserver.crt').remove('pki/apiserver.key');
      for (const flag of ['tls-cert-file', 'tls-private-key-file'])
        node.replaceFlag('kube-apiserver', flag, `${pki}/both.pem`);
    },
    findings: [],
  },
  {
    name: 'the embedded CA of a kubeconfig is not base64',
    node: () => embedding('scheduler.conf', () => '"%%%%"'),
    findings: ['kubeconfig/data@scheduler.conf'],
  },
  {
    name: 'the embedded CA of a kubeconfig is PEM, which is not base64',
    node: () => embedding('scheduler.conf', asBlock),
    findings: ['kubeconfig/data@scheduler.conf'],
  },
  {
    name: 'the embedded CA of a kubeconfig was encoded twice',
    node: () => embedding('scheduler.conf', encoded),
    findings: ['kubeconfig/data@scheduler.conf'],
  },
  {
    name: 'the base64 of an embedded CA has line breaks',
    node: () =>
      embedding('scheduler.conf', (data) => `|\n${data.replaceAll(/.{64}/g, '$&\n').replaceAll(/^/gm, '      ')}`),
    findings: [],
  },
];

export const kubelets: readonly Case[] = [
  {
    name: 'the kubelet has a field that pki-lint does not know',
    node: () => configured('maxPods: 50'),
    findings: [],
  },
  {
    name: 'a worker that is to join has a unit without the flag for its token',
    node: () => joining(''),
    findings: ['kubeconfig/present@kubelet.conf'],
  },
  {
    name: 'a worker that is to join has the flag for its token',
    node: () => joining('--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf '),
    findings: [],
  },
];

export const settings: readonly Case[] = [
  {
    name: 'the scheduler has a configuration file without a kubeconfig, and ignores its flag',
    node: () => schedulerConfiguration('leaderElection:\n  leaderElect: true\n'),
    findings: ['argument/required@kube-scheduler --kubeconfig'],
  },
  {
    name: 'the scheduler has a configuration file with its kubeconfig',
    node: () => schedulerConfiguration('clientConnection:\n  kubeconfig: /etc/kubernetes/scheduler.conf\n'),
    findings: [],
  },
  {
    name: 'etcd listens in a network of its own, for which it has certificates',
    change: (node) => {
      for (const role of ['kube-etcd', 'kube-etcd-peer'] as const)
        node.issue(role, { sans: ['DNS:cp-1', 'DNS:localhost', 'IP:198.51.100.10', 'IP:127.0.0.1', 'IP:::1'] });
      node.edit('manifests/etcd.yaml', (text) => text.replaceAll('192.0.2.10', '198.51.100.10'));
    },
    findings: [],
  },
];

export const limits: readonly Case[] = [
  {
    name: 'the path length of an intermediate in the file excludes the one below it',
    change: (node) => {
      const first = makeAuthority('first-intermediate', { pathLength: 0 }, node.authority('kubernetes-ca'));
      withIntermediate(node, 'kube-apiserver', first).edit(
        'pki/apiserver.crt',
        (text) => text + certificatePem(first.certificate),
      );
    },
    findings: ['cert/issuer@kube-apiserver'],
  },
  {
    name: 'the path length of the cluster CA allows the intermediate of the API server',
    change: (node) => withIntermediate(node.issue('kubernetes-ca', { pathLength: 1 }), 'kube-apiserver'),
    findings: [],
  },
  {
    name: 'the extended key usages of the cluster CA include all that it signs',
    change: (node) => node.issue('kubernetes-ca', { usages: ['serverAuth', 'clientAuth'] }),
    findings: [],
  },
];
