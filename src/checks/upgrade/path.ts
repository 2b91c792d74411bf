/** Checks of what an upgrade changes and assumes. They apply only with `--target-version`. */

import { componentNamed, lastArgument } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import { count, handful } from '../../core/text.ts';
import { dateOf, day, timeOf } from '../../core/time.ts';
import { etcdAfter } from '../../model/facts/etcd-release.ts';
import { isFrom, isIn } from '../../model/facts/release.ts';
import { type Applicability, no, yes } from '../../model/roles/applicability.ts';
import type { Judging, Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { sourceAt } from '../../model/roles/source.ts';
import { currentCredential, isRotated } from '../../model/trust/signing.ts';
import { lineRows } from '../../tables/etcd-releases.ts';
import { upgradePath } from '../../tables/go-releases.ts';
import { authorityFor, servingCa } from '../../tables/layouts/authorities.ts';
import { roleIds } from '../../tables/role-ids.ts';
import {
  type CheckResult,
  check,
  list,
  notApplicable,
  problem,
  releaseUnknown,
  roleProblem,
  skip,
  traceOfInstaller,
  withoutInstaller,
} from '../base/check.ts';
import { authorityCheck, certificateCheck, componentCheck } from '../base/guards.ts';
import { datedAuthority, datedRole, expiresWithin, isExpiringSoon } from '../credentials/validity.ts';

const noTarget = notApplicable('no target release');

/** The two releases, if both are known. If the node's own is not, `unknown` is the result. */
function* upgradeOf(
  { judging, facts }: Pki,
  unknown: CheckResult = notApplicable('reported by upgrade/path'),
): Generator<CheckResult, { readonly from: string; readonly to: string } | undefined> {
  const to = judging.target?.release;
  const from = facts.kubernetesVersion?.value;
  if (to !== undefined && from !== undefined) return { from, to };
  yield to === undefined ? noTarget : unknown;
  return undefined;
}

const placeOf = ({ node }: Pki) => componentNamed(node, 'kube-apiserver')?.at ?? { path: node.pki };

const equal = (one: readonly string[], other: readonly string[]): boolean => one.join('\0') === other.join('\0');

const mixedVersionProxy = '1.36.0';

const ofEtcdsPod: readonly string[] = [roleIds.etcdServer, roleIds.etcdPeer, roleIds.etcdHealthcheck];
const ofAdministrators: readonly string[] = [roleIds.admin, roleIds.superAdmin];

/**
 * Whether `kubeadm upgrade` renews a role's certificate. It renews those of each component whose manifest it changes,
 * and the administrators' kubeconfigs always, if they are at the recommended paths and the CA's key is there
 * (cmd/kubeadm/app/phases/upgrade/staticpods.go, upgradeComponent, renewCertsByComponent; renewal/manager.go). A new
 * release is in every manifest but etcd.yaml, which has a release of its own; from 1.31 on a change of
 * kube-apiserver.yaml suffices for etcd's certificates (kubernetes/kubernetes#124688).
 */
function renewalByUpgrade(role: Role, { facts, judging, layout: { installer, remedies } }: Pki): Applicability {
  const { id, parent, path, recommended } = role;
  const target = judging.target?.release;
  if (installer === undefined) return no('no upgrade renews it');
  if (role.kind === 'kubeconfig' && !remedies.renewal?.roles.includes(id)) return no(`${installer} never renews ${id}`);
  if (path !== recommended) return no(`${installer} renews only ${recommended}`);
  if (target === facts.kubernetesVersion?.value && !ofAdministrators.includes(id))
    return no(`${installer} renews ${id} only with a changed manifest, and the release stays the same`);
  if (target !== undefined && !isFrom(target, '1.31.0') && ofEtcdsPod.includes(id))
    return no(`before v1.31 ${installer} renews ${id} only if etcd.yaml changes`);
  const { seen } = parent.key;
  if (seen === 'absent') return no(`the key of ${parent.id} is not on this node`);
  if (seen !== 'present') return { answer: 'unknown', reason: `the key of ${parent.id} was not seen` };
  return yes;
}

/** Whether a certificate expires within the upgrade window, and not so soon that it is reported anyway. */
function expiresInWindow(
  certificate: Certificate,
  judging: Judging,
  rule: 'cert/ends-soon' | 'authority/ends-soon',
  rotated?: boolean,
): boolean {
  return (
    !isExpiringSoon(certificate, judging, rule, rotated) &&
    expiresWithin(certificate, judging, judging.target?.windowMs ?? 0, rotated)
  );
}

function endOf({ notAfter }: Certificate, { at }: Judging) {
  return { end: timeOf(notAfter), days: count(Math.floor((notAfter - at) / day), 'day') };
}

/** Whether kubelet.conf contains an old certificate although there is a file that the kubelet renews. */
function isReportedAsEmbedded(role: Role, pki: Pki): boolean {
  if (role.row.role !== roleIds.kubelet || role.certificate?.entry === undefined) return false;
  return sourceAt(pki.node, currentCredential(pki.node)).seen === 'present';
}

export const upgradePathChecks = {
  'upgrade/path': check('node', function* (pki) {
    const upgrade = yield* upgradeOf(pki, releaseUnknown);
    if (!upgrade) return;
    const { from, to } = upgrade;
    const between = upgradePath(from, to).slice(0, -1);
    if (between.length === 0) return;
    const way = list(between.map((release) => `v${release}`));
    yield problem(placeOf(pki), { release: `v${from}`, target: `v${to}`, way });
  }),

  'upgrade/downgrade': check('node', function* (pki) {
    const upgrade = yield* upgradeOf(pki);
    if (!upgrade || isFrom(upgrade.to, upgrade.from)) return;
    yield problem(placeOf(pki), { release: `v${upgrade.from}`, target: `v${upgrade.to}` });
  }),

  /**
   * Groups that the installer of the target release writes, and the binding that gives them, or the user, their
   * permissions.
   */
  'upgrade/groups': certificateCheck(function* (role, pki) {
    const upgrade = yield* upgradeOf(pki);
    if (!upgrade) return;
    const { organizations } = role.leaf.subject;
    if (pki.judging.documentedOnly) return yield notApplicable('the documentation does not depend on releases');
    const written = (release: string) => role.row.history.find((row) => isIn(release, row.releases));
    const [before, after] = [written(upgrade.from), written(upgrade.to)];
    const binding = pki.layout.bindings.find(
      (row) => row.role === role.row.role && after !== undefined && equal(row.o, after.o),
    );
    if (!before || !after || !binding || equal(before.o, after.o) || !isFrom(upgrade.to, upgrade.from)) return;
    if (equal(organizations, after.o)) return yield notApplicable('it has these groups already');
    const since = after.releases.find((interval) => isIn(upgrade.to, [interval]))?.[0] ?? upgrade.to;
    const { name, clusterRole, subject, without } = binding;
    const data = { since: `v${since}`, binding: name, clusterrole: clusterRole, without };
    const wanted = after.o.length === 0 ? 'without a group' : `with ${list(after.o)}`;
    yield roleProblem(
      role,
      { ...data, wanted, found: list(organizations), note: binding.note ?? '' },
      { lists: { subjectFlags: [subject] } },
    );
  }),

  /**
   * Feature gate UnknownVersionInteroperabilityProxy (k8s.io/apiserver pkg/features/kube_features.go; KEP-4020): while
   * it is off, kube-apiserver exits (pkg/controlplane/apiserver/options/validation.go, "--peer-ca-file requires … to be
   * turned on").
   */
  'upgrade/peer-ca': componentCheck('kube-apiserver', function* (component, pki) {
    const upgrade = yield* upgradeOf(pki);
    if (!upgrade) return;
    const { from, to } = upgrade;
    if (isFrom(from, mixedVersionProxy) || !isFrom(to, mixedVersionProxy)) return;
    const gates = lastArgument(component, 'feature-gates')?.value ?? '';
    if (lastArgument(component, 'peer-ca-file')?.value || /UnknownVersionInteroperabilityProxy=false/i.test(gates))
      return;
    const ca = authorityFor(servingCa, pki)?.source.path ?? '';
    const step = upgradePath(from, to).find((release) => isFrom(release, mixedVersionProxy)) ?? to;
    yield problem(component.at, { component: component.name, step: `v${step}`, ca });
  }),

  /**
   * How old the members of etcd may be before kubeadm deploys the next minor. Which etcd runs before later steps is not
   * known.
   */
  'upgrade/etcd': componentCheck('etcd', function* (component, pki) {
    const upgrade = yield* upgradeOf(pki);
    if (!upgrade) return;
    const current = pki.facts.etcdVersion?.value;
    if (current === undefined) return yield skip('the release of etcd is unknown: no tag of its image shows it');
    if (traceOfInstaller(pki) === 'absent') return yield withoutInstaller(pki);
    const minor = (release: string) => release.split('.').slice(0, 2).join('.');
    const after = (step: string) => minor(etcdAfter(pki.facts, pki.node, step) ?? current);
    const [first, ...rest] = upgradePath(upgrade.from, upgrade.to);
    const line = first === undefined ? undefined : lineRows.find(({ to }) => minor(to) === after(first));
    if (first !== undefined && line !== undefined && after(first) !== minor(current)) {
      if (isFrom(current, line.from)) return;
      const data = { current, next: `v${minor(line.to)}`, step: `v${first}`, line: line.from };
      return yield problem(component.at, data);
    }
    const later = rest.find((step) => after(step) !== minor(current));
    if (later !== undefined) yield skip(`before v${later} it depends on the etcd that the steps before it deploy`);
  }),

  /** Certificates that the upgrade renews in time: nothing has to be done. */
  'upgrade/renewal': check('node', function* (pki) {
    const { target, at } = pki.judging;
    if (target === undefined) return yield noTarget;
    const until = at + target.windowMs;
    const ending = pki.roles.filter(({ leaf, inUse, applies }) => {
      return leaf && inUse && applies.answer === 'yes' && at <= leaf.notAfter && leaf.notAfter < until;
    });
    const renewed = ending.filter((role) => renewalByUpgrade(role, pki).answer === 'yes');
    const [first] = renewed.map(({ leaf }) => leaf?.notAfter ?? until).sort((one, other) => one - other);
    if (first === undefined) return;
    const left = ending.filter((role) => renewalByUpgrade(role, pki).answer === 'no' && !isRotated(role));
    const data = {
      count: count(renewed.length, 'certificate'),
      until: dateOf(until),
      end: dateOf(first),
      unless:
        left.length === 0
          ? ''
          : `, but not ${handful(
              left.map(({ id }) => id),
              2,
            )}`,
    };
    const related = renewed.map(({ id, path, leaf }) => {
      return { path, subject: id, message: `expires on ${dateOf(leaf?.notAfter ?? until)}` };
    });
    const moved = renewed.map(({ path }) => path);
    yield problem(placeOf(pki), data, { parts: renewed.map(({ id }) => id), related, moved });
  }),

  'upgrade/outlasted': certificateCheck(function* (role, pki) {
    const { judging } = pki;
    if (judging.target === undefined) return yield noTarget;
    for (const { id, at, path, where, certificate, rotated } of yield* datedRole(role, pki)) {
      if (!expiresInWindow(certificate, judging, 'cert/ends-soon', rotated)) continue;
      const renewal: Applicability =
        certificate === role.leaf
          ? renewalByUpgrade(role, pki)
          : no(`${pki.layout.installer ?? 'an upgrade'} does not renew intermediates`);
      if (renewal.answer === 'unknown') yield skip(renewal.reason);
      if (renewal.answer !== 'no') continue;
      if (isReportedAsEmbedded(role, pki)) return yield notApplicable('reported by kubelet/embedded');
      const data = { ...endOf(certificate, judging), role: id, path, where, reason: renewal.reason };
      yield problem(at, data, { certificate, ...(id === role.id ? {} : { key: id }) });
    }
  }),

  'upgrade/authority': authorityCheck(function* (authority, pki) {
    const { judging } = pki;
    if (judging.target === undefined) return yield noTarget;
    for (const { id, at, path, where, certificate, related = [] } of datedAuthority(authority, pki)) {
      if (!expiresInWindow(certificate, judging, 'authority/ends-soon')) continue;
      yield problem(at, { ...endOf(certificate, judging), role: id, path, where }, { related, certificate });
    }
  }),
};
