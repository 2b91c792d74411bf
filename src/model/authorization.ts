/** Who may do the work of a role: the names and groups that authorization insists on. */
import { componentNamed, listedValues } from '../core/arguments.ts';
import { expectedNames } from './expected.ts';
import { neededOrganizations } from './organizations.ts';
import type { Pki, Role } from './pki.ts';

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
  if (role.id === 'kubelet.conf' && (source === 'kubelet.conf' || source.startsWith('/var/lib/kubelet/pki/'))) {
    return 'unknown';
  }
  return expectedNames(role, pki) ?? 'unknown';
}

/** The groups of which the holder must have one; undefined where it does not matter, or it has one. */
export function missingGroups(role: Role, pki: Pki): readonly string[] | undefined {
  const needed = neededOrganizations(role, pki);
  if (needed.length === 0) return undefined;
  const groups = role.leaf?.subject.organizations ?? [];
  const any = role.row.authorizedBy === 'group-or-user' || (role.kind === 'kubeconfig' && role.row.anyGroup);
  return (any ? groups.length > 0 : needed.some((group) => groups.includes(group))) ? undefined : needed;
}
