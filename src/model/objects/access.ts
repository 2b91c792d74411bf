/** Whom the bindings of a dump give a role. */
import type { AccessBinding, BoundSubject, ClusterObjects } from '../../artifact/objects/cluster-objects.ts';

/** A user with its groups, or a group alone. */
export interface BoundIdentity {
  readonly user?: string;
  readonly groups: readonly string[];
}

/** The ClusterRole that may do everything. */
const everything = 'cluster-admin';

/**
 * Some of the ClusterRoleBindings that kube-apiserver makes in every cluster (k8s.io/kubernetes
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go): a dump without them has only some that were looked for.
 */
const everywhere = [everything, 'system:basic-user', 'system:discovery', 'system:node'];

/** Whether the dump shows who is bound. */
export function showsBindings({ bindings }: ClusterObjects): boolean {
  const live = new Set(bindings.filter(isLiveAndOfCluster).map(({ meta }) => meta.name));
  return everywhere.every((name) => live.has(name));
}

/** Whether it shows the bindings too that an installer makes: not only those with the label of kube-apiserver. */
export const showsAddedBindings = ({ bindings }: ClusterObjects): boolean =>
  bindings.some((one) => isLiveAndOfCluster(one) && one.meta.labels.get('kubernetes.io/bootstrapping') === undefined);

const isLiveAndOfCluster = ({ meta }: AccessBinding): boolean => meta.kind === 'ClusterRoleBinding' && meta.isLive;

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
