import type { Case } from '../harness.ts';
import { etcdAs, etcdKeys, own, pki, program, runsAs, uid } from '../support/users.ts';

/** Components that do not run as root, and the files that they may read. */
export const userCases: readonly Case[] = [
  {
    name: 'a container of etcd has another user than its pod: root',
    change: (node) =>
      etcdAs(node).edit('manifests/etcd.yaml', (text) =>
        text.replace('    volumeMounts:\n', '    securityContext:\n      runAsUser: 0\n    volumeMounts:\n'),
      ),
    findings: [],
  },
  {
    name: 'the folders above the mount of etcd are closed to its user, who never walks through them',
    change: (node) => own(etcdAs(node), etcdKeys, uid).chmod('pki', 0o700),
    findings: program,
  },
  {
    name: 'the keys of etcd belong to a group of its user',
    change: (node) => own(etcdAs(node, 'supplementalGroups: [990]'), etcdKeys, 0, 990, 0o640),
    findings: ['file/mode@cp-1'],
  },
  {
    name: 'the keys of etcd are open to a group that only an access control list can give its user',
    change: (node) => own(etcdAs(node), etcdKeys, 0, 990, 0o640),
    findings: ['file/mode@cp-1'],
  },
  {
    name: 'etcd runs in a user namespace',
    change: (node) =>
      etcdAs(node).edit('manifests/etcd.yaml', (text) =>
        text.replace('  hostNetwork: true\n', '  hostNetwork: true\n  hostUsers: false\n'),
      ),
    findings: [],
  },
  {
    name: 'a copy of a node whose etcd has a user of its own',
    change: (node) => {
      etcdAs(node);
      for (const [path, { type }] of node.entries) if (type !== 'link') node.chown(path, 1000, 1000);
    },
    findings: [],
  },
  {
    name: 'the kubeconfig of the scheduler belongs to its user, whose id could be that of a person',
    change: (node) => {
      runsAs(node, 'kube-scheduler', ['runAsUser: 65532', 'runAsGroup: 65532']);
      own(node, ['/etc/kubernetes/scheduler.conf'], 65532);
    },
    findings: program,
  },
  {
    name: 'the kubeconfig of the scheduler belongs to a person, not to its user',
    change: (node) => {
      runsAs(node, 'kube-scheduler', ['runAsUser: 65532', 'runAsGroup: 65532']);
      own(node, ['/etc/kubernetes/scheduler.conf'], 1000, 1000, 0o644);
    },
    findings: ['key/mode@/etc/kubernetes/scheduler.conf', 'file/owner@cp-1'],
  },
  {
    name: 'kubeadm with RootlessControlPlane',
    change: (node) => {
      const readers = 995;
      const ids = { 'kube-apiserver': 991, 'kube-controller-manager': 992, 'kube-scheduler': 993, etcd: uid };
      for (const [component, id] of Object.entries(ids)) {
        runsAs(node, component, [`runAsGroup: ${id}`, `runAsUser: ${id}`, `supplementalGroups:`, `- ${readers}`]);
      }
      const ofServer = ['sa.pub', 'apiserver.key', 'apiserver-kubelet-client.key', 'apiserver-etcd-client.key'];
      own(
        node,
        [...ofServer, 'front-proxy-client.key'].map((path) => `${pki}/${path}`),
        991,
      );
      own(node, [`${pki}/ca.key`, '/etc/kubernetes/controller-manager.conf'], 992);
      own(node, ['/etc/kubernetes/scheduler.conf'], 993);
      own(node, etcdKeys, uid);
      own(node, [`${pki}/sa.key`], 0, readers, 0o640);
    },
    findings: ['file/mode@cp-1', ...program],
  },
];
