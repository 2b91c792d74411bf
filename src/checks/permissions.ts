/** Who may read, write and own the files of a node. */

import { componentNamed, lastArgument } from '../core/arguments.ts';
import type { NodeFile } from '../core/artifact.ts';
import { inFolder, isAtOrBelow, normalizePath } from '../core/paths.ts';
import { count, handful, shellWord } from '../core/text.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Holds } from '../tables/tables.ts';
import { type CheckResult, type Consequence, check, notApplicable, type Problem, problem } from './check.ts';

/** The secrets that a file holds in the clear: private keys, each by the id of its public half, and tokens. */
function secretsIn({ content }: NodeFile): readonly string[] {
  const user = content?.type === 'kubeconfig' ? content.kubeconfig.user : undefined;
  const pem = content?.type === 'pem' ? content.pem : user?.key?.embedded;
  const tokens = (user?.otherCredentials ?? []).filter((kind) => kind === 'token' || kind === 'username');
  return [
    ...(pem?.blocks ?? []).flatMap((block) => (block.type === 'private-key' ? block.key.publicKey.id : [])),
    ...tokens,
  ];
}

const isOpen = (file: NodeFile, pki: Pki): boolean =>
  file.mode !== undefined && (file.mode & 0o004) !== 0 && isReachable(file, pki);

/** Whether others may read a file that holds a secret. */
export function isOpenSecret(file: NodeFile, pki: Pki): boolean {
  return isOpen(file, pki) && secretsIn(file).length > 0;
}

/** Others may read a file that holds a secret; one rule for keys that sign, one for the rest. */
function keyMode(signs: boolean) {
  return check('file', function* (file, pki) {
    const secrets = secretsIn(file);
    if (secrets.length === 0 || file.mode === undefined) return yield notApplicable('it holds no private key');
    const { realPath } = file;
    if (realPath !== file.path && pki.node.files.has(realPath ?? '')) return yield notApplicable('a link to it');
    if (isSigner(file, secrets, pki) !== signs) return yield notApplicable('another rule speaks of it');
    if (isOpenSecret(file, pki)) yield problem({ path: file.path }, { path: file.path, mode: octal(file.mode) });
  });
}

/** By its recommended path, or because an authority or the tokens of this node are verified with its public half. */
function isSigner(file: NodeFile, keys: readonly string[], pki: Pki): boolean {
  const recommended = [...pki.authorities.map(({ row }) => row.key), pki.serviceAccount.row.private];
  if (recommended.some((path) => file.path === inFolder(pki.node.pki, path))) return true;
  const known = [
    ...pki.authorities.flatMap(({ certificates }) => certificates.map((one) => one.publicKey.id)),
    ...pki.serviceAccount.verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map((key) => key.id) : [])),
  ];
  return keys.some((key) => known.includes(key));
}

/** One finding for all that one `chmod -R` has done. */
function together(files: readonly Owned[], says: (file: Owned) => string): Problem[] {
  const [first] = files;
  if (first === undefined) return [];
  const paths = files.map((file) => file.path);
  const found = files.length === 1 ? says(first) : `${says(first)} and the like`;
  const data = {
    paths: handful(paths, 3),
    count: count(files.length, 'path'),
    found,
    fix: paths.slice(0, mostTold).map(shellWord).join(' '),
  };
  return [problem({ path: first.path }, data, { related: told(files, says) })];
}

const modeOf = ({ mode }: Owned): string => `mode ${octal(mode)}`;

const byOthers = (file: Owned, pki: Pki): boolean => (file.mode & 0o002) !== 0 && isReachable(file, pki);
const byGroup = ({ mode, gid }: Owned): boolean => (mode & 0o020) !== 0 && gid !== 0;

/** What others may write: what decides who gets in, and what else is read, or is open to a group alone. */
export function writableFiles(pki: Pki): { readonly byAll: readonly Owned[]; readonly bySome: readonly Owned[] } {
  const open = ownedFiles(pki).filter((file) => byOthers(file, pki) || byGroup(file));
  if (open.length === 0) return { byAll: [], bySome: [] };
  const decides = decisive(pki);
  const isRead = ({ path, realPath = path }: Owned) => pki.uses.has(path) || pki.uses.has(realPath);
  return {
    byAll: open.filter((file) => byOthers(file, pki) && decides(file)),
    bySome: open.filter((file) => (decides(file) ? !byOthers(file, pki) : isRead(file))),
  };
}

/** Anybody may write what decides who gets in. */
const fileWritable = check('node', function* (pki) {
  if (!(yield* isOriginal(pki))) return;
  yield* together(writableFiles(pki).byAll, modeOf);
});

/** Anybody may write another file that is read, or a group that is not root's may write any of them. */
const fileWritableMinor = check('node', function* (pki) {
  if (!(yield* isOriginal(pki))) return;
  yield* together(writableFiles(pki).bySome, (file) =>
    byOthers(file, pki) ? modeOf(file) : `${modeOf(file)}, group ${file.gid}`,
  );
});

// login.defs, SYS_UID_MAX: users below are those of programs (kubeadm's RootlessControlPlane and kubespray make such).
const firstPerson = 1000;

/** What is not root's: one rule for what a person may change who is let into the cluster by it, one for the rest. */
function owner(isPerson: boolean) {
  return check('node', function* (pki) {
    if (!(yield* isOriginal(pki))) return;
    const others = ownedFiles(pki).filter(({ uid }) => uid !== 0);
    if (others.length === 0) return;
    const decides = decisive(pki);
    const isOurs = ({ path }: Owned) => pki.uses.has(path) || isAtOrBelow(path, pki.node.pki);
    const files = others.filter((file) => {
      if (!decides(file) && !isOurs(file)) return false;
      return (file.uid >= firstPerson && decides(file)) === isPerson;
    });
    yield* together(files, ({ uid }) => `user ${uid}`);
  });
}

/** Files that the CIS benchmark wants for root's eyes alone, and of which no other rule speaks. */
const fileMode = check('node', function* (pki) {
  if (!(yield* isOriginal(pki))) return;
  const named = new Set([
    ...pki.roles.flatMap((role) => (role.kind === 'kubeconfig' ? role.path : [])),
    ...pki.node.components.flatMap(({ mounts, at }) => (mounts === undefined ? [] : at.path)),
  ]);
  const isTold = (file: Owned) =>
    byOthers(file, pki) || byGroup(file) || (secretsIn(file).length > 0 && isOpen(file, pki));
  const files = ownedFiles(pki).filter((file) => {
    if (file.state !== 'file' || (file.mode & 0o077) === 0 || !isReachable(file, pki, 0o011)) return false;
    return (named.has(file.path) || secretsIn(file).length > 0) && !isTold(file);
  });
  yield* together(files, modeOf);
});

/** As `chmod` takes it: `0644`. */
export const octal = (mode: number): string => `0${mode.toString(8)}`;

/** The folders above a path, without the root. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** Whether others (0o001), or at least a group (0o011), get through every folder on the way, as far as these were seen. */
function isReachable({ path, realPath = path, links }: NodeFile, pki: Pki, by: 0o001 | 0o011 = 0o001): boolean {
  // A folder behind a link was seen by the name of the link, and has the mode of the folder.
  const linked = links.filter((link) => link.path !== path);
  const behind = foldersOf(path).filter((folder) => linked.some((link) => isAtOrBelow(folder, link.path)));
  return [...foldersOf(realPath), ...behind].every((folder) => ((pki.node.files.get(folder)?.mode ?? by) & by) !== 0);
}

/** A file or folder that is there, with its mode and owner. */
export type Owned = NodeFile & { readonly mode: number; readonly uid: number; readonly gid: number };

/** Files and folders in the order of their paths, each once: where a link leads to was seen, it is told there. */
function ownedFiles(pki: Pki): readonly Owned[] {
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
function* isOriginal(pki: Pki): Generator<CheckResult, boolean> {
  const owner = copier(pki);
  if (owner === undefined) return true;
  yield notApplicable(`all files belong to user ${owner}: this is a copy, and modes and owners are not the node's`);
  return false;
}

/** Of which files the kubelet takes pods. */
function manifestFolder({ node, layout }: Pki): string {
  const kubelet = componentNamed(node, 'kubelet');
  return normalizePath((kubelet && lastArgument(kubelet, 'pod-manifest-path')?.value) || layout.manifests);
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
function decisive(pki: Pki): (file: Owned) => boolean {
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
function told(files: readonly Owned[], says: (file: Owned) => string): readonly Consequence[] {
  return files.length < 2
    ? []
    : files.slice(0, mostTold).map((file) => ({ path: file.path, subject: file.path, message: says(file) }));
}

export const permissionChecks = {
  'key/mode-signing': keyMode(true),
  'key/mode': keyMode(false),
  'file/writable': fileWritable,
  'file/writable-minor': fileWritableMinor,
  'file/owner': owner(true),
  'file/owner-program': owner(false),
  'file/mode': fileMode,
};
