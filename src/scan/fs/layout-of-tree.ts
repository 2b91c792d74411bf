/** Detects the layout of a node, and its kind, by the files that it has. */
import {
  defaultLayout,
  type LaidOutKind,
  type Layouts,
  type Mark,
  type NodeLayout,
  pkiFolders,
} from '../../artifact/layout.ts';
import { isAtOrBelow } from '../../artifact/paths.ts';
import { resolver } from './resolve.ts';
import { type FileTree, isMiss } from './tree.ts';

/** A layout, and the kind of node of which there are signs; undefined if there are none. */
export interface FoundLayout<L extends NodeLayout> {
  readonly layout: L;
  readonly kind: LaidOutKind | undefined;
}

/** The bytes of a file in which marks are looked for. Units and settings have a few kilobytes. */
const maxMarkedBytes = 256 * 1024;

/**
 * Returns the first layout of which the node has all marks of a sign; if there is none, the layout whose home `base` is, or the
 * default one.
 *
 * @param base the folder of the node that the tree begins with
 */
export function layoutOfTree<L extends NodeLayout>(tree: FileTree, base: string, layouts: Layouts<L>): FoundLayout<L> {
  const resolve = resolver(tree);
  const has = ({ path, contains }: Mark): boolean => {
    const { state, realPath } = resolve(path);
    if (contains === undefined) return state === 'file' || state === 'directory';
    return state === 'file' && realPath !== undefined && textIn(tree, realPath).includes(contains);
  };
  for (const layout of layouts) {
    const found = layout.nodes.find(({ signs }) => signs.some((marks) => marks.every(has)));
    if (found !== undefined) return { layout, kind: found.kind };
  }
  return { layout: layouts.find(({ home }) => home === base) ?? defaultLayout(layouts), kind: undefined };
}

/** The beginning of a file; empty if it cannot be read. */
function textIn(tree: FileTree, path: string): string {
  const bytes = tree.read(path);
  return isMiss(bytes) ? '' : Buffer.from(bytes.subarray(0, maxMarkedBytes)).toString('latin1');
}

/** Returns lists of paths, each of which shows the root of a node if all its paths are there: the home, and the marks of signs. */
export function signsOfRoot({ home, nodes }: NodeLayout): readonly (readonly string[])[] {
  return [[home], ...nodes.flatMap(({ signs }) => signs.map((marks) => marks.map(({ path }) => path)))];
}

/** Returns the folders of a layout in which its files are. */
export function foldersOfLayout(layout: NodeLayout): readonly string[] {
  const { home, kubelet, kubeconfigFolders, manifests } = layout;
  const kubeconfigs = kubeconfigFolders.map(({ folder }) => folder);
  return [home, ...pkiFolders(layout), kubelet.folder, ...kubeconfigs, ...(manifests === undefined ? [] : [manifests])];
}

/** Returns the folders by which to recognise a layout's home: its PKI and its static pods, relative to the home. */
export function holdsBelowHome({ home, pki, manifests }: NodeLayout): readonly string[] {
  const folders = manifests === undefined ? [pki] : [pki, manifests];
  return folders.filter((path) => isAtOrBelow(path, home) && path !== home).map((path) => path.slice(home.length + 1));
}
