import type { Case } from '../harness.ts';
import { etcdAs, etcdKeys, own, program, runsAs, uid } from '../support/users.ts';

const denied = ['argument/access@etcd'];

export const users: readonly Case[] = [
  { name: 'etcd runs as a user who may not read its keys', change: (node) => etcdAs(node), findings: denied },
  {
    name: 'a container of etcd has the user',
    change: (node) =>
      node.edit('manifests/etcd.yaml', (text) =>
        text.replace('    volumeMounts:\n', `    securityContext:\n      runAsUser: ${uid}\n    volumeMounts:\n`),
      ),
    findings: denied,
  },
  {
    name: 'a renewal gave one key of etcd back to root',
    change: (node) => own(etcdAs(node), etcdKeys.slice(0, 1), uid),
    findings: [...denied, ...program],
  },
  {
    name: 'the directory of etcd is closed to its user',
    change: (node) => own(etcdAs(node), etcdKeys, uid).chmod('pki/etcd', 0o700),
    findings: [...denied, ...program],
  },
  {
    name: 'the scheduler runs as a user who may not read its kubeconfig',
    change: (node) => runsAs(node, 'kube-scheduler', ['runAsUser: 65532', 'runAsGroup: 65532']),
    findings: ['argument/access@kube-scheduler'],
  },
];
