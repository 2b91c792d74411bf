/** What an upgrade changes by itself, and what it takes for granted: asked only where `--target-version` is given. */

import { componentNamed, lastArgument } from '../core/arguments.ts';
import type { Certificate } from '../core/certificate.ts';
import { count } from '../core/text.ts';
import { dateOf, day, timeOf } from '../core/time.ts';
import { isFrom, isIn } from '../model/facts/release.ts';
import type { Judging, Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import { currentCredential } from '../model/roles/signing.ts';
import { sourceAt } from '../model/roles/source.ts';
import { roleIds } from '../tables/role-ids.ts';
import { bindingRows } from '../tables/tables.ts';
import { type CheckResult, check, leafOf, list, notApplicable, problem, skip } from './check.ts';
import { datedAuthority, datedRole, isExpiringSoon } from './validity.ts';

interface Upgrade {
  readonly from: string;
  readonly to: string;
}

const minorOf = (release: string): number => Number(release.split('.')[1]);

const toldByPath = notApplicable('upgrade/path speaks of it');

/** The two releases, where both are known. What changes since a release that nobody tells cannot be said. */
function* upgradeOf(
  { judging, facts }: Pki,
  unknown: CheckResult = toldByPath,
): Generator<CheckResult, Upgrade | undefined> {
  const to = judging.target?.release;
  const from = facts.kubernetesVersion?.value;
  if (to !== undefined && from !== undefined) return { from, to };
  yield to === undefined ? notApplicable('no target release is given') : unknown;
  return undefined;
}

const placeOf = ({ node }: Pki) => componentNamed(node, 'kube-apiserver')?.at ?? { path: node.pki };

/** cmd/kubeadm/app/phases/upgrade/policy.go, MaximumAllowedMinorVersionUpgradeSkew. */
const upgradePath = check('node', function* (pki) {
  const upgrade = yield* upgradeOf(pki, skip('the Kubernetes release is unknown (--kubernetes-version)'));
  if (!upgrade) return;
  const { from, to } = upgrade;
  const steps = Array.from({ length: Math.max(0, minorOf(to) - minorOf(from) - 1) }, (_, step) => step + 1);
  if (steps.length === 0) return;
  const way = steps.map((step) => `v1.${minorOf(from) + step}`).join(', then ');
  yield problem(placeOf(pki), { release: `v${from}`, target: `v${to}`, way });
});

const upgradeDowngrade = check('node', function* (pki) {
  const upgrade = yield* upgradeOf(pki);
  if (!upgrade || isFrom(upgrade.to, upgrade.from)) return;
  yield problem(placeOf(pki), { release: `v${upgrade.from}`, target: `v${upgrade.to}` });
});

const equal = (one: readonly string[], other: readonly string[]): boolean => one.join('\0') === other.join('\0');

/** Groups that kubeadm of the target writes, and the binding without which they, or the user alone, may do nothing. */
const upgradeGroups = check('role', function* (role, pki) {
  const upgrade = yield* upgradeOf(pki);
  const leaf = upgrade && (yield* leafOf(role));
  if (!upgrade || !leaf) return;
  if (pki.judging.profile === 'documented') return yield notApplicable('the page knows no releases');
  const written = (release: string) => role.row.kubeadm.find((row) => isIn(release, row.releases));
  const [before, after] = [written(upgrade.from), written(upgrade.to)];
  const binding = bindingRows.find((row) => row.role === role.id && after !== undefined && equal(row.o, after.o));
  if (!before || !after || !binding || equal(before.o, after.o) || !isFrom(upgrade.to, upgrade.from)) return;
  if (equal(leaf.subject.organizations, after.o)) return yield notApplicable('it has these groups already');
  const since = after.releases.find((interval) => isIn(upgrade.to, [interval]))?.[0] ?? upgrade.to;
  const { name, clusterRole, subject, without } = binding;
  const data = { role: role.id, since: `v${since}`, binding: name, clusterrole: clusterRole, option: subject, without };
  const wanted = after.o.length === 0 ? 'without a group' : `with ${list(after.o)}`;
  yield problem(role.at, { ...data, wanted, found: list(leaf.subject.organizations), note: binding.note ?? '' });
});

const mixedVersionProxy = '1.36.0';

/** Feature gate UnknownVersionInteroperabilityProxy (k8s.io/apiserver pkg/features/kube_features.go; KEP-4020). */
const upgradePeerCa = check('component', function* (component, pki) {
  if (component.name !== 'kube-apiserver') return yield notApplicable('not kube-apiserver');
  const upgrade = yield* upgradeOf(pki);
  if (!upgrade) return;
  const { from, to } = upgrade;
  if (isFrom(from, mixedVersionProxy) || !isFrom(to, mixedVersionProxy)) return;
  const gates = lastArgument(component, 'feature-gates')?.value ?? '';
  if (lastArgument(component, 'peer-ca-file')?.value || /UnknownVersionInteroperabilityProxy=false/i.test(gates))
    return;
  const ca = pki.authorities.find((authority) => authority.id === roleIds.clusterCa)?.source.path ?? '';
  yield problem(component.at, { component: component.name, target: `v${to}`, ca });
});

/** Whether `kubeadm upgrade` renews a role's certificate, and if not, why. */
export type Renewal = { readonly answer: 'yes' } | { readonly answer: 'no' | 'unknown'; readonly reason: string };

/**
 * Every certificate of the components that it upgrades, and the administrators' kubeconfigs, of the recommended paths, with
 * the CA's key at hand (cmd/kubeadm/app/phases/upgrade/staticpods.go, renewCertsByComponent; renewal/manager.go).
 */
function renewalOf(role: Role): Renewal {
  const { id, parent, path, recommended } = role;
  if (role.kind === 'kubeconfig' && !role.row.renewed) return { answer: 'no', reason: `kubeadm never renews ${id}` };
  if (path !== recommended) return { answer: 'no', reason: `kubeadm renews ${recommended} alone` };
  const { seen } = parent.key;
  if (seen === 'absent') return { answer: 'no', reason: `the key of ${parent.id} is not on this node` };
  if (seen !== 'present') return { answer: 'unknown', reason: `the key of ${parent.id} was not seen` };
  return { answer: 'yes' };
}

/** What the upgrade renews of its own accord, in time: nothing to do but to know it. */
const upgradeRenewal = check('node', function* (pki) {
  const { target, at } = pki.judging;
  if (target === undefined) return yield notApplicable('no target release is given');
  const until = at + target.windowMs;
  const ending = pki.roles.filter(({ leaf, inUse, applies }) => {
    return leaf && inUse && applies.answer === 'yes' && at <= leaf.notAfter && leaf.notAfter < until;
  });
  const renewed = ending.filter((role) => renewalOf(role).answer === 'yes').map((role) => role.id);
  if (renewed.length === 0) return;
  const number = count(renewed.length, 'certificate');
  yield problem(placeOf(pki), {
    count: number,
    roles: list(renewed),
    until: dateOf(until),
  });
});

/** What ends so soon that it is told anyway, or has ended, is told there. */
function endsInWindow(certificate: Certificate, judging: Judging, rotated: boolean): boolean {
  const expiresWithinMs = judging.target?.windowMs ?? 0;
  return (
    !isExpiringSoon(certificate, judging, rotated) &&
    isExpiringSoon(certificate, { ...judging, expiresWithinMs }, rotated)
  );
}

function endOf({ notAfter }: Certificate, { at }: Judging): { readonly end: string; readonly days: string } {
  return { end: timeOf(notAfter), days: count(Math.floor((notAfter - at) / day), 'day') };
}

const upgradeOutlasted = check('role', function* (role, pki) {
  const { judging } = pki;
  if (judging.target === undefined) return yield notApplicable('no target release is given');
  for (const { id, at, path, where, certificate, rotated } of yield* datedRole(role, pki)) {
    if (!endsInWindow(certificate, judging, rotated)) continue;
    const renewal: Renewal =
      certificate === role.leaf ? renewalOf(role) : { answer: 'no', reason: 'kubeadm renews no intermediate' };
    if (renewal.answer === 'unknown') yield skip(renewal.reason);
    if (renewal.answer !== 'no') continue;
    if (isToldAsEmbedded(role, pki)) return yield notApplicable('kubelet/embedded speaks of it');
    const data = { ...endOf(certificate, judging), role: id, path, where, reason: renewal.reason };
    yield problem(at, data, id === role.id ? {} : { key: id });
  }
});

/** A kubelet.conf that holds an old certificate, beside the file that the kubelet renews. */
function isToldAsEmbedded(role: Role, pki: Pki): boolean {
  if (role.id !== roleIds.kubelet || role.certificate?.entry === undefined) return false;
  return sourceAt(pki.node, currentCredential(pki.node)).seen === 'present';
}

const upgradeAuthority = check('authority', function* (authority, pki) {
  const { judging } = pki;
  if (judging.target === undefined) return yield notApplicable('no target release is given');
  for (const { id, at, path, where, certificate, related = [] } of yield* datedAuthority(authority, pki)) {
    if (!endsInWindow(certificate, judging, false)) continue;
    yield problem(at, { ...endOf(certificate, judging), role: id, path, where }, { related });
  }
});

export const upgradeChecks = {
  'upgrade/path': upgradePath,
  'upgrade/downgrade': upgradeDowngrade,
  'upgrade/groups': upgradeGroups,
  'upgrade/peer-ca': upgradePeerCa,
  'upgrade/renewal': upgradeRenewal,
  'upgrade/outlasted': upgradeOutlasted,
  'upgrade/authority': upgradeAuthority,
};
