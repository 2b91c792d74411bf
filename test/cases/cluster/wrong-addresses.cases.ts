import type { Case } from '../harness.ts';
import { naming } from '../support/wrong-addresses.ts';

export const wrongAddresses: readonly Case[] = [
  {
    name: 'one of three control planes lacks the names of a balancer',
    node: () => naming(2),
    beside: () => [1, 3].map((number) => naming(number as 1 | 3, 'DNS:api.example.test', 'IP:192.0.2.200')),
    findings: ['cluster/names@kube-apiserver'],
  },
];
