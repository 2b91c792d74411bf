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
  readonly why: readonly string[];
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
  const end = endOf(role) ?? Number.POSITIVE_INFINITY;
  // What already ends with its CA would end no later.
  const isLast = end >= (signers.endOf(role.parent.id) ?? Number.POSITIVE_INFINITY);
  if (settings.renewBefore === undefined || end > settings.renewBefore || isLast) return undefined;
  const why = [`it ${end <= settings.now ? 'ended' : 'ends'} on ${dateOf(end)}`, ...reasons];
  return { fill: false, asked: settings.only.has(role.id), why };
}
