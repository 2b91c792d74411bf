/**
 * Who needs a file: the roles whose place it is, and every flag, kubeconfig and unit that uses it, also through a link.
 */
import { inFolder } from '../../artifact/paths.ts';
import { filesOfOwner } from '../../tables/layouts/owner.ts';
import type { OtherCertificate } from '../roles/other-certificates.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { currentCredential, isRotated } from './signing.ts';

/** What needs a file. */
export interface Need {
  /** `kube-apiserver --tls-cert-file`, `scheduler.conf users[0].client-key`, or a role. */
  readonly user: string;
  /** The role of the file for this user; null for a flag that no role has. */
  readonly role: string | null;
}

/** Returns what else needs a file of a role. It must not be moved or overwritten for that role, then. */
export function othersNeeding(path: string, role: string | null, pki: Pki): readonly Need[] {
  const own = realPath(path, pki);
  const isSame = (other: string) => other === path || realPath(other, pki) === own;
  const used = [...pki.uses].flatMap(([other, users]) => (isSame(other) ? users : []));
  const owned = placesOf(pki).filter((place) => isSame(place.path));
  return [...used, ...owned.map((place) => ({ user: place.role, role: place.role }))].filter(
    (need) => need.role === null || need.role !== role,
  );
}

/** Returns another role that needs one of these files. Writing the file would break that role. */
export function sharedWith(paths: readonly string[], role: string, pki: Pki): string | undefined {
  const needs = paths.flatMap((path) => othersNeeding(path, role, pki));
  return needs.find((need) => need.role !== null)?.role ?? undefined;
}

/**
 * Returns the files that a fix may move away to have a role issued again: those in its own place, and others only if
 * nothing else needs them. Of a kubeconfig it is only the kubeconfig, which gets a new credential; the kubelet also
 * keeps one in a file, and requests a new one only if that has gone.
 */
export function ownFiles(role: Role | OtherCertificate, pki: Pki): readonly string[] {
  const { path, certificate, key } = role;
  const isAlone = role.kind === 'kubeconfig' && !isRotated(role) && !isRemade(certificate?.path, pki);
  const all = isAlone ? [path] : [path, certificate?.path, key?.path];
  const named = [...new Set(all.filter((one) => one !== undefined))];
  if (role.kind === 'other') return named;
  const places = ownPlaces(role, pki);
  return named.filter((one) => places.includes(one) || othersNeeding(one, role.id, pki).length === 0);
}

/**
 * Whether the program of the distribution makes a certificate again that is not there: a kubeconfig may only name it.
 */
const isRemade = (path: string | undefined, { layout }: Pki): boolean =>
  path !== undefined && filesOfOwner(path, layout.remedies.owner)?.moved === true;

/** Whether the kubelet keeps its credential in a file of its own, and not in that of another role. */
export function keepsOwnCredential(role: Role, pki: Pki): boolean {
  return isRotated(role) && ownFiles(role, pki).includes(role.certificate?.path ?? '');
}

/** The paths at which a role is expected, and where the kubelet keeps its credential. */
function ownPlaces(role: Role, { node }: Pki): readonly string[] {
  if (role.kind === 'kubeconfig') return [role.recommended, ...(isRotated(role) ? [currentCredential(node)] : [])];
  return [role.recommended, inFolder(node.pki, role.row.key)];
}

/** The files of roles, whether or not something is known to read them. */
function placesOf({
  roles,
  authorities,
  serviceAccount,
}: Pki): readonly { readonly path: string; readonly role: string }[] {
  return [
    ...roles.flatMap(({ id, kind, path, key }) => [
      { path, role: id },
      ...(kind === 'certificate' && key ? [{ path: key.path, role: id }] : []),
    ]),
    ...authorities.flatMap(({ id, source, key }) => [source.path, key.path].map((path) => ({ path, role: id }))),
    ...[...serviceAccount.signers, ...serviceAccount.verifiers].map(({ source }) => {
      return { path: source.path, role: serviceAccount.row.role };
    }),
  ];
}

const realPath = (path: string, { node }: Pki): string => node.files.get(path)?.realPath ?? path;
