/** The usages that a role needs of its certificate. */

import { etcdPeersOf } from '../../model/dialling/etcd-members.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { roleIds } from '../../tables/role-ids.ts';

/** Whether a certificate allows a usage. Without the extension it allows all (Go, and RFC 5280 section 4.2.1.12). */
export function allows(role: Role, usage: string): boolean {
  const usages = role.leaf?.extendedKeyUsage;
  return usages === undefined || usages.includes(usage) || usages.includes('anyExtendedKeyUsage');
}

/** The usages that the running component needs. An etcd without peers is a client of none. */
export function neededUsages(role: Role, pki: Pki): readonly string[] {
  if (role.kind !== 'certificate') return ['clientAuth'];
  const { needs } = role.row;
  const isOnlyMember = role.row.role === roleIds.etcdPeer && etcdPeersOf(pki) === 'none';
  return isOnlyMember ? needs.filter((usage) => usage !== 'clientAuth') : needs;
}
