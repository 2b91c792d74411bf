/** Who can read and write the files of a node. */

import { type NodeFile, secretsIn } from '../../artifact/file.ts';
import { foldersOf, isAtOrBelow } from '../../artifact/paths.ts';
import { fileIn } from '../../artifact/place.ts';
import { manifestFolder } from '../../model/roles/applicability.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Holds } from '../../tables/tables.ts';

export const isOpenFile = (file: NodeFile, pki: Pki): boolean =>
  file.mode !== undefined && (file.mode & 0o004) !== 0 && isReachable(file, pki);

/** Whether all users can read a file with a secret. */
export function isOpenSecret(file: NodeFile, pki: Pki): boolean {
  return isOpenFile(file, pki) && secretsIn(file).length > 0;
}

export const byOthers = (file: Owned, pki: Pki): boolean => (file.mode & 0o002) !== 0 && isReachable(file, pki);

export const byGroup = ({ mode, gid }: Owned): boolean => (mode & 0o020) !== 0 && gid !== 0;

/**
 * Files that users other than root can write: those by which all users can grant access, and the others that are read.
 */
export function writableFiles(pki: Pki): { readonly byAll: readonly Owned[]; readonly bySome: readonly Owned[] } {
  const open = ownedFiles(pki).filter((file) => byOthers(file, pki) || byGroup(file));
  const grants = accessFiles(pki);
  const isRead = ({ path, realPath = path }: Owned) => pki.uses.has(path) || pki.uses.has(realPath);
  return {
    byAll: open.filter((file) => byOthers(file, pki) && grants(file)),
    bySome: open.filter((file) => (grants(file) ? !byOthers(file, pki) : isRead(file))),
  };
}

/**
 * Whether a component of the node runs as the owner of a file. Then the file is its own, as `argument/access` asks,
 * even if the id is that of a person: images often run as 1000, 1001 or 65532.
 */
export const isOfComponent = ({ uid }: Pick<NodeFile, 'uid'>, { node }: Pki): boolean =>
  [...node.components, ...(node.services ?? [])].some(({ user }) => user?.uid === uid);

/** A mode as `chmod` accepts it: `0644`. */
export const octal = (mode: number): string => `0${mode.toString(8)}`;

/** Whether all users (0o001), or a group (0o011), can traverse every folder of the path, as far as these were seen. */
export function isReachable({ path, realPath = path, links }: NodeFile, pki: Pki, by: 0o001 | 0o011 = 0o001): boolean {
  // A folder behind a link is listed by the path of the link, with the mode of the folder.
  const linked = links.filter((link) => link.path !== path);
  const behind = foldersOf(path).filter((folder) => linked.some((link) => isAtOrBelow(folder, link.path)));
  return [...foldersOf(realPath), ...behind].every((folder) => ((pki.node.files.get(folder)?.mode ?? by) & by) !== 0);
}

/** A file or folder with a known mode and owner. */
export type Owned = NodeFile & { readonly mode: number; readonly uid: number; readonly gid: number };

/** Files and folders in the order of their paths. Links to a file that was seen are left out. */
export function ownedFiles(pki: Pki): readonly Owned[] {
  const isOwned = (file: NodeFile): file is Owned => file.mode !== undefined && file.uid !== undefined;
  return [...pki.node.files.values()]
    .filter(isOwned)
    .filter(({ state }) => state === 'file' || state === 'directory')
    .filter(({ path, realPath = path }) => realPath === path || !pki.node.files.has(realPath))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

const trusted = new Set<Holds>(['pool', 'etcd-pool', 'verifiers', 'kubeconfig', 'settings']);

/** Files by which access can be granted: trusted certificates and keys, kubeconfigs, manifests and configurations. */
function accessPaths(pki: Pki): readonly string[] {
  const { slots, authorities, serviceAccount, roles, node } = pki;
  const paths = [
    ...slots.flatMap((slot) => (trusted.has(slot.row.holds) ? (slot.path ?? []) : [])),
    ...authorities.map((authority) => authority.source.path),
    ...serviceAccount.verifiers.map((verifier) => verifier.source.path),
    ...roles.flatMap((role) => (role.kind === 'kubeconfig' ? role.path : [])),
    ...node.manifestFiles,
    ...node.components.flatMap(({ at, arguments: all }) =>
      [at, ...all.map((argument) => argument.at)].flatMap((one) => fileIn(one) ?? []),
    ),
  ];
  return paths.flatMap((path) => [path, node.files.get(path)?.realPath ?? path]);
}

/**
 * Whether a user who can write a file, or into a folder, can grant access. Anyone who can change a kubeconfig or a
 * manifest can run programs as root. In a folder with the sticky bit users cannot replace files of others, but can add
 * a manifest.
 */
export function accessFiles(pki: Pki): (file: Owned) => boolean {
  const paths = new Set(accessPaths(pki));
  const manifests = manifestFolder(pki.node);
  return ({ state, path, realPath = path, mode }) => {
    if (state === 'file') return paths.has(path) || paths.has(realPath);
    if (path === manifests) return true;
    return (mode & 0o1000) === 0 && [...paths].some((one) => one !== path && isAtOrBelow(one, path));
  };
}
