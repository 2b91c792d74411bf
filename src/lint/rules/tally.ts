/**
 * Counts outcomes. A fleet has a million of them, and a report needs only their number and what was skipped, so they
 * are counted at once and not kept.
 */
import type { OutcomeCounts, Pass, Skip } from '../../results/outcome.ts';
import type { Failure } from './failure.ts';
import type { Subject } from './subjects.ts';

export interface Outcome {
  readonly rule: string;
  readonly subject: Subject;
  readonly result: 'pass' | 'fail' | 'skip' | 'not-applicable';
  readonly reason: string | undefined;
  /** The failure that makes it irrelevant. */
  readonly because: Failure | undefined;
}

/** How often each rule passed, failed, was skipped or did not apply, and what was skipped. */
export interface Tally {
  readonly counts: Map<string, Counts>;
  /** Without those that a different finding explains. */
  readonly skips: Outcome[];
  /** Empty unless they are asked for. */
  readonly passes: Outcome[];
}

type Counts = { -readonly [Result in keyof OutcomeCounts]: number };

/** Adds up the counts of several nodes or clusters. */
export function tallyOf(parts: readonly Tally[]): Tally {
  const total: Tally = { counts: new Map(), skips: [], passes: [] };
  for (const { counts, skips, passes } of parts) {
    for (const [rule, more] of counts) {
      const sum = countsOf(total, rule);
      sum.pass += more.pass;
      sum.fail += more.fail;
      sum.skip += more.skip;
      sum.notApplicable += more.notApplicable;
    }
    for (const skip of skips) total.skips.push(skip);
    for (const pass of passes) total.passes.push(pass);
  }
  return total;
}

/**
 * Counts one more outcome.
 *
 * @param listsPasses whether passes are listed too
 */
export function addOutcome(tally: Tally, outcome: Outcome, listsPasses: boolean): void {
  const { rule, result, because } = outcome;
  countsOf(tally, rule)[result === 'not-applicable' ? 'notApplicable' : result] += 1;
  if (result === 'skip' && !because) tally.skips.push(outcome);
  if (result === 'pass' && listsPasses) tally.passes.push(outcome);
}

function countsOf({ counts }: Tally, rule: string): Counts {
  const known = counts.get(rule);
  if (known !== undefined) return known;
  const none = { pass: 0, fail: 0, skip: 0, notApplicable: 0 };
  counts.set(rule, none);
  return none;
}

/** Returns what could not be judged on a node or in a cluster, with the reason. */
export function skipsOf({ skips }: Tally, node: string): readonly Skip[] {
  return skips.map(({ rule, subject, reason }) => ({ rule, subject: subject.name, node, reason: reason ?? '' }));
}

/** Returns what passed on a node or in a cluster. */
export function passesOf({ passes }: Tally, node: string): readonly Pass[] {
  return passes.map(({ rule, subject }) => ({ rule, subject: subject.name, node, path: subject.path }));
}
