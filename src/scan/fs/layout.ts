/** Which layout a node has, by what is there. */
import type { Layouts, NodeLayout } from '../../core/layout.ts';
import { resolver } from './resolve.ts';
import type { FileTree } from './tree.ts';

/** The first layout that a node shows a sign of; the first of all where it shows none. */
export function layoutOfTree<L extends NodeLayout>(tree: FileTree, layouts: Layouts<L>): L {
  const [usual, ...others] = layouts;
  if (others.length === 0) return usual;
  const resolve = resolver(tree);
  const isThere = (path: string) => ['file', 'directory'].includes(resolve(path).state);
  return layouts.find(({ signs }) => signs.some(isThere)) ?? usual;
}

/** The folders by which the home of a layout is known where it was copied alone: its PKI and its static pods, relative. */
export function holdsBelowHome({ home, pki, manifests }: NodeLayout): readonly string[] {
  return [pki, manifests].filter((path) => path.startsWith(`${home}/`)).map((path) => path.slice(home.length + 1));
}
