import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed } from '../../support/keys.ts';
import type { Case } from '../harness.ts';
import { old } from '../support/validity.ts';

export const validity: readonly Case[] = [
  {
    name: 'the cluster CA expired, its leaves have not',
    change: (node) => node.issue('kubernetes-ca', old),
    findings: ['authority/expired@kubernetes-ca'],
  },
  {
    name: 'the CA of etcd expired',
    change: (node) => node.issue('etcd-ca', old),
    findings: ['authority/expired@etcd-ca'],
  },
  {
    name: 'the CA of the front proxy ends in a week',
    change: (node) => node.issue('front-proxy-ca', { notBefore: '2016-12-08', notAfter: '2026-12-08' }),
    findings: ['authority/ends-soon@front-proxy-ca'],
  },
  {
    name: 'the cluster CA is not valid yet',
    change: (node) => node.issue('kubernetes-ca', { notBefore: '2026-12-02' }),
    findings: ['authority/not-yet-valid@kubernetes-ca'],
  },
  {
    name: 'the clock was wrong when the CA of etcd was made, with all that it signed',
    node: {
      certificates: {
        'etcd-ca': { notBefore: '2026-12-02' },
        'kube-etcd': { notBefore: '2026-12-02' },
        'kube-etcd-peer': { notBefore: '2026-12-02' },
        'kube-etcd-healthcheck-client': { notBefore: '2026-12-02' },
        'kube-apiserver-etcd-client': { notBefore: '2026-12-02' },
      },
    },
    findings: ['authority/not-yet-valid@etcd-ca'],
  },
  {
    name: 'an expired CA that signed nothing here is left in the trust file, before the one in use',
    change: (node) => {
      const gone = makeAuthority('front-proxy-ca', { ...old, key: keyNamed('the CA before') });
      return node.edit('pki/front-proxy-ca.crt', (own) => certificatePem(gone.certificate) + own);
    },
    findings: ['authority/leftover@front-proxy-ca', 'authority/order@front-proxy-ca'],
  },
  {
    name: 'the CA that signed the leaves expired, beside a new one that has signed none yet',
    change: (node) => {
      const next = makeAuthority('front-proxy-ca', { key: keyNamed('the CA after') });
      return node
        .issue('front-proxy-ca', old)
        .edit('pki/front-proxy-ca.crt', (own) => own + certificatePem(next.certificate));
    },
    findings: ['authority/expired@front-proxy-ca'],
  },
  {
    name: 'the CA was renewed with its key, and stands beside the expired one',
    change: (node) => {
      const renewed = node.read('pki/front-proxy-ca.crt');
      return node.issue('front-proxy-ca', old).edit('pki/front-proxy-ca.crt', (own) => own + renewed);
    },
    findings: ['authority/leftover@front-proxy-ca'],
  },
];
