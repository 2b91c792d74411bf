/** The names and groups that authorization requires for the work of a role. */
import { componentNamed, kubeletCertificates, listedValues } from '../../core/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { OrganizationHistory } from '../../tables/tables.ts';
import { beganBy, isIn } from '../facts/release.ts';
import { expectedNames } from './expected.ts';
import type { Pki } from './pki.ts';
import type { Role } from './role.ts';

/** Whether authorization goes by the common name. */
export function isByUser(role: Role, pki: Pki): boolean {
  const { authorizedBy } = role.row;
  if (authorizedBy !== 'group-or-user') return authorizedBy === 'user' || authorizedBy === 'group-and-user';
  return role.leaf?.subject.organizations.length === 0 && neededOrganizations(role, pki).length === 0;
}

/** The flag that lists the common names of front proxies. */
export const allowedNames = 'requestheader-allowed-names';

/** The names in that flag; undefined for an empty list, which allows every name that the CA signed. */
export function allowedFrontProxyNames(pki: Pki): readonly string[] | undefined {
  const server = componentNamed(pki.node, 'kube-apiserver');
  const names = server ? listedValues(server, allowedNames) : [];
  return names.length > 0 ? names : undefined;
}

/** The common names that authorization requires; undefined if it does not check them; `unknown` without the node's name. */
export function authorizedNames(role: Role, pki: Pki): readonly string[] | 'unknown' | undefined {
  if (role.row.authorizedBy === 'allowed-names') return allowedFrontProxyNames(pki);
  if (!isByUser(role, pki)) return undefined;
  // A fact never judges the artifact it came from.
  const source = pki.facts.nodeName?.source ?? '';
  if (role.id === roleIds.kubelet && showsKubelet(source, pki)) return 'unknown';
  return expectedNames(role, pki) ?? 'unknown';
}

/** Whether the source of a fact is the kubelet's credential. */
export function showsKubelet(source: string, { node }: Pki): boolean {
  return source === roleIds.kubelet || source.startsWith(`${kubeletCertificates(node)}/`);
}

/** The groups of which the holder must have one; undefined if it needs none, or has one. */
export function missingGroups(role: Role, pki: Pki): readonly string[] | undefined {
  const needed = neededOrganizations(role, pki);
  if (needed.length === 0) return undefined;
  const groups = role.leaf?.subject.organizations ?? [];
  const any = role.row.authorizedBy === 'group-or-user' || (role.kind === 'kubeconfig' && role.row.anyGroup);
  return (any ? groups.length > 0 : needed.some((group) => groups.includes(group))) ? undefined : needed;
}

export interface AllowedOrganizations {
  /** What is documented, or what kubeadm of this release writes. */
  readonly current: readonly (readonly string[])[];
  /** What kubeadm of earlier releases wrote, and renewal keeps. */
  readonly earlier: readonly OrganizationHistory[];
  /** Whether any group is allowed (`<admin-group>`). */
  readonly any: boolean;
}

/** The organizations that a role may have. */
export function allowedOrganizations(role: Role, pki: Pki): AllowedOrganizations {
  const any = role.kind === 'kubeconfig' && role.row.anyGroup;
  const documented = role.row.o.filter((group) => !group.startsWith('<'));
  if (pki.judging.profile === 'documented') return { current: [documented], earlier: [], any };
  return { ...writtenByKubeadm(role, pki, documented), any };
}

/** What kubeadm writes in the node's release, and wrote in earlier ones; if the release is unknown, what any release writes. */
function writtenByKubeadm({ row: { kubeadm: history } }: Role, { facts }: Pki, documented: readonly string[]) {
  const release = facts.kubernetesVersion?.value;
  const current = history.filter(({ releases }) => release === undefined || isIn(release, releases));
  const earlier = history.filter(
    (row) => release !== undefined && !current.includes(row) && beganBy(release, row.releases),
  );
  return { current: current.length > 0 ? current.map((row) => row.o) : [documented], earlier };
}

/** Groups that authorization requires; empty if only the user decides, or nothing does. */
export function neededOrganizations(role: Role, pki: Pki): readonly string[] {
  const { authorizedBy } = role.row;
  if (authorizedBy === 'group-and-user') return role.row.o;
  if (authorizedBy === 'nothing' || authorizedBy === 'user' || authorizedBy === 'allowed-names') return [];
  // The documentation does not matter here: the bindings of a cluster are those that kubeadm of its release created.
  const { current } = writtenByKubeadm(role, pki, role.row.o);
  // If a current value is "no group at all", RBAC binds the user (kubeadm 1.36.1 and later).
  if (authorizedBy === 'group-or-user' && current.some((groups) => groups.length === 0)) return [];
  return [...new Set(current.flat())];
}
