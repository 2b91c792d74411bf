/** Who does a certificate say its holder is, and may that one do the work? */
import { componentNamed, lastArgument, listedValues } from '../core/arguments.ts';
import { signsAt } from '../model/roles/applicability.ts';
import {
  allowedFrontProxyNames,
  allowedNames,
  allowedOrganizations,
  authorizedNames,
  isByUser,
  missingGroups,
  neededOrganizations,
} from '../model/roles/authorization.ts';
import { expectedNames } from '../model/roles/expected.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import { check, leafOf, list, notApplicable, problem, skip } from './check.ts';
import { isOthers } from './target.ts';
import { isClient } from './usage.ts';

/** Whether the argument leaves out the documented name, which the certificate rightly has. */
function isLeftOut(role: Role, pki: Pki): boolean {
  const name = role.leaf?.subject.commonName ?? '';
  return name === role.row.cn && allowedFrontProxyNames(pki)?.includes(name) === false;
}

/** Of certificate and argument it is the argument that is at fault, where the certificate has its documented name. */
const argumentAllowedNames = check('role', function* (role, pki) {
  if (role.row.authorizedBy !== 'allowed-names') return yield notApplicable('no argument lists its names');
  const leaf = yield* leafOf(role);
  const server = componentNamed(pki.node, 'kube-apiserver');
  if (!leaf || !server || !isLeftOut(role, pki)) return;
  const argument = lastArgument(server, allowedNames);
  const data = { component: server.name, flag: argument?.spelled ?? '', name: leaf.subject.commonName };
  yield problem(argument?.at ?? server.at, { ...data, found: listedValues(server, allowedNames).join(',') });
});

const certIdentity = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  const names = authorizedNames(role, pki);
  const found = leaf.subject.commonName;
  if (names === 'unknown')
    return yield skip('the node name is known from this credential alone, or not at all (--node-name)');
  if (names === undefined || names.includes(found)) return;
  if (role.row.authorizedBy === 'allowed-names' && isLeftOut(role, pki)) {
    return yield notApplicable('argument/allowed-names speaks of it');
  }
  yield problem(role.at, { role: role.id, path: role.path, found: found || 'no common name', wanted: list(names) });
});

/** The default CN of the page, or kubeadm's, where nothing depends on it. */
const certCommonName = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  const isListed = role.row.authorizedBy === 'allowed-names' && allowedFrontProxyNames(pki) !== undefined;
  if (isListed || isByUser(role, pki)) return yield notApplicable('cert/identity speaks of it');
  if (isOthers(role, pki)) return yield notApplicable('what its groups may do is what counts');
  if (isOfOtherEtcd(role, pki)) return yield notApplicable('whoever runs etcd names its clients');
  const found = leaf.subject.commonName;
  const known = [role.row.cn, ...(role.kind === 'certificate' ? role.row.accepts : [])];
  const names = expectedNames(role, pki) ?? known.filter((name) => !name.startsWith('<'));
  // An accepted name that is a placeholder nobody can fill in may be this very one.
  if (names.includes(found) || (names.length < known.length && pki.judging.profile === 'kubeadm')) return;
  yield problem(role.at, { role: role.id, found: found || 'no common name', wanted: names.join(' or ') });
});

/** Whether it belongs to an etcd that, as far as the files show, does not run on this node. */
function isOfOtherEtcd(role: Role, pki: Pki): boolean {
  return signsAt(role.parent, pki) !== 'here';
}

/** A group that authorization needs is missing. */
const certOrganization = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  if (neededOrganizations(role, pki).length === 0) return yield notApplicable('no group decides');
  const wanted = missingGroups(role, pki);
  if (wanted === undefined) return;
  const found = list(leaf.subject.organizations);
  yield problem(role.at, { role: role.id, path: role.path, wanted: wanted.join(' or '), found });
});

/** Groups that no table lists: each is a membership that RBAC may have bound to anything. */
const certPrivilege = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  if (!isClient(role)) return yield notApplicable('it cannot be shown by a client');
  if (isOfOtherEtcd(role, pki)) return yield notApplicable('whoever runs etcd names its clients');
  // "A less privileged group can be used instead", says the page, and beside it any group is less.
  if (role.row.o.includes('system:masters')) return yield notApplicable('its group may do everything already');
  const { current, earlier, any } = allowedOrganizations(role, pki);
  const allowed = new Set([...current.flat(), ...(isOthers(role, pki) ? [] : earlier.flatMap((row) => row.o))]);
  for (const group of role.row.o) allowed.add(group);
  const extra = leaf.subject.organizations.filter((group) => !allowed.has(group));
  if (extra.length === 0 || (any && !isOthers(role, pki))) return;
  const wanted = [...new Set(current.flat())].join(' or ') || 'no organization';
  const found = `CN ${leaf.subject.commonName}, O ${list(leaf.subject.organizations)}`;
  yield problem(role.at, { role: role.id, path: role.path, extra: list(extra), found, wanted }, { key: extra.join() });
});

/** Groups that kubeadm wrote in an earlier release, and that renewal keeps for ever. */
const certOrganizationEarlier = check('role', function* (role, pki) {
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  if (pki.judging.profile === 'documented') return yield notApplicable('the page knows no releases');
  if (isOthers(role, pki)) return yield notApplicable('it is the credential of another row');
  const { current } = allowedOrganizations(role, pki);
  const groups = leaf.subject.organizations;
  const today = new Set(current.flat());
  const allowed = new Set([...role.row.kubeadm.flatMap((row) => row.o), ...role.row.o]);
  const old = groups.filter((group) => allowed.has(group) && !today.has(group));
  if (old.length === 0) return;
  const wanted = [...today].join(' or ') || 'no organization';
  yield problem(role.at, { role: role.id, found: list(old), wanted }, { key: old.join() });
});

export const identityChecks = {
  'argument/allowed-names': argumentAllowedNames,
  'cert/identity': certIdentity,
  'cert/common-name': certCommonName,
  'cert/organization': certOrganization,
  'cert/privilege': certPrivilege,
  'cert/organization-earlier': certOrganizationEarlier,
};
