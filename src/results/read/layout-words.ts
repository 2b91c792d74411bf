/** The layouts of nodes in words. */
import type { ReportedNode } from '../reported-node.ts';

/** Names the layouts of nodes, unless all have that of most: `kubeasz layout`, `hard-way, kubeadm layouts`. */
export function layoutWords(nodes: readonly Pick<ReportedNode, 'layout'>[]): readonly string[] {
  const layouts = [...new Set(nodes.map(({ layout }) => layout))].sort();
  if (layouts.every((layout) => layout === 'kubeadm')) return [];
  return [`${layouts.join(', ')} ${layouts.length === 1 ? 'layout' : 'layouts'}`];
}
