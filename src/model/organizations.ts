/** Which organizations (groups) a role's certificate may, and must, name. */
import type { OrganizationHistory } from '../spec/tables.ts';
import type { Pki, Role } from './pki.ts';
import { beganBy, isIn } from './release.ts';

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
