/** Is it valid at the time of judging, and for how much longer? */
import type { Certificate } from '../core/certificate.ts';
import type { Place } from '../core/place.ts';
import type { Authority, Judging, Role } from '../model/pki.ts';
import { type Answer, check, notApplicable, problem } from './check.ts';
import { certificatesOf, leafOf } from './judged.ts';

const day = 24 * 60 * 60 * 1000;

interface Dated {
  readonly id: string;
  readonly at: Place;
  readonly path: string;
  readonly certificate: Certificate;
  /** Renewed by the kubelet itself, at 70 to 90 per cent of its life (client-go certificate_manager.go). */
  readonly rotated: boolean;
}

/** RFC 3339 in UTC, to the second. */
export function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function* datedRole(role: Role): Generator<Answer, Dated | undefined> {
  const certificate = yield* leafOf(role);
  if (!certificate) return undefined;
  if (!role.inUse) {
    yield notApplicable('nothing reads it');
    return undefined;
  }
  const rotated = role.kind === 'kubeconfig' && /kubelet-client-/.test(role.certificate?.path ?? '');
  return { id: role.id, at: role.at, path: role.path, certificate, rotated };
}

function* datedAuthority(authority: Authority): Generator<Answer, Dated | undefined> {
  const certificates = (yield* certificatesOf(authority)) ?? [];
  // In a bundle the one in force is that which ends last: an expired leftover of a rotation harms nobody.
  const [last] = [...certificates].sort((one, other) => other.notAfter - one.notAfter);
  if (last === undefined) return undefined;
  const { path } = authority.source;
  return { id: authority.id, at: { path }, path, certificate: last, rotated: false };
}

function* expired({ id, at, path, certificate }: Dated, { at: now }: Judging): Generator<Answer> {
  // Go compares whole times: exactly at its end a certificate is still valid (verify.go, now.After(NotAfter)).
  if (now <= certificate.notAfter) return;
  const end = timeText(certificate.notAfter);
  yield problem(at, {
    role: id,
    path,
    end,
    now: timeText(now),
    days: `${Math.floor((now - certificate.notAfter) / day)}`,
  });
}

function* notYetValid({ id, at, path, certificate }: Dated, { at: now }: Judging): Generator<Answer> {
  if (now >= certificate.notBefore) return;
  yield problem(at, { role: id, path, start: timeText(certificate.notBefore), now: timeText(now) });
}

function* endsSoon({ id, at, path, certificate, rotated }: Dated, judging: Judging): Generator<Answer> {
  const left = certificate.notAfter - judging.at;
  const life = certificate.notAfter - certificate.notBefore;
  const limit = Math.min(judging.expiresWithinMs, rotated ? life / 10 : life / 3);
  if (left < 0 || left >= limit) return;
  yield problem(at, { role: id, path, end: timeText(certificate.notAfter), days: `${Math.floor(left / day)}` });
}

type Question = (dated: Dated, judging: Judging) => Generator<Answer>;

const ofRole = (question: Question) =>
  check('role', function* (role, pki) {
    const dated = yield* datedRole(role);
    if (dated) yield* question(dated, pki.judging);
  });

const ofAuthority = (question: Question) =>
  check('authority', function* (authority, pki) {
    const dated = yield* datedAuthority(authority);
    if (dated) yield* question(dated, pki.judging);
  });

export const roleExpired = ofRole(expired);
export const roleNotYetValid = ofRole(notYetValid);
export const roleEndsSoon = ofRole(endsSoon);
export const authorityExpired = ofAuthority(expired);
export const authorityNotYetValid = ofAuthority(notYetValid);
export const authorityEndsSoon = ofAuthority(endsSoon);
