/** Is it valid at the time of judging, and for how much longer? */

import type { Place } from '../core/artifact.ts';
import type { Certificate } from '../core/certificate.ts';
import { count, handful } from '../core/text.ts';
import { dateOf, day, timeOf } from '../core/time.ts';
import type { Judging, Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import { datedCredential } from '../model/roles/signing.ts';
import {
  type CheckResult,
  type Consequence,
  certificatesOf,
  check,
  leafOf,
  notApplicable,
  problem,
  skip,
} from './check.ts';

interface Dated {
  /** As messages name it. */
  readonly id: string;
  readonly at: Place;
  readonly path: string;
  /** ` in FILE`, where the certificate lies in another file than `path`. */
  readonly where: string;
  readonly certificate: Certificate;
  /** Renewed by the kubelet itself, at 70 to 90 per cent of its life (client-go certificate_manager.go). */
  readonly rotated: boolean;
  /** Whether the authority above is not valid yet either: that is told there, once. */
  readonly awaitsAuthority: boolean;
  /** Who dies with it, where that is not everybody. */
  readonly related?: readonly Consequence[];
}

/** The certificates of a role whose dates count, its intermediates with it. */
export function* datedRole(role: Role, pki: Pki): Generator<CheckResult, readonly Dated[]> {
  const certificate = yield* leafOf(role);
  if (!certificate) return [];
  if (!role.inUse) {
    yield notApplicable('nothing reads it');
    return [];
  }
  const { path } = role;
  const rotated = role.kind === 'kubeconfig' && (role.certificate?.path ?? '').includes(datedCredential(pki));
  const [leaf = certificate, ...above] = role.verified ?? [certificate];
  const anchor = above.at(-1);
  const where = path === role.certificate?.path ? '' : ` in ${role.certificate?.path}`;
  const shared = {
    at: role.at,
    path,
    where,
    rotated,
    awaitsAuthority: anchor !== undefined && anchor.notBefore > pki.judging.at,
  };
  // Of the elements that the file itself holds; the anchor's dates are its authority's matter.
  const intermediates = above.slice(0, -1).map((one) => ({
    ...shared,
    id: `the intermediate "${one.subject.text}" of ${role.id}`,
    certificate: one,
  }));
  return [{ ...shared, id: role.id, certificate: leaf }, ...intermediates];
}

/**
 * What is in force of an authority: by name and key, what its leaves in use chain up to. An expired leftover of a
 * rotation harms nobody, and of an authority that was renewed with its key one valid certificate suffices.
 */
export function* datedAuthority(authority: Authority, pki: Pki): Generator<CheckResult, readonly Dated[]> {
  if (!(yield* certificatesOf(authority))) return [];
  const children = pki.roles.filter((role) => role.parent === authority && role.inUse && role.applies.answer === 'yes');
  const ends = authority.certificates.toSorted((one, other) => other.notAfter - one.notAfter);
  const anchors = children.flatMap((role) => role.verified?.at(-1) ?? []);
  const inForce = new Set((anchors.length > 0 ? anchors : ends.slice(0, 1)).map(entityOf));
  const { path } = authority.source;
  return [...inForce].flatMap((entity) => {
    const certificate = bestOf(
      authority.certificates.filter((one) => entityOf(one) === entity),
      pki.judging.at,
    );
    if (certificate === undefined) return [];
    const dated = {
      id: authority.id,
      at: { path },
      path,
      where: '',
      certificate,
      rotated: false,
      awaitsAuthority: false,
    };
    if (authority.certificates.every((one) => entityOf(one) === entity)) return [dated];
    const dead = children.filter((role) => entityOf(role.verified?.at(-1)) === entity);
    const related = dead.map((role) => ({ path: role.path, subject: role.id, message: 'was signed by it' }));
    return [{ ...dated, id: `"${certificate.subject.text}" of ${authority.id}`, related }];
  });
}

function entityOf(certificate: Certificate | undefined): string {
  return `${certificate?.subject.der} ${certificate?.publicKey.id}`;
}

/** What is valid before what is not, then what ends last. */
function bestOf(certificates: readonly Certificate[], now: number): Certificate | undefined {
  const isValid = (one: Certificate) => Number(one.notBefore <= now && now <= one.notAfter);
  return certificates.toSorted((one, other) => isValid(other) - isValid(one) || other.notAfter - one.notAfter)[0];
}

function* expired(
  { id, at, path, where, certificate, related = [] }: Dated,
  { at: now }: Judging,
): Generator<CheckResult> {
  // Go compares whole times: exactly at its end a certificate is still valid (verify.go, now.After(NotAfter)).
  if (now <= certificate.notAfter) return;
  const end = timeOf(certificate.notAfter);
  const days = count(Math.floor((now - certificate.notAfter) / day), 'day');
  yield problem(at, { role: id, path, end, now: timeOf(now), days, where }, { related });
}

function* notYetValid(dated: Dated, { at: now }: Judging): Generator<CheckResult> {
  const { id, at, path, where, certificate, related = [] } = dated;
  if (now >= certificate.notBefore) return;
  if (dated.awaitsAuthority) return yield skip('its authority is not valid yet either');
  const data = { role: id, path, start: timeOf(certificate.notBefore), now: timeOf(now), where };
  yield problem(at, data, { related });
}

/** Whether little of a certificate's life is left: by the clock, and by how long it lives at all. */
export function isExpiringSoon({ notBefore, notAfter }: Certificate, judging: Judging, rotated = false): boolean {
  const life = notAfter - notBefore;
  return notAfter - judging.at < Math.min(judging.expiresWithinMs, rotated ? life / 10 : life / 3);
}

function* endsSoon(dated: Dated, judging: Judging): Generator<CheckResult> {
  const { id, at, path, where, certificate, rotated, related = [] } = dated;
  if (judging.at > certificate.notAfter || !isExpiringSoon(certificate, judging, rotated)) return;
  const days = count(Math.floor((certificate.notAfter - judging.at) / day), 'day');
  yield problem(at, { role: id, path, end: timeOf(certificate.notAfter), days, where }, { related });
}

type Question = (dated: Dated, judging: Judging) => Generator<CheckResult>;

const ofRole = (question: Question) =>
  check('role', function* (role, pki) {
    for (const dated of yield* datedRole(role, pki)) yield* question(dated, pki.judging);
  });

const ofAuthority = (question: Question) =>
  check('authority', function* (authority, pki) {
    for (const dated of yield* datedAuthority(authority, pki)) yield* question(dated, pki.judging);
  });

/** Told once for all that an authority signed: kubeadm gives leaves a year, however little its CA has left. */
const authorityOutlived = check('authority', function* (authority, pki) {
  if (!(yield* certificatesOf(authority))) return;
  const outliving = pki.roles.flatMap((role) => {
    const [leaf, ...above] = role.parent === authority && role.applies.answer === 'yes' ? (role.verified ?? []) : [];
    const first = above.toSorted((one, other) => one.notAfter - other.notAfter)[0];
    return leaf && first && role.inUse && leaf.notAfter > first.notAfter ? [{ role, leaf, first }] : [];
  });
  if (outliving.length === 0) return;
  if (outliving.some(({ first }) => isExpiringSoon(first, pki.judging))) {
    return yield notApplicable('another rule says that it ends soon');
  }
  const related = outliving.map(({ role, leaf, first }) => ({
    path: role.path,
    subject: role.id,
    message: `ends on ${dateOf(first.notAfter)}, not on ${dateOf(leaf.notAfter)}`,
  }));
  const ids = outliving.map(({ role }) => role.id);
  const end = dateOf(Math.min(...outliving.map(({ first }) => first.notAfter)));
  const data = { role: authority.id, roles: handful(ids, 3), end, count: count(ids.length, 'certificate') };
  yield problem({ path: authority.source.path }, data, { related });
});

export const validityChecks = {
  'cert/expired': ofRole(expired),
  'cert/not-yet-valid': ofRole(notYetValid),
  'cert/ends-soon': ofRole(endsSoon),
  'authority/expired': ofAuthority(expired),
  'authority/not-yet-valid': ofAuthority(notYetValid),
  'authority/ends-soon': ofAuthority(endsSoon),
  'authority/outlived': authorityOutlived,
};
