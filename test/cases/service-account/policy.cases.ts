import { policyWith } from '../../support/policy.ts';
import type { Case } from '../harness.ts';

export const policy: readonly Case[] = [
  {
    name: 'a service account key of P-256, where a policy requires P-384',
    options: { policy: policyWith({ rules: { 'service-account/key-size': { ecdsa: 384 } } }) },
    findings: ['service-account/key-size@service-account'],
  },
];
