import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import type { Case } from '../harness.ts';

export const keys: readonly Case[] = [
  {
    name: 'a certificate twice in a trust file',
    change: (node) => node.edit('pki/etcd/ca.crt', (text) => text + text),
    findings: ['authority/duplicate@etcd-ca'],
  },
  {
    name: 'a certificate twice in the file of a CA that no manifest names',
    change: (node) => node.remove('manifests').edit('pki/etcd/ca.crt', (text) => text + text),
    findings: ['authority/duplicate@etcd-ca'],
  },
  {
    name: 'an expired CA beside the one in force',
    change: (node) => {
      const gone = makeAuthority('etcd-ca', { notBefore: '2016-01-01', notAfter: '2026-01-01' });
      node.edit('pki/etcd/ca.crt', (text) => text + certificatePem(gone.certificate));
    },
    findings: ['authority/leftover@etcd-ca'],
  },
];
