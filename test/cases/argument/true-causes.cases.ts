import { quoted } from '../cause-states.ts';
import type { Case } from '../harness.ts';

export const trueCauses: readonly Case[] = [
  {
    name: 'a path in an argument is in quotes that no shell removes',
    node: () => quoted('kube-apiserver', /^tls-cert-file$/),
    findings: ['argument/quoted@kube-apiserver'],
  },
];
