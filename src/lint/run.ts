/** Rules × subjects → outcomes. Runs stage by stage, so that a fault is reported only at the first failing link. */
import { type CheckResult, list, type Problem, skip } from '../checks/check.ts';
import { checkOf } from '../checks/index.ts';
import type { OutcomeCounts, Skip } from '../core/outcome.ts';
import type { Impact, Related } from '../core/report.ts';
import type { Cluster } from '../model/cluster/cluster.ts';
import type { Pki } from '../model/roles/pki.ts';
import { type Rule, rules, stages } from '../tables/catalog.ts';
import { isSignatureLimit } from '../x509/signature-limit.ts';
import { type NodeSubjectKind, type Subject, subjectsOf } from './subjects.ts';

/** Under which conditions something fails that does not fail today. */
export interface Preview {
  /** The beginning of its message: `with v1.37.0`. */
  readonly prefix: string;
  /** Replaces the rule's own. */
  readonly impact?: Impact;
  /** Whether it may not fail either: then it is at most a warning. */
  readonly uncertain: boolean;
  /** The connections that break because of it. */
  readonly broken: readonly Related[];
}

export interface Failure {
  /** The node that it is about. */
  readonly pki: Pki;
  readonly rule: Rule;
  readonly subject: Subject;
  readonly problem: Problem;
  readonly preview?: Preview;
}

export interface Outcome {
  readonly rule: string;
  readonly subject: Subject;
  readonly result: 'pass' | 'fail' | 'skip' | 'not-applicable';
  readonly reason: string | undefined;
  /** The failure that makes it irrelevant. */
  readonly because: Failure | undefined;
}

export interface Run {
  /** Of all rules: one that is not wanted can still be the cause of another failure. */
  readonly failures: readonly Failure[];
  readonly outcomes: readonly Outcome[];
}

/** Rules of connections and clusters run on several nodes together. */
const nodeRules = rules.filter(({ over }) => over !== 'connection' && over !== 'cluster');

/** Runs every rule on one node. Returns the outcomes of those rules that `wanted` accepts. */
export function runRules(pki: Pki, wanted: (rule: Rule) => boolean): Run {
  const failures: Failure[] = [];
  const outcomes: Outcome[] = [];
  const blocked = new Map<string, Failure>();
  const subjects = subjectsOf(pki);
  for (const stage of stages) {
    // A fault silences the later stages of everything that depends on the same thing.
    const found: Failure[] = [];
    for (const rule of nodeRules) {
      if (rule.stage !== stage) continue;
      for (const subject of subjects[rule.over as NodeSubjectKind]) {
        const because = subject.hangsOn.map((id) => blocked.get(id)).find((failure) => failure !== undefined);
        const outcome = because ? blockedOutcome(rule, subject, because) : runRule(rule, subject, pki, found);
        if (wanted(rule)) outcomes.push(outcome);
      }
    }
    for (const failure of found) {
      failures.push(failure);
      const id = failure.subject.hangsOn[0];
      if (failure.rule.blocks && id !== undefined && !blocked.has(id)) blocked.set(id, failure);
    }
  }
  return { failures, outcomes };
}

function blockedOutcome(rule: Rule, subject: Subject, because: Failure): Outcome {
  const reason = `see ${because.rule.id}@${because.subject.name}`;
  return { rule: rule.id, subject, result: 'skip', reason, because };
}

/** Runs one rule on one subject. Failures are added to `found`. */
export function runRule(rule: Rule, subject: Subject, pki: Pki, found: Failure[]): Outcome {
  let result: Outcome['result'] = 'pass';
  let reason: string | undefined;
  for (const answer of answersOf(rule, subject, pki)) {
    if (answer.kind === 'problem') found.push({ pki, rule, subject, problem: answer });
    // A problem outweighs a skip, and a skip outweighs "not applicable". The first of equals gives the reason.
    const weighs = answer.kind === 'problem' ? 'fail' : answer.kind;
    if (order.indexOf(weighs) <= order.indexOf(result)) continue;
    result = weighs;
    reason = answer.kind === 'problem' ? undefined : answer.reason;
  }
  return { rule: rule.id, subject, because: undefined, result, reason };
}

/** The results of a check. One that needs too many signatures is skipped. */
function* answersOf(rule: Rule, subject: Subject, pki: Pki): Generator<CheckResult> {
  try {
    yield* checkOf(rule.id).run(subject.value as never, pki);
  } catch (error) {
    if (!isSignatureLimit(error)) throw error;
    yield skip(error.message);
  }
}

const order: readonly Outcome['result'][] = ['pass', 'not-applicable', 'skip', 'fail'];

type CountsByRule = Readonly<Record<string, OutcomeCounts>>;

const noOutcomes = { pass: 0, fail: 0, skip: 0, notApplicable: 0 } satisfies OutcomeCounts;

/** Counts how often each rule passed, failed, was skipped or did not apply. */
export function countOutcomes(outcomes: readonly Outcome[]): CountsByRule {
  const counts: Record<string, typeof noOutcomes> = {};
  for (const { rule, result } of outcomes) {
    const count = counts[rule] ?? { ...noOutcomes };
    count[result === 'not-applicable' ? 'notApplicable' : result] += 1;
    counts[rule] = count;
  }
  return counts;
}

/** Adds the counts of several nodes. */
export function mergeOutcomes(all: readonly CountsByRule[]): CountsByRule {
  const merged: Record<string, typeof noOutcomes> = {};
  for (const [rule, counts] of all.flatMap((one) => Object.entries(one))) {
    const sum = merged[rule] ?? { ...noOutcomes };
    for (const [result, count] of Object.entries(counts)) sum[result as keyof OutcomeCounts] += count;
    merged[rule] = sum;
  }
  return merged;
}

/** What could not be judged, with the reason. Outcomes that a different finding explains are left out. */
export function skipsOf(outcomes: readonly Outcome[], node: string): readonly Skip[] {
  return outcomes
    .filter((outcome) => outcome.result === 'skip' && !outcome.because)
    .map((outcome) => ({ rule: outcome.rule, subject: outcome.subject.name, node, reason: outcome.reason ?? '' }));
}

export interface ClusterRun {
  /** Each is a failure of the node that it is about. */
  readonly failures: readonly Failure[];
  readonly outcomes: CountsByRule;
  readonly skipped: readonly Skip[];
}

const clusterRules = rules.filter((rule) => rule.over === 'cluster');

/** Runs every cluster rule. Returns the outcomes of those rules that `wanted` accepts. */
export function runCluster(cluster: Cluster, wanted: (rule: Rule) => boolean): ClusterRun {
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error('a cluster without nodes');
  const name = clusterName(cluster);
  const subject: Subject = { value: cluster, name, path: first.node.pki, hangsOn: ['cluster'], role: undefined };
  const found: Failure[] = [];
  const outcomes: Outcome[] = [];
  for (const rule of clusterRules) {
    const outcome = runRule(rule, subject, first, found);
    if (wanted(rule)) outcomes.push(outcome);
  }
  return { failures: found.map(onItsNode), outcomes: countOutcomes(outcomes), skipped: skipsOf(outcomes, name) };
}

/** `cp-1, cp-2 and cp-3` */
export function clusterName({ nodes }: Cluster): string {
  return list(nodes.map(({ name }) => name));
}

function onItsNode(failure: Failure): Failure {
  const { rule, problem, subject } = failure;
  if (problem.on === undefined) throw new Error(`${rule.id} does not say on which node`);
  const { node, subject: name, role } = problem.on;
  return { ...failure, pki: node, subject: { ...subject, name, role, path: problem.at.path } };
}
