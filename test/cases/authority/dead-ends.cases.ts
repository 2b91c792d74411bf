import { expiring } from '../../support/dead-ends.ts';
import type { Case } from '../harness.ts';
import { rotated } from '../support/dead-ends.ts';

export const deadEnds: readonly Case[] = [
  {
    name: 'all CAs have expired, and all that they signed, and the kubelet keeps its credential in a file',
    node: () => expiring('kubernetes-ca', 'etcd-ca', 'front-proxy-ca')(rotated()),
    findings: ['authority/expired@cp-1'],
  },
  {
    name: 'one CA has expired, and every certificate of the node',
    change: expiring('kubernetes-ca'),
    findings: ['authority/expired@kubernetes-ca', 'cert/expired@cp-1'],
  },
  {
    name: 'the CA of etcd has expired, and every certificate of the node',
    change: expiring('etcd-ca'),
    findings: ['authority/expired@etcd-ca', 'cert/expired@cp-1'],
  },
];
