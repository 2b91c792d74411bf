import { X509Certificate } from 'node:crypto';
import type { NodeTree } from '../../support/node-tree.ts';
import { revocationList } from '../../support/revocation-list.ts';
import type { Case } from '../harness.ts';
import { revoked } from '../support/configuration.ts';

const serialOf = (node: NodeTree) => new X509Certificate(node.certificate('kube-apiserver-etcd-client')).serialNumber;

export const configuration: readonly Case[] = [
  {
    name: 'a revocation list with the certificate of kube-apiserver for etcd',
    change: (node) => revoked(revocationList(serialOf(node)))(node),
    findings: ['etcd/revoked@etcd'],
  },
  { name: 'a revocation list that is none', change: revoked('nothing\n'), findings: ['etcd/revocation-list@etcd'] },
];
