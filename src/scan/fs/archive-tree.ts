/** The nodes in an archive, and their files. */
import type { Layouts, NodeLayout } from '../../core/layout.ts';
import { isAtOrBelow } from '../../core/paths.ts';
import type { Archive } from './archive-entries.ts';
import { holdsBelowHome } from './layout.ts';
import {
  type FileTree,
  impliedFolder,
  isMiss,
  join,
  type Miss,
  maxFileBytes,
  missIn,
  signsOfWholeRoot,
} from './tree.ts';

/** A folder of an archive ('' is the root) and its path on the node: `/`, a layout's home, or its PKI root. */
export interface ArchiveRoot {
  readonly folder: string;
  readonly base: string;
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

/**
 * Finds the nodes of an archive: the root, or every folder in it, that contains the home of a layout. Otherwise folders
 * that are such a home themselves, and otherwise a single folder of certificates.
 */
export function findArchiveRoots(listing: Listing, layouts: Layouts): readonly ArchiveRoot[] {
  const candidates = ['', ...(listing.get('') ?? [])].filter((name) => listing.has(name));
  const under = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);
  const rootsWith = (paths: (layout: NodeLayout) => readonly string[], base: (layout: NodeLayout) => string) =>
    candidates.flatMap((folder) => {
      const layout = layouts.find((one) => paths(one).some((name) => listing.has(under(folder, name))));
      return layout === undefined ? [] : [{ folder, base: base(layout), layouts }];
    });
  const outermost = (found: readonly ArchiveRoot[]) =>
    found.some(({ folder }) => folder === '') ? found.filter(({ folder }) => folder === '') : found;
  const roots = rootsWith(
    ({ home }) => [home.slice(1)],
    () => '/',
  );
  if (roots.length > 0) return outermost(roots);
  const homes = rootsWith(holdsBelowHome, ({ home }) => home);
  if (homes.length > 0) return outermost(homes);
  const [only, ...others] = listing.get('') ?? [];
  const wrapper = only !== undefined && others.length === 0 && listing.has(only) ? only : '';
  return [{ folder: wrapper, base: layouts[0].pki, layouts }];
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
  const noFolders = ![...archive.values()].some(({ entry, explicit }) => entry.type === 'directory' && explicit);
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
    lstat: (node) => (isAbove(node) ? impliedFolder : (find(node)?.entry ?? missing(node))),
    list: (node) => (isAtOrBelow(node, base) ? listing.get(inside(node)) : undefined) ?? missing(node),
    read(node) {
      const found = find(node);
      if (found === undefined) return missing(node);
      if (found.bytes !== undefined) return found.bytes;
      const { size } = found.entry;
      return {
        state: 'too-large',
        detail: size > maxFileBytes ? `${size} bytes` : `${size} bytes, over what is kept of an archive`,
      };
    },
    readlink: (node) => find(node)?.target ?? missing(node),
    describe: (node) => `${label}/${isAtOrBelow(node, base) ? inside(node) : node.slice(1)}`,
  };
}

/** Whether a tree contains more of its node than the folder of certificates. */
export function showsMore(tree: FileTree, { home, pki, kubelet }: NodeLayout): boolean {
  const names = home === pki ? [] : tree.list(home);
  if (!isMiss(names) && names.some((name) => !isAtOrBelow(pki, join(home, name)))) return true;
  return [kubelet.folder, ...signsOfWholeRoot.map((sign) => `/${sign}`)].some((path) => exists(tree, path));
}

/** Whether a path and every folder in it exist. Links are not followed. */
function exists(tree: FileTree, path: string): boolean {
  const parts = path.split('/');
  return parts.slice(1).every((_, index) => !isMiss(tree.lstat(parts.slice(0, index + 2).join('/'))));
}
