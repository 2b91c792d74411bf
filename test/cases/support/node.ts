import type { NodeTree } from '../../support/node-tree.ts';

/** Gives the kubelet a name by its flag. */
export const named = (name: string) => (node: NodeTree) =>
  node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
    text.replace('hostname-override=cp-1', `hostname-override=${name}`),
  );
