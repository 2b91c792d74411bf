import { adding, config, nodeOf } from '../configuration/k3s-nodes.ts';
import type { Case } from '../harness.ts';

const all = 'k3s servers and an agent';

/** Settings of several servers of k3s. */
export const severalSupervisors: readonly Case[] = [
  {
    name: 'servers of k3s with different networks',
    node: () => nodeOf(all, 0),
    beside: () => [nodeOf(all, 1, { [config]: adding('cluster-cidr: 10.50.0.0/16') })],
    findings: ['cluster/critical-settings@server-2'],
  },
  {
    name: 'servers of k3s with the same network, which one of them spells out',
    node: () => nodeOf(all, 0),
    beside: () => [nodeOf(all, 1, { [config]: adding('cluster-cidr: 10.42.0.0/16') })],
    findings: [],
  },
];
