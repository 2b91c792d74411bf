/** Who may read, write and own the files of a node. */
import type { NodeFile } from '../core/artifact.ts';
import { shellWord } from '../core/fill.ts';
import { isAtOrBelow } from '../core/mounts.ts';
import { count, handful } from '../core/text.ts';
import type { Pki } from '../model/pki.ts';
import { decisive, isOriginal, isReachable, mostTold, type Owned, octal, ownedFiles, told } from './access.ts';
import { check, notApplicable, type Problem, problem } from './check.ts';

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
  if (recommended.some((path) => file.path === `${pki.node.pki}/${path}`)) return true;
  const known = [
    ...pki.authorities.flatMap(({ certificates }) => certificates.map((one) => one.publicKey.id)),
    ...pki.serviceAccount.verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map((key) => key.id) : [])),
  ];
  return keys.some((key) => known.includes(key));
}

export const signingKeyMode = keyMode(true);
export const otherKeyMode = keyMode(false);

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
export const writableByAll = check('node', function* (pki) {
  if (!(yield* isOriginal(pki))) return;
  yield* together(writableFiles(pki).byAll, modeOf);
});

/** Anybody may write another file that is read, or a group that is not root's may write any of them. */
export const writableBySome = check('node', function* (pki) {
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

export const ownedByPerson = owner(true);
export const ownedByProgram = owner(false);

/** Files that the CIS benchmark wants for root's eyes alone, and of which no other rule speaks. */
export const modeIsStrict = check('node', function* (pki) {
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
