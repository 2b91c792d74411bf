/** Exceptions in a run: what they excuse, what became of them, and the findings about them. */

import { compareText } from '../../core/text.ts';
import type { JudgedException, ReportedException } from '../../results/exception.ts';
import { exceptionStates } from '../../results/exception.ts';
import type { Finding } from '../../results/finding.ts';
import type { Naming } from '../findings/finding.ts';
import { type Judgement, selectedFailures } from '../findings/judgement.ts';
import type { ObjectFault } from '../findings/off-node.ts';
import type { Excusable, Failure } from '../rules/failure.ts';
import type { NodeRun, Runs } from '../rules/run-nodes.ts';
import type { Selection } from '../rules/selection.ts';
import type { Tally } from '../rules/tally.ts';
import { type AppliedExceptions, applyExceptions, matcherOf } from './apply.ts';
import { commentsOf, matchersOf, type ReadComment } from './comments.ts';
import type { ExceptionOptions } from './judged-matcher.ts';
import { policyFindings } from './policy-findings.ts';
import { judgeException } from './states.ts';

/** What a report says of exceptions. */
export interface ExceptionReport {
  readonly exceptions: readonly ReportedException[];
  /** The findings on no node: those about exceptions, and those about objects, some of which are excused. */
  readonly findings: readonly Finding[];
  readonly outcomes: Tally;
}

type Nodes = readonly (NodeRun & { readonly upcoming: readonly Failure[] })[];

/** The exceptions of a run before its findings are composed. */
export interface RunExceptions extends Pick<AppliedExceptions, 'groupsOf'> {
  /** Returns what became of them. */
  readonly reportOn: (judgements: readonly Judgement[]) => ExceptionReport;
}

/** Finds the exceptions of the policy and of comments, and what they match. */
export function runExceptions(
  runs: Pick<Runs, 'clusters'> & { readonly nodes: Nodes },
  selection: Selection,
  options: ExceptionOptions,
  naming: Naming,
): RunExceptions {
  const { exceptions, exceptionPolicy } = options.policy;
  const comments = runs.nodes.flatMap(({ pki }) => commentsOf(pki));
  const own = exceptions.map((exception) => matcherOf(exception, exceptionPolicy, options.at));
  const written = comments.flatMap((comment) => {
    const all = matchersOf(comment, exceptionPolicy);
    // One that no policy would allow is reported also where comments are not in force.
    return isInForce(comment, options) ? all : all.filter(({ terms }) => terms.state === 'forbidden');
  });
  const matchers = [...own, ...written];
  const failures = runs.nodes.map((run) => selectedFailures(run, run.upcoming, selection));
  const { objects } = options;
  const faults = objects?.faults ?? [];
  const { groupsOf, matched, ofObjects } = applyExceptions(failures, faults, matchers, exceptionPolicy, naming);
  return {
    groupsOf,
    reportOn(judgements) {
      const all = [...failures.flat(), ...faults];
      const found = findingOf(judgements, faults);
      const run = { ...runs, selection, failures: all, findingOf: found, ...(objects && { objects }) };
      const judged = matchers.map((matcher) => ({
        matcher,
        judged: judgeException(matcher, matched.get(matcher) ?? new Set(), run),
      }));
      const ofPolicy = policyFindings(judged, comments, selection, options, naming);
      return {
        exceptions: judged.map((one) => reported(one.judged)).toSorted(byEnd),
        findings: [...ofPolicy.findings, ...ofObjects],
        outcomes: ofPolicy.outcomes,
      };
    },
  };
}

/**
 * Whether a comment may excuse findings. One on the node itself, or in an archive, never does: a user who may write a
 * manifest must not silence the audit.
 */
function isInForce({ pki: { node }, file }: ReadComment, options: ExceptionOptions): boolean {
  const { policy, trustsComments, isLive } = options;
  if (isLive(node.rootfs) || node.named === undefined || file.file.includes('!/')) return false;
  return policy.exceptionPolicy.inline ?? trustsComments?.(file.file) ?? false;
}

/** Finds the finding of a failure. */
function findingOf(
  judgements: readonly Judgement[],
  faults: readonly ObjectFault[],
): (failure: Excusable) => Finding | undefined {
  const findings = new Map(judgements.flatMap((one) => one.findings.map((finding) => [finding.fingerprint, finding])));
  const fingerprints = new Map<Excusable, string>(judgements.flatMap((one) => [...one.fingerprints]));
  const ofObjects = new Map<Excusable, Finding>(faults.map((fault) => [fault, fault.finding]));
  return (failure) => ofObjects.get(failure) ?? findings.get(fingerprints.get(failure) ?? '');
}

function reported({ exception, state, why, daysLeft, findings }: JudgedException): ReportedException {
  const { at, match, reason, until, since = null, owner = null, ticket = null } = exception;
  const by = `${at.file}:${at.line}`;
  return { by, match, reason, until, daysLeft, since, owner, ticket, state, why, findings };
}

/** What expires first comes first. */
function byEnd(one: ReportedException, other: ReportedException): number {
  return (
    compareText(one.until, other.until) ||
    exceptionStates.indexOf(one.state) - exceptionStates.indexOf(other.state) ||
    compareText(one.by, other.by)
  );
}
