/** The checks of the rules `cert/*`, whose words are in `rules/catalog/cert.json`. */
import { inFolder } from '../../artifact/paths.ts';
import { timeOf } from '../../core/time.ts';
import { limitOf } from '../../model/facts/limits.ts';
import { issues } from '../../x509/verify/chain.ts';
import { type CheckResult, notApplicable, problem, roleProblem, skipUnseen } from '../base/check.ts';
import { anyCertificateCheck, type CertifiedOther, certificateCheck } from '../base/guards.ts';
import { subjects } from '../credentials/file-contents.ts';
import { excess, lifetimeOf, unlimited } from '../credentials/lifetime.ts';
import { servesOthers } from '../credentials/openssl.ts';
import { namesElsewhere, rolePresent } from '../credentials/presence.ts';
import { otherRole } from '../credentials/target.ts';
import { type DateCheck, type Dated, datedRole, endsSoon, expired, notYetValid } from '../credentials/validity.ts';
import { certIdentityChecks } from './identity.ts';
import { certIssuerChecks } from './issuer.ts';
import { certKeysChecks } from './keys.ts';
import { certPairChecks } from './pair.ts';
import { certPrivilegeChecks } from './privilege.ts';
import { certUsageChecks } from './usage.ts';

/** What is dated in a certificate that plays no role: those without which Kubernetes works, or the others. */
function* datedOther(
  other: CertifiedOther,
  wanted: 'minor' | 'major' | 'all',
): Generator<CheckResult, readonly Dated[]> {
  const weight = other.slots[0]?.row.minor ? 'minor' : 'major';
  if (other.kubelet !== undefined || (wanted !== 'all' && weight !== wanted)) {
    yield notApplicable('reported by a different rule');
    return [];
  }
  return other.dated.map((certificate): Dated => {
    const { id, path, at, leaf } = other;
    const name = certificate === leaf ? id : `the intermediate "${certificate.subject.text}" of ${id}`;
    return { id: name, at, path, where: at.path === id ? '' : ` in ${path}`, certificate };
  });
}

const ofCertificate = (dateCheck: DateCheck, others: 'major' | 'all' = 'major') =>
  anyCertificateCheck(function* (one, pki) {
    const dated = one.kind === 'other' ? yield* datedOther(one, others) : yield* datedRole(one, pki);
    for (const part of dated) yield* dateCheck(part, pki.judging);
  });

const certValidityChecks = {
  'cert/expired': ofCertificate(expired),
  'cert/not-yet-valid': ofCertificate(notYetValid),
  'cert/ends-soon': ofCertificate(endsSoon('cert/ends-soon'), 'all'),
  /** Certificates without which Kubernetes works. */
  'cert/dates-minor': anyCertificateCheck(function* (one, { judging: { at: now } }) {
    for (const { id, at, path, certificate } of one.kind === 'other' ? yield* datedOther(one, 'minor') : []) {
      const isOver = now > certificate.notAfter;
      if (!isOver && now >= certificate.notBefore) continue;
      const limit = timeOf(isOver ? certificate.notAfter : certificate.notBefore);
      const relation = isOver ? 'after' : 'before';
      yield problem(at, { role: id, path, now: timeOf(now), limit, relation }, { certificate });
    }
  }),
};

const certPresenceChecks = {
  'cert/present': rolePresent('certificate', 'outage'),
  'cert/present-minor': rolePresent('certificate', 'degraded'),
  /** The private key of a certificate, at its path or named by a kubeconfig. */
  'cert/key': anyCertificateCheck(function* (role, pki) {
    const { key } = role;
    if (role.kind === 'other') {
      // An argument with a missing file, or with a kubeconfig that names one, is reported by itself.
      const isReported = pki.slots.some(({ row, argument }) => row.role === null && argument?.at === role.namedAt);
      const isMissing = key?.seen === 'absent' && !isReported && role.kubelet === undefined;
      return yield* isMissing ? [roleProblem(role, { path: key.path }, { at: role.namedAt })] : [];
    }
    if (key === undefined) return yield roleProblem(role, {}, { at: role.kubeconfig?.user?.at ?? { path: role.path } });
    if (key.seen === 'unseen') return yield skipUnseen(key);
    const named = role.kind === 'kubeconfig' ? undefined : role.keySlot;
    const recommended = role.kind === 'certificate' ? inFolder(pki.node.pki, role.row.key) : key.path;
    const { path } = key;
    if (key.seen === 'absent' && !namesElsewhere(named, recommended)) yield problem({ path }, { role: role.id, path });
  }),
};

const certChainChecks = {
  /** Each certificate after a leaf should certify one before it (RFC 5246 section 7.4.2; RFC 8446 section 4.4.2). */
  'cert/chain': anyCertificateCheck(function* (role, pki) {
    if (!role.chain?.ok) return;
    const { leaf, intermediates } = role.chain.value;
    const chain = [leaf, ...intermediates];
    const loose = intermediates.filter((one, index) => {
      const before = chain.slice(0, index + 1);
      return (
        !before.some((child) => issues(one, child, pki.strictness)) ||
        before.some((other) => other.fingerprint256 === one.fingerprint256)
      );
    });
    if (loose.length > 0) yield roleProblem(role, { subjects: subjects(loose) });
  }),
};

const certLifetimeChecks = {
  'cert/lifetime': anyCertificateCheck(function* (one, { judging }) {
    const max = limitOf(judging, 'cert/lifetime', 'max');
    if (max === undefined) return yield unlimited;
    if (!one.inUse) return yield notApplicable('not in use');
    const issuer = one.kind === 'other' ? undefined : one.verified?.[1];
    const data = excess(one.leaf, lifetimeOf(one.leaf, issuer, judging), max);
    if (data !== undefined) yield roleProblem(one, data);
  }),
};

const certTargetChecks = {
  /** A file at its recommended path that is the certificate, or the credential, of a different role. */
  'cert/target': certificateCheck(function* (role, pki) {
    if (role.path !== role.recommended) return yield notApplicable('reported by argument/target');
    const found = otherRole(role, pki);
    const kind = role.kind === 'kubeconfig' ? 'credential' : 'certificate';
    if (found !== undefined) yield roleProblem(role, { found, kind });
  }),
};

const certOpensslChecks = {
  'cert/any-usage': certificateCheck(function* (role) {
    if (!servesOthers(role)) return yield notApplicable('only Go programs verify it');
    const usages = role.leaf.extendedKeyUsage ?? [];
    if (!usages.includes('anyExtendedKeyUsage') || usages.includes('serverAuth')) return;
    yield roleProblem(role, { found: usages.join(', ') });
  }),
};

export const certChecks = {
  ...certChainChecks,
  ...certIdentityChecks,
  ...certIssuerChecks,
  ...certKeysChecks,
  ...certLifetimeChecks,
  ...certOpensslChecks,
  ...certPairChecks,
  ...certPresenceChecks,
  ...certPrivilegeChecks,
  ...certTargetChecks,
  ...certUsageChecks,
  ...certValidityChecks,
};
