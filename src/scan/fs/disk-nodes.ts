/** Finds the nodes in a folder of this machine that contains several. */
import { type Dirent, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { defaultLayout, type Layouts } from '../../artifact/layout.ts';
import { compareText } from '../../core/text.ts';
import { actBeneath, changed, codeOf, rootOf } from './beneath.ts';
import { isWholeRoot } from './disk.ts';
import type { Folders } from './folders.ts';
import { decodeName, isText, shownNames } from './names.ts';
import { findNested, type NestedNodes, type OnSearched, type SearchLimits, type Unsearched } from './nested.ts';
import { findRootAbove, fromSystem, isFolder } from './roots.ts';

/** Finds the nodes below a folder. It is the folder itself if that belongs to a node, or contains no others. */
export function findDiskNodes(
  top: string,
  layouts: Layouts,
  limits?: Partial<SearchLimits>,
  onSearched?: OnSearched,
): NestedNodes {
  const itself = { nodes: [{ folder: '', base: '/' }], left: [], loose: [], unlinted: [], unsearched: [] };
  if (!isFolder(top) || isPartOfNode(top, layouts)) return itself;
  const { folders, unreadable } = foldersOfDisk(top);
  const found = findNested(folders, layouts, limits, onSearched);
  // A single folder is walked, which reports what it cannot read.
  const isWalked = found.nodes.some(({ base }) => base === defaultLayout(layouts).pki) || found.nodes[0]?.folder === '';
  if (isWalked) return found;
  const isRead = (one: string) => !unreadable.some(({ folder }) => `${folder}/`.startsWith(`${one}/`));
  return { ...found, unlinted: found.unlinted.filter(isRead), unsearched: [...unreadable, ...found.unsearched] };
}

function isPartOfNode(folder: string, layouts: Layouts): boolean {
  if (isWholeRoot(folder)) return true;
  return [...new Set([folder, realpathSync(folder)])].some((place) => findRootAbove(place, layouts) !== undefined);
}

type EntryType = ReturnType<Folders['typeOf']>;

/** The folders below a folder, each read once. Links are not followed. */
function foldersOfDisk(top: string): { readonly folders: Folders; readonly unreadable: readonly Unsearched[] } {
  const unreadable: Unsearched[] = [];
  const known = new Map<string, ReadonlyMap<string, EntryType>>();
  const entriesOf = (folder: string): ReadonlyMap<string, EntryType> => {
    const entries = known.get(folder) ?? new Map(read(folder));
    known.set(folder, entries);
    return entries;
  };
  const root = rootOf(realpathSync(top));
  const read = (folder: string): (readonly [string, EntryType])[] => {
    try {
      return actBeneath(root, folder.split('/').filter(Boolean), '.', typesInFolder);
    } catch (error) {
      const reason = codeOf(error) === changed ? changed : (fromSystem(error)?.message ?? String(error));
      unreadable.push({ folder, reason });
      return [];
    }
  };
  const typeOf = (file: string): EntryType => {
    const at = file.lastIndexOf('/');
    const folder = at === -1 ? '' : file.slice(0, at);
    if (folder !== '' && typeOf(folder) !== 'folder') return undefined;
    return entriesOf(folder).get(file.slice(at + 1));
  };
  const target = (link: string): string | undefined => {
    const parts = link.split('/');
    try {
      const found = actBeneath(root, parts.slice(0, -1), parts.at(-1) ?? '', (place) => readlinkSync(place));
      return path.isAbsolute(found) ? path.relative(path.join(root.folder, ...parts.slice(0, -1)), found) : found;
    } catch {
      return undefined;
    }
  };
  return { folders: { list: (folder) => [...entriesOf(folder).keys()].sort(), typeOf, target }, unreadable };
}

/** The names in a folder with their types. Those that are not UTF-8 are shown with escapes. */
function typesInFolder(folder: string): (readonly [string, EntryType])[] {
  const all = readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, typeOfEntry(entry)] as const);
  if (!all.some(([name]) => name.includes('\ufffd'))) return all;
  const decoded = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }).map(
    (entry) => [decodeName(entry.name), typeOfEntry(entry)] as const,
  );
  const texts = new Map(decoded.filter(([name]) => isText(name)));
  const strays = decoded.filter(([name]) => !isText(name)).sort(([one], [other]) => compareText(one, other));
  const shown = shownNames(
    strays.map(([name]) => name),
    (name) => texts.has(name),
  );
  return [...texts, ...strays.map(([, type], index) => [shown[index] ?? '', unnamedType(type)] as const)];
}

const unnamedType = (type: EntryType): EntryType => (type === 'folder' ? 'unnamed' : type);

function typeOfEntry(entry: Pick<Dirent, 'isDirectory' | 'isSymbolicLink'>): EntryType {
  const other = entry.isSymbolicLink() ? 'link' : 'other';
  return entry.isDirectory() ? 'folder' : other;
}
