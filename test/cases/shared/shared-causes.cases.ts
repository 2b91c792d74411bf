/** Failures of one rule that share their cause are one finding; those that do not stay apart. */
import { certificatePem } from '../../support/certificates.ts';
import { expiredCopy } from '../../support/expired-copy.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { LeafRole } from '../../support/roles.ts';
import type { Case } from '../harness.ts';

import { setFlags } from '../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const before = makeAuthority('kubernetes', { key: keyNamed('a CA before') });
const other = makeAuthority('other', { key: keyNamed('the CA of another cluster') });

const issued =
  (issuer: typeof before, ...roles: readonly LeafRole[]) =>
  (node: NodeTree): NodeTree => {
    for (const role of roles) node.issue(role, { issuer });
    return node;
  };
const trusting = (node: NodeTree, file: string, { certificate }: typeof before): NodeTree =>
  node.editKubeconfig(file, { certificateAuthority: certificatePem(certificate) });

const etcdNames = (...addresses: readonly string[]) => [
  ...['DNS:cp-1', 'DNS:localhost', 'IP:127.0.0.1', 'IP:::1'],
  ...addresses.map((address) => `IP:${address}`),
];

const issuers: readonly Case[] = [
  {
    name: 'two certificates are left of the CA before',
    change: issued(before, 'kube-apiserver', 'kube-apiserver-kubelet-client'),
    findings: ['cert/issuer@cp-1'],
    members: ['cert/issuer@kube-apiserver', 'cert/issuer@kube-apiserver-kubelet-client'],
  },
  {
    name: 'two certificates, each of a different CA',
    change: (node) => issued(other, 'kube-apiserver-kubelet-client')(issued(before, 'kube-apiserver')(node)),
    findings: ['cert/issuer@kube-apiserver', 'cert/issuer@kube-apiserver-kubelet-client'],
    members: [],
  },
  {
    name: 'one CA signed two certificates that should have different issuers',
    change: issued(before, 'kube-apiserver', 'kube-apiserver-etcd-client'),
    findings: ['cert/issuer@kube-apiserver', 'cert/issuer@kube-apiserver-etcd-client'],
    members: [],
  },
];

const trusted: readonly Case[] = [
  {
    name: 'two kubeconfigs embed the CA before',
    change: (node) => trusting(trusting(node, 'admin.conf', before), 'scheduler.conf', before),
    findings: ['kubeconfig/authority@cp-1'],
    members: ['kubeconfig/authority@admin.conf', 'kubeconfig/authority@scheduler.conf'],
  },
  {
    name: 'two kubeconfigs embed the same expired copy of a renewed CA',
    change: (node) => {
      const copy = expiredCopy(node);
      for (const file of ['admin.conf', 'scheduler.conf']) node.editKubeconfig(file, { certificateAuthority: copy });
    },
    findings: ['kubeconfig/authority-expired@cp-1'],
    members: ['kubeconfig/authority-expired@admin.conf', 'kubeconfig/authority-expired@scheduler.conf'],
  },
  {
    name: 'two kubeconfigs trust different CAs',
    change: (node) => trusting(trusting(node, 'controller-manager.conf', other), 'scheduler.conf', before),
    findings: ['kubeconfig/authority@controller-manager.conf', 'kubeconfig/authority@scheduler.conf'],
    members: [],
  },
];

const names: readonly Case[] = [
  {
    name: 'two servers lack the same address',
    change: (node) => {
      node.issue('kube-apiserver', { sans: ['DNS:cp-1', 'DNS:kubernetes', 'IP:10.96.0.1'] });
      node.issue('kube-etcd', { sans: etcdNames() });
    },
    findings: ['san/coverage@cp-1'],
    members: ['san/coverage@kube-apiserver', 'san/coverage@kube-etcd'],
  },
  {
    name: 'two servers lack different addresses',
    change: (node) => {
      node.issue('kube-apiserver', { sans: ['DNS:cp-1', 'DNS:kubernetes', 'IP:192.0.2.10'] });
      node.issue('kube-etcd', { sans: etcdNames() });
    },
    findings: ['san/coverage@kube-apiserver', 'san/coverage@kube-etcd'],
    members: [],
  },
];

const rest: readonly Case[] = [
  {
    name: 'two files are empty',
    change: (node) => node.write('pki/apiserver.crt', '').write('pki/apiserver.key', '', 0o600),
    findings: ['file/parse@cp-1'],
    members: [`file/parse@${pki}/apiserver.crt`, `file/parse@${pki}/apiserver.key`],
  },
  {
    name: 'one file is empty, and one is damaged',
    change: (node) => node.write('pki/apiserver.crt', '').write('pki/apiserver.key', 'damaged', 0o600),
    findings: [`file/parse@${pki}/apiserver.crt`, `file/parse@${pki}/apiserver.key`],
    members: [],
  },
  {
    name: 'a component lacks two arguments',
    change: (node) =>
      setFlags(node, 'kube-apiserver', { 'service-account-issuer': undefined, 'client-ca-file': undefined }),
    findings: ['argument/required@cp-1'],
    members: [
      'argument/required@kube-apiserver --client-ca-file',
      'argument/required@kube-apiserver --service-account-issuer',
    ],
  },
  {
    name: 'two components lack one each',
    change: (node) => {
      setFlags(node, 'kube-apiserver', { 'service-account-issuer': undefined });
      setFlags(node, 'etcd', { 'trusted-ca-file': undefined });
    },
    findings: ['argument/required@etcd --trusted-ca-file', 'argument/required@kube-apiserver --service-account-issuer'],
    members: [],
  },
];

export { issuers, names, rest, trusted };
