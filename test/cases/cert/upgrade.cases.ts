import type { Case } from '../harness.ts';
import { between } from '../support/upgrade.ts';

export const upgrade: readonly Case[] = [
  {
    name: 'signed over SHA-1, which the next release refuses',
    node: { release: '1.28' },
    change: (node) => node.issue('front-proxy-client', { hash: 'sha1' }),
    options: between('v1.23.15', 'v1.24.0'),
    findings: ['cert/hash@front-proxy-client', 'cert/signature@front-proxy-client'],
  },
];
