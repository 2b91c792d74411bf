import { X509Certificate } from 'node:crypto';
import type { Case } from '../../harness.ts';
import { setFlags } from '../../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const healthy = { findings: [] };

/** Names, organizations, usages and dates that differ from kubeadm's. */
export const identities: readonly Case[] = [
  {
    name: 'SANs beyond the documented ones',
    change: (node) => {
      const more = ['DNS:localhost', 'IP:127.0.0.1', 'DNS:*.example.test', 'IP:2001:db8::10', 'URI:spiffe://x/y'];
      const sans = (role: 'kube-apiserver' | 'kube-etcd') =>
        new X509Certificate(node.certificate(role)).subjectAltName
          ?.split(', ')
          .map((san) => san.replace(/^IP Address:/, 'IP:'));
      for (const role of ['kube-apiserver', 'kube-etcd'] as const) {
        node.issue(role, { sans: [...(sans(role) ?? []), ...more] });
      }
    },
    ...healthy,
  },
  {
    name: 'the page to the letter',
    node: {
      release: '1.28',
      certificates: {
        'kubernetes-ca': { commonName: 'kubernetes-ca', sans: null },
        'front-proxy-ca': { commonName: 'kubernetes-front-proxy-ca', sans: null },
        'kube-etcd': { commonName: 'kube-etcd' },
        'kube-etcd-peer': { commonName: 'kube-etcd-peer' },
        'kube-apiserver-etcd-client': { organizations: [] },
        'kube-etcd-healthcheck-client': { organizations: [] },
        'admin.conf': { organizations: ['site:admins'] },
      },
    },
    findings: ['cert/group-minor@admin.conf'],
  },
  {
    name: 'an admin group of its own',
    change: (node) => node.issue('admin.conf', { organizations: ['site:admins'] }),
    findings: ['cert/group-minor@admin.conf'],
  },
  {
    name: 'a less privileged group for the kubelet client',
    node: { release: '1.32' },
    change: (node) => node.issue('kube-apiserver-kubelet-client', { organizations: ['system:masters'] }),
    findings: ['cert/organization-earlier@kube-apiserver-kubelet-client'],
  },
  {
    name: 'subjects with country, city and unit',
    change: (node) => {
      const place = [
        ['C', 'NL'],
        ['L', 'Utrecht'],
        ['OU', 'platform'],
      ] as const;
      node.issue('kube-apiserver', { subject: [...place, ['O', 'Example'], ['CN', 'kube-apiserver']] });
      node.issue('scheduler.conf', { subject: [...place, ['CN', 'system:kube-scheduler']] });
    },
    ...healthy,
  },
  {
    name: "etcd's server certificate serves only, as etcd 3.5 allows with --client-cert-file",
    change: (node) => {
      node.issue('kube-etcd', { usages: ['serverAuth'] });
      const client = { 'client-cert-file': `${pki}/etcd/peer.crt`, 'client-key-file': `${pki}/etcd/peer.key` };
      setFlags(node, 'etcd', client);
    },
    findings: ['cert/usage-documented@kube-etcd'],
  },
  {
    name: 'no usages at all on client certificates of kubeconfigs',
    change: (node) => node.issue('scheduler.conf', { usages: null }),
    ...healthy,
  },
  {
    name: 'clients that may serve too',
    change: (node) => {
      node.issue('kube-apiserver-kubelet-client', { usages: ['clientAuth', 'serverAuth'] });
      node.issue('kube-apiserver', { usages: ['serverAuth', 'clientAuth'] });
    },
    ...healthy,
  },
  {
    name: 'no basic constraints on leaves (kubeadm 1.15)',
    change: (node) => {
      for (const role of ['kube-apiserver', 'kube-etcd', 'front-proxy-client'] as const) node.issue(role, { ca: null });
    },
    ...healthy,
  },
  {
    name: 'leaves that began with their CA (kubeadm up to 1.30)',
    change: (node) => {
      for (const role of ['kube-apiserver', 'kube-etcd'] as const) node.issue(role, { notBefore: '2020-01-01' });
    },
    ...healthy,
  },
  {
    name: 'leaves of 90 days, 40 of them left',
    change: (node) => node.issue('kube-apiserver', { notBefore: '2026-10-12', notAfter: '2027-01-10' }),
    ...healthy,
  },
  {
    name: 'leaves of one day',
    change: (node) =>
      node.issue('kube-apiserver', { notBefore: '2026-11-30T20:00:00Z', notAfter: '2026-12-01T20:00:00Z' }),
    ...healthy,
  },
  {
    name: 'leaves that outlive their CA',
    change: (node) => node.issue('kube-apiserver', { notAfter: '2056-11-24' }),
    findings: ['authority/outlived@kubernetes-ca'],
  },
];
