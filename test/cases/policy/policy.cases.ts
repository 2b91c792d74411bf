import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import { addBackupClient, backupClient, policyWith } from '../../support/policy.ts';
import type { Case } from '../harness.ts';
import { longLived, ours } from '../support/policy.ts';

const limits: readonly Case[] = [
  {
    name: 'a policy that limits lifetimes to those of kubeadm',
    options: {
      policy: policyWith({ rules: { 'cert/lifetime': { max: '1y' }, 'authority/lifetime': { max: '10y' } } }),
    },
    findings: [],
  },
  {
    name: 'a certificate for two years without a policy',
    change: (node) => node.issue('front-proxy-client', longLived),
    findings: [],
  },
  {
    name: 'a certificate that was renewed by a kubeadm that copies the beginning of the CA',
    node: {
      certificates: {
        'front-proxy-ca': { notBefore: '2020-01-01' },
        'front-proxy-client': { notBefore: '2020-01-01', notAfter: '2027-11-20' },
      },
    },
    options: { policy: policyWith({ rules: { 'cert/lifetime': { max: '1y' } } }) },
    findings: [],
  },
  {
    name: 'a key of RSA-2048, where a policy requires more',
    change: (node) => node.issue('front-proxy-client', { key: 'RSA-2048' }),
    options: { policy: policyWith({ rules: { 'cert/key-size': { rsa: 3072, ecdsa: 256 } } }) },
    findings: ['cert/key-size@front-proxy-client'],
  },
  {
    name: 'a key of RSA-4096, where a policy requires 3072 bits',
    change: (node) => node.issue('front-proxy-client', { key: 'RSA-4096' }),
    options: { policy: policyWith({ rules: { 'cert/key-size': { rsa: 3072 } } }) },
    findings: [],
  },
  {
    name: 'a certificate that ends within the time of a policy',
    change: (node) => node.issue('front-proxy-client', { notAfter: '2027-01-20' }),
    options: { policy: policyWith({ rules: { 'cert/ends-soon': { within: '60d' } } }) },
    findings: [],
  },
  {
    name: 'a certificate of a year that ends within the time of a policy',
    change: (node) => node.issue('front-proxy-client', { notBefore: '2026-01-20', notAfter: '2027-01-20' }),
    options: { policy: policyWith({ rules: { 'cert/ends-soon': { within: '60d' } } }) },
    findings: ['cert/ends-soon@front-proxy-client'],
  },
  {
    name: 'a certificate that ends within the time of a policy, and not within that of the option',
    change: (node) => node.issue('front-proxy-client', { notBefore: '2026-01-20', notAfter: '2027-01-20' }),
    options: { expiresWithinDays: 40, policy: policyWith({ rules: { 'cert/ends-soon': { within: '60d' } } }) },
    findings: [],
  },
];

const rows: readonly Case[] = [
  {
    name: 'a certificate of the policy that is as it says',
    change: (node) => addBackupClient(node),
    options: { policy: ours },
    findings: [],
  },
  {
    name: 'a certificate of the policy without which its reader fails',
    options: { policy: policyWith({ certificates: [{ ...backupClient, without: 'outage' }] }) },
    findings: ['cert/present@etcd-backup-client'],
  },
  {
    name: 'an optional certificate of the policy that is missing',
    options: { policy: policyWith({ certificates: [{ ...backupClient, optional: true }] }) },
    findings: [],
  },
  {
    name: 'a certificate of the policy that only workers have',
    options: { policy: policyWith({ certificates: [{ ...backupClient, parent: 'kubernetes-ca', on: 'worker' }] }) },
    findings: [],
  },
  {
    name: 'a certificate of the policy that is signed by the wrong CA',
    change: (node) => addBackupClient(node, { issuer: 'kubernetes-ca' }),
    options: { policy: ours },
    findings: ['cert/issuer@etcd-backup-client'],
  },
  {
    name: 'a certificate of the policy that has expired',
    change: (node) => addBackupClient(node, { notBefore: '2025-11-01', notAfter: '2026-11-01' }),
    options: { policy: ours },
    findings: ['cert/expired@etcd-backup-client'],
  },
  {
    name: 'a certificate of the policy without its key',
    change: (node) => addBackupClient(node).remove('/etc/kubernetes/pki/etcd/backup-client.key'),
    options: { policy: ours },
    findings: ['cert/key@etcd-backup-client'],
  },
  {
    name: 'a certificate of the policy with a different key',
    change: (node) =>
      addBackupClient(node).write(
        '/etc/kubernetes/pki/etcd/backup-client.key',
        privateKeyPem(keyNamed('another backup client')),
        0o600,
      ),
    options: { policy: ours },
    findings: ['cert/pair@etcd-backup-client'],
  },
  {
    name: 'a certificate of the policy with a different name',
    change: (node) => addBackupClient(node, { commonName: 'backup' }),
    options: { policy: ours },
    findings: ['cert/common-name@etcd-backup-client'],
  },
  {
    name: 'a client certificate of the policy that only servers can present',
    change: (node) => addBackupClient(node, { usages: ['serverAuth'] }),
    options: { policy: ours },
    findings: ['cert/usage@etcd-backup-client'],
  },
  {
    name: 'a key of the policy that all users can read',
    change: (node) => addBackupClient(node, { keyMode: 0o644 }),
    options: { policy: ours },
    findings: ['key/mode@/etc/kubernetes/pki/etcd/backup-client.key'],
  },
  {
    name: 'a server certificate of the policy without one of its names',
    change: (node) => addBackupClient(node, { usages: ['serverAuth'], sans: ['DNS:backup.example.test'] }),
    options: {
      policy: policyWith({
        certificates: [{ ...backupClient, kinds: ['server'], hosts: ['backup.example.test', '<hostname>'] }],
      }),
    },
    findings: ['san/documented@etcd-backup-client'],
  },
  {
    name: 'a client certificate of the policy without its group',
    change: (node) => addBackupClient(node, { issuer: 'kubernetes-ca', organizations: ['others'] }),
    options: { policy: policyWith({ certificates: [{ ...backupClient, parent: 'kubernetes-ca', o: ['backups'] }] }) },
    findings: ['cert/organization@etcd-backup-client', 'cert/privilege@etcd-backup-client'],
  },
];

const accepted: readonly Case[] = [
  {
    name: 'a CA with a name that the policy accepts',
    node: { certificates: { 'front-proxy-ca': { commonName: 'Corp Front Proxy CA' } } },
    options: { policy: policyWith({ accept: [{ role: 'front-proxy-ca', cn: ['Corp Front Proxy CA'] }] }) },
    findings: [],
  },
  {
    name: 'a CA with a name that the policy accepts for a different one',
    node: { certificates: { 'front-proxy-ca': { commonName: 'Corp Front Proxy CA' } } },
    options: { policy: policyWith({ accept: [{ role: 'etcd-ca', cn: ['Corp Front Proxy CA'] }] }) },
    findings: ['authority/name@front-proxy-ca'],
  },
  {
    name: 'a client of etcd with a name that the policy accepts',
    change: (node) => node.issue('kube-apiserver-etcd-client', { commonName: 'corp-api' }),
    options: { policy: policyWith({ accept: [{ role: 'kube-apiserver-etcd-client', cn: ['corp-api'] }] }) },
    findings: [],
  },
  {
    name: 'an administrator in a group that the policy accepts',
    change: (node) => node.issue('admin.conf', { organizations: ['corp:platform'] }),
    options: { policy: policyWith({ accept: [{ role: 'admin.conf', o: ['corp:platform'] }] }) },
    findings: [],
  },
  {
    name: 'an administrator in a group of kubeadm, where the policy accepts another one',
    options: { policy: policyWith({ accept: [{ role: 'admin.conf', o: ['corp:platform'] }] }) },
    findings: [],
  },
  {
    name: 'a scheduler with a further group that the policy accepts',
    change: (node) => node.issue('scheduler.conf', { organizations: ['corp:schedulers'] }),
    options: { policy: policyWith({ accept: [{ role: 'scheduler.conf', o: ['corp:schedulers'] }] }) },
    findings: [],
  },
  {
    name: 'a kubelet without system:nodes, although the policy accepts its group',
    change: (node) => node.issue('kubelet.conf', { organizations: ['corp:nodes'] }),
    options: { policy: policyWith({ accept: [{ role: 'kubelet.conf', o: ['corp:nodes'] }] }) },
    findings: ['cert/organization@kubelet.conf'],
  },
  {
    name: 'a scheduler whose user RBAC does not know, although the policy accepts it',
    change: (node) => node.issue('scheduler.conf', { commonName: 'corp-scheduler' }),
    options: { policy: policyWith({ accept: [{ role: 'scheduler.conf', cn: ['corp-scheduler'] }] }) },
    findings: ['cert/identity@scheduler.conf'],
  },
  {
    name: 'a front proxy that the API server does not allow, although the policy accepts its name',
    change: (node) => node.issue('front-proxy-client', { commonName: 'corp-proxy' }),
    options: { policy: policyWith({ accept: [{ role: 'front-proxy-client', cn: ['corp-proxy'] }] }) },
    findings: ['cert/identity@front-proxy-client'],
  },
];

const otherClusters: readonly Case[] = [
  {
    name: 'the policy of a cluster with a different DNS domain',
    options: { policy: policyWith({ facts: { dnsDomain: 'corp.internal' }, rules: { 'san/*': 'off' } }) },
    findings: ['policy/facts@cp-1'],
  },
  {
    name: 'the policy of this cluster',
    options: { policy: policyWith({ facts: { dnsDomain: 'cluster.local', serviceCidrs: ['10.96.0.0/12'] } }) },
    findings: [],
  },
  {
    name: 'a copy with a private key, of which the policy says that it has none',
    options: { policy: policyWith({ leftOut: ['keys'] }) },
    findings: ['policy/left-out@cp-1'],
  },
  {
    name: 'a copy without private keys, as the policy says',
    change: (node) => {
      for (const path of [...node.entries.keys()]) if (path.endsWith('.key')) node.remove(path);
    },
    options: { policy: policyWith({ leftOut: ['keys'] }), requireComplete: true },
    findings: [],
  },
];

export const policyCases = [...limits, ...rows, ...accepted, ...otherClusters];
