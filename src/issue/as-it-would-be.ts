/** The node as it would be with some files written: a tree over the one that is there. */
import { posix } from 'node:path';
import { resolver } from '../scan/resolve.ts';
import { type FileTree, impliedFolder, isMiss } from '../scan/tree.ts';
import type { FileWrite, ModeChange } from './types.ts';

interface Made {
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number };
}

/** Files of the node alone: what is kept on this machine is no part of it. */
export function withWrites(tree: FileTree, writes: readonly FileWrite[], modes: readonly ModeChange[]): FileTree {
  const resolve = resolver(tree);
  const real = (path: string) =>
    posix.join(resolve(posix.dirname(path)).realPath ?? posix.dirname(path), posix.basename(path));
  const files = new Map<string, Made>();
  for (const { target, bytes, mode } of writes) {
    if (target.on === 'node') files.set(real(target.path), { bytes, mode, owner: ownerAt(tree, real(target.path)) });
  }
  const changed = new Map(modes.map(({ target, mode }) => [resolve(target.path).realPath ?? target.path, mode]));
  const holds = (folder: string) => [...files.keys()].some((path) => path.startsWith(`${folder}/`));
  return {
    ...tree,
    lstat(path) {
      const made = files.get(path);
      if (made) return { type: 'file', mode: made.mode, ...made.owner, size: made.bytes.length };
      const entry = tree.lstat(path);
      if (isMiss(entry)) return holds(path) ? impliedFolder : entry;
      const mode = changed.get(path);
      return mode === undefined ? entry : { ...entry, mode };
    },
    list(path) {
      const names = tree.list(path);
      const own = [...files.keys()].flatMap((file) => {
        const below = file.startsWith(path === '/' ? '/' : `${path}/`)
          ? file.slice(path === '/' ? 1 : path.length + 1)
          : '';
        return below === '' ? [] : (below.split('/')[0] ?? []);
      });
      if (own.length === 0) return names;
      return [...new Set([...(isMiss(names) ? [] : names), ...own])].sort();
    },
    read: (path) => files.get(path)?.bytes ?? tree.read(path),
  };
}

/** What is replaced keeps its owner; all else belongs to whoever writes it. */
function ownerAt(tree: FileTree, path: string): Made['owner'] {
  const old = tree.lstat(path);
  return isMiss(old) ? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 } : { uid: old.uid, gid: old.gid };
}
