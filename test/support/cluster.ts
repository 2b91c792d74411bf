import { buildNode, type NodeOptions } from './build-node.ts';
import type { NodeTree } from './node-tree.ts';

/** The endpoint of the control planes that `controlPlane` builds. */
const endpoint = 'lb.example.test:6443';

/** A control plane in a cluster of three, after `kubeadm init` (1) or `kubeadm join` (2, 3). */
export function controlPlane(number: 1 | 2 | 3, options: NodeOptions = {}): NodeTree {
  const ip = (index: number) => `192.0.2.${9 + index}`;
  const site = { name: `cp-${number}`, ip: ip(number), controlPlaneEndpoint: endpoint, ...options };
  const node = buildNode(site);
  if (number === 1) return node;
  if (node.has('super-admin.conf')) node.remove('super-admin.conf');
  if (!node.has('manifests/etcd.yaml')) return node;
  const others = Array.from({ length: number - 1 }, (_, index) => `cp-${index + 1}=https://${ip(index + 1)}:2380`);
  return node.replaceFlag('etcd', 'initial-cluster', [...others, `${site.name}=https://${site.ip}:2380`].join());
}

/** A worker of that cluster. */
export function worker(options: NodeOptions = {}): NodeTree {
  return buildNode({ worker: true, controlPlaneEndpoint: endpoint, ...options });
}

/** Its control planes, of which the first has no name in its peer certificate by which the others dial it. */
export const withUnnamedPeer = (): NodeTree[] => [
  controlPlane(1).issue('kube-etcd-peer', { sans: ['DNS:cp-1', 'DNS:localhost', 'IP:127.0.0.1'] }),
  controlPlane(2),
  controlPlane(3),
];
