import type { Case } from '../harness.ts';
import { short } from '../support/key-strength.ts';

export const keyStrength: readonly Case[] = [
  {
    name: 'a CA with RSA-768, told once',
    node: { certificates: { 'etcd-ca': { key: 'RSA-768' } } },
    findings: ['authority/key-usable@etcd-ca'],
  },
  {
    name: 'a CA with RSA-1024',
    node: { certificates: { 'front-proxy-ca': short } },
    findings: ['authority/key-size@front-proxy-ca'],
  },
  {
    name: 'a CA with Ed25519 on a node that kubeadm made',
    node: { certificates: { 'kubernetes-ca': { key: 'Ed25519' } } },
    findings: ['authority/key-type@kubernetes-ca'],
  },
  {
    name: 'leaves that end after their CA, which has half a year left',
    node: { certificates: { 'etcd-ca': { notAfter: '2027-06-01' } } },
    findings: ['authority/outlived@etcd-ca'],
  },
  {
    name: 'leaves that end after their CA, which ends soon',
    node: { certificates: { 'etcd-ca': { notBefore: '2016-12-10', notAfter: '2026-12-10' } } },
    findings: ['authority/ends-soon@etcd-ca'],
  },
];
