import type { NodeTree } from './node-tree.ts';

/** Gives a static pod the variables of a proxy, as kubeadm copies them from its own environment. */
export function behindProxy(node: NodeTree, component: string, exceptions: string, spelled = 'HTTPS_PROXY'): NodeTree {
  const variables = { [spelled]: 'http://user:secret@proxy.internal:3128', NO_PROXY: exceptions };
  const lines = Object.entries(variables).map(([name, value]) => `    - name: ${name}\n      value: "${value}"\n`);
  return node.edit(`manifests/${component}.yaml`, (text) =>
    text.replace(/^ {4}image: /m, `    env:\n${lines.join('')}$&`),
  );
}
