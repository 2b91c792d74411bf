/** Checks of who can read, write and own the files of a node. */

import type { NodeFile } from '../artifact/file.ts';
import { foldersOf, isAtOrBelow } from '../artifact/paths.ts';
import { count, handful } from '../core/text.ts';
import { copier, obstacleTo } from '../model/roles/access.ts';
import { manifestFolder } from '../model/roles/applicability.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Holds } from '../tables/tables.ts';
import { check, notApplicable, problem } from './check.ts';
import { pathsToFix, relatedPaths } from './many-paths.ts';
import { forgeries, signedWith } from './signing-keys.ts';

/** The secrets that a file contains in plain text: private keys, by the id of their public halves, and tokens. */
export function secretsIn({ content }: NodeFile): readonly string[] {
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

/** Whether all users can read a file with a secret. */
export function isOpenSecret(file: NodeFile, pki: Pki): boolean {
  return isOpen(file, pki) && secretsIn(file).length > 0;
}

const isOfRoot = ({ gid = 0 }: NodeFile): boolean => gid === 0;

/** The user of the components that read a file only because every user can, if there is one alone. */
function strandedReader(file: NodeFile, mode: number, pki: Pki): string | undefined {
  if (isOfComponent(file, pki)) return undefined;
  // The group of root loses its rights, another group keeps them.
  const files = new Map(pki.node.files).set(file.path, { ...file, mode: isOfRoot(file) ? 0o600 : mode & ~0o007 });
  const readers = pki.slots.filter(({ path }) => path === file.path).map(({ component }) => component);
  const users = new Set(readers.map(({ user }) => user?.name ?? 'root'));
  const [only] = readers;
  return users.size === 1 && only && obstacleTo({ files }, only, file.path) !== undefined ? only.user?.name : undefined;
}

/** Secrets that all users can read. One rule covers keys that sign, one all others. */
function keyMode(signs: boolean) {
  return check('file', function* (file, pki) {
    const secrets = secretsIn(file);
    if (secrets.length === 0 || file.mode === undefined) return yield notApplicable('it contains no secret');
    const { realPath } = file;
    if (realPath !== file.path && pki.node.files.has(realPath ?? '')) return yield notApplicable('a link to it');
    const signed = signedWith(file, secrets, pki);
    if ((signed !== undefined) !== signs) return yield notApplicable('reported by a different rule');
    if (!isOpenSecret(file, pki)) return;
    const owner = strandedReader(file, file.mode, pki);
    // A group other than root's may be that of a component (kubeadm's RootlessControlPlane): it can still read.
    const change = isOfRoot(file) || owner !== undefined ? '600' : 'o-rwx';
    const data = { path: file.path, mode: octal(file.mode), change, signed: signed ?? '', ...(owner && { owner }) };
    const related = signed === undefined ? [] : [{ path: file.path, ...forgeries[signed] }];
    yield problem({ path: file.path }, data, { related });
  });
}

/**
 * A check of modes and owners, with one problem for all files that `select` returns: one `chmod -R` can affect many. If
 * all files belong to one user who is not root, the node is a copy, and modes and owners are those of that user.
 */
function filesCheck(
  select: (pki: Pki) => readonly Owned[],
  describe: (file: Owned, pki: Pki) => string,
  isToChange: (file: Owned, pki: Pki) => boolean = () => true,
) {
  return check('node', function* (pki) {
    const user = copier(pki.node);
    if (user !== undefined) {
      const reason = `all files belong to user ${user}: this is a copy, whose modes and owners are not those of the node`;
      return yield notApplicable(reason);
    }
    const files = select(pki);
    const [first] = files;
    if (first === undefined) return;
    const described = new Map(files.map((file) => [file.path, describe(file, pki)]));
    const paths = [...described.keys()];
    const changed = files.filter((file) => isToChange(file, pki)).map(({ path }) => path);
    const data = {
      paths: handful(paths, 3),
      count: count(files.length, 'path'),
      found: handful([...new Set(described.values())], 3, '; '),
      kept: changed.length < files.length ? count(files.length - changed.length, 'path') : '',
    };
    const related = relatedPaths(paths, (path) => described.get(path) ?? '');
    yield problem({ path: first.path }, data, { related, ...pathsToFix(changed), parts: paths });
  });
}

const modeOf = ({ mode }: Owned): string => `mode ${octal(mode)}`;

const byOthers = (file: Owned, pki: Pki): boolean => (file.mode & 0o002) !== 0 && isReachable(file, pki);
const byGroup = ({ mode, gid }: Owned): boolean => (mode & 0o020) !== 0 && gid !== 0;

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

// login.defs, SYS_UID_MAX: ids below belong to programs (kubeadm's RootlessControlPlane and kubespray create such
// users).
const firstUserId = 1000;

/**
 * Whether a component of the node runs as the owner of a file. Then the file is its own, as `argument/access` asks, even if
 * the id is that of a person: images often run as 1000, 1001 or 65532.
 */
const isOfComponent = ({ uid }: Pick<NodeFile, 'uid'>, { node }: Pki): boolean =>
  [...node.components, ...(node.services ?? [])].some(({ user }) => user?.uid === uid);

/** Files that do not belong to root. One rule covers those by which a person can grant access, one all others. */
function ownerCheck(isPerson: boolean) {
  return filesCheck(
    (pki) => {
      const others = ownedFiles(pki).filter(({ uid }) => uid !== 0);
      const grants = accessFiles(pki);
      // Other programs may run as users of their own.
      const ofPrograms = new Set(
        pki.others.flatMap(({ component, path, key }) => (component === undefined ? [path, key?.path] : [])),
      );
      const isRead = ({ path }: Owned) =>
        (pki.uses.has(path) && !ofPrograms.has(path)) || isAtOrBelow(path, pki.node.pki);
      return others.filter((file) => {
        const isGrantedByPerson = file.uid >= firstUserId && grants(file) && !isOfComponent(file, pki);
        return isGrantedByPerson === isPerson && (grants(file) || isRead(file));
      });
    },
    ({ uid }) => `user ${uid}`,
    (file, pki) => !isOfComponent(file, pki),
  );
}

/** A mode as `chmod` accepts it: `0644`. */
export const octal = (mode: number): string => `0${mode.toString(8)}`;

/** Whether all users (0o001), or a group (0o011), can traverse every folder of the path, as far as these were seen. */
function isReachable({ path, realPath = path, links }: NodeFile, pki: Pki, by: 0o001 | 0o011 = 0o001): boolean {
  // A folder behind a link is listed by the path of the link, with the mode of the folder.
  const linked = links.filter((link) => link.path !== path);
  const behind = foldersOf(path).filter((folder) => linked.some((link) => isAtOrBelow(folder, link.path)));
  return [...foldersOf(realPath), ...behind].every((folder) => ((pki.node.files.get(folder)?.mode ?? by) & by) !== 0);
}

/** A file or folder with a known mode and owner. */
export type Owned = NodeFile & { readonly mode: number; readonly uid: number; readonly gid: number };

/** Files and folders in the order of their paths. Links to a file that was seen are left out. */
function ownedFiles(pki: Pki): readonly Owned[] {
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
    ...node.components.flatMap(({ at, arguments: all }) => [at.path, ...all.map((argument) => argument.at.path)]),
  ];
  return paths.flatMap((path) => [path, node.files.get(path)?.realPath ?? path]);
}

/**
 * Whether a user who can write a file, or into a folder, can grant access. Anyone who can change a kubeconfig or a
 * manifest can run programs as root. In a folder with the sticky bit users cannot replace files of others, but can add
 * a manifest.
 */
function accessFiles(pki: Pki): (file: Owned) => boolean {
  const paths = new Set(accessPaths(pki));
  const manifests = manifestFolder(pki.node);
  return ({ state, path, realPath = path, mode }) => {
    if (state === 'file') return paths.has(path) || paths.has(realPath);
    if (path === manifests) return true;
    return (mode & 0o1000) === 0 && [...paths].some((one) => one !== path && isAtOrBelow(one, path));
  };
}

export const permissionChecks = {
  'key/mode-signing': keyMode(true),
  'key/mode': keyMode(false),
  'file/writable': filesCheck((pki) => writableFiles(pki).byAll, modeOf),

  'file/writable-minor': filesCheck(
    (pki) => writableFiles(pki).bySome,
    (file, pki) => (byOthers(file, pki) ? modeOf(file) : `${modeOf(file)}, group ${file.gid}`),
  ),

  'file/owner': ownerCheck(true),
  'file/owner-program': ownerCheck(false),
  /** Files that only root should read according to the CIS benchmark, and that no other rule reports. */
  'file/mode': filesCheck((pki) => {
    const named = new Set([
      ...pki.roles.flatMap((role) => (role.kind === 'kubeconfig' ? role.path : [])),
      ...pki.node.components.flatMap(({ mounts, at }) => (mounts === undefined ? [] : at.path)),
    ]);
    return ownedFiles(pki).filter((file) => {
      if (file.state !== 'file' || (file.mode & 0o077) === 0 || !isReachable(file, pki, 0o011)) return false;
      const hasSecret = secretsIn(file).length > 0;
      const isReported = byOthers(file, pki) || byGroup(file) || (hasSecret && isOpen(file, pki));
      return (named.has(file.path) || hasSecret) && !isReported;
    });
  }, modeOf),
};
