/** Finds the nodes in a folder of this machine that contains several. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Layouts } from '../../core/layout.ts';
import { type Folders, holdsPem, searchNodes } from './nested.ts';
import { findRootAbove, fromSystem, isFolder } from './roots.ts';
import { signsOfWholeRoot } from './tree.ts';

/** The number of folders that are searched. A node has a few dozen, but its own are not searched. */
const usualMost = 10_000;

export interface DiskNodes {
  /** The folders of the nodes, below the one that was searched; '' is the folder itself. */
  readonly folders: readonly string[];
  /** Nodes in a folder of certificates, which are not linted. */
  readonly left: readonly string[];
  /** Folders that can contain further nodes. */
  readonly unsearched: readonly { readonly folder: string; readonly reason: string }[];
}

/** Finds the nodes below a folder. It is the folder itself if that belongs to a node, or contains no others. */
export function findDiskNodes(top: string, layouts: Layouts, most = usualMost): DiskNodes {
  const itself = { folders: [''], left: [], unsearched: [] };
  if (!isFolder(top) || isPartOfNode(top, layouts)) return itself;
  const { folders, unsearched } = foldersOfDisk(top, most);
  const found = searchNodes(folders, layouts).map(({ folder }) => folder);
  if (found.length === 0 || found.includes('')) return itself;
  if (holdsPem(folders, '')) return { ...itself, left: found };
  return { folders: found, left: [], unsearched };
}

function isPartOfNode(folder: string, layouts: Layouts): boolean {
  if (signsOfWholeRoot.some((sign) => existsSync(path.join(folder, sign)))) return true;
  return [folder, realpathSync(folder)].some((place) => findRootAbove(place, layouts) !== undefined);
}

/** The folders below a folder. Links are followed, and each real folder is entered once. */
function foldersOfDisk(
  top: string,
  most: number,
): { readonly folders: Folders; readonly unsearched: DiskNodes['unsearched'] } {
  const entered = new Set([realpathSync(top)]);
  const unsearched: { folder: string; reason: string }[] = [];
  const list = (folder: string) => {
    try {
      return readdirSync(path.join(top, folder)).sort();
    } catch (error) {
      unsearched.push({ folder, reason: fromSystem(error)?.message ?? String(error) });
      return [];
    }
  };
  const enter = (folder: string) => {
    const real = realpathSync(path.join(top, folder));
    if (entered.has(real) || entered.size > most) return false;
    entered.add(real);
    if (entered.size > most) unsearched.push({ folder: '', reason: `more than ${most} folders` });
    return entered.size <= most;
  };
  return { folders: { list, enter, has: (folder) => isFolder(path.join(top, folder)) }, unsearched };
}
