/** Finds the nodes in a folder that contains several, on disk or in an archive, at any depth. */
import type { Layouts, NodeLayout } from '../../core/layout.ts';
import { holdsBelowHome } from './layout.ts';

/** The folder for the lock, the journal and the backups of `issue`: not part of the PKI. */
export const ownFolder = '.pki-lint';

/** Folders by their paths below the one that is searched, which is ''. */
export interface Folders {
  /** Returns the sorted names in a folder. */
  list(folder: string): readonly string[];
  has(folder: string): boolean;
  /** Returns false for a folder that is not to be searched, such as one that was searched under a different name. */
  enter(folder: string): boolean;
}

/** A folder with the home of a layout (`/` on the node), or a folder that is such a home. */
export interface NestedNode {
  readonly folder: string;
  readonly base: string;
}

export const below = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);

const pemName = /\.(?:crt|cer|cert|pem|key|pub|csr)$/;

/** Whether a folder directly contains files that are named like certificates or keys. */
export const holdsPem = (folders: Folders, folder: string): boolean =>
  folders.list(folder).some((name) => pemName.test(name));

/** Searches all folders for nodes, sorted by path. What is below a node belongs to it. */
export function searchNodes(folders: Folders, layouts: Layouts): readonly NestedNode[] {
  const found: NestedNode[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const at = folder;
    const home = layouts.find((layout) => isHome(folders, at, layout))?.home;
    if (layouts.some((layout) => folders.has(below(at, layout.home.slice(1))))) found.push({ folder, base: '/' });
    else if (home !== undefined) found.push({ folder, base: home });
    else {
      const names = folders.list(folder).filter((name) => name !== ownFolder);
      for (const path of names.map((name) => below(at, name))) {
        if (folders.has(path) && folders.enter(path)) pending.push(path);
      }
    }
  }
  return found.sort((one, other) => (one.folder < other.folder ? -1 : 1));
}

/** Whether a folder is certainly the home of a layout: it contains the folder of certificates, with certificates. */
function isHome(folders: Folders, folder: string, layout: NodeLayout): boolean {
  const [pki] = holdsBelowHome(layout);
  if (pki === undefined || !folders.has(below(folder, pki))) return false;
  return layout.pki.endsWith(`/${pki}`) && holdsPem(folders, below(folder, pki));
}
