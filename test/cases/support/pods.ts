import type { NodeTree } from '../../support/node-tree.ts';

const api = 'manifests/kube-apiserver.yaml';

export function write(node: NodeTree, from: string | RegExp, to: string, file = api): NodeTree {
  return node.edit(file, (text) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${file} does not contain ${from}`);
    return changed;
  });
}
