/** With which kubeconfig commands of kubectl may change what only an administrator may. */

import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { isAdministrators } from '../../model/trust/authorization.ts';
import { roleIds } from '../../tables/role-ids.ts';

/**
 * Returns the options of kubectl: none if admin.conf will do, as far as is known; undefined if its groups have no
 * rights, and no other kubeconfig of the node has.
 */
export function administratorOptions(pki: Pki): readonly string[] | undefined {
  const { roles, judging } = pki;
  const admin = roles.find(({ id }) => id === roleIds.admin);
  const hasRights = ({ leaf }: Role) =>
    leaf?.subject.organizations.some((group) => isAdministrators(group, pki)) === true;
  if (admin?.leaf === undefined || hasRights(admin)) return [];
  const other = roles.find(
    (role) =>
      role.row.role === roleIds.superAdmin &&
      hasRights(role) &&
      role.verified !== undefined &&
      role.leaf !== undefined &&
      role.leaf.notBefore <= judging.at &&
      judging.at <= role.leaf.notAfter,
  );
  return other && ['--kubeconfig', other.path];
}
