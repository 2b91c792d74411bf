import type { Case } from '../harness.ts';
import { manifest } from '../support/file.ts';

export const file: readonly Case[] = [
  {
    name: 'a copy of a manifest from before a change',
    change: (node) =>
      node.write(
        'manifests/kube-apiserver.yaml.bak',
        manifest(node, 'kube-apiserver').replace('--secure-port=6443', '--secure-port=6444'),
      ),
    findings: ['manifest/conflict@kube-apiserver'],
  },
  {
    name: 'a second etcd.yaml lacks a flag: that is a fault of the copy',
    change: (node) =>
      node.write('manifests/etcd.yaml.bak', manifest(node, 'etcd').replace(/ *- --peer-client-cert-auth.*\n/, '')),
    findings: ['manifest/conflict@etcd'],
    members: ['etcd/client-cert-auth@etcd'],
  },
  {
    name: 'both lack it: that is a fault of its own',
    change: (node) => {
      node.edit('manifests/etcd.yaml', (text) => text.replace(/ *- --peer-client-cert-auth.*\n/, ''));
      node.write(
        'manifests/etcd.yaml.bak',
        manifest(node, 'etcd').replace('snapshot-count=10000', 'snapshot-count=5000'),
      );
    },
    findings: ['etcd/client-cert-auth@etcd', 'manifest/conflict@etcd'],
  },
];
