/** A copy without keys, as a node to read. */
import { defaultLayout, type Layouts, type NodeLayout, pkiFolders } from '../artifact/layout.ts';
import { type copiesIn, emptyTree } from './collected/find.ts';
import type { FoundCandidate } from './found-node.ts';
import type { NestedNodes } from './fs/nested.ts';

/** Returns what an archive contains besides copies. Without any other node, it would count as a node itself. */
export function besideCopies(found: NestedNodes, copies: readonly { readonly folder: string }[]): NestedNodes {
  if (copies.length === 0) return found;
  const folders = new Set(['', ...copies.map(({ folder }) => folder)]);
  return {
    ...found,
    nodes: found.nodes.filter(({ folder }) => !folders.has(folder)),
    unlinted: found.unlinted.filter((folder) => !folders.has(folder)),
  };
}

/** Returns the candidate of a copy. Its layout is not known before it is read. */
export function copyCandidate<L extends NodeLayout>(
  { folder, ...copy }: ReturnType<typeof copiesIn>[number],
  given: string,
  layouts: Layouts<L>,
): FoundCandidate<L> {
  const label = folder === '' ? given : `${given}!/${folder}`;
  const layout = defaultLayout(layouts);
  const tree = emptyTree(folder === '' ? `${given}!` : label);
  return { given, label, rootfs: label, beyondPki: true, tree, layout, kind: undefined, pki: pkiFolders(layout), copy };
}
