/** The names and groups that a role needs to be authorized for its work. */
import { componentNamed, kubeletCertificates, listedValues } from '../../core/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { OrganizationHistory } from '../../tables/tables.ts';
import { beganBy, isIn } from '../facts/release.ts';
import { expectedNames } from './expected.ts';
import type { Pki } from './pki.ts';
import type { Role } from './role.ts';

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
  if (role.id === roleIds.kubelet && showsKubelet(source, pki)) return 'unknown';
  return expectedNames(role, pki) ?? 'unknown';
}

/** Whether the source of a fact is the kubelet's client credential. */
export function showsKubelet(source: string, { node }: Pki): boolean {
  return source === roleIds.kubelet || source.startsWith(`${kubeletCertificates(node)}/`);
}

/** Returns the groups of which the role lacks at least one; undefined if it needs none, or has one. */
export function missingGroups(role: Role, pki: Pki): readonly string[] | undefined {
  const needed = neededOrganizations(role, pki);
  if (needed.length === 0) return undefined;
  const groups = role.leaf?.subject.organizations ?? [];
  const any = role.row.authorizedBy === 'group-or-user' || (role.kind === 'kubeconfig' && role.row.anyGroup);
  return (any ? groups.length > 0 : needed.some((group) => groups.includes(group))) ? undefined : needed;
}

export interface AllowedOrganizations {
  /** The documented organizations, or those that this release of kubeadm writes. */
  readonly current: readonly (readonly string[])[];
  /** Those that earlier releases of kubeadm wrote. Renewal preserves them. */
  readonly earlier: readonly OrganizationHistory[];
  /** Whether any group is allowed (`<admin-group>`). */
  readonly any: boolean;
}

/** Returns the organizations that a role may have. */
export function allowedOrganizations(role: Role, pki: Pki): AllowedOrganizations {
  const any = role.kind === 'kubeconfig' && role.row.anyGroup;
  const documented = role.row.o.filter((group) => !group.startsWith('<'));
  if (pki.judging.profile === 'documented') return { current: [documented], earlier: [], any };
  return { ...writtenByKubeadm(role, pki, documented), any };
}

/** What kubeadm of the node's release (of any release, if it is unknown) writes, and what earlier ones wrote. */
function writtenByKubeadm({ row: { kubeadm: history } }: Role, { facts }: Pki, documented: readonly string[]) {
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
  // A cluster has the bindings that its release of kubeadm created, whatever the documentation says.
  const { current } = writtenByKubeadm(role, pki, role.row.o);
  // If kubeadm writes no group, it binds the user (1.36.1 and later).
  if (authorizedBy === 'group-or-user' && current.some((groups) => groups.length === 0)) return [];
  return [...new Set(current.flat())];
}
