import { controlPlane } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';

export const kubernetes = '/etc/kubernetes';

export const pki = `${kubernetes}/pki`;

export const certificates = ['pki/front-proxy-client.crt', 'pki/apiserver-kubelet-client.crt'] as const;

export const moveVolume = (component: string, from: string, to: string) => (node: NodeTree) =>
  node.edit(`manifests/${component}.yaml`, (text) => text.replace(` path: ${from}\n`, ` path: ${to}\n`));

/** Copies files of the first control plane, by the end of their paths. */
export const copyFromFirst = (isCopied: (path: string) => boolean) => (node: NodeTree) => {
  const first = controlPlane(1);
  for (const path of [...first.entries.keys()].filter(isCopied)) {
    if (first.entries.get(path)?.type === 'file')
      node.write(path, first.read(path), path.endsWith('.crt') ? 0o644 : 0o600);
  }
};
