/** What is to become of a role, and why. */
import type { Finding } from '../../core/report.ts';
import { dateOf } from '../../core/time.ts';
import { endOf } from '../../model/issuing.ts';
import type { Role } from '../../model/pki.ts';
import type { Settings } from './settings.ts';
import { isOrphaned, type Signers } from './signers.ts';

export interface Fate {
  /** Whether nothing is there. */
  readonly fill: boolean;
  /** Whether it was named. */
  readonly asked: boolean;
  /** Whether that it ends is the reason. */
  readonly byEnd?: boolean;
  readonly why: readonly string[];
}

/** Whether `--renew` is meant for it. */
export function isEnding(role: Role, { renewBefore }: Settings): boolean {
  return renewBefore !== undefined && (endOf(role) ?? Number.POSITIVE_INFINITY) <= renewBefore;
}

/** Whether it ends with its CA already, so that no certificate of that CA would end later. */
export function endsWithCa(role: Role, signers: Signers): boolean {
  const end = signers.endOf(role.parent.id);
  return end !== undefined && (endOf(role) ?? Number.NEGATIVE_INFINITY) >= end;
}

/** undefined: it stays as it is. `findings`: what lint says of it. */
export function fateOf(
  role: Role,
  settings: Settings,
  signers: Signers,
  findings: readonly Finding[],
): Fate | undefined {
  const told = findings.filter(({ severity }) => severity !== 'info');
  const reasons = told.map(({ rule, message }) => `${rule}: ${message}`);
  if (role.seen === 'absent') {
    const rule = role.kind === 'kubeconfig' ? 'kubeconfig/present' : 'cert/present';
    // A key beside it is used: it may be what an earlier run left, or a request's.
    return { fill: true, asked: true, why: reasons.length > 0 ? reasons : [`${rule}: ${role.id} is missing`] };
  }
  if (settings.replace.has(role.id)) return { fill: false, asked: true, why: [`--replace ${role.id}`, ...reasons] };
  if (isOrphaned(role, signers)) {
    return { fill: false, asked: true, why: [`${role.parent.id} is replaced, which signed it`] };
  }
  if (!isEnding(role, settings) || endsWithCa(role, signers)) return undefined;
  const end = endOf(role) ?? settings.now;
  const why = [`it ${end <= settings.now ? 'ended' : 'ends'} on ${dateOf(end)}`, ...reasons];
  return { fill: false, asked: settings.only.has(role.id), byEnd: true, why };
}
