/** Runs one check on one subject: what it answers is one outcome. */
import { type CheckResult, type Problem, skip } from '../../checks/base/check.ts';
import type { Rule } from '../../tables/catalog.ts';
import { isSignatureLimit } from '../../x509/verify/signature-limit.ts';
import type { Subject } from './subjects.ts';
import type { Outcome } from './tally.ts';

/**
 * Returns the outcome of a check. One that needs too many signatures is skipped.
 *
 * @param run starts the check
 * @param add receives each problem
 */
export function runCheck(
  { id }: Rule,
  subject: Subject,
  run: () => Iterable<CheckResult>,
  add: (problem: Problem) => void,
): Outcome {
  const outcome: Weighed = { rule: id, subject, because: undefined, result: 'pass', reason: undefined };
  try {
    for (const answer of run()) {
      if (answer.kind === 'problem') add(answer);
      weigh(outcome, answer);
    }
  } catch (error) {
    if (!isSignatureLimit(error)) throw error;
    weigh(outcome, skip(error.message));
  }
  return outcome;
}

type Weighed = { -readonly [K in keyof Outcome]: Outcome[K] };

/** A problem outweighs a skip, and a skip outweighs "not applicable". The first of equals gives the reason. */
function weigh(outcome: Weighed, answer: CheckResult): void {
  const result = answer.kind === 'problem' ? 'fail' : answer.kind;
  if (weights[result] <= weights[outcome.result]) return;
  outcome.result = result;
  outcome.reason = answer.kind === 'problem' ? undefined : answer.reason;
}

const weights: Readonly<Record<Outcome['result'], number>> = { pass: 0, 'not-applicable': 1, skip: 2, fail: 3 };
