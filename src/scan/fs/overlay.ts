/** A tree in which some paths lie elsewhere: what `--manifests`, `--kubeconfigs` and `--kubelet-dir` name. */
import { isAtOrBelow } from '../../core/paths.ts';
import { type FileTree, impliedFolder, isMiss, join } from './tree.ts';

/** A folder of the node whose content is another tree's. */
export interface Overlay {
  /** On the node. */
  readonly folder: string;
  readonly tree: FileTree;
  /** Only the files of the folder that have this ending are taken from there; undefined: everything. */
  readonly ending?: string;
}

/** The tree with its overlays; the first that holds a path serves it. */
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
  return {
    lstat(path) {
      const found = serving(path).lstat(path);
      return isMiss(found) &&
        (leadsTo(path) || overlays.some(({ folder, ending }) => ending !== undefined && folder === path))
        ? impliedFolder
        : found;
    },
    list(path) {
      const own = serving(path).list(path);
      const filtered = overlays.find(({ folder, ending }) => ending !== undefined && folder === path);
      if (filtered === undefined) return own;
      const { tree: other, ending = '' } = filtered;
      const names = other.list(path);
      const kept = isMiss(own) ? [] : own.filter((name) => !name.endsWith(ending));
      return isMiss(names) ? names : [...kept, ...names.filter((name) => name.endsWith(ending))].sort();
    },
    read: (path) => serving(path).read(path),
    readlink: (path) => serving(path).readlink(path),
    describe: (path) => serving(path).describe(path),
  };
}

/** A folder of a tree seen as another folder of the node. */
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
