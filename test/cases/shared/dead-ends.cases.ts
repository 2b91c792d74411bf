import { controlPlane, worker } from '../../support/cluster.ts';
import { bundled, naming, namingLostFile, withNewEtcdCa, withoutEtcdFiles } from '../../support/dead-ends.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { mount } from '../manifest-edits.ts';
import { rotated } from '../support/dead-ends.ts';

/** kube-scheduler as a client with a pair of the PKI folder, which its container has. */
const scheduling = (pair: string) => (node: NodeTree) => {
  naming('scheduler.conf', pair)(node);
  mount(node, 'kube-scheduler', '/etc/kubernetes/pki');
};

const namedFiles: readonly Case[] = [
  {
    name: 'the kubeconfig of the controller manager names the pair of the CA',
    change: naming('controller-manager.conf', 'ca'),
    findings: ['cert/identity@controller-manager.conf', 'cert/signs@controller-manager.conf', 'key/shared@cp-1'],
  },
  {
    name: 'the kubeconfig of the scheduler names the pair of the API server',
    change: scheduling('apiserver'),
    findings: ['cert/identity@scheduler.conf', 'cert/usage@scheduler.conf', 'key/shared@cp-1'],
  },
  {
    name: 'the kubeconfig of the scheduler names the pair with which the API server is a client of kubelets',
    change: scheduling('apiserver-kubelet-client'),
    findings: ['cert/identity@scheduler.conf', 'key/shared@cp-1'],
  },
  {
    name: 'kubelet.conf names the pair of the CA',
    change: naming('kubelet.conf', 'ca'),
    findings: [
      'cert/identity@kubelet.conf',
      'cert/organization@kubelet.conf',
      'cert/signs@kubelet.conf',
      'key/shared@cp-1',
    ],
  },
  {
    name: 'admin.conf names a key of a CA that no flag names',
    change: naming('admin.conf', 'front-proxy-ca'),
    findings: ['cert/issuer@admin.conf', 'key/shared@cp-1'],
  },
];

const expired: readonly Case[] = [];

const etcd: readonly Case[] = [
  {
    name: 'the directory of etcd is lost on the only control plane',
    change: withoutEtcdFiles,
    findings: ['node/folder@cp-1'],
  },
  {
    name: 'the CA of etcd was created again on the only control plane',
    change: withNewEtcdCa,
    findings: ['authority/issued@etcd-ca'],
  },
  {
    name: 'the CA of etcd and its key are lost on the only control plane',
    change: (node) => node.remove('pki/etcd/ca.crt').remove('pki/etcd/ca.key'),
    findings: ['authority/present@etcd-ca'],
  },
  {
    name: 'the certificate of the CA of etcd is a link to that of the cluster',
    change: (node) => node.link('pki/etcd/ca.crt', '../ca.crt'),
    findings: ['authority/issued@etcd-ca', 'manifest/link@etcd', 'manifest/link@etcd'],
  },
];

const kubelets: readonly Case[] = [
  {
    name: 'kubelet.conf names a lost file, and a good credential is there',
    node: rotated,
    change: namingLostFile,
    findings: ['kubeconfig/file@kubelet.conf'],
  },
  {
    name: 'the same on a worker',
    node: { worker: true },
    change: namingLostFile,
    findings: ['kubeconfig/file@kubelet.conf'],
  },
  {
    name: 'kubelet.conf of the only control plane is lost',
    change: (node) => node.remove('kubelet.conf'),
    findings: ['kubeconfig/present@kubelet.conf'],
  },
];

const copies: readonly Case[] = [
  {
    name: 'the CA of a worker is lost, and the control plane is in the input',
    node: () => worker().remove('pki/ca.crt'),
    beside: () => [controlPlane(1)],
    findings: ['authority/present@kubernetes-ca'],
  },
  {
    name: 'the CA of the front proxy is damaged, and another control plane is in the input',
    node: () => controlPlane(2).write('pki/front-proxy-ca.crt', 'garbage'),
    beside: () => [controlPlane(1)],
    findings: ['file/parse@/etc/kubernetes/pki/front-proxy-ca.crt'],
  },
  {
    name: 'the key of the CA is damaged, and another control plane is in the input',
    node: () => controlPlane(2).write('pki/ca.key', 'garbage', 0o600),
    beside: () => [controlPlane(1)],
    findings: ['file/parse@/etc/kubernetes/pki/ca.key'],
  },
  {
    name: 'the key of tokens is damaged, and another control plane is in the input',
    node: () => controlPlane(2).write('pki/sa.key', 'garbage', 0o600),
    beside: () => [controlPlane(1)],
    findings: ['file/parse@/etc/kubernetes/pki/sa.key'],
  },
];

const rotation: readonly Case[] = [
  {
    name: 'the next CA follows the current one in the file of the signer',
    change: bundled(),
    findings: ['argument/load@kube-controller-manager --cluster-signing-cert-file'],
  },
  {
    name: 'the next CA comes before the current one, on two control planes',
    node: () => bundled(true)(controlPlane(1)),
    beside: () => [bundled(true)(controlPlane(2))],
    findings: [
      'argument/load@kube-controller-manager --cluster-signing-cert-file',
      'argument/load@kube-controller-manager --cluster-signing-cert-file',
      'authority/order@kubernetes-ca',
      'authority/order@kubernetes-ca',
    ],
  },
];

const manifests: readonly Case[] = [
  {
    name: 'two of the manifests are missing',
    change: (node) => node.remove('manifests/kube-apiserver.yaml').remove('manifests/kube-scheduler.yaml'),
    findings: ['manifest/missing@cp-1'],
  },
];

const administrators: readonly Case[] = [
  {
    name: 'admin.conf has a group that nothing binds, and super-admin.conf has rights',
    change: (node) => node.issue('admin.conf', { organizations: ['operators'] }),
    findings: ['cert/group-minor@admin.conf'],
  },
  {
    name: 'admin.conf has a group that nothing binds, and no other kubeconfig has rights',
    node: { release: '1.28' },
    change: (node) => node.issue('admin.conf', { organizations: ['operators'] }),
    findings: ['cert/group-minor@admin.conf'],
  },
];

export const deadEnds: readonly Case[] = [
  ...namedFiles,
  ...expired,
  ...etcd,
  ...kubelets,
  ...copies,
  ...rotation,
  ...manifests,
  ...administrators,
];
