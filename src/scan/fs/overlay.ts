/** Trees in which some folders are replaced: those of `--manifests`, `--kubeconfigs` and `--kubelet-dir`. */
import { isAtOrBelow } from '../../artifact/paths.ts';
import { type FileTree, impliedFolder, isMiss, join } from './tree.ts';

/** A folder of the node whose content comes from a different tree. */
export interface Overlay {
  /** The path on the node. */
  readonly folder: string;
  readonly tree: FileTree;
  /** If set, only the files in the folder with this ending come from there; otherwise everything below the folder. */
  readonly ending?: string | undefined;
}

/** Returns the tree with its overlays. The first overlay that contains a path serves it. */
export function overlaid(tree: FileTree, overlays: readonly Overlay[]): FileTree {
  if (overlays.length === 0) return tree;
  const serving = (path: string): FileTree =>
    overlays.find(({ folder, ending }) =>
      ending === undefined
        ? isAtOrBelow(path, folder)
        : path.endsWith(ending) && path.slice(0, path.lastIndexOf('/')) === folder,
    )?.tree ?? tree;
  const leadsTo = (path: string): boolean =>
    overlays.some(({ folder }) => folder !== path && isAtOrBelow(folder, path));
  const filteredAt = (path: string) => overlays.find(({ folder, ending }) => ending !== undefined && folder === path);
  return {
    lstat(path) {
      const found = serving(path).lstat(path);
      return isMiss(found) && (leadsTo(path) || filteredAt(path)) ? impliedFolder : found;
    },
    list(path) {
      const own = serving(path).list(path);
      const filtered = filteredAt(path);
      if (filtered === undefined) return own;
      const { tree: other, ending = '' } = filtered;
      const names = other.list(path);
      const kept = isMiss(own) ? [] : own.filter((name) => !name.endsWith(ending));
      return isMiss(names) ? names : [...kept, ...names.filter((name) => name.endsWith(ending))].sort();
    },
    read: (path) => serving(path).read(path),
    readlink: (path) => serving(path).readlink(path),
    describe: (path) => serving(path).describe(path),
    unread: tree.unread,
  };
}

/** Returns the tree with one of its folders at a different path of the node. */
export function movedTree(tree: FileTree, from: string, to: string): FileTree {
  const original = (path: string): string => (isAtOrBelow(path, to) ? join(from, path.slice(to.length)) : path);
  return {
    lstat: (path) => tree.lstat(original(path)),
    list: (path) => tree.list(original(path)),
    read: (path) => tree.read(original(path)),
    readlink: (path) => tree.readlink(original(path)),
    describe: (path) => tree.describe(original(path)),
  };
}
