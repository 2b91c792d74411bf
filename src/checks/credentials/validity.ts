/** The dates of a certificate and of what depends on it, at the time of judging. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { Place } from '../../artifact/place.ts';
import { count } from '../../core/text.ts';
import { day, timeOf } from '../../core/time.ts';
import { warnedWithin } from '../../model/facts/limits.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import { lastingCertificate } from '../../model/roles/authorities.ts';
import type { Judging, Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { roleId } from '../../model/roles/slots.ts';
import { datedCredential } from '../../model/trust/signing.ts';
import { type CheckResult, type Consequence, notApplicable, problem, skip } from '../base/check.ts';
import type { CertifiedRole } from '../base/guards.ts';

export interface Dated {
  /** The name in messages. */
  readonly id: string;
  readonly at: Place;
  readonly path: string;
  /** ` in FILE` if the file of the certificate differs from `path`. */
  readonly where: string;
  readonly certificate: Certificate;
  /** Whether the kubelet renews it, at 70 to 90 per cent of its lifetime (client-go certificate_manager.go). */
  readonly rotated?: boolean;
  /** Whether its CA is not valid yet either, which is reported there. */
  readonly awaitsAuthority?: boolean;
  /** The roles that fail with it, unless all roles of the CA do. */
  readonly related?: readonly Consequence[];
  /** For a CA, the ids of what it signed. */
  readonly affects?: readonly string[];
}

/** The leaf of a role and the intermediates of its file; nothing if no component reads it. */
export function* datedRole(role: CertifiedRole, pki: Pki): Generator<CheckResult, readonly Dated[]> {
  if (!role.inUse) {
    yield notApplicable('not in use');
    return [];
  }
  const { path, at } = role;
  const rotated = role.kind === 'kubeconfig' && (role.certificate?.path ?? '').includes(datedCredential(pki));
  const [leaf = role.leaf, ...above] = role.verified ?? [];
  const anchor = above.at(-1);
  const where = path === role.certificate?.path ? '' : ` in ${role.certificate?.path}`;
  const awaitsAuthority = anchor !== undefined && anchor.notBefore > pki.judging.at;
  const shared = { at, path, where, rotated, awaitsAuthority };
  // Only those in the file itself: the dates of the anchor are checked with its CA.
  const intermediates = above.slice(0, -1).map((one) => ({
    ...shared,
    id: `the intermediate "${one.subject.text}" of ${role.id}`,
    certificate: one,
  }));
  return [{ ...shared, id: role.id, certificate: leaf }, ...intermediates];
}

/**
 * The certificates of a CA that its leaves in use chain up to, by name and key. An expired leftover of a rotation does
 * no harm, and of a CA that was renewed with its key one valid certificate suffices.
 */
export function datedAuthority(authority: Authority, pki: Pki): readonly Dated[] {
  const children = pki.roles.filter((role) => role.parent === authority && role.inUse && role.applies.answer === 'yes');
  const ends = authority.certificates.toSorted((one, other) => other.notAfter - one.notAfter);
  const anchors = children.flatMap((role) => role.verified?.at(-1) ?? []);
  const inForce = new Set((anchors.length > 0 ? anchors : ends.slice(0, 1)).map(entityOf));
  const { path } = authority.source;
  return [...inForce].flatMap((entity) => {
    const own = authority.certificates.filter((one) => entityOf(one) === entity);
    const certificate = lastingCertificate(own, pki.judging.at);
    if (certificate === undefined) return [];
    const affected = children.filter((role) => entityOf(role.verified?.at(-1)) === entity);
    const affects = affected.map(({ id }) => idOnNode(pki, roleId(id)));
    const dated = { id: authority.id, at: { path }, path, where: '', certificate, affects };
    if (own.length === authority.certificates.length) return [dated];
    const related = affected.map((role) => ({ path: role.path, subject: role.id, message: 'signed by this CA' }));
    return [{ ...dated, id: `"${certificate.subject.text}" of ${authority.id}`, related }];
  });
}

/** The name and key of a certificate, which a renewal keeps. */
export function entityOf(certificate: Certificate | undefined): string {
  return `${certificate?.subject.der} ${certificate?.publicKey.id}`;
}

export function* expired(dated: Dated, { at: now }: Judging): Generator<CheckResult> {
  const { id, at, path, where, certificate, affects, related = [] } = dated;
  // Go compares whole times: at the moment of NotAfter a certificate is still valid (verify.go, now.After(NotAfter)).
  if (now <= certificate.notAfter) return;
  const end = timeOf(certificate.notAfter);
  const days = count(Math.floor((now - certificate.notAfter) / day), 'day');
  yield problem(at, { role: id, path, end, now: timeOf(now), days, where }, { related, affects, certificate });
}

export function* notYetValid(dated: Dated, { at: now }: Judging): Generator<CheckResult> {
  const { id, at, path, where, certificate, related = [] } = dated;
  if (now >= certificate.notBefore) return;
  if (dated.awaitsAuthority) return yield skip('the CA that signed it is not valid yet either');
  const data = { role: id, path, start: timeOf(certificate.notBefore), now: timeOf(now), where };
  yield problem(at, data, { related, certificate });
}

/** Whether a certificate expires within a time, in milliseconds, and with little of its lifetime left. */
export function expiresWithin(
  { notBefore, notAfter }: Certificate,
  { at }: Pick<Judging, 'at'>,
  withinMs: number,
  rotated = false,
): boolean {
  const life = notAfter - notBefore;
  return notAfter - at < Math.min(withinMs, rotated ? life / 10 : life / 3);
}

/**
 * A life so short that only programs renew such a certificate: linkerd has some of 24 hours (linkerd/linkerd2#5149),
 * and CAs of others issue for six days.
 */
export const shortLife = 30 * day;

/** Whether the rule for certificates or CAs that expire soon reports a certificate. */
export function isExpiringSoon(
  certificate: Certificate,
  judging: Judging,
  rule: 'cert/ends-soon' | 'authority/ends-soon',
  rotated = false,
): boolean {
  return expiresWithin(certificate, judging, warnedWithin(judging, rule), rotated);
}

export const endsSoon = (rule: 'cert/ends-soon' | 'authority/ends-soon') =>
  function* (dated: Dated, judging: Judging): Generator<CheckResult> {
    const { id, at, path, where, certificate, rotated, related = [] } = dated;
    if (judging.at > certificate.notAfter || !isExpiringSoon(certificate, judging, rule, rotated)) return;
    const days = count(Math.floor((certificate.notAfter - judging.at) / day), 'day');
    yield problem(at, { role: id, path, end: timeOf(certificate.notAfter), days, where }, { related, certificate });
  };

export type DateCheck = typeof expired;
