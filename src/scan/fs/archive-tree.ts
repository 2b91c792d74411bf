/** The nodes in an archive, and their files. */
import type { Layouts, NodeLayout } from '../../core/layout.ts';
import { isAtOrBelow } from '../../core/paths.ts';
import type { Archive } from './archive-entries.ts';
import { holdsBelowHome } from './layout.ts';
import { below, type Folders, holdsPem, type NestedNode, searchNodes } from './nested.ts';
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

/** The nodes of an archive. */
export interface ArchiveRoots {
  readonly roots: readonly ArchiveRoot[];
  /** Nodes in a folder of certificates, which are not linted. */
  readonly left: readonly ArchiveRoot[];
}

/**
 * Finds the nodes of an archive: folders at any depth that contain the home of a layout or are one. If there are none,
 * or certificates are next to them, it is a single folder of certificates.
 */
export function findArchiveRoots(listing: Listing, layouts: Layouts): ArchiveRoots {
  const folders: Folders = {
    list: (folder) => listing.get(folder) ?? [],
    has: (folder) => listing.has(folder),
    enter: () => true,
  };
  const nested = searchNodes(folders, layouts);
  const rootOf = ({ folder, base }: NestedNode): ArchiveRoot => ({ folder, base, layouts });
  const atTop = nodesAtTop(folders, layouts);
  if (atTop.some(({ folder, base }) => folder === '' && base === '/')) return { roots: atTop.map(rootOf), left: [] };
  if (atTop.length > 0) {
    const all = new Map([...nested, ...atTop].map((one) => [one.folder, one]));
    return {
      roots: [...all.values()].sort((one, other) => (one.folder < other.folder ? -1 : 1)).map(rootOf),
      left: [],
    };
  }
  const [only, ...others] = listing.get('') ?? [];
  const wrapper = only !== undefined && others.length === 0 && listing.has(only) ? only : '';
  const bare = { folder: wrapper, base: isWholeRoot(folders, wrapper) ? '/' : layouts[0].pki, layouts };
  if (nested.length === 0) return { roots: [bare], left: [] };
  return holdsPem(folders, wrapper)
    ? { roots: [bare], left: nested.map(rootOf) }
    : { roots: nested.map(rootOf), left: [] };
}

/** Whether a folder is a root file system, with or without the home of a layout. */
function isWholeRoot(folders: Folders, folder: string): boolean {
  return signsOfWholeRoot.some((sign) => {
    const parent = sign.slice(0, Math.max(0, sign.lastIndexOf('/')));
    return folders.list(below(folder, parent).replace(/\/$/, '')).includes(sign.slice(sign.lastIndexOf('/') + 1));
  });
}

/**
 * Finds the nodes that are the whole archive, or a folder at its top. There a folder of static pods is enough to
 * recognise the home of a layout.
 */
function nodesAtTop(folders: Folders, layouts: Layouts): readonly NestedNode[] {
  const candidates = ['', ...folders.list('').filter((name) => folders.has(name))];
  const nodesWith = (paths: (layout: NodeLayout) => readonly string[], base: (layout: NodeLayout) => string) => {
    const found = candidates.flatMap((folder): NestedNode[] => {
      const layout = layouts.find((one) => paths(one).some((name) => folders.has(below(folder, name))));
      return layout === undefined ? [] : [{ folder, base: base(layout) }];
    });
    return found.some(({ folder }) => folder === '') ? found.filter(({ folder }) => folder === '') : found;
  };
  const roots = nodesWith(
    ({ home }) => [home.slice(1)],
    () => '/',
  );
  return roots.length > 0 ? roots : nodesWith(holdsBelowHome, ({ home }) => home);
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

const withoutFolders = new WeakMap<Archive, boolean>();

/** Whether an archive has no entries for folders. The answer is cached, because every node of the archive needs it. */
function hasNoFolders(archive: Archive): boolean {
  const known = withoutFolders.get(archive);
  if (known !== undefined) return known;
  let found = false;
  for (const { entry, explicit } of archive.values()) found ||= entry.type === 'directory' && explicit;
  withoutFolders.set(archive, !found);
  return !found;
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
