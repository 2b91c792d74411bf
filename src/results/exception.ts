/** The exceptions of a policy, as reports list them. */
import type { Count, Integer } from '../core/formats.ts';
import type { Day, Exception, ExceptionMatch } from '../settings/policy.ts';

/** The states, the worst first. */
export const exceptionStates = ['forbidden', 'expired', 'unused', 'ends-soon', 'in-force'] as const;
/**
 * The state of an exception. `forbidden`: the policy does not allow it, and it excuses nothing; `expired`:
 * its last day is over, and its findings count again; `unused`: it excuses nothing, although its rule was judged;
 * `ends-soon` and `in-force`: it excuses what it matches.
 */
export type ExceptionState = (typeof exceptionStates)[number];

/** An exception of the policy, or of a comment in a file. */
export interface ReportedException {
  /** Where it is: `pki-lint.config.yaml:28`. */
  readonly by: string;
  /** What it excuses. */
  readonly match: ExceptionMatch;
  /** Why. */
  readonly reason: string;
  /** The last day on which it is in force. */
  readonly until: Day;
  /** Days until then, 0 on that day; negative if it is over. */
  readonly daysLeft: Integer;
  /** The day on which it was written; null if it does not say that. */
  readonly since: Day | null;
  /** Who answers for it; null if it does not say that. */
  readonly owner: string | null;
  /** The ticket in which it was agreed; null if it does not say that. */
  readonly ticket: string | null;
  readonly state: ExceptionState;
  /** Why it is in this state; '' if the state says it. */
  readonly why: string;
  /** The findings that it matches: those that it excuses, or that count again because it has expired. */
  readonly findings: Count;
}

/** An exception after a run. */
export interface JudgedException {
  readonly exception: Exception;
  readonly state: ExceptionState;
  readonly why: string;
  readonly daysLeft: number;
  readonly findings: number;
}

/** Names what an exception matches: `cert/expired at /etc/kubernetes/pki/ca.crt on cp-1`. */
export function matchText({ rule, path, subject, node, fingerprint, sha256 }: ExceptionMatch): string {
  return [
    rule === undefined || rule === '*' ? 'all rules' : rule,
    ...(path === undefined ? [] : [`at ${path}`]),
    ...(subject === undefined ? [] : [`of ${subject}`]),
    ...(fingerprint === undefined ? [] : [`with the fingerprint ${fingerprint}`]),
    ...(sha256 === undefined ? [] : [`of the certificate ${sha256.slice(0, 16)}`]),
    ...(node === undefined ? [] : [`on ${node}`]),
  ].join(' ');
}
