import type { NodeTree } from '../../../support/node-tree.ts';
import type { Case } from '../../harness.ts';

const healthy = { findings: [] };

const image = (node: NodeTree, component: string, to: string) =>
  node.edit(`manifests/${component}.yaml`, (text) => text.replace(/image: .*/, `image: ${to}`));
const kube = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

const digested = `v1.36.2@sha256:${'0'.repeat(64)}`;

/** Releases, and images that name them or not. */
export const releases: readonly Case[] = [
  { name: 'kubeadm 1.22', node: { release: '1.22' }, ...healthy },
  { name: 'kubeadm 1.28', node: { release: '1.28' }, ...healthy },
  { name: 'kubeadm 1.32', node: { release: '1.32' }, ...healthy },
  {
    name: 'images by digest alone: the release is unknown',
    change: (node) => {
      const digest = `sha256:${'0'.repeat(64)}`;
      for (const component of kube) image(node, component, `registry.example.test:5000/k8s/${component}@${digest}`);
    },
    ...healthy,
  },
  {
    name: 'images by digest alone, certificates of an old release',
    node: { release: '1.28' },
    change: (node) => {
      const digest = `sha256:${'0'.repeat(64)}`;
      for (const component of kube) image(node, component, `registry.example.test:5000/k8s/${component}@${digest}`);
    },
    ...healthy,
  },
  ...['v1.36.2-eks-1-36-7', 'v1.36.2-rke2r1', 'v1.36.2_vmware.1', 'v1.36.2-rancher1-1', digested].map(
    (tag): Case => ({
      name: `images tagged ${tag.slice(0, 30)}`,
      change: (node) => {
        for (const component of kube) image(node, component, `registry.example.test/${component}:${tag}`);
      },
      ...healthy,
    }),
  ),
  {
    name: 'during an upgrade: the API server is a release ahead',
    node: { release: '1.32' },
    change: (node) => image(node, 'kube-apiserver', 'registry.k8s.io/kube-apiserver:v1.33.4'),
    ...healthy,
  },
  {
    name: 'upgraded from 1.28 to 1.36 with renewed certificates, which keep their organizations',
    node: { release: '1.28' },
    change: (node) => {
      for (const component of kube) image(node, component, `registry.k8s.io/${component}:v1.36.2`);
    },
    findings: ['cert/organization-earlier@admin.conf', 'cert/organization-earlier@kube-apiserver-kubelet-client'],
  },
];
