import { backupClient, policyWith } from '../../support/policy.ts';
import type { Case } from '../harness.ts';
import { longLived, ours } from '../support/policy.ts';

export const policy: readonly Case[] = [
  {
    name: 'a certificate for two years, where a policy allows one',
    change: (node) => node.issue('front-proxy-client', longLived),
    options: { policy: policyWith({ rules: { 'cert/lifetime': { max: '1y' } } }) },
    findings: ['cert/lifetime@front-proxy-client'],
  },
  {
    name: 'a certificate of the policy that is missing',
    options: { policy: ours },
    findings: ['cert/present-minor@etcd-backup-client'],
  },
  {
    name: 'a certificate of the policy that workers have, on a worker',
    node: { worker: true },
    options: { policy: policyWith({ certificates: [{ ...backupClient, parent: 'kubernetes-ca', on: 'worker' }] }) },
    findings: ['cert/present-minor@etcd-backup-client'],
  },
];
