/** The files of a node. Each path is resolved and read once. */
import type { NodeFile } from '../core/artifact.ts';
import { normalizePath } from '../core/paths.ts';
import type { Files, ReadAs } from './components/node-files.ts';
import { budgetOfNode, maxNames } from './fs/limits.ts';
import { resolver } from './fs/resolve.ts';
import { type FileTree, isMiss, maxFileBytes } from './fs/tree.ts';
import { type Reading, readContent } from './read.ts';

/** Returns the files of a tree, which are read on first use and cached. */
export function filesOfTree(tree: FileTree, reading: Reading): Files {
  const all = new Map<string, NodeFile>();
  const resolve = resolver(tree);
  const budget = budgetOfNode();

  function look(given: string, as: ReadAs = 'any'): NodeFile {
    const path = normalizePath(given);
    const known = all.get(path);
    if (known !== undefined && (as === 'any' || known.content?.type !== 'other')) return known;
    const { state, detail, realPath, entry, links } = resolve(path);
    const { mode, uid, gid, size } = entry ?? {};
    const found: NodeFile = { path, file: tree.describe(path), state, detail, links, mode, uid, gid, size };
    const file = state === 'file' && realPath !== undefined ? withContent(found, realPath, as) : found;
    all.set(path, file);
    return file;
  }

  function withContent(found: NodeFile, realPath: string, as: ReadAs): NodeFile {
    const tooLarge = (detail: string): NodeFile => ({ ...found, state: 'too-large', detail });
    const { size = 0 } = found;
    if (size > maxFileBytes) return tooLarge(`${size} bytes`);
    const bySize = budget.refuseSize(size);
    if (bySize !== undefined) return tooLarge(bySize);
    const bytes = tree.read(realPath);
    if (isMiss(bytes)) return { ...found, detail: undefined, ...bytes };
    const byContent = budget.refuseBytes(bytes);
    if (byContent !== undefined) return tooLarge(byContent);
    const content = readContent(found.path, bytes, as, reading);
    budget.spend(bytes, content);
    return { ...found, realPath, content };
  }

  function list(path: string): readonly string[] {
    const file = look(path);
    const { state, realPath } = resolve(file.path);
    if (state !== 'directory' || realPath === undefined) return [];
    const names = tree.list(realPath);
    if (isMiss(names)) {
      all.set(file.path, { ...file, state: names.state, detail: names.detail });
      return [];
    }
    if (names.length > maxNames) all.set(file.path, { ...file, state: 'too-large', detail: `${names.length} files` });
    return names.slice(0, maxNames);
  }

  return {
    all,
    look,
    seek(path, as) {
      const { state } = resolve(path);
      return state === 'absent' || state === 'outside' ? undefined : look(path, as);
    },
    text(path) {
      const { state, realPath } = look(path, 'text');
      const bytes = state === 'file' && realPath !== undefined ? tree.read(realPath) : undefined;
      return bytes === undefined || isMiss(bytes) ? undefined : Buffer.from(bytes).toString('utf8');
    },
    documents: (path) => reading.settings.get(look(path, 'settings').path),
    list,
    giveUp: (path, detail) => all.set(normalizePath(path), { ...look(path), state: 'too-large', detail }),
  };
}
