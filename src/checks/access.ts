/** Who gets at a file: modes, owners and the folders on the way. */
import { componentNamed, lastArgument } from '../core/arguments.ts';
import type { NodeFile } from '../core/artifact.ts';
import { isAtOrBelow, normalizePath } from '../core/mounts.ts';
import type { Pki } from '../model/pki.ts';
import type { Holds } from '../spec/tables.ts';
import { type Answer, type Consequence, notApplicable } from './check.ts';

/** As `chmod` takes it: `0644`. */
export const octal = (mode: number): string => `0${mode.toString(8)}`;

/** The folders above a path, without the root. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** Whether others (0o001), or at least a group (0o011), get through every folder on the way, as far as these were seen. */
export function isReachable({ path, realPath = path, links }: NodeFile, pki: Pki, by: 0o001 | 0o011 = 0o001): boolean {
  // A folder behind a link was seen by the name of the link, and has the mode of the folder.
  const linked = links.filter((link) => link.path !== path);
  const behind = foldersOf(path).filter((folder) => linked.some((link) => isAtOrBelow(folder, link.path)));
  return [...foldersOf(realPath), ...behind].every((folder) => ((pki.node.files.get(folder)?.mode ?? by) & by) !== 0);
}

/** A file or folder that is there, with its mode and owner. */
export type Owned = NodeFile & { readonly mode: number; readonly uid: number; readonly gid: number };

/** Files and folders in the order of their paths, each once: where a link leads to was seen, it is told there. */
export function ownedFiles(pki: Pki): readonly Owned[] {
  const isOwned = (file: NodeFile): file is Owned => file.mode !== undefined && file.uid !== undefined;
  return [...pki.node.files.values()]
    .filter(isOwned)
    .filter(({ state }) => state === 'file' || state === 'directory')
    .filter(({ path, realPath = path }) => realPath === path || !pki.node.files.has(realPath))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** Who made a copy of a node; undefined where it is none. */
export function copier(pki: Pki): number | undefined {
  const owners = new Set([...pki.node.files.values()].flatMap(({ state, uid }) => (state === 'file' ? [uid] : [])));
  const [owner] = owners;
  return owners.size !== 1 || owner === 0 ? undefined : owner;
}

/**
 * Whether these are the node's own modes and owners. Where everything belongs to one user who is not root it is a copy,
 * and they are those of whoever made it: on a node root owns what kubeadm and the kubelet write.
 */
export function* isOriginal(pki: Pki): Generator<Answer, boolean> {
  const owner = copier(pki);
  if (owner === undefined) return true;
  yield notApplicable(`all files belong to user ${owner}: this is a copy, and modes and owners are not the node's`);
  return false;
}

/** Of which files the kubelet takes pods. */
function manifestFolder({ node }: Pki): string {
  const kubelet = componentNamed(node, 'kubelet');
  return normalizePath((kubelet && lastArgument(kubelet, 'pod-manifest-path')?.value) || '/etc/kubernetes/manifests');
}

const trusts = new Set<Holds>(['pool', 'etcd-pool', 'verifiers', 'kubeconfig']);

/** Paths that decide who gets in: what is trusted, whom a client obeys, what is started and with which arguments. */
function decisivePaths(pki: Pki): readonly string[] {
  const { slots, authorities, serviceAccount, roles, node } = pki;
  const paths = [
    ...slots.flatMap((slot) => (trusts.has(slot.row.holds) ? (slot.path ?? []) : [])),
    ...authorities.map((authority) => authority.source.path),
    ...serviceAccount.verifiers.map((verifier) => verifier.source.path),
    ...roles.flatMap((role) => (role.kind === 'kubeconfig' ? role.path : [])),
    ...node.manifestFiles,
    ...node.components.flatMap(({ at, arguments: all }) => [at.path, ...all.map((argument) => argument.at.path)]),
  ];
  return paths.flatMap((path) => [path, node.files.get(path)?.realPath ?? path]);
}

/**
 * Whether writing to a file, or into a folder, decides who gets in: with an entry in a kubeconfig or a manifest whoever
 * writes it runs as root. In a folder with the sticky bit others cannot replace what is there, but a manifest is new.
 */
export function decisive(pki: Pki): (file: Owned) => boolean {
  const paths = new Set(decisivePaths(pki));
  const manifests = manifestFolder(pki);
  return ({ state, path, realPath = path, mode }) => {
    if (state === 'file') return paths.has(path) || paths.has(realPath);
    if (path === manifests) return true;
    return (mode & 0o1000) === 0 && [...paths].some((one) => one !== path && isAtOrBelow(one, path));
  };
}

/** More than anybody reads: what a hostile folder may hold is told in part. */
export const mostTold = 100;

/** What a finding says of files that it tells together. */
export function told(files: readonly Owned[], says: (file: Owned) => string): readonly Consequence[] {
  return files.length < 2
    ? []
    : files.slice(0, mostTold).map((file) => ({ path: file.path, subject: file.path, message: says(file) }));
}
