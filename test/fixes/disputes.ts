import { scenarios } from '../cluster/dispute-scenarios.ts';
import type { FixCase } from './fix-case.ts';

type Scenario = keyof typeof scenarios;

/**
 * The scenarios of test/cluster/disputes.test.ts, which compares all that is printed: here what is essential in each.
 */
const essential: readonly (readonly [name: Scenario, rule: string, steps: readonly string[]])[] = [
  [
    'workers trust a foreign CA, and their credentials are those of the cluster',
    'cluster/authority',
    [
      'scp -p root@cp-1:/etc/kubernetes/pki/ca.crt',
      'kubectl config set-cluster kubernetes',
      'systemctl restart kubelet',
    ],
  ],
  [
    'the only control plane was made again, and the workers are of the old cluster',
    'cluster/authority',
    ["ssh -n root@cp-1 'kubeadm token create --print-join-command'", 'systemctl stop kubelet', 'mv ', 'env $('],
  ],
  [
    'a rotation: the control plane trusts both CAs and serves with the new one, the worker trusts the old one',
    'cluster/authority',
    [
      'scp -p root@cp-1:/etc/kubernetes/pki/ca.crt',
      'kubectl config set-cluster kubernetes',
      'systemctl restart kubelet',
    ],
  ],
  [
    'a rotation: one of three control planes presents the new CA, the others trust the old one',
    'cluster/authority',
    ['kube-controller-manager signs with exactly one certificate', 'ssh -n root@cp-3 cat', 'cp /root/'],
  ],
  [
    'one of three control planes serves with the new CA, and the kubeconfigs of the others trust the old one',
    'cluster/authority',
    ['ssh -n root@cp-3 cat', 'kubeconfigs embed CAs: '],
  ],
  [
    'the same, and a flag of the others is not on a line of its own',
    'cluster/authority',
    ['in a rotation every node trusts both CAs. But kube-controller-manager', 'then add to'],
  ],
  [
    'a control plane dropped the old CA too early',
    'cluster/authority',
    [
      'the credentials of worker-1 are signed by a CA that cp-1 no longer trusts',
      'on worker-1, one after the other: ssh -n root@cp-1',
    ],
  ],
  [
    'a rotation of the front-proxy CA',
    'cluster/front-proxy',
    ['ssh -n root@cp-2 cat', 'kube-apiserver reads it by itself'],
  ],
  ['two control planes with a CA each', 'cluster/authority', ['these files do not show which CA']],
  ['two control planes with a front-proxy CA each', 'cluster/front-proxy', ['these files do not show which CA']],
  [
    'two control planes with a CA each, and a worker of the first',
    'cluster/authority',
    [
      'scp -p root@cp-1:/etc/kubernetes/pki/ca.crt',
      'scp -p root@cp-1:/etc/kubernetes/pki/ca.key',
      'kubeadm certs renew admin.conf',
    ],
  ],
  [
    'the first of three control planes has a CA of its own',
    'cluster/authority',
    ['kubeadm certs renew super-admin.conf'],
  ],
  ['one of three control planes has a CA of etcd of its own', 'cluster/authority', ['kubeadm certs renew etcd-server']],
  [
    'one of three control planes has a front-proxy CA of its own',
    'cluster/front-proxy',
    ['kubeadm certs renew front-proxy-client'],
  ],
  [
    'one of three control planes has a front-proxy CA of its own, and the key of the others is kept elsewhere',
    'cluster/front-proxy',
    ['the CA of the cluster is that of cp-1 and cp-2, and its key is not there', 'then copy'],
  ],
  [
    'the same, and the CA of the first is kept elsewhere',
    'cluster/authority',
    ['the CA of the cluster is that of cp-1, and its key is not there', 'then copy'],
  ],
  ['a control plane is a cluster of its own', 'cluster/authority', ['cp-3 has a CA and an etcd of its own']],
  ['a control plane is a cluster of its own', 'cluster/front-proxy', ['cp-3 has a CA and an etcd of its own']],
  [
    'both members of an external etcd have a different CA',
    'cluster/authority',
    ['the members of etcd have a different CA'],
  ],
  [
    'a worker to which a PKI folder was copied, and the control plane',
    'key/on-worker',
    ['cp-1 has all of these keys that sign', 'tar cP ', 'remove what is in the archive there: '],
  ],
];

export const disputeFixes: readonly FixCase[] = essential.map(([name, rule, steps]) => ({
  name,
  rule,
  steps,
  nodes: scenarios[name],
}));
