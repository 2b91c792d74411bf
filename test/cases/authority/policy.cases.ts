import { policyWith } from '../../support/policy.ts';
import type { Case } from '../harness.ts';

export const policy: readonly Case[] = [
  {
    name: 'a CA for ten years, where a policy allows five',
    options: { policy: policyWith({ rules: { 'authority/lifetime': { max: '5y' } } }) },
    findings: ['authority/lifetime@etcd-ca', 'authority/lifetime@front-proxy-ca', 'authority/lifetime@kubernetes-ca'],
  },
  {
    name: 'a CA of P-256, where a policy requires P-384',
    options: { policy: policyWith({ rules: { 'authority/key-size': { ecdsa: 384 } } }) },
    findings: ['authority/key-size@etcd-ca', 'authority/key-size@front-proxy-ca', 'authority/key-size@kubernetes-ca'],
  },
];
