/**
 * What is next to the nodes of a folder, and is none of them: a node that was copied badly must not be lost in silence.
 */
import { posix } from 'node:path';
import type { Folders, NestedNode } from './folders.ts';

/** Where file systems put what they recover. It is at the top of every volume. */
const recovered = 'lost+found';

/** More links than Linux follows in a path. */
const maxLinks = 40;

/**
 * Returns the folders and links next to nodes that are not linted. Hidden ones are left out, such as `.git`.
 *
 * @param isKnown whether the report names a folder anyway
 */
export function unlintedNextTo(
  nodes: readonly NestedNode[],
  folders: Folders,
  isKnown: (folder: string) => boolean,
): readonly string[] {
  const linted = new Set(nodes.map(({ folder }) => folder));
  const withAbove = new Set(nodes.flatMap(({ folder }) => upwards(folder)));
  const isLinted = (path: string | undefined) => path !== undefined && upwards(path).some((one) => linted.has(one));
  const parents = new Set(nodes.filter(isNamedFreely).map(({ folder }) => parentOf(folder)));
  return [...parents].flatMap((parent) =>
    folders
      .list(parent)
      .filter((name) => !name.startsWith('.') && name !== recovered)
      .map((name) => (parent === '' ? name : `${parent}/${name}`))
      .filter((path) => {
        const type = folders.typeOf(path);
        if (type === 'folder') return !withAbove.has(path) && !isKnown(path);
        if (type !== 'link' || isLinted(path)) return false;
        const target = targetOf(folders, path);
        return !isLinted(target) && (target === undefined || folders.typeOf(target) !== 'other');
      }),
  );
}

/**
 * Whether a node is in a folder of nodes. One that is called as on the node, such as `kubernetes`, is in a copy of
 * `/etc`.
 */
const isNamedFreely = ({ folder, base }: NestedNode): boolean =>
  folder !== '' && (base === '/' || posix.basename(folder) !== posix.basename(base));

/** Returns where a link leads, through other links; undefined if that is not below the folder that was searched. */
function targetOf(folders: Folders, link: string): string | undefined {
  let path = link;
  for (let count = 0; count < maxLinks && folders.typeOf(path) === 'link'; count++) {
    const target = folders.target(path);
    if (target === undefined || target.startsWith('/')) return undefined;
    path = posix.join(parentOf(path), target).replace(/\/$/, '');
    if (path.split('/')[0] === '..') return undefined;
  }
  return path;
}

const parentOf = (folder: string): string => folder.slice(0, Math.max(folder.lastIndexOf('/'), 0));

/** A folder and those above it, without the one that was searched. */
function upwards(folder: string): readonly string[] {
  const parts = folder.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
