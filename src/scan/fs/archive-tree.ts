/** The nodes in an archive, and their files. */

import { type Layouts, type NodeLayout, pkiFolders } from '../../artifact/layout.ts';
import { isAtOrBelow } from '../../artifact/paths.ts';
import { remember } from '../../core/collections.ts';
import type { Archive } from './archive-entries.ts';
import type { NestedNode } from './folders.ts';
import { signsOfRoot } from './layout-of-tree.ts';
import { findNested, type NestedNodes } from './nested.ts';
import { sharedResolver } from './resolve.ts';
import {
  type Entry,
  type FileTree,
  impliedFolder,
  isMiss,
  join,
  type Miss,
  maxFileBytes,
  missIn,
  overMaxFileBytes,
  signsOfWholeRoot,
} from './tree.ts';

/** A node in an archive. */
export interface ArchiveRoot extends NestedNode {
  /** The layouts that the node may have. */
  readonly layouts: readonly NodeLayout[];
}

/** The names in each folder of an archive, sorted. */
export type Listing = ReadonlyMap<string, readonly string[]>;

/** Lists the names in every folder. */
export function listArchive(archive: Archive): Listing {
  const listing = new Map<string, string[]>();
  for (const [name, { entry }] of archive) {
    if (entry.type === 'directory' && !listing.has(name)) listing.set(name, []);
    if (name === '') continue;
    const at = name.lastIndexOf('/');
    const folder = at === -1 ? '' : name.slice(0, at);
    const names = listing.get(folder);
    if (names === undefined) listing.set(folder, [name.slice(at + 1)]);
    else names.push(name.slice(at + 1));
  }
  for (const names of listing.values()) names.sort();
  return listing;
}

/** Finds the nodes of an archive, as in a folder. */
export function findArchiveNodes(archive: Archive, listing: Listing, layouts: Layouts): NestedNodes {
  const types: Partial<Record<Entry['type'], 'folder' | 'link'>> = { directory: 'folder', link: 'link' };
  return findNested(
    {
      list: (folder) => listing.get(folder) ?? [],
      typeOf(path) {
        const found = archive.get(path);
        const type = found && (types[found.entry.type] ?? 'other');
        return type === 'folder' && found?.unread !== undefined ? 'unnamed' : type;
      },
      target: (link) => archive.get(link)?.target,
    },
    layouts,
  );
}

/**
 * Returns the files of one node of an archive. A name counts as absent only in a folder that was archived as a whole: a
 * folder with an entry of its own, or any folder if the archive has no entries for folders.
 *
 * @param label the name of the archive: `node.tar.gz!`
 */
export function archiveTree(
  archive: Archive,
  listing: Listing,
  { folder, base, layouts }: ArchiveRoot,
  label: string,
): FileTree {
  const under = (path: string): string => [folder, path].filter(Boolean).join('/');
  const whole = base === '/' && signsOfWholeRoot.some((sign) => archive.has(under(sign)));
  const noFolders = hasNoFolders(archive);
  const inside = (node: string): string => under(node.slice(base === '/' ? 1 : base.length + 1));
  const isAbove = (node: string): boolean => node !== base && isAtOrBelow(base, node);

  function missing(node: string): Miss {
    const parent = node.slice(0, node.lastIndexOf('/')) || '/';
    if (!isAtOrBelow(parent, base)) return { state: 'outside' };
    const names = listing.get(inside(parent));
    const listed = whole || noFolders || archive.get(inside(parent))?.explicit === true;
    return names === undefined || !listed ? { state: 'outside' } : missIn(parent, names, whole, layouts);
  }

  const find = (node: string) => (isAtOrBelow(node, base) ? archive.get(inside(node)) : undefined);
  return {
    lstat(node) {
      if (isAbove(node)) return impliedFolder;
      const found = find(node);
      if (found?.unread !== undefined) return { state: 'unreadable', detail: found.unread };
      return found?.entry ?? missing(node);
    },
    list: (node) => (isAtOrBelow(node, base) ? listing.get(inside(node)) : undefined) ?? missing(node),
    read(node) {
      const found = find(node);
      if (found === undefined) return missing(node);
      if (found.bytes !== undefined) return found.bytes;
      const { size } = found.entry;
      return {
        state: 'too-large',
        detail: size > maxFileBytes ? overMaxFileBytes(size) : `${size} bytes, more than pki-lint keeps of an archive`,
      };
    },
    readlink: (node) => find(node)?.target ?? missing(node),
    describe: (node) => `${label}/${isAtOrBelow(node, base) ? inside(node) : node.slice(1)}`,
    unread: alwaysReported(archive)
      .filter((path) => isIn(path, folder))
      .map((path) => join(base, path.slice(folder.length))),
  };
}

/** Whether a path in an archive is in a folder of it; `''` is the archive itself. */
const isIn = (path: string, folder: string): boolean => folder === '' || path.startsWith(`${folder}/`);

/** The paths that are reported even if nothing asks for them. The answer is remembered, because every node needs it. */
const alwaysReported = remember((archive: Archive): readonly string[] =>
  [...archive].flatMap(([path, { isAlwaysReported }]) => (isAlwaysReported ? [path] : [])),
);

/** Returns what is in none of the nodes of an archive, and is reported anyway, with the reason. */
export function unreadOutside(archive: Archive, nodes: readonly NestedNode[]): readonly (readonly [string, string])[] {
  return alwaysReported(archive)
    .filter((path) => nodes.every(({ folder }) => !isIn(path, folder)))
    .map((path) => [path, archive.get(path)?.unread ?? '']);
}

/**
 * Whether an archive has no entries for folders. The answer is remembered, because every node of the archive needs it.
 */
const hasNoFolders = remember((archive: Archive): boolean => {
  for (const { entry, explicit } of archive.values()) if (entry.type === 'directory' && explicit) return false;
  return true;
});

/** Whether a tree contains more of its node than the folder of certificates. */
export function showsMore(tree: FileTree, layout: NodeLayout): boolean {
  const { home, pki, kubelet } = layout;
  const names = home === pki ? [] : tree.list(sharedResolver(tree)(home).realPath ?? home);
  if (!isMiss(names) && names.some((name) => !isAtOrBelow(pki, join(home, name)))) return true;
  const marks = signsOfRoot(layout).flat();
  const beyond = marks.filter((path) =>
    pkiFolders(layout).every((one) => !isAtOrBelow(path, one) && !isAtOrBelow(one, path)),
  );
  const others = [kubelet.folder, ...signsOfWholeRoot.map((sign) => `/${sign}`), ...beyond];
  return others.some((path) => exists(tree, path));
}

/** Whether a path and every folder in it exist. Links are not followed. */
function exists(tree: FileTree, path: string): boolean {
  const parts = path.split('/');
  return parts.slice(1).every((_, index) => !isMiss(tree.lstat(parts.slice(0, index + 2).join('/'))));
}
