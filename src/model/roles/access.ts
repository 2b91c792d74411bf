/** Whether a component that does not run as root may read a file, by owners and modes. */

import type { Component, RunAs } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { foldersOf, isAtOrBelow } from '../../artifact/paths.ts';

/** The file or folder that keeps a component from reading a file; `unknown` if that is not known. */
export type AccessObstacle = NodeFile | 'unknown' | undefined;

/**
 * Returns what keeps a component from reading a file of the node. Root reads everything. Of a container, only folders
 * from its mounts on count: the folders above them are those of its image.
 */
export function obstacleTo(node: Pick<ScannedNode, 'files'>, component: Component, path: string): AccessObstacle {
  const { user, mounts } = component;
  const file = node.files.get(path);
  if (user === undefined || file?.state !== 'file') return undefined;
  const isMounted = (folder: string) =>
    mounts === undefined || mounts.some(({ hostPath }) => hostPath !== undefined && isAtOrBelow(folder, hostPath));
  const folders = foldersOf(file.realPath ?? path)
    .filter(isMounted)
    .flatMap((folder) => node.files.get(folder) ?? []);
  const answers = [
    ...folders.map((folder) => ({ on: folder, may: mayUse(user, folder, 0o1) })),
    { on: file, may: mayUse(user, file, 0o4) },
  ];
  const denied = answers.find(({ may }) => may === 'no');
  return denied?.on ?? (answers.some(({ may }) => may === 'unknown') ? 'unknown' : undefined);
}

/** Says that it is unknown whether a component may read a file. */
export const unknownAccess = (path: string): string =>
  `${path}: it is unknown whether its user may read it: its group may, or an access control list allows it`;

/**
 * Whether a user has a permission. The bits of the group are also the mask of an access control list, which neither
 * archives nor stat(2) show: if they are set, a list may name the user.
 */
function mayUse({ uid, gids }: RunAs, { mode, uid: owner, gid }: NodeFile, bit: 0o1 | 0o4): 'yes' | 'no' | 'unknown' {
  if (mode === undefined || owner === undefined) return 'unknown';
  const has = (shift: number) => (mode & (bit << shift)) !== 0;
  if (uid === owner) return has(6) ? 'yes' : 'no';
  if (has(0)) return 'yes';
  if (uid === undefined && owner !== 0) return 'unknown';
  if (!has(3)) return 'no';
  return gid !== undefined && gids.includes(gid) ? 'yes' : 'unknown';
}

/** The user who copied the files from a node; undefined if these are the files of the node itself. */
export function copier({ files }: Pick<ScannedNode, 'files'>): number | undefined {
  const owners = new Set([...files.values()].flatMap(({ state, uid }) => (state === 'file' ? [uid] : [])));
  const [owner] = owners;
  return owners.size !== 1 || owner === 0 ? undefined : owner;
}
