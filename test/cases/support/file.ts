import type { NodeTree } from '../../support/node-tree.ts';

export const manifest = (node: NodeTree, name: string) => node.read(`manifests/${name}.yaml`);
