/** Rules × subjects → outcomes. Stage by stage, so that a fault is reported at the first failing link and nowhere else. */
import { list, type Problem } from '../checks/check.ts';
import { checkOf } from '../checks/index.ts';
import type { OutcomeCounts, Skip } from '../core/outcome.ts';
import type { Impact, Related } from '../core/report.ts';
import type { Cluster } from '../model/cluster/cluster.ts';
import type { Pki } from '../model/roles/pki.ts';
import { type Rule, rules, stages } from '../tables/catalog.ts';
import { type OnNode, type Subject, subjectsOf } from './subjects.ts';

/** Under what something fails that does not fail today. */
export interface Ahead {
  /** `with v1.37.0`: what its message begins with. */
  readonly said: string;
  /** In place of the rule's own. */
  readonly impact?: Impact;
  /** Whether it is not known that it will be so: then it is a warning at most. */
  readonly doubtful: boolean;
  /** The connections that die of it. */
  readonly dead: readonly Related[];
}

export interface Failure {
  /** The node that it is about. */
  readonly pki: Pki;
  readonly rule: Rule;
  readonly subject: Subject;
  readonly problem: Problem;
  readonly ahead?: Ahead;
}

export interface Outcome {
  readonly rule: string;
  readonly subject: Subject;
  readonly result: 'pass' | 'fail' | 'skip' | 'not-applicable';
  readonly reason: string | undefined;
  /** The failure that made it moot. */
  readonly because: Failure | undefined;
}

export interface Run {
  /** Of all rules, wanted or not: what one does not want to hear of may still be a cause. */
  readonly failures: readonly Failure[];
  readonly outcomes: readonly Outcome[];
}

/** Connections and clusters are judged with several nodes at hand. */
const nodeRules = rules.filter(({ over }) => over !== 'connection' && over !== 'cluster');

/** Runs every rule over one node; outcomes are kept of the wanted ones. */
export function runRules(pki: Pki, wanted: (rule: Rule) => boolean): Run {
  const failures: Failure[] = [];
  const outcomes: Outcome[] = [];
  const blocked = new Map<string, Failure>();
  const subjects = subjectsByKind(pki);
  for (const stage of stages) {
    // A fault silences the stages after its own, and its own for everything else that hangs on the same thing.
    const found: Failure[] = [];
    for (const rule of nodeRules) {
      if (rule.stage !== stage) continue;
      for (const subject of subjects(rule.over as OnNode)) {
        const because = subject.hangsOn.map((id) => blocked.get(id)).find((failure) => failure !== undefined);
        const outcome = because ? mootOutcome(rule, subject, because) : ask(rule, subject, pki, found);
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

/** The subjects of a kind, made once for all its rules. */
function subjectsByKind(pki: Pki): (over: OnNode) => readonly Subject[] {
  const made = new Map<OnNode, readonly Subject[]>();
  return (over) => {
    const subjects = made.get(over) ?? subjectsOf(over, pki);
    made.set(over, subjects);
    return subjects;
  };
}

function mootOutcome(rule: Rule, subject: Subject, because: Failure): Outcome {
  const reason = `see ${because.rule.id}@${because.subject.name}`;
  return { rule: rule.id, subject, result: 'skip', reason, because };
}

/** Asks one rule of one subject; what fails is added to `found`. */
export function ask(rule: Rule, subject: Subject, pki: Pki, found: Failure[]): Outcome {
  let result: Outcome['result'] = 'pass';
  let reason: string | undefined;
  for (const answer of checkOf(rule.id).ask(subject.value as never, pki)) {
    if (answer.kind === 'problem') found.push({ pki, rule, subject, problem: answer });
    // A problem outweighs a skip, and a skip what does not apply; of equals the first gives the reason.
    const weighs = answer.kind === 'problem' ? 'fail' : answer.kind;
    if (order.indexOf(weighs) <= order.indexOf(result)) continue;
    result = weighs;
    reason = answer.kind === 'problem' ? undefined : answer.reason;
  }
  return { rule: rule.id, subject, because: undefined, result, reason };
}

const order: readonly Outcome['result'][] = ['pass', 'not-applicable', 'skip', 'fail'];

/** How often each rule passed, failed, was skipped or did not apply. */
export function countOutcomes(outcomes: readonly Outcome[]): Readonly<Record<string, OutcomeCounts>> {
  const counts: Record<string, { pass: number; fail: number; skip: number; notApplicable: number }> = {};
  for (const { rule, result } of outcomes) {
    counts[rule] ??= { pass: 0, fail: 0, skip: 0, notApplicable: 0 };
    const count = counts[rule];
    count[result === 'not-applicable' ? 'notApplicable' : result] += 1;
  }
  return counts;
}

/** What could not be judged, with the reason; what another finding already explains is left out. */
export function skipsOf(outcomes: readonly Outcome[], node: string): readonly Skip[] {
  return outcomes
    .filter((outcome) => outcome.result === 'skip' && !outcome.because)
    .map((outcome) => ({ rule: outcome.rule, subject: outcome.subject.name, node, reason: outcome.reason ?? '' }));
}

/** The counts of several nodes as one. */
export function mergeOutcomes(
  all: readonly Readonly<Record<string, OutcomeCounts>>[],
): Readonly<Record<string, OutcomeCounts>> {
  const merged: Record<string, OutcomeCounts> = {};
  for (const [rule, counts] of all.flatMap((one) => Object.entries(one))) {
    const before = merged[rule] ?? { pass: 0, fail: 0, skip: 0, notApplicable: 0 };
    merged[rule] = {
      pass: before.pass + counts.pass,
      fail: before.fail + counts.fail,
      skip: before.skip + counts.skip,
      notApplicable: before.notApplicable + counts.notApplicable,
    };
  }
  return merged;
}

export interface ClusterRun {
  /** Each as a failure of the node that it is about. */
  readonly failures: readonly Failure[];
  readonly outcomes: Readonly<Record<string, OutcomeCounts>>;
  readonly skipped: readonly Skip[];
}

const clusterRules = rules.filter((rule) => rule.over === 'cluster');

/** Asks every rule of the nodes of a cluster together; outcomes are kept of the wanted ones. */
export function runCluster(cluster: Cluster, wanted: (rule: Rule) => boolean): ClusterRun {
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error('a cluster without nodes');
  const name = clusterName(cluster);
  const subject: Subject = { value: cluster, name, path: first.node.pki, hangsOn: ['cluster'], role: undefined };
  const found: Failure[] = [];
  const outcomes: Outcome[] = [];
  for (const rule of clusterRules) {
    const outcome = ask(rule, subject, first, found);
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
