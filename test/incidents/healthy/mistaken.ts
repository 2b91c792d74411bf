import { setFlags } from '../../cases/manifest-edits.ts';
import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Shape } from './shape.ts';

const real = () => corpus('kubeadm-1.36-default');
const edit = (component: string, change: (text: string) => string) => (node: NodeTree) =>
  node.edit(`manifests/${component}.yaml`, change);
const ranges = (flags: Readonly<Record<string, string>>) => (node: NodeTree) =>
  setFlags(node, 'kube-controller-manager', { 'allocate-node-cidrs': 'true', ...flags });
const kcm = 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/';
const probing = 'https://etcd.io/docs/v3.5/op-guide/monitoring/';

/** What looks like the incidents of families/blind.ts, and works. */
export const mistaken: readonly Shape[] = [
  {
    id: 'small-range-small-nodes',
    runs: 'small clusters whose nodes get a /27',
    source: 'https://github.com/kubernetes/kubernetes/issues/111425',
    node: real,
    change: ranges({ 'cluster-cidr': '10.0.0.0/25', 'node-cidr-mask-size': '27' }),
  },
  {
    id: 'one-range-for-one-node',
    runs: 'clusters of one node, whose range is that of the cluster',
    source: kcm,
    node: real,
    change: ranges({ 'cluster-cidr': '10.0.0.0/24' }),
  },
  {
    id: 'two-families-with-masks',
    runs: 'clusters with both families and a mask for each',
    source: 'https://kubernetes.io/docs/concepts/services-networking/dual-stack/',
    node: real,
    change: ranges({ 'cluster-cidr': '10.244.0.0/16,fd00:10:244::/108', 'node-cidr-mask-size-ipv6': '120' }),
  },
  {
    id: 'small-range-other-allocator',
    runs: 'clusters whose network plugin gives out the ranges',
    source: kcm,
    node: real,
    change: ranges({ 'cluster-cidr': '10.0.0.0/25', controllers: '*,-node-ipam-controller' }),
  },
  {
    id: 'etcd-health-path',
    runs: 'clusters that probe /health of etcd with a query',
    source: probing,
    node: real,
    change: edit('etcd', (text) => text.replaceAll('path: /livez', 'path: /health?serializable=true')),
  },
  {
    id: 'etcd-metrics-path',
    runs: 'clusters that probe the metrics of etcd',
    source: probing,
    node: real,
    change: edit('etcd', (text) => text.replaceAll('path: /livez', 'path: /metrics')),
  },
  {
    id: 'etcd-one-check',
    runs: 'clusters that probe one check of etcd',
    source: 'https://etcd.io/docs/v3.6/op-guide/monitoring/',
    node: real,
    change: edit('etcd', (text) => text.replaceAll('path: /readyz', 'path: /readyz/serializable_read')),
  },
];
