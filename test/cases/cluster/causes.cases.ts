import { controlPlane } from '../../support/cluster.ts';
import type { Case } from '../harness.ts';
import { copyFromFirst } from '../support/causes.ts';

export const causes: readonly Case[] = [
  {
    name: 'the manifests of etcd and the API server are those of another node',
    node: () => controlPlane(2),
    change: copyFromFirst((path) => /manifests\/(?:etcd|kube-apiserver)\.yaml$/.test(path)),
    beside: () => [controlPlane(1), controlPlane(3)],
    findings: ['cluster/manifests@cp-2'],
  },
  {
    name: 'the manifest of the API server alone is that of another node',
    node: () => controlPlane(2),
    change: copyFromFirst((path) => path.endsWith('/kube-apiserver.yaml')),
    beside: () => [controlPlane(1)],
    findings: ['cluster/manifests@cp-2'],
  },
  {
    name: 'the manifest of etcd alone is that of another node',
    node: () => controlPlane(2),
    change: copyFromFirst((path) => path.endsWith('/etcd.yaml')),
    beside: () => [controlPlane(1), controlPlane(3)],
    findings: ['cluster/manifests@cp-2'],
  },
  {
    name: 'all of /etc/kubernetes but kubelet.conf is that of another node',
    node: () => controlPlane(2),
    change: copyFromFirst((path) => path.startsWith('/etc/kubernetes/') && !path.endsWith('/kubelet.conf')),
    beside: () => [controlPlane(1)],
    findings: ['cluster/manifests@cp-2', 'cluster/super-admin@super-admin.conf'],
  },
];
