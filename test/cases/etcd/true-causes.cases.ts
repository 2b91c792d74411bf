import { secondWithFirstAddress } from '../cause-states.ts';
import type { Case } from '../harness.ts';

export const trueCauses: readonly Case[] = [
  {
    name: 'etcd of the second control plane listens on the address of the first',
    node: secondWithFirstAddress,
    findings: ['etcd/address@etcd'],
  },
];
