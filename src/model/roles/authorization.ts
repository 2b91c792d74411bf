/** Who may do the work of a role: the names and groups that authorization insists on. */
import { componentNamed, listedValues } from '../../core/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { OrganizationHistory } from '../../tables/tables.ts';
import { beganBy, isIn } from '../facts/release.ts';
import { expectedNames } from './expected.ts';
import type { Pki } from './pki.ts';
import type { Role } from './role.ts';

/** Whether the common name decides what the holder may do. */
export function isByUser(role: Role, pki: Pki): boolean {
  const { authorizedBy } = role.row;
  if (authorizedBy !== 'group-or-user') return authorizedBy === 'user' || authorizedBy === 'group-and-user';
  return role.leaf?.subject.organizations.length === 0 && neededOrganizations(role, pki).length === 0;
}

/** The argument that lists whom a front proxy may call itself. */
export const allowedNames = 'requestheader-allowed-names';

/** Its names; an empty list allows every name that the CA signed, and is undefined here. */
export function allowedFrontProxyNames(pki: Pki): readonly string[] | undefined {
  const server = componentNamed(pki.node, 'kube-apiserver');
  const names = server ? listedValues(server, allowedNames) : [];
  return names.length > 0 ? names : undefined;
}

/** The common names that authorization insists on; undefined where it does not look; `unknown` without the node's name. */
export function authorizedNames(role: Role, pki: Pki): readonly string[] | 'unknown' | undefined {
  if (role.row.authorizedBy === 'allowed-names') return allowedFrontProxyNames(pki);
  if (!isByUser(role, pki)) return undefined;
  // A fact never judges the artifact it came from.
  const source = pki.facts.nodeName?.source ?? '';
  if (role.id === roleIds.kubelet && showsKubelet(source, pki)) return 'unknown';
  return expectedNames(role, pki) ?? 'unknown';
}

/** Whether the source of a fact is the kubelet's credential. */
export function showsKubelet(source: string, { layout: { kubelet } }: Pki): boolean {
  return source === roleIds.kubelet || source.startsWith(`${kubelet.folder}/${kubelet.certificates}/`);
}

/** The groups of which the holder must have one; undefined where it does not matter, or it has one. */
export function missingGroups(role: Role, pki: Pki): readonly string[] | undefined {
  const needed = neededOrganizations(role, pki);
  if (needed.length === 0) return undefined;
  const groups = role.leaf?.subject.organizations ?? [];
  const any = role.row.authorizedBy === 'group-or-user' || (role.kind === 'kubeconfig' && role.row.anyGroup);
  return (any ? groups.length > 0 : needed.some((group) => groups.includes(group))) ? undefined : needed;
}

export interface AllowedOrganizations {
  /** What the page says, or what kubeadm of this very release writes. */
  readonly current: readonly (readonly string[])[];
  /** What kubeadm of an earlier release wrote, and renewal keeps. */
  readonly earlier: readonly OrganizationHistory[];
  /** Whether any group may stand there (`<admin-group>`). */
  readonly any: boolean;
}

/** What kubeadm wrote in the node's release; every row of the history where the release is unknown. */
function writtenBy(history: readonly OrganizationHistory[], release: string | undefined) {
  if (release === undefined) return { current: history, earlier: [] };
  const current = history.filter((row) => isIn(release, row.releases));
  return { current, earlier: history.filter((row) => !current.includes(row) && beganBy(release, row.releases)) };
}

/** The organizations that a role may have. The page's own value counts as an earlier one where kubeadm left it behind. */
export function allowedOrganizations(role: Role, pki: Pki): AllowedOrganizations {
  const any = role.kind === 'kubeconfig' && role.row.anyGroup;
  const page = role.row.o.filter((group) => !group.startsWith('<'));
  if (pki.judging.profile === 'documented') return { current: [page], earlier: [], any };
  return { ...writtenByKubeadm(role, pki, page), any };
}

function writtenByKubeadm(role: Role, pki: Pki, page: readonly string[]) {
  const release = pki.facts.kubernetesVersion?.value;
  const { current, earlier } = writtenBy(role.row.kubeadm, release);
  return { current: current.length > 0 ? current.map((row) => row.o) : [page], earlier };
}

/** Groups that authorization cannot do without; empty where the user alone decides, or nothing does. */
export function neededOrganizations(role: Role, pki: Pki): readonly string[] {
  const { authorizedBy } = role.row;
  if (authorizedBy === 'group-and-user') return role.row.o;
  if (authorizedBy === 'nothing' || authorizedBy === 'user' || authorizedBy === 'allowed-names') return [];
  // Not a question of the page: what is bound on a cluster is what kubeadm of its release has bound.
  const { current } = writtenByKubeadm(role, pki, role.row.o);
  // Where any current value is "no group at all", the user is what RBAC binds (kubeadm 1.36.1 and later).
  if (authorizedBy === 'group-or-user' && current.some((groups) => groups.length === 0)) return [];
  return [...new Set(current.flat())];
}
