/** The certificates that name a node, and whether they name this one. */

import { dialledNames } from '../../model/dialling/dialled-names.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { roleId } from '../../model/roles/slots.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { list } from './check.ts';

/** The certificates that name one node (kubeadm pki_helpers.go, GetAPIServerAltNames and getAltNames). */
const named: readonly string[] = [roleIds.apiServer, roleIds.etcdServer, roleIds.etcdPeer];

/** The certificates of a node that name it. */
export const namedRoles = ({ roles }: Pki): readonly Role[] =>
  roles.filter(({ id, applies, inUse, leaf }) => named.includes(id) && applies.answer === 'yes' && inUse && leaf);

/**
 * Whether a certificate has the names that clients dial on a node, and for its API server the address that this
 * advertises.
 */
export function fits(role: Role, pki: Pki): boolean {
  const { leaf } = role;
  const advertised = role.row.role === roleIds.apiServer ? (pki.facts.advertiseAddress?.value ?? []) : [];
  const hosts = [...dialledNames(role, pki).map(({ host }) => host), advertised].flat();
  return hosts.every((host) => leaf !== undefined && hasName(leaf, host));
}

export const ofRoles = (roles: readonly Role[], pki: Pki) => roles.map(({ id }) => idOnNode(pki, roleId(id)));

export function dataOf({ name }: Pki, other: string, roles: readonly Role[]) {
  const error = `x509: certificate is valid for ${other}, not ${name}`;
  return { node: name, other, roles: list(roles.map(({ id }) => id)), error };
}
