/** Checks of the validity of certificates at the time of judging, and of how much is left of it. */

import { timeOf } from '../../core/time.ts';
import { type CheckResult, notApplicable, problem } from '../base/check.ts';
import { anyCertificateCheck, type CertifiedOther } from '../base/guards.ts';
import { type DateCheck, type Dated, datedRole, endsSoon, expired, notYetValid } from '../credentials/validity.ts';

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

export const certValidityChecks = {
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
