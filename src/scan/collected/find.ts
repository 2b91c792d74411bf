/** Finds copies without keys in an archive. */
import type { Archive } from '../fs/archive-entries.ts';
import { copyFiles, isCalled } from '../fs/copy-files.ts';
import type { FileTree, Miss } from '../fs/tree.ts';
import type { FoundCopy } from './copy.ts';

/** Returns the copies in an archive, which may have been packed with others, by folder; `''` is the archive itself. */
export function copiesIn(archive: Archive): readonly (FoundCopy & { readonly folder: string })[] {
  return [...archive].flatMap(([path, { bytes: header }]) => {
    if (header === undefined || !isCalled(path, copyFiles.header)) return [];
    const folder = path.slice(0, -copyFiles.header.length - 1);
    const node = archive.get(folder === '' ? copyFiles.node : `${folder}/${copyFiles.node}`)?.bytes;
    return node === undefined ? [] : [{ folder, header, node }];
  });
}

/** Returns a tree without files, whose paths are named after the archive. */
export function emptyTree(label: string): FileTree {
  const nothing = (): Miss => ({ state: 'outside' });
  return { lstat: nothing, list: nothing, read: nothing, readlink: nothing, describe: (path) => label + path };
}
