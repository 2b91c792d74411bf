import { buildNode } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import { bundled } from '../support/dead-ends.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { edited as editedManifest, type FixCase } from './fix-case.ts';

const pki = '/etc/kubernetes/pki';
const backup = '/root/pki-backup-20261201-0000';
const flag = '--cluster-signing-cert-file';
const own = 'during a rotation, a signer gets a file of its own: only the certificate that belongs to its key: ';
const again = `do the same on every control-plane node whose ${pki}/ca.crt has several certificates`;
const upgrade = `kubeadm upgrade would set ${flag} back`;
const edited = editedManifest(
  'kube-controller-manager',
  `'s|- ${flag}=${pki}/ca.crt\\(\\r*\\)$|- ${flag}=${pki}/ca-signing.crt\\1|'`,
).slice(0, -1);

const operators = (node: NodeTree) => node.issue('admin.conf', { organizations: ['operators'] });
const issuedAgain = [
  'write down what kubeadm has to know about this node',
  'if no binding lists the group of admin.conf, no kubeconfig of this node has rights',
  `mkdir -p ${backup}`,
  `mv --backup=numbered /etc/kubernetes/admin.conf ${backup}/`,
  'kubeadm init phase kubeconfig admin --config /root/kubeadm-certs.yaml',
  'kubectl --kubeconfig /etc/kubernetes/admin.conf get clusterrolebinding -o wide',
];

/** Fixes that need what the finding says is broken have another way. */
export const deadEndFixes: readonly FixCase[] = [
  {
    name: 'a signer whose file holds a bundle, its own certificate first',
    nodes: () => [bundled()(buildNode())],
    rule: 'argument/load',
    says: 'expected 1 certificate, found 2',
    steps: [`${own}openssl x509 -in ${pki}/ca.crt -out ${pki}/ca-signing.crt`, ...edited, again, upgrade],
  },
  {
    name: 'a signer whose file holds a bundle, its own certificate second',
    nodes: () => [bundled(true)(controlPlane(1)), bundled(true)(controlPlane(2))],
    rule: 'argument/load',
    steps: [
      `${own}awk -v chosen=2 '/BEGIN CERTIFICATE/ {number++} number == chosen' ${pki}/ca.crt | openssl x509 -out ${pki}/ca-signing.crt`,
      ...edited,
      again,
      upgrade,
    ],
  },
  {
    name: 'a signer whose file holds a bundle, in a manifest that a command does not change',
    nodes: () => [
      bundled()(buildNode()).edit('manifests/kube-controller-manager.yaml', (text) =>
        text.replace(`- ${flag}=${pki}/ca.crt`, `- "${flag}=${pki}/ca.crt"`),
      ),
    ],
    rule: 'argument/load',
    steps: [
      `${own}openssl x509 -in ${pki}/ca.crt -out ${pki}/ca-signing.crt`,
      `set ${flag} to ${pki}/ca-signing.crt in the manifest of kube-controller-manager`,
      again,
      upgrade,
    ],
    never: /^sed/,
  },
  {
    name: 'a signer whose file holds a bundle, next to a file that has the name of the new one',
    nodes: () => [bundled()(buildNode()).write('pki/ca-signing.crt', 'of something else')],
    rule: 'argument/load',
    steps: [`point ${flag} at a suitable file`],
    never: /openssl/,
  },
  {
    name: 'a signer whose file holds two certificates, neither of which belongs to the key',
    nodes: () => [
      bundled()(buildNode()).edit('pki/ca.crt', (text) => text.slice(text.indexOf('-----BEGIN', 1)).repeat(2)),
    ],
    rule: 'argument/load',
    steps: [`point ${flag} at a suitable file`],
    never: /openssl/,
  },
  {
    name: 'a client of kubelets in a group that nothing binds, and an administrator without rights',
    nodes: () => [
      operators(buildNode({ release: '1.28' })).issue('kube-apiserver-kubelet-client', {
        organizations: ['operators'],
      }),
    ],
    rule: 'cert/group',
    steps: issuedAgain,
    never: /create clusterrolebinding/,
  },
  {
    name: 'an administrator in a group that nothing binds, on a release without super-admin.conf',
    nodes: () => [operators(buildNode({ release: '1.28' }))],
    rule: 'cert/group-minor',
    steps: issuedAgain,
    never: /create clusterrolebinding/,
  },
  {
    name: 'an administrator in a group that nothing binds, next to a super-admin.conf that has expired',
    nodes: () => [
      operators(buildNode()).issue('super-admin.conf', { notBefore: '2024-11-20', notAfter: '2025-11-20' }),
    ],
    rule: 'cert/group-minor',
    steps: issuedAgain,
  },
  {
    name: 'an administrator in a group that nothing binds, next to a super-admin.conf with rights',
    nodes: () => [operators(buildNode())],
    rule: 'cert/group-minor',
    steps: [
      'kubectl --kubeconfig /etc/kubernetes/super-admin.conf get clusterrolebinding -o wide',
      'kubectl --kubeconfig /etc/kubernetes/super-admin.conf create clusterrolebinding',
    ],
  },
  {
    name: 'manifests of which only some are missing, one of them without a pod',
    nodes: () => [buildNode().remove('manifests/kube-apiserver.yaml').write('manifests/kube-scheduler.yaml', '')],
    rule: 'manifest/missing',
    steps: [
      'kubeadm.yaml is the configuration file that kubeadm init used',
      'if kubeadm.yaml is lost',
      'restore it from where it was moved',
      'kubeadm init phase control-plane apiserver --config kubeadm.yaml',
    ],
    never: /all|controller-manager|etcd/,
  },
  {
    name: 'a manifest of kube-apiserver is missing next to one of etcd that cannot be read, and is not overwritten',
    nodes: () => [buildNode().remove('manifests/kube-apiserver.yaml').write('manifests/etcd.yaml', 'a: [')],
    rule: 'manifest/missing',
    steps: ['kubeadm init phase control-plane apiserver --config kubeadm.yaml'],
    never: /init phase etcd/,
  },
];
