import type { Case } from '../harness.ts';
import { named } from '../support/node.ts';

export const node: readonly Case[] = [
  {
    name: 'kube-controller-manager has another service range',
    change: (node) => node.replaceFlag('kube-controller-manager', 'service-cluster-ip-range', '10.112.0.0/12'),
    findings: ['fact/agreement@cp-1'],
  },
  {
    name: 'the kubelet has another DNS domain',
    change: (node) =>
      node.edit('/var/lib/kubelet/config.yaml', (text) =>
        text.replace('clusterDomain: cluster.local', 'clusterDomain: k8s.test'),
      ),
    findings: ['fact/agreement@cp-1'],
  },
  {
    name: 'the kubelet has a name that is a path',
    change: named('../etc/kubernetes/admin'),
    findings: ['fact/node-name@-'],
  },
  {
    name: 'the kubelet has a name with an underscore',
    change: named('cp_1'),
    findings: ['fact/node-name@-'],
  },
  {
    name: 'the kubelet has a name that is too long',
    change: named(`${'a'.repeat(60)}.`.repeat(5)),
    findings: ['fact/node-name@-'],
  },
];
