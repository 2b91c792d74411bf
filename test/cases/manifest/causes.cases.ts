import type { Case } from '../harness.ts';
import { kubernetes, moveVolume, pki } from '../support/causes.ts';

const kubeconfigFlags = ['authentication-kubeconfig', 'authorization-kubeconfig', 'kubeconfig'];

export const causes: readonly Case[] = [
  {
    name: 'the volume of the API server names a folder that is not there',
    change: moveVolume('kube-apiserver', pki, '/etc/kubernetes/pki-before'),
    findings: ['manifest/volume@kube-apiserver'],
    members: [
      '--client-ca-file',
      '--etcd-cafile',
      '--etcd-certfile',
      '--etcd-keyfile',
      '--kubelet-client-certificate',
      '--kubelet-client-key',
      '--proxy-client-cert-file',
      '--proxy-client-key-file',
      '--requestheader-client-ca-file',
      '--service-account-key-file',
      '--service-account-signing-key-file',
      '--tls-cert-file',
      '--tls-private-key-file',
    ].map((flag) => `argument/file@kube-apiserver ${flag}`),
  },
  {
    name: 'the volume of etcd names an empty folder',
    change: (node) => moveVolume('etcd', `${pki}/etcd`, '/etc/kubernetes/etcd')(node.directory('/etc/kubernetes/etcd')),
    findings: ['manifest/volume@etcd'],
    members: [
      'cert-file',
      'key-file',
      'peer-cert-file',
      'peer-key-file',
      'peer-trusted-ca-file',
      'trusted-ca-file',
    ].map((flag) => `argument/file@etcd --${flag}`),
  },
  {
    name: 'the volume of one kubeconfig names a file that is not there',
    change: moveVolume('kube-controller-manager', `${kubernetes}/controller-manager.conf`, `${kubernetes}/kcm.conf`),
    findings: ['manifest/volume@kube-controller-manager'],
    members: kubeconfigFlags.map((flag) => `argument/file@kube-controller-manager --${flag}`),
  },
  {
    name: 'the same, after the kubelet has created an empty file for it',
    change: (node) =>
      moveVolume(
        'kube-scheduler',
        `${kubernetes}/scheduler.conf`,
        `${kubernetes}/sched.conf`,
      )(node.write(`${kubernetes}/sched.conf`, '', 0o600)),
    findings: ['manifest/volume@kube-scheduler'],
    members: [`file/parse@${kubernetes}/sched.conf`],
  },
  {
    name: 'the volume of etcd names the folder above its files, with the CA of the cluster',
    change: moveVolume('etcd', `${pki}/etcd`, pki),
    findings: ['manifest/volume@etcd'],
    members: [
      ...['cert-file', 'key-file', 'peer-cert-file', 'peer-key-file'].map((flag) => `argument/file@etcd --${flag}`),
      ...['peer-trusted-ca-file', 'trusted-ca-file'].map((flag) => `argument/target@etcd --${flag}`),
    ],
  },
];
