/** Checks of how long certificates are valid, if a policy limits that. */
import type { Certificate } from '../artifact/certificate.ts';
import { count } from '../core/text.ts';
import { day, timeOf } from '../core/time.ts';
import { limitOf } from '../model/facts/limits.ts';
import type { Judging } from '../model/roles/pki.ts';
import { authorityProblem, notApplicable, roleProblem } from './check.ts';
import { anyCertificateCheck, authorityCheck } from './guards.ts';

const unlimited = notApplicable('no policy limits it');

/**
 * By how much the validity of a new certificate begins in the past (kubeadm constants.go, CertificateBackdate;
 * kube-controller-manager pkg/controller/certificates/signer): it was not issued for longer because of that.
 */
const backdate = 5 * 60 * 1000;

/**
 * How long a certificate is valid. kubeadm before 1.31 writes the beginning of the CA into certificates that it renews
 * (pkiutil NewSignedCert; kubernetes/kubernetes#113618): of those only the time that is left is known.
 */
function lifetimeOf({ notBefore, notAfter }: Certificate, issuer: Certificate | undefined, { at }: Judging): number {
  const isOfIssuer = issuer !== undefined && issuer.notBefore === notBefore;
  return notAfter - (isOfIssuer ? Math.max(notBefore, at) : notBefore);
}

/** The data of a certificate that is valid for longer than a rule allows; undefined if it is not. */
function excess(certificate: Certificate, life: number, max: number): Record<string, string> | undefined {
  if (life - backdate <= max) return undefined;
  const words = (ms: number) =>
    ms < 2 * day ? count(Math.round((ms * 24) / day), 'hour') : count(Math.round(ms / day), 'day');
  return { found: words(life), maximum: words(max), end: timeOf(certificate.notAfter) };
}

export const lifetimeChecks = {
  'cert/lifetime': anyCertificateCheck(function* (one, { judging }) {
    const max = limitOf(judging, 'cert/lifetime', 'max');
    if (max === undefined) return yield unlimited;
    if (!one.inUse) return yield notApplicable('not in use');
    const issuer = one.kind === 'other' ? undefined : one.verified?.[1];
    const data = excess(one.leaf, lifetimeOf(one.leaf, issuer, judging), max);
    if (data !== undefined) yield roleProblem(one, data);
  }),

  /** A CA that signs: an old one that is only trusted any more does no harm by its length. */
  'authority/lifetime': authorityCheck(function* (authority, { judging }) {
    const max = limitOf(judging, 'authority/lifetime', 'max');
    if (max === undefined) return yield unlimited;
    const [certificate] = authority.loaded.value;
    const data = excess(certificate, lifetimeOf(certificate, undefined, judging), max);
    if (data !== undefined) yield authorityProblem(authority, data, { certificate });
  }),
};
