/** Which ClusterRoleBindings the identities of a cluster need, and which of those a dump lacks. */
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import { type ReadingRole, readingRoles } from '../../tables/reading-roles.ts';
import { type WorkBinding, workBindings } from '../../tables/work-bindings.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { type BoundIdentity, isBound, showsAddedBindings } from './access.ts';

/** A binding that is missing. */
export interface NeededBinding {
  readonly name: string;
  readonly clusterRole: string;
  /** The option of `kubectl create clusterrolebinding`: `--user=system:kube-scheduler`. */
  readonly subject: string;
  /** What fails without it. */
  readonly without: string;
  /** The file with the certificate. */
  readonly path: string;
}

/**
 * The users that kube-apiserver binds itself, when it starts (k8s.io/kubernetes
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, ClusterRoleBindings).
 */
const defaults: Readonly<Record<string, { readonly clusterRole: string; readonly without: string }>> = {
  'system:kube-controller-manager': {
    clusterRole: 'system:kube-controller-manager',
    without: 'kube-controller-manager cannot get its lease, and no controller runs',
  },
  'system:kube-scheduler': {
    clusterRole: 'system:kube-scheduler',
    without: 'kube-scheduler cannot get its lease, and new pods stay Pending',
  },
  'system:kube-proxy': { clusterRole: 'system:node-proxier', without: 'kube-proxy cannot list Services' },
};

/**
 * Returns the binding that the certificate of a role needs and a dump lacks: that of its groups or its user, as the
 * installer makes it. A group of another name that some binding lists may have a role of its own.
 */
export function neededBinding(role: Role, pki: Pki, objects: ClusterObjects): NeededBinding | undefined {
  const { commonName: user = '', organizations: groups = [] } = role.leaf?.subject ?? {};
  if (role.leaf === undefined) return undefined;
  const identity: BoundIdentity = { user, groups };
  const usual = defaults[user];
  if (usual !== undefined) {
    if (isBound(objects, identity, usual.clusterRole)) return undefined;
    const name = user === 'system:kube-proxy' ? 'system:node-proxier' : user;
    return { name, ...usual, subject: `--user=${user}`, path: role.path };
  }
  if (!showsAddedBindings(objects)) return undefined;
  const rows = pki.layout.bindings.filter((row) => row.role === role.row.role);
  if (rows.length === 0 || rows.some(({ clusterRole }) => isBound(objects, identity, clusterRole))) return undefined;
  const own = rows.find(({ o, subject }) =>
    o.length > 0 ? o.every((group) => groups.includes(group)) : groups.length === 0 && subject === `--user=${user}`,
  );
  return own && { ...own, path: role.path };
}

/** Returns the bindings that some work needs and a dump lacks; undefined if it has none of those of an installer. */
export function lackedFor(work: WorkBinding['work'], objects: ClusterObjects): readonly WorkBinding[] | undefined {
  const names = new Set<string>(workBindings.map(({ name }) => name));
  if (!objects.bindings.some(({ meta }) => names.has(meta.name))) return undefined;
  return workBindings.filter(
    (row) => row.work === work && isNeeded(row, objects) && !isBound(objects, identityOf(row), row.clusterRole),
  );
}

/** What a dump lacks of the roles by which joining nodes read ConfigMaps. */
export interface LackedRole extends ReadingRole {
  /** Options of `kubectl create rolebinding`. */
  readonly subjects: readonly string[];
}

/**
 * Returns those of which some subject is not bound; undefined if the dump does not show the RoleBindings of these
 * namespaces, or no installer made any. kube-apiserver makes some itself, in each (k8s.io/kubernetes
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy/namespace_policy.go).
 */
export function lackedRoles(objects: ClusterObjects): readonly LackedRole[] | undefined {
  const own = objects.bindings.filter(({ meta }) => meta.kind === 'RoleBinding');
  const isShown = ({ namespace }: ReadingRole) =>
    own.some(({ meta }) => meta.namespace === namespace && meta.isLive && /^system:/.test(meta.name));
  if (objects.storedConfigs.length === 0 || !readingRoles.every(isShown)) return undefined;
  return readingRoles.flatMap((row) => {
    const subjects = [
      ...(row.user === undefined ? [] : [['User', row.user]]),
      ...(row.groups ?? []).map((group) => ['Group', group]),
    ];
    // The release was in the name of that for kubelet-config until 1.23.
    const bound = own.filter(
      ({ meta, role }) => meta.namespace === row.namespace && role.name.replace(/-1\.\d+$/, '') === row.name,
    );
    const lacked = subjects.filter(
      ([kind, name]) =>
        !bound.some((one) => one.subjects.some((subject) => subject.kind === kind && subject.name === name)),
    );
    return lacked.length === 0
      ? []
      : [{ ...row, subjects: subjects.map(([kind = '', name]) => `--${kind.toLowerCase()}=${name}`) }];
  });
}

/** The binding by which a kubelet's request is approved, by the last part of the name of its ClusterRole. */
export const approvalBinding = (role: 'nodeclient' | 'selfnodeclient'): WorkBinding | undefined =>
  workBindings.find(({ clusterRole }) => clusterRole.endsWith(`:${role}`));

/** A network plugin may do the work of kube-proxy, which then has no DaemonSet. */
const isNeeded = ({ work }: WorkBinding, { workloads }: ClusterObjects): boolean =>
  work !== 'kube-proxy' ||
  workloads.some(
    ({ meta: { kind, namespace, name } }) =>
      kind === 'DaemonSet' && namespace === 'kube-system' && name === 'kube-proxy',
  );

/** A binding to all bootstrap tokens will do for those of the installer. */
function identityOf({ kind, subject }: WorkBinding): BoundIdentity {
  if (kind === 'serviceaccount')
    return { user: `system:serviceaccount:${subject}`, groups: ['system:serviceaccounts'] };
  const all = 'system:bootstrappers';
  return { groups: subject.startsWith(`${all}:`) ? [all, subject] : [subject] };
}
