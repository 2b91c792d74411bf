/** How long a certificate is valid, and by how much that is more than a policy allows. */

import type { Certificate } from '../../artifact/certificate.ts';
import { count } from '../../core/text.ts';
import { day, timeOf } from '../../core/time.ts';
import type { Judging } from '../../model/roles/pki.ts';
import { type CheckResult, notApplicable } from '../base/check.ts';

export const unlimited: CheckResult = notApplicable('no policy limits it');

/**
 * By how much the validity of a new certificate begins in the past (kubeadm constants.go, CertificateBackdate;
 * kube-controller-manager pkg/controller/certificates/signer): it was not issued for longer because of that.
 */
const backdate = 5 * 60 * 1000;

/**
 * How long a certificate is valid. kubeadm before 1.31 writes the beginning of the CA into certificates that it renews
 * (pkiutil NewSignedCert; kubernetes/kubernetes#113618): of those only the time that is left is known.
 */
export function lifetimeOf(
  { notBefore, notAfter }: Certificate,
  issuer: Certificate | undefined,
  { at }: Judging,
): number {
  const isOfIssuer = issuer !== undefined && issuer.notBefore === notBefore;
  return notAfter - (isOfIssuer ? Math.max(notBefore, at) : notBefore);
}

/** The data of a certificate that is valid for longer than a rule allows; undefined if it is not. */
export function excess(certificate: Certificate, life: number, max: number): Record<string, string> | undefined {
  if (life - backdate <= max) return undefined;
  const words = (ms: number) =>
    ms < 2 * day ? count(Math.round((ms * 24) / day), 'hour') : count(Math.round(ms / day), 'day');
  return { found: words(life), maximum: words(max), end: timeOf(certificate.notAfter) };
}
