import type { NodeTree } from './node-tree.ts';

/** Adds the probes of kubeadm to kube-apiserver of a built node. */
export function addProbes(node: NodeTree, kinds: readonly string[] = ['liveness', 'readiness', 'startup']): NodeTree {
  const path = (kind: string) => (kind === 'readiness' ? '/readyz' : '/livez');
  const lines = kinds.flatMap((kind) => [
    `    ${kind}Probe:`,
    '      failureThreshold: 8',
    '      httpGet:',
    '        host: 192.0.2.10',
    `        path: ${path(kind)}`,
    '        port: 6443',
    '        scheme: HTTPS',
  ]);
  return node.edit('manifests/kube-apiserver.yaml', (text) =>
    text.replace(
      '    name: kube-apiserver\n    volumeMounts:',
      `${lines.join('\n')}\n    name: kube-apiserver\n    volumeMounts:`,
    ),
  );
}
