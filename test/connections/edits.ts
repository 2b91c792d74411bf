/** The argument edits that most breaks consist of. */
import type { NodeTree } from '../support/node-tree.ts';
import type { Break } from './breaking.ts';

export const etcd = (flag: string, value: string | undefined) => (node: NodeTree) =>
  node.replaceFlag('etcd', flag, value);
export const apiServer = (flag: string, value: string | undefined) => (node: NodeTree) =>
  node.replaceFlag('kube-apiserver', flag, value);
export const all =
  (...changes: readonly ((node: NodeTree) => unknown)[]) =>
  (node: NodeTree) => {
    for (const change of changes) change(node);
  };

/** A change that must not affect any connection. */
export const healthy = (name: string, change: Break['change']): Break => ({
  name,
  change,
  fails: [],
  reason: '',
  cause: null,
});
