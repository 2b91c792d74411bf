import type { Case } from '../harness.ts';

export const causes: readonly Case[] = [
  {
    name: 'the time is before every certificate',
    options: { at: new Date('2026-11-20T00:00:00Z') },
    findings: ['node/clock@cp-1'],
    members: ['etcd-ca', 'front-proxy-ca', 'kubernetes-ca'].map((role) => `authority/not-yet-valid@${role}`),
  },
  {
    name: 'the time is before all certificates but one',
    options: { at: new Date('2026-11-20T00:00:00Z') },
    change: (node) => node.issue('front-proxy-client', { notBefore: '2026-11-01' }),
    findings: [...['etcd-ca', 'front-proxy-ca', 'kubernetes-ca'].map((role) => `authority/not-yet-valid@${role}`)],
    members: [],
  },
  {
    name: 'everything expired, CAs and all',
    options: { at: new Date('2038-01-01T00:00:00Z') },
    findings: ['authority/expired@cp-1'],
  },
  {
    name: 'a CA expired, and what it signed',
    options: { at: new Date('2027-12-01T00:00:00Z') },
    change: (node) => node.issue('etcd-ca', { notBefore: '2017-01-01', notAfter: '2027-01-01' }),
    node: {
      certificates: Object.fromEntries(
        [
          'kube-apiserver',
          'kube-apiserver-kubelet-client',
          'front-proxy-client',
          'admin.conf',
          'super-admin.conf',
          'controller-manager.conf',
          'scheduler.conf',
          'kubelet.conf',
        ].map((role) => [role, { notAfter: '2029-01-01' }]),
      ),
    },
    findings: ['authority/expired@etcd-ca'],
    members: ['kube-apiserver-etcd-client', 'kube-etcd', 'kube-etcd-healthcheck-client', 'kube-etcd-peer'].map(
      (role) => `cert/expired@${role}`,
    ),
  },
];
