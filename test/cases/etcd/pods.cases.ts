import type { Case } from '../harness.ts';
import { write } from '../support/pods.ts';

export const pods: readonly Case[] = [
  {
    name: 'etcd keeps its data in no volume',
    change: (node) => write(node, '--data-dir=/var/lib/etcd', '--data-dir=/data/etcd', 'manifests/etcd.yaml'),
    findings: ['etcd/data@etcd'],
  },
];
