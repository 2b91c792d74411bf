/** The roles of a node: authorities, certificates and kubeconfigs of the tables, with what is known about them. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { Applicability } from './applicability.ts';
import type { AuthorityFiles } from './authorities.ts';
import type { CertificateFiles, KubeconfigFiles } from './role-files.ts';
import type { Slot } from './slots.ts';

export type Authority = AuthorityFiles & { readonly applies: Applicability };

export interface RoleFindings {
  readonly applies: Applicability;
  /** Whether a component reads this file, as far as is known. Only such files are checked for expiry. */
  readonly inUse: boolean;
  readonly parent: Authority;
  /** The chain from leaf to anchor, if its authority verifies it with the Go release of the node. */
  readonly verified: readonly Certificate[] | undefined;
  /** The id of the authority that signed it, if that is one of this node's. */
  readonly signedBy: string | undefined;
}

export type CertificateRole = CertificateFiles & RoleFindings;
export interface KubeconfigRole extends KubeconfigFiles, RoleFindings {
  /** The CA by which its client should verify kube-apiserver. */
  readonly servingCa: Authority;
}
export type Role = CertificateRole | KubeconfigRole;

/** The paths of the files of a certificate, each once. */
export function pathsOf(role: Pick<Role, 'path' | 'certificate' | 'key'>): readonly string[] {
  const paths = [role.path, role.certificate?.path, role.key?.path];
  return [...new Set(paths.filter((path) => path !== undefined))];
}

/** Returns the id of the role whose file an argument names; null for an argument that names no role's. */
export function idOfSlot(roles: readonly Role[], slot: Slot): string | null {
  const { role } = slot.row;
  const isOf = (one: Role) =>
    one.slot === slot || one.keySlot === slot || [one.path, one.key?.path].some((path) => path === slot.path);
  return roles.find((one) => one.row.role === role && isOf(one))?.id ?? role;
}
