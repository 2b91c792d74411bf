/** The names and groups that a role needs to be authorized for its work. */
import { componentNamed, kubeletCertificates, listedValues } from '../../artifact/arguments.ts';
import { editDistance } from '../../core/text.ts';
import { authorityFor, clientCa } from '../../tables/layouts/authorities.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { OrganizationHistory } from '../../tables/tables.ts';
import { expectedNames } from '../dialling/expected.ts';
import { beganBy, isIn } from '../facts/release.ts';
import { chainOf } from '../roles/authorities.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';

/** Whether authorization depends on the common name. */
export function isByUser(role: Role, pki: Pki): boolean {
  const { authorizedBy } = role.row;
  if (authorizedBy !== 'group-or-user') return authorizedBy === 'user' || authorizedBy === 'group-and-user';
  return role.leaf?.subject.organizations.length === 0 && neededOrganizations(role, pki).length === 0;
}

/** The flag that lists the common names of front proxies. */
export const allowedNames = 'requestheader-allowed-names';

/** Returns the names in that flag; undefined for an empty list, which allows every name that the CA signed. */
export function allowedFrontProxyNames(pki: Pki): readonly string[] | undefined {
  const server = componentNamed(pki.node, 'kube-apiserver');
  const names = server ? listedValues(server, allowedNames) : [];
  return names.length > 0 ? names : undefined;
}

/** Returns the authorized common names; undefined if they do not matter; `unknown` without the node's name. */
export function authorizedNames(role: Role, pki: Pki): readonly string[] | 'unknown' | undefined {
  if (role.row.authorizedBy === 'allowed-names') return allowedFrontProxyNames(pki);
  if (!isByUser(role, pki)) return undefined;
  // A fact is never compared with the artifact that it came from.
  const source = pki.facts.nodeName?.source ?? '';
  if (role.row.role === roleIds.kubelet && showsKubelet(source, pki)) return 'unknown';
  return expectedNames(role, pki) ?? 'unknown';
}

/**
 * Whether kube-apiserver or a kubelet would read a user and groups from a role's certificate: a CA of the cluster's
 * clients signed it. etcd reads the common name only (etcd server/auth/store.go, AuthInfoFromTLS), and so does a server
 * of the front proxy (k8s.io/apiserver pkg/authentication/request/x509/x509.go, verifySubject).
 */
export function isReadAsUser(role: Role, pki: Pki): boolean {
  const authority = authorityFor(clientCa, pki);
  if (role.parent === authority) return true;
  const pools = authority?.trust.map(({ loaded }) => (loaded?.ok ? loaded.value : [])) ?? [];
  return [authority?.certificates ?? [], ...pools].some((pool) => chainOf(role, pool) !== undefined);
}

/** Whether the source of a fact is the kubelet's client credential. */
export function showsKubelet(source: string, { node }: Pki): boolean {
  return source === roleIds.kubelet || source.startsWith(`${kubeletCertificates(node)}/`);
}

/** Returns the groups of which the role lacks at least one; undefined if it needs none, or has one. */
export function missingGroups(role: Role, pki: Pki): readonly string[] | undefined {
  const needed = neededOrganizations(role, pki);
  const { commonName = '', organizations = [] } = role.leaf?.subject ?? {};
  if (!takesAnyGroup(role) || organizations.length === 0) {
    return needed.length === 0 || needed.some((group) => organizations.includes(group)) ? undefined : needed;
  }
  // If the installer binds the user, the groups may not matter.
  const { misspelled } = unboundGroups(role, pki);
  const isUserBound = needed.length === 0 && commonName === role.row.cn;
  return misspelled.length === 0 || isUserBound ? undefined : misspelled;
}

/**
 * Whether members of a group may do everything: the built-in one, and those that the installer binds to cluster-admin.
 */
export function isAdministrators(group: string, pki: Pki): boolean {
  const row = pki.layout.kubeconfigs.find(({ role }) => role === roleIds.admin);
  return group === builtIn || (row !== undefined && boundByInstaller(row, pki).includes(group));
}

/**
 * Whether every group will do that a ClusterRoleBinding names. Where the name decides, groups give nothing and take
 * nothing away.
 */
const takesAnyGroup = ({ row: { authorizedBy, anyGroup } }: Role): boolean =>
  authorizedBy === 'group-or-user' ||
  (anyGroup === true && authorizedBy !== 'user' && authorizedBy !== 'allowed-names');

/** What is wrong with the groups of a certificate none of which is bound in every cluster of its release. */
export interface UnboundGroups {
  /** The documented groups that its groups nearly are. */
  readonly misspelled: readonly string[];
  /** All others. Only the cluster knows whether a ClusterRoleBinding names them. */
  readonly unknown: readonly string[];
}

/**
 * Returns the groups of a role that may have any group, if kube-apiserver and the installer give rights to none of
 * them.
 */
export function unboundGroups(role: Role, pki: Pki): UnboundGroups {
  const groups = role.leaf?.subject.organizations ?? [];
  // What a policy accepts is bound in its cluster.
  const bound = [...boundByInstaller(role.row, pki), ...acceptedGroups(role).flat()];
  const isBound = groups.some((group) => group === builtIn || bound.includes(group));
  if (!takesAnyGroup(role) || isBound) return { misspelled: [], unknown: [] };
  const documented = [...role.row.o, ...role.row.history.flatMap((row) => row.o)];
  const meant = groups.map((group) => documented.find((one) => one !== group && isNearly(group, one)));
  return {
    misspelled: [...new Set(meant.flatMap((group) => group ?? []))],
    unknown: groups.filter((_, index) => meant[index] === undefined),
  };
}

/** The groups of a row that the installer of the node's release or of an earlier one binds to the rights of the row. */
function boundByInstaller(row: Role['row'], pki: Pki): readonly string[] {
  const { current, earlier } = writtenByInstaller({ row }, pki, []);
  return [...current.flat(), ...earlier.flatMap((one) => one.o)];
}

/** The group that bypasses authorization (k8s.io/apiserver pkg/authentication/user, SystemPrivilegedGroup). */
const builtIn = 'system:masters';

/**
 * Whether two names differ by case, by anything but letters and digits, or by one letter or two that changed places.
 */
function isNearly(group: string, other: string): boolean {
  if (group.length > 2 * other.length) return false;
  const [one, two] = [group, other].map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')) as [string, string];
  if (Math.abs(one.length - two.length) > 1) return false;
  if (editDistance(one, two, 1) <= 1) return true;
  const at = [...one].findIndex((letter, index) => letter !== two[index]);
  return `${one.slice(0, at)}${one[at + 1] ?? ''}${one[at] ?? ''}${one.slice(at + 2)}` === two;
}

export interface AllowedOrganizations {
  /** The documented organizations, or those that this release of the installer writes. */
  readonly current: readonly (readonly string[])[];
  /** Those that earlier releases of the installer wrote. Renewal preserves them. */
  readonly earlier: readonly OrganizationHistory[];
  /** Whether any group is allowed (`<admin-group>`). */
  readonly any: boolean;
}

/** The sets of organizations that a policy accepts for a role. */
const acceptedGroups = ({ row: { accepted } }: Role): readonly (readonly string[])[] => accepted?.groups ?? [];

/**
 * Returns the organizations that a role may have. Those that a policy accepts come first, unless a component would
 * refuse a client with them.
 */
export function allowedOrganizations(role: Role, pki: Pki): AllowedOrganizations {
  const { current, ...others } = documentedOrganizations(role, pki);
  const accepted = acceptedGroups(role);
  if (accepted.length === 0) return { current, ...others };
  const needed = takesAnyGroup(role) ? [] : neededOrganizations(role, pki);
  const isEnough = (groups: readonly string[]) => needed.length === 0 || needed.some((group) => groups.includes(group));
  return {
    current: [...accepted.filter(isEnough), ...current, ...accepted.filter((one) => !isEnough(one))],
    ...others,
  };
}

function documentedOrganizations(role: Role, pki: Pki): AllowedOrganizations {
  const any = role.row.anyGroup === true;
  const documented = role.row.o.filter((group) => !group.startsWith('<'));
  if (pki.judging.documentedOnly) return { current: [documented], earlier: [], any };
  return { ...writtenByInstaller(role, pki, documented), any };
}

/** What the installer of the node's release (of any release, if it is unknown) writes, and what earlier ones wrote. */
function writtenByInstaller({ row: { history } }: Pick<Role, 'row'>, { facts }: Pki, documented: readonly string[]) {
  const release = facts.kubernetesVersion?.value;
  const current = history.filter(({ releases }) => release === undefined || isIn(release, releases));
  const earlier = history.filter(
    (row) => release !== undefined && !current.includes(row) && beganBy(release, row.releases),
  );
  return { current: current.length > 0 ? current.map((row) => row.o) : [documented], earlier };
}

/** Returns the groups of which a role needs one; empty if authorization does not depend on groups. */
export function neededOrganizations(role: Role, pki: Pki): readonly string[] {
  const { authorizedBy } = role.row;
  if (authorizedBy === 'group-and-user') return role.row.o;
  if (authorizedBy === 'nothing' || authorizedBy === 'user' || authorizedBy === 'allowed-names') return [];
  // A cluster has the bindings that its installer created, whatever the documentation says.
  const { current } = writtenByInstaller(role, pki, role.row.o);
  // An installer that writes no group binds the user (kubeadm 1.36.1 and later).
  if (authorizedBy === 'group-or-user' && current.some((groups) => groups.length === 0)) return [];
  return [...new Set(current.flat())];
}
