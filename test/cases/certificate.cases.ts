import type { Case } from './harness.ts';

/** Rules over the documented certificates: presence, pair, issuer, usages, dates. */
export const certificateCases: readonly Case[] = [
  {
    name: 'the certificate of the API server is missing',
    change: (node) => node.remove('pki/apiserver.crt'),
    findings: ['cert/present@kube-apiserver'],
    without: ['san/page@kube-apiserver'],
  },
  {
    name: 'etcd serves with a certificate of the cluster CA',
    change: (node) => node.issue('kube-etcd', { issuer: 'kubernetes-ca' }),
    findings: ['cert/issuer@kube-etcd'],
  },
];
