/** What ends before the upgrade can be over, and is renewed by no upgrade. */

import type { Certificate } from '../core/certificate.ts';
import { count } from '../core/text.ts';
import { day, timeOf } from '../core/time.ts';
import { currentCredential } from '../model/kubelet-store.ts';
import type { Judging, Pki, Role } from '../model/pki.ts';
import { sourceAt } from '../model/source.ts';
import { check, notApplicable, problem, skip } from './check.ts';
import { type Renewal, renewalOf } from './upgrade.ts';
import { datedAuthority, datedRole, isEnding } from './validity.ts';

/** What ends so soon that it is told anyway, or has ended, is told there. */
function endsInWindow(certificate: Certificate, judging: Judging, rotated: boolean): boolean {
  const expiresWithinMs = judging.target?.windowMs ?? 0;
  return !isEnding(certificate, judging, rotated) && isEnding(certificate, { ...judging, expiresWithinMs }, rotated);
}

function endOf({ notAfter }: Certificate, { at }: Judging): { readonly end: string; readonly days: string } {
  return { end: timeOf(notAfter), days: count(Math.floor((notAfter - at) / day), 'day') };
}

export const upgradeOutlastsRole = check('role', function* (role, pki) {
  const { judging } = pki;
  if (judging.target === undefined) return yield notApplicable('no target release is given');
  for (const { id, at, path, where, certificate, rotated } of yield* datedRole(role, judging.at)) {
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
  if (role.id !== 'kubelet.conf' || role.certificate?.entry === undefined) return false;
  return sourceAt(pki.node, currentCredential(pki.node)).seen === 'present';
}

export const upgradeOutlastsAuthority = check('authority', function* (authority, pki) {
  const { judging } = pki;
  if (judging.target === undefined) return yield notApplicable('no target release is given');
  for (const { id, at, path, where, certificate, related = [] } of yield* datedAuthority(authority, pki)) {
    if (!endsInWindow(certificate, judging, false)) continue;
    yield problem(at, { ...endOf(certificate, judging), role: id, path, where }, { related });
  }
});
