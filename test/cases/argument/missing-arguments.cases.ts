import type { Case } from '../harness.ts';

/** One argument is missing, and nothing else is wrong: each row of the table has a finding of its own. */
const missing: readonly (readonly [quality: string, component: string, flag: string])[] = [
  ['required', 'kube-apiserver', 'etcd-certfile'],
  ['required', 'kube-apiserver', 'etcd-keyfile'],
  ['required', 'kube-apiserver', 'tls-cert-file'],
  ['required', 'kube-apiserver', 'tls-private-key-file'],
  ['recommended', 'kube-apiserver', 'kubelet-client-key'],
  ['required', 'kube-apiserver', 'service-account-signing-key-file'],
  ['recommended', 'kube-controller-manager', 'service-account-private-key-file'],
  ['required', 'kube-controller-manager', 'kubeconfig'],
  ['documented', 'kube-controller-manager', 'authentication-kubeconfig'],
  ['documented', 'kube-controller-manager', 'authorization-kubeconfig'],
  ['documented', 'kube-scheduler', 'authorization-kubeconfig'],
  ['required', 'etcd', 'key-file'],
  ['required', 'etcd', 'peer-cert-file'],
  ['required', 'etcd', 'peer-key-file'],
];

export const cases: readonly Case[] = missing.map(([quality, component, flag]) => ({
  name: `${component} has no --${flag}`,
  change: (node) => node.replaceFlag(component, flag, undefined),
  findings: [`argument/${quality}@${component} --${flag}`],
}));
