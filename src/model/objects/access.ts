/** Whom the bindings of a dump give a role. */
import type { BoundSubject, ClusterObjects } from '../../artifact/objects/cluster-objects.ts';

/** A user with its groups, or a group alone. */
export interface BoundIdentity {
  readonly user?: string;
  readonly groups: readonly string[];
}

/** The ClusterRole that may do everything. */
const everything = 'cluster-admin';

/** Whether the dump shows who is bound: it has the ClusterRoleBinding that every cluster with RBAC has. */
export const showsBindings = ({ bindings }: ClusterObjects): boolean =>
  bindings.some(({ meta }) => meta.kind === 'ClusterRoleBinding' && meta.name === everything && meta.isLive);

/** Whether a ClusterRoleBinding gives an identity a ClusterRole, or cluster-admin. */
export function isBound({ bindings }: ClusterObjects, identity: BoundIdentity, clusterRole: string): boolean {
  // The group bypasses authorization (k8s.io/apiserver pkg/authentication/user, SystemPrivilegedGroup).
  if (identity.groups.includes('system:masters')) return true;
  return bindings.some(
    ({ meta, role, subjects }) =>
      meta.kind === 'ClusterRoleBinding' &&
      [clusterRole, everything].includes(role.name) &&
      subjects.some((subject) => isIn(subject, identity)),
  );
}

/** kube-apiserver adds every user with a certificate or a token to the group `system:authenticated`. */
function isIn({ kind, name, namespace }: BoundSubject, { user, groups }: BoundIdentity): boolean {
  if (kind === 'Group') return groups.includes(name) || name === 'system:authenticated';
  if (kind === 'ServiceAccount') return user === `system:serviceaccount:${namespace}:${name}`;
  return kind === 'User' && user === name;
}
