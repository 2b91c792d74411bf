/** Finds the nodes in a folder that contains several, on disk or in an archive, at different depths. */

import { defaultLayout, type Layouts, type NodeLayout } from '../../artifact/layout.ts';
import { notUtf8 } from '../../artifact/left-out.ts';
import type { Folders, NestedNode } from './folders.ts';
import { holdsBelowHome, signsOfRoots } from './layout-of-tree.ts';
import { signsOfWholeRoot } from './tree.ts';
import { unlintedNextTo } from './unlinted.ts';

/** The folder for the lock, the journal and the backups of `issue`: not part of the PKI. */
export const ownFolder = '.pki-lint';

/** What is searched. A node has a few dozen folders, but its own are not searched. */
const searchLimits = { folders: 10_000, depth: 8 } as const;
export type SearchLimits = { readonly [K in keyof typeof searchLimits]: number };

/** Is called for each folder that is searched, with their number and the most that there may be. */
export type OnSearched = (folders: number, most: number) => void;

export interface NestedNodes {
  readonly nodes: readonly NestedNode[];
  /** Nodes below a folder of certificates, which are not linted. */
  readonly left: readonly NestedNode[];
  /** Certificates, keys and archives that are not in a node, and are not linted. */
  readonly loose: readonly string[];
  /** Folders and links next to nodes that are not linted. */
  readonly unlinted: readonly string[];
  /** Folders that can contain further nodes. */
  readonly unsearched: readonly Unsearched[];
  /** The number of folders after which the search ended, although there are more. */
  readonly stoppedAfter?: number;
}

export interface Unsearched {
  readonly folder: string;
  readonly reason: string;
}

const below = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);

export const pemName = /\.(?:crt|cer|cert|pem|key|pub|csr)$/;
export const archiveName = /\.(?:tar(?:\.(?:gz|xz|zst|bz2))?|tgz|txz)$/;

/**
 * Finds the nodes of a folder: folders that contain the home of a layout, or are one. If there are none, or
 * certificates are next to them, it is a single folder of certificates.
 */
export function findNested(
  folders: Folders,
  layouts: Layouts,
  limits: Partial<SearchLimits> = {},
  onSearched?: OnSearched,
): NestedNodes {
  const only = (folder: string, base: string): NestedNodes => ({
    nodes: [{ folder, base }],
    left: [],
    loose: [],
    unlinted: [],
    unsearched: [],
  });
  if (isWholeRoot(folders, '')) return only('', '/');
  const { found, passed, unsearched, ...stopped } = search(
    folders,
    layouts,
    { ...searchLimits, ...limits },
    onSearched,
  );
  if (found[0]?.folder === '') return only('', found[0].base);
  const filesOf = (name: RegExp) => passed.flatMap((folder) => namesIn(folders, folder, name));
  const certificates = filesOf(pemName);
  const nodes = withNamesakes({ found, certificates }, folders, layouts);
  const top = wrapperOf(folders, layouts);
  const holdsPem = certificates.some((path) => isIn(path, top));
  const isFleet = nodes.filter(({ folder }) => isIn(folder, top)).length > 1;
  if (nodes.length > 0 && (isFleet || !holdsPem)) {
    const isLoose = (path: string) => nodes.every(({ folder }) => !path.startsWith(`${folder}/`));
    const loose = [...certificates, ...filesOf(archiveName)].filter(isLoose);
    const searched = new Set(passed);
    const named = [...loose, ...unsearched.map(({ folder }) => folder)];
    const isNamed = (path: string) => !searched.has(path) || named.some((one) => `${one}/`.startsWith(`${path}/`));
    return { nodes, left: [], loose, unlinted: unlintedNextTo(nodes, folders, isNamed), unsearched, ...stopped };
  }
  const usual = defaultLayout(layouts);
  const weak = hasHomeFolder(folders, '', usual);
  const single = weak ? only('', usual.home) : only(top, isWholeRoot(folders, top) ? '/' : usual.pki);
  const bare = { ...single, ...stopped };
  if (weak || certificates.length > 0) return { ...bare, left: nodes };
  // If nothing was found, it matters where the search ended.
  return { ...bare, left: nodes, loose: filesOf(archiveName), unsearched };
}

/** Whether a folder is a root file system, with or without the home of a layout. */
const isWholeRoot = (folders: Folders, folder: string): boolean =>
  signsOfWholeRoot.some((sign) => folders.typeOf(below(folder, sign)) !== undefined);

/** Searches all folders for nodes, sorted by path. What is below a node belongs to it. */
function search(folders: Folders, layouts: Layouts, limits: SearchLimits, onSearched?: OnSearched) {
  const found: NestedNode[] = [];
  const passed: string[] = [];
  const unsearched: Unsearched[] = [];
  let stopped: Pick<NestedNodes, 'stoppedAfter'> = {};
  const giveUp = (folder: string, reason: string) => {
    if (unsearched.every((one) => one.reason !== reason)) unsearched.push({ folder, reason });
  };
  const pending = [{ folder: '', depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { folder, depth } = next;
    const base = baseOf(folders, folder, layouts);
    if (base !== undefined) {
      found.push({ folder, base });
      continue;
    }
    if (passed.length === limits.folders) {
      stopped = { stoppedAfter: limits.folders };
      break;
    }
    passed.push(folder);
    onSearched?.(passed.length, limits.folders);
    for (const path of ofType(folders, folder, 'unnamed')) giveUp(path, notUtf8);
    const inside = foldersIn(folders, folder);
    if (depth < limits.depth) pending.push(...inside.reverse().map((path) => ({ folder: path, depth: depth + 1 })));
    else if (inside.length > 0) giveUp(folder, `directories are nested more than ${limits.depth} levels deep`);
  }
  return { found: found.sort(byFolder), passed, unsearched, ...stopped };
}

const byFolder = (one: NestedNode, other: NestedNode): number => (one.folder < other.folder ? -1 : 1);

/** What a folder certainly is on a node: its root, or the home of a layout; undefined for any other folder. */
function baseOf(folders: Folders, folder: string, layouts: Layouts): string | undefined {
  if (signsOfRoots(layouts).some(({ paths }) => paths.every((one) => isIncluded(folders, folder, one)))) return '/';
  // Other layouts are known by signs, and their folders have common names.
  const usual = defaultLayout(layouts);
  return isHome(folders, folder, usual) ? usual.home : undefined;
}

/** Whether a folder contains a path of a node, or a link in its place: its target is different on the node. */
function isIncluded(folders: Folders, folder: string, path: string): boolean {
  const parts = path.split('/').slice(1);
  const types = parts.map((_, index) => folders.typeOf(below(folder, parts.slice(0, index + 1).join('/'))));
  return types.slice(0, -1).every((type) => type === 'folder') && !['unnamed', undefined].includes(types.at(-1));
}

/** Whether a folder is certainly the home of a layout: it contains the folder of certificates, with certificates. */
function isHome(folders: Folders, folder: string, layout: NodeLayout): boolean {
  const [pki] = holdsBelowHome(layout);
  if (pki === undefined || folders.typeOf(below(folder, pki)) !== 'folder') return false;
  return layout.pki.endsWith(`/${pki}`) && namesIn(folders, below(folder, pki), pemName).length > 0;
}

/** Whether a folder contains a folder that is called as the PKI or the static pods of a layout, whatever is in it. */
const hasHomeFolder = (folders: Folders, folder: string, layout: NodeLayout): boolean =>
  holdsBelowHome(layout).some((name) => ['folder', 'link'].includes(folders.typeOf(below(folder, name)) ?? ''));

/**
 * Returns the only thing in the top folder if that is a folder with content, such as the one that was archived;
 * otherwise ''.
 */
function wrapperOf(folders: Folders, layouts: Layouts): string {
  const [only, ...others] = folders.list('').filter((name) => name !== ownFolder);
  if (only === undefined || others.length > 0 || folders.typeOf(only) !== 'folder') return '';
  const isExpected = layouts.some(({ expected }) => expected.some((path) => path.startsWith(`${only}/`)));
  return folders.list(only).length === 0 || isExpected ? '' : only;
}

/**
 * Adds the folders at the top that only have a folder with the name of a node's: `pki` or `manifests`. These are common
 * names, so they count only there, and only if there is nothing else: no root of a node next to them, no loose
 * certificates.
 */
function withNamesakes(
  { found, certificates }: { readonly found: readonly NestedNode[]; readonly certificates: readonly string[] },
  folders: Folders,
  layouts: Layouts,
): readonly NestedNode[] {
  if (found.some(({ folder, base }) => base === '/' && isIn(folder, ''))) return found;
  const usual = defaultLayout(layouts);
  const added = foldersIn(folders, '').flatMap((folder): NestedNode[] => {
    const isKnown = found.some((one) => one.folder === folder || one.folder.startsWith(`${folder}/`));
    return isKnown || !hasHomeFolder(folders, folder, usual) ? [] : [{ folder, base: usual.home }];
  });
  const isAdded = (path: string) => added.some(({ folder }) => path.startsWith(`${folder}/`));
  return certificates.every(isAdded) ? [...found, ...added].sort(byFolder) : found;
}

/** Whether a folder is directly in another. */
const isIn = (folder: string, top: string): boolean =>
  top === '' ? !folder.includes('/') : folder.startsWith(`${top}/`) && !folder.slice(top.length + 1).includes('/');

const foldersIn = (folders: Folders, folder: string): string[] =>
  ofType(folders, folder, 'folder').filter((path) => path !== below(folder, ownFolder));

const ofType = (folders: Folders, folder: string, type: 'folder' | 'unnamed'): string[] =>
  folders
    .list(folder)
    .map((name) => below(folder, name))
    .filter((path) => folders.typeOf(path) === type);

/** The files in a folder whose name matches. */
const namesIn = (folders: Folders, folder: string, pattern: RegExp): string[] =>
  folders
    .list(folder)
    .filter((name) => pattern.test(name))
    .map((name) => below(folder, name))
    .filter((path) => folders.typeOf(path) === 'other');
