/** Checks of the name and groups in a certificate, and of their permissions. */

import { expectedNames } from '../../model/dialling/expected.ts';
import { areOneMachine } from '../../model/facts/host.ts';
import { signsAt } from '../../model/roles/applicability.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import {
  allowedFrontProxyNames,
  allowedOrganizations,
  authorizedNames,
  isAdministrators,
  isByUser,
  isReadAsUser,
  missingGroups,
  neededOrganizations,
  unboundGroups,
} from '../../model/trust/authorization.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { list, notApplicable, roleProblem, skip } from '../base/check.ts';
import { certificateCheck } from '../base/guards.ts';
import { administratorOptions } from '../credentials/administrators.ts';
import { isLeftOut } from '../credentials/identity.ts';
import { hasOtherRolesUser } from '../credentials/target.ts';
import { allows } from '../credentials/usage.ts';

/** Whether a role belongs to an etcd that, according to the files, does not run on this node. */
function isOfOtherEtcd(role: Role, pki: Pki): boolean {
  return signsAt(role.parent, pki) !== 'here';
}

const groupsUnread = 'no component reads its groups';

/** Whether groups in a certificate give no rights. The documented tables say which groups these have nevertheless. */
function hasUnreadGroups(role: Role, pki: Pki): boolean {
  return !isReadAsUser(role, pki) && (!pki.judging.documentedOnly || isOfOtherEtcd(role, pki));
}

/** The groups of several sets, each once. */
function anyOf(sets: readonly (readonly string[])[]): string {
  return [...new Set(sets.flat())].join(' or ') || 'no organization';
}

/**
 * Groups that only a ClusterRoleBinding of this cluster can give rights to: `minor` if administrators have them, who
 * are documented to have a group of their own.
 */
function unknownGroup(minor: boolean) {
  return certificateCheck(function* (role, pki) {
    const { misspelled, unknown } = unboundGroups(role, pki);
    const isMinor = role.kind === 'kubeconfig';
    const binding = pki.layout.bindings.findLast((row) => row.role === role.row.role);
    if (!binding || isMinor !== minor) return yield notApplicable('reported by a different rule');
    if (misspelled.length > 0) return yield notApplicable('reported by cert/organization');
    if (hasOtherRolesUser(role, pki)) return yield notApplicable('it is the credential of a different role');
    if (unknown.length === 0) return;
    const { clusterRole, without } = binding;
    const data = {
      found: list(unknown),
      wanted: anyOf(allowedOrganizations(role, pki).current),
      binding: role.row.cn,
      clusterrole: clusterRole,
      without,
      admin: pki.roles.find(({ id }) => id === roleIds.admin)?.path ?? '',
    };
    const asAdmin = administratorOptions(pki);
    yield roleProblem(role, data, {
      lists: { subjectFlags: unknown.map((group) => `--group=${group}`), asAdmin: asAdmin ?? [] },
      key: unknown.join(),
      ...(asAdmin === undefined && { fix: 'no-administrator' }),
    });
  });
}

export const certIdentityChecks = {
  'cert/identity': certificateCheck(function* (role, pki) {
    const names = authorizedNames(role, pki);
    const found = role.leaf.subject.commonName;
    if (names === 'unknown') {
      return yield skip('the node name is known only from this credential, or not at all (--node-name)');
    }
    if (names === undefined || names.includes(found)) return;
    if (role.row.authorizedBy === 'allowed-names' && isLeftOut(role, pki)) {
      return yield notApplicable('reported by argument/allowed-names');
    }
    yield roleProblem(role, { found: found || 'no common name', wanted: list(names) });
  }),
  /** The default CN of the documentation, or of kubeadm, if nothing depends on it. */
  'cert/common-name': certificateCheck(function* (role, pki) {
    const isListed = role.row.authorizedBy === 'allowed-names' && allowedFrontProxyNames(pki) !== undefined;
    if (isListed || isByUser(role, pki)) return yield notApplicable('reported by cert/identity');
    if (hasOtherRolesUser(role, pki)) return yield notApplicable('only its groups matter');
    if (isOfOtherEtcd(role, pki)) return yield notApplicable('the external etcd decides which names its clients have');
    if (role.row.anyName) return yield notApplicable('nothing reads its name');
    const found = role.leaf.subject.commonName;
    if (role.row.accepted?.commonNames.includes(found)) return;
    const names = expectedNames(role, pki);
    // A name with a placeholder whose value is unknown can be this one.
    if (names === undefined) return;
    const nodeName = pki.facts.nodeName?.value ?? '';
    const isNode = names.includes(nodeName) && areOneMachine(nodeName, found);
    if (names.includes(found) || isNode) return;
    yield roleProblem(role, { found: found || 'no common name', wanted: names.join(' or ') });
  }),
  /** Groups that authorization needs. */
  'cert/organization': certificateCheck(function* (role, pki) {
    const { misspelled } = unboundGroups(role, pki);
    const wanted = missingGroups(role, pki) ?? misspelled;
    if (wanted.length === 0) {
      return yield* neededOrganizations(role, pki).length === 0 ? [notApplicable('no group is required')] : [];
    }
    yield roleProblem(role, { wanted: wanted.join(' or '), found: list(role.leaf.subject.organizations) });
  }),
  'cert/group': unknownGroup(false),
  'cert/group-minor': unknownGroup(true),
  /** Groups that no table lists: RBAC can grant them anything. */
  'cert/privilege': certificateCheck(function* (role, pki) {
    if (!allows(role, 'clientAuth')) return yield notApplicable('no client can present it');
    if (hasUnreadGroups(role, pki)) return yield notApplicable(groupsUnread);
    // The documentation: "A less privileged group can be used instead". Every group is less privileged than this one.
    if (role.row.o.includes('system:masters')) return yield notApplicable('its group has all permissions already');
    const { current, earlier, any } = allowedOrganizations(role, pki);
    const { commonName, organizations } = role.leaf.subject;
    const isForeign = hasOtherRolesUser(role, pki);
    const allowed = [...current.flat(), ...(isForeign ? [] : earlier.flatMap((row) => row.o)), ...role.row.o];
    // Only an administrator's own credential may have the group of administrators.
    const isOpen = (group: string) =>
      any && !isForeign && (role.row.authorizedBy === 'group' || !isAdministrators(group, pki));
    const extra = organizations.filter((group) => !allowed.includes(group) && !isOpen(group));
    if (extra.length === 0) return;
    const found = `CN ${commonName}, O ${list(organizations)}`;
    yield roleProblem(role, { extra: list(extra), found, wanted: anyOf(current) }, { key: extra.join() });
  }),
  /** Groups that kubeadm wrote in an earlier release and that every renewal keeps. */
  'cert/organization-earlier': certificateCheck(function* (role, pki) {
    if (pki.judging.documentedOnly) return yield notApplicable('the documentation does not depend on releases');
    if (hasUnreadGroups(role, pki)) return yield notApplicable(groupsUnread);
    if (hasOtherRolesUser(role, pki)) return yield notApplicable('it is the credential of a different role');
    const { current, earlier } = allowedOrganizations(role, pki);
    const today = current.flat();
    const known = [...earlier.flatMap((row) => row.o), ...role.row.o];
    const old = role.leaf.subject.organizations.filter((group) => known.includes(group) && !today.includes(group));
    if (old.length > 0) yield roleProblem(role, { found: list(old), wanted: anyOf(current) }, { key: old.join() });
  }),
};
