import type { NodeTree } from '../../support/node-tree.ts';
import { setFlags } from '../manifest-edits.ts';

export const apiServer = (flags: Readonly<Record<string, string | undefined>>) => (node: NodeTree) =>
  setFlags(node, 'kube-apiserver', flags);
