/** Detects the layout of a node by the files that it has. */
import type { Layouts, NodeLayout } from '../../artifact/layout.ts';
import { resolver } from './resolve.ts';
import type { FileTree } from './tree.ts';

/** Returns the last layout of which the node has a sign; the first layout of all if there is none. */
export function layoutOfTree<L extends NodeLayout>(tree: FileTree, layouts: Layouts<L>): L {
  const [usual, ...others] = layouts;
  if (others.length === 0) return usual;
  const resolve = resolver(tree);
  const isThere = (path: string) => ['file', 'directory'].includes(resolve(path).state);
  return layouts.findLast(({ signs }) => signs.some(isThere)) ?? usual;
}

/** Returns the folders by which to recognise a layout's home: its PKI and its static pods, relative to the home. */
export function holdsBelowHome({ home, pki, manifests }: NodeLayout): readonly string[] {
  return [pki, manifests].filter((path) => path.startsWith(`${home}/`)).map((path) => path.slice(home.length + 1));
}
