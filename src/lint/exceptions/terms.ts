/** Whether a policy allows an exception, and until when it is in force. */

import { glob } from '../../core/glob.ts';
import { count } from '../../core/text.ts';
import { dateOf, day } from '../../core/time.ts';
import { durationMs } from '../../settings/duration.ts';
import { isAboutPolicy, neverExcused } from '../../settings/never-excused.ts';
import type { Exception, ExceptionMatch, ExceptionPolicy, RulePattern } from '../../settings/policy.ts';
import { rules } from '../../tables/catalog.ts';

/** What is true of an exception before anything is judged. */
export interface Terms {
  /** `open`: it excuses what it matches. */
  readonly state: 'forbidden' | 'expired' | 'open';
  /** Why it is forbidden, else ''. */
  readonly why: string;
  readonly daysLeft: number;
  /** Whether it expires within the time of `warnBefore`. */
  readonly endsSoon: boolean;
}

/** The default of `warnBefore`. */
const usualWarning = 14 * day;

/** Returns the terms of an exception at a time. */
export function termsOf(exception: Exception, policy: ExceptionPolicy, at: number): Terms {
  const last = endOf(exception.until);
  const end = last + day;
  const why = objectionTo(exception, policy, at) ?? '';
  const daysLeft = Math.floor((last - dayOf(at)) / day);
  const warnBefore = policy.warnBefore === undefined ? usualWarning : durationMs(policy.warnBefore);
  const state = why !== '' ? 'forbidden' : at < end ? 'open' : 'expired';
  return { state, why, daysLeft, endsSoon: end - at <= warnBefore };
}

const dayOf = (at: number): number => Math.floor(at / day) * day;

/** The beginning of a day. One that does not exist is over since long: a slip must not mean for ever. */
function endOf(until: string): number {
  return isDay(until) ? Date.parse(until) : 0;
}

/** Whether a text is a day: `2027-03-31`. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // Date turns 30 February into 2 March.
  return !Number.isNaN(time) && dateOf(time) === text;
}

/** Why the policy does not allow an exception; undefined if it does. The first reason counts. */
function objectionTo(exception: Exception, policy: ExceptionPolicy, at: number): string | undefined {
  const { match, until, owner, ticket } = exception;
  const never = neverExcused(policy);
  const matched = rulesOf(match.rule);
  if (matched.length === 0) return `there is no rule ${match.rule}`;
  if (matched.every(({ id }) => isAboutPolicy(id))) return 'findings about the policy cannot be excused';
  if (matched.every(({ id }) => never(id)))
    return `${match.rule ?? 'every rule'} is among the rules that are never excused`;
  if (!isNarrow(match))
    return 'it would excuse a rule everywhere: name a path, a subject or one node, or switch the rule off';
  if (!isDay(until)) return `${until} is not a day such as 2027-03-31`;
  const tooLong = lengthObjection(exception, policy, at);
  if (tooLong !== undefined) return tooLong;
  if (policy.requireOwner && owner === undefined) return 'it names no owner';
  if (policy.requireTicket && ticket === undefined) return 'it names no ticket';
  return undefined;
}

function lengthObjection(
  { until, since }: Exception,
  { maxDuration }: ExceptionPolicy,
  at: number,
): string | undefined {
  if (maxDuration === undefined) return undefined;
  const start = since !== undefined && isDay(since) ? Date.parse(since) : dayOf(at);
  const length = Date.parse(until) - start;
  if (length <= durationMs(maxDuration)) return undefined;
  const from = since === undefined ? 'from today' : `from ${since}`;
  return `it lasts ${count(Math.round(length / day), 'day')} ${from}, and the longest time is ${maxDuration}`;
}

/** Returns the rules that a pattern names. */
export function rulesOf(pattern: RulePattern = '*') {
  return rules.filter(({ id }) => glob(pattern)(id));
}

/** Whether an exception is about something in particular. A rule everywhere is switched off, and not excused. */
function isNarrow({ rule, path, subject, node, fingerprint, sha256 }: ExceptionMatch): boolean {
  const names = (pattern: string | undefined) => pattern !== undefined && /[^*/]/.test(pattern);
  if (fingerprint !== undefined || sha256 !== undefined || names(path) || names(subject)) return true;
  return names(rule) && names(node) && !node?.includes('*');
}
