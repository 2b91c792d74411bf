import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import type { Case } from '../harness.ts';

// The lint runs as of 2026-12-01, a week after the nodes were created.
const leaves: readonly Case[] = [
  {
    name: 'the API server expired yesterday',
    change: (node) => node.issue('kube-apiserver', { notBefore: '2025-11-30', notAfter: '2026-11-30' }),
    findings: ['cert/expired@kube-apiserver'],
  },
  {
    name: 'a certificate is valid at the very second of its end, and ends',
    change: (node) => node.issue('front-proxy-client', { notBefore: '2025-12-01', notAfter: '2026-12-01' }),
    findings: ['cert/ends-soon@front-proxy-client'],
  },
  {
    name: 'admin.conf expired',
    change: (node) => node.issue('admin.conf', { notBefore: '2025-11-01', notAfter: '2026-11-01' }),
    findings: ['cert/expired@admin.conf'],
  },
  {
    name: 'the credential that the kubelet ought to have rotated expired',
    node: { worker: true },
    change: (node) => node.issue('kubelet.conf', { notBefore: '2025-11-01', notAfter: '2026-11-01' }),
    findings: ['cert/expired@kubelet.conf'],
  },
  {
    name: 'a certificate from the future',
    change: (node) => node.issue('kube-etcd', { notBefore: '2026-12-02' }),
    findings: ['cert/not-yet-valid@kube-etcd'],
  },
  {
    name: '29 days are left',
    change: (node) => node.issue('kube-apiserver', { notBefore: '2025-12-30', notAfter: '2026-12-30' }),
    findings: ['cert/ends-soon@kube-apiserver'],
  },
  {
    name: '30 days are left',
    change: (node) => node.issue('kube-apiserver', { notBefore: '2025-12-31', notAfter: '2026-12-31' }),
    findings: [],
  },
  {
    name: '30 days are left of 60 wanted',
    change: (node) => node.issue('kube-apiserver', { notBefore: '2025-12-31', notAfter: '2026-12-31' }),
    options: { expiresWithinDays: 60 },
    findings: ['cert/ends-soon@kube-apiserver'],
  },
  {
    name: 'less than a third is left of a short life',
    change: (node) => node.issue('kube-apiserver', { notBefore: '2026-11-22', notAfter: '2026-12-04' }),
    findings: ['cert/ends-soon@kube-apiserver'],
  },
  {
    name: 'more than a third is left of a short life',
    change: (node) => node.issue('kube-apiserver', { notBefore: '2026-11-25', notAfter: '2026-12-06' }),
    findings: [],
  },
  {
    name: 'the kubelet rotates when it will: an eighth is left',
    node: { worker: true },
    change: (node) => node.issue('kubelet.conf', { notBefore: '2026-11-03', notAfter: '2026-12-05' }),
    findings: [],
  },
  {
    name: 'the kubelet has not rotated: less than a tenth is left',
    node: { worker: true },
    change: (node) => node.issue('kubelet.conf', { notBefore: '2026-11-03', notAfter: '2026-12-03' }),
    findings: ['cert/ends-soon@kubelet.conf'],
  },
  {
    name: 'the intermediate in the file of the leaf expired',
    change: (node) => {
      const changes = { notBefore: '2025-11-01', notAfter: '2026-11-01' };
      const issuer = makeAuthority('cluster-intermediate', changes, node.authority('kubernetes-ca'));
      return node
        .issue('kube-apiserver', { issuer })
        .edit('pki/apiserver.crt', (text) => text + certificatePem(issuer.certificate));
    },
    findings: ['cert/expired@kube-apiserver'],
  },
  {
    name: 'the intermediate in the file of the leaf ends soon',
    change: (node) => {
      const changes = { notBefore: '2025-12-10', notAfter: '2026-12-10' };
      const issuer = makeAuthority('cluster-intermediate', changes, node.authority('kubernetes-ca'));
      return node
        .issue('kube-apiserver', { issuer })
        .edit('pki/apiserver.crt', (text) => text + certificatePem(issuer.certificate));
    },
    findings: ['cert/ends-soon@kube-apiserver'],
  },
  {
    name: 'renewed by kubeadm before 1.31: it begins with the CA, years ago',
    node: { certificates: { 'kubernetes-ca': { notBefore: '2020-01-01' } } },
    change: (node) => node.issue('kube-apiserver', { notBefore: '2020-01-01', notAfter: '2027-10-01' }),
    findings: [],
  },
  {
    name: 'an expired certificate that nothing reads',
    change: (node) =>
      node.write('pki/old.crt', node.read('pki/apiserver.crt')).edit('pki/old.crt', (text) => {
        node.issue('kube-apiserver', { notAfter: '2026-11-30' });
        const expired = node.read('pki/apiserver.crt');
        node.write('pki/apiserver.crt', text);
        return expired;
      }),
    findings: ['file/unused@cp-1'],
  },
];

const authorities: readonly Case[] = [];

/** Rules about dates. */
export const validityCases: readonly Case[] = [...leaves, ...authorities];
