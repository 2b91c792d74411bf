import { setFlags } from '../../cases/manifest-edits.ts';
import { configure } from '../../support/configurations.ts';
import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const real = () => corpus('kubeadm-1.36-default');
const edit = (component: string, change: (text: string) => string) => (node: NodeTree) =>
  node.edit(`manifests/${component}.yaml`, change);
const ranges = (flags: Readonly<Record<string, string>>) => (node: NodeTree) =>
  setFlags(node, 'kube-controller-manager', { 'allocate-node-cidrs': 'true', ...flags });

const inCluster = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- type: Node
  name: node
- type: RBAC
  name: rbac
- type: Webhook
  name: in-cluster
  webhook:
    timeout: 5s
    subjectAccessReviewVersion: v1
    matchConditionSubjectAccessReviewVersion: v1
    failurePolicy: NoOpinion
    connectionInfo:
      type: InClusterConfig
`;

/** Makes a backup, edits a copy of the manifest, and moves it to its place. */
const replaced = ['cp', 'cp', 'sed', 'mv'];

/** Files of a different kind, paths that nothing serves, networks that do not meet. */
export const mistaken: readonly Incident[] = [
  {
    id: 'scheduler-config-is-kubeconfig',
    title: 'kube-scheduler --config names its kubeconfig',
    source: 'https://github.com/opsnull/follow-me-install-kubernetes-cluster/issues/404',
    happened:
      '--config of kube-scheduler named its kubeconfig. It did not start: no kind "Config" is registered for version "v1" in scheme. The flag wants a KubeSchedulerConfiguration.',
    node: real,
    change: (node) => node.replaceFlag('kube-scheduler', 'config', '/etc/kubernetes/scheduler.conf'),
    finds: ['error configuration/version@kube-scheduler --config'],
    fix: replaced,
  },
  {
    id: 'kubelet-config-is-kubeconfig',
    title: 'kubelet --config names its kubeconfig',
    source: 'https://github.com/kubernetes/kubernetes/issues/121467',
    happened:
      'A unit of the kubelet had --config=/etc/kubernetes/kubelet.conf. The kubelet failed to load the file: no kind "Config" is registered for version "v1". Its own configuration is /var/lib/kubelet/config.yaml.',
    node: real,
    change: (node) =>
      node.write(
        '/etc/systemd/system/kubelet.service',
        '[Service]\nExecStart=/usr/bin/kubelet --config=/etc/kubernetes/kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf\n',
        0o644,
      ),
    finds: ['error configuration/version@kubelet --config'],
    fix: [],
  },
  {
    id: 'etcd-probe-slash',
    title: 'A slash instead of a question mark in the path of a probe',
    source: 'https://github.com/kubernetes/kubeadm/issues/2567',
    happened:
      'The probes of etcd had the path /health/serializable=true. etcd has no such path: HTTP probe failed with statuscode: 404, and the kubelet restarted it again and again.',
    node: real,
    change: edit('etcd', (text) => text.replaceAll('path: /livez', 'path: /health/serializable=true')),
    finds: ['error manifest/probe@etcd'],
    fix: [],
  },
  {
    id: 'cluster-cidr-too-small',
    title: '--cluster-cidr is smaller than the range of a node',
    source: 'https://github.com/kubernetes/kubeadm/issues/2327',
    happened:
      'A cluster was made with the pod network 10.0.0.0/25. kube-controller-manager stopped: Invalid --cluster-cidr, mask size of cluster CIDR must be less than or equal to --node-cidr-mask-size. A node gets a /24 by default.',
    node: real,
    change: ranges({ 'cluster-cidr': '10.0.0.0/25' }),
    finds: ['error argument/value@kube-controller-manager'],
    fix: [],
  },
  {
    id: 'cluster-cidr-ipv6-too-large',
    title: 'A range of IPv6 that is more than 16 bits larger than that of a node',
    source: 'https://github.com/kubernetes/enhancements/pull/1534',
    happened:
      'With --cluster-cidr=2001:db8::/40 and the default mask of 64 for nodes, kube-controller-manager was in CrashLoopBackOff: New CIDR set failed; the node CIDR size is too big.',
    node: real,
    change: ranges({ 'cluster-cidr': '2001:db8::/40' }),
    finds: ['error argument/value@kube-controller-manager'],
    fix: [],
  },
  {
    id: 'authorization-in-cluster',
    title: 'InClusterConfig in the AuthorizationConfiguration of kube-apiserver',
    source:
      'https://github.com/kubernetes/website/blob/main/content/en/docs/reference/access-authn-authz/authorization.md',
    happened:
      'The documented example of an AuthorizationConfiguration has a webhook with the type InClusterConfig, and says that kube-apiserver does not allow it. The validation lets it pass; kube-apiserver then reads the path of a kubeconfig that is not there, and panics.',
    node: real,
    change: (node) =>
      configure(node, 'authorization-config', '/etc/kubernetes/auth/config.yaml', inCluster).replaceFlag(
        'kube-apiserver',
        'authorization-mode',
        undefined,
      ),
    finds: ['error configuration/value@kube-apiserver --authorization-config'],
    fix: [],
  },
];
