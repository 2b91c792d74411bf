/** Rules × subjects → outcomes. Runs stage by stage, so that a fault is reported only at the first failing link. */

import { list } from '../../checks/base/check.ts';
import { checkOf } from '../../checks/index.ts';
import { remember } from '../../core/collections.ts';
import type { Cluster } from '../../model/cluster/cluster.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { lookAtRunning } from '../../model/running/pairing.ts';
import { isAboutPolicy } from '../../settings/never-excused.ts';
import { isAboutObjects, type Rule, rules, stages } from '../../tables/catalog.ts';
import type { Layout } from '../../tables/layouts/layout.ts';
import { isFor, ruleIn } from '../../tables/layouts/rules.ts';
import { type Failure, placed } from './failure.ts';
import { runCheck } from './run-check.ts';
import type { Selection } from './selection.ts';
import { type NodeSubjectKind, type Subject, subjectsOf } from './subjects.ts';
import { addOutcome, type Outcome, type Tally, tallyOf } from './tally.ts';

/** The outcomes that a report counts. */
export type Wanted = Pick<Selection, 'rule' | 'role' | 'passes'>;

export interface Run {
  /** Of all rules: one that is not wanted can still be the cause of another failure. */
  readonly failures: readonly Failure[];
  readonly outcomes: Tally;
}

/** Rules of connections and clusters run on several nodes together; those of a policy and of objects on no node. */
const elsewhere = ['connection', 'cluster', 'exception', 'comment'];
const nodeRules = rules.filter((rule) => !elsewhere.includes(rule.over) && !isAboutObjects(rule));

/** Of each stage, the rules for the nodes of a layout: a fleet has few layouts. */
const rulesOf = remember((layout: Layout) =>
  stages.map((stage) => nodeRules.filter((rule) => rule.stage === stage && isFor(rule, layout))),
);

/** Runs every rule on one node of a cluster. Counts the outcomes that are wanted. */
export function runRules(pki: Pki, cluster: readonly Pki[], wanted: Wanted): Run {
  const failures: Failure[] = [];
  const outcomes = tallyOf([]);
  const blocked = new Map<string, Failure>();
  const subjects = subjectsOf(pki);
  const isInForce = ({ id }: Rule) => pki.judging.policy !== undefined || !isAboutPolicy(id);
  const hasProcesses = lookAtRunning(pki).seen !== undefined;
  const isSeen = ({ needs }: Rule) => needs !== 'processes' || hasProcesses;
  for (const ownRules of rulesOf(pki.layout)) {
    // A fault silences the later stages of everything that depends on the same thing.
    const found: Failure[] = [];
    for (const rule of ownRules) {
      if (!isInForce(rule) || !isSeen(rule)) continue;
      const isWanted = wanted.rule(rule, pki);
      for (const subject of subjects[rule.over as NodeSubjectKind]) {
        const because = blocked.size === 0 ? undefined : blockedBy(subject, blocked);
        const outcome = because
          ? blockedOutcome(rule, subject, because)
          : runRule(rule, subject, { pki, cluster }, found);
        if (isWanted && wanted.role(subject.role)) addOutcome(outcomes, outcome, wanted.passes);
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

function blockedBy({ hangsOn }: Subject, blocked: ReadonlyMap<string, Failure>): Failure | undefined {
  const id = hangsOn.find((one) => blocked.has(one));
  return id === undefined ? undefined : blocked.get(id);
}

function blockedOutcome(rule: Rule, subject: Subject, because: Failure): Outcome {
  const reason = `depends on ${because.rule.id}@${because.subject.name}`;
  return { rule: rule.id, subject, result: 'skip', reason, because };
}

/** A node, and all nodes of its cluster. */
interface Scope {
  readonly pki: Pki;
  readonly cluster?: readonly Pki[];
}

/** Runs one rule on one subject. Failures are added to `found`. */
export function runRule(rule: Rule, subject: Subject, { pki, cluster }: Scope, found: Failure[]): Outcome {
  return runCheck(
    rule,
    subject,
    () => checkOf(rule.id).run(subject.value as never, pki as never, cluster),
    (problem) => {
      const { node = pki } = problem.on ?? {};
      found.push({ pki, rule: ruleIn(rule, node.layout), subject, problem: placed(problem, node) });
    },
  );
}

export interface ClusterRun {
  readonly name: string;
  /** Each is a failure of the node that it is about. */
  readonly failures: readonly Failure[];
  readonly outcomes: Tally;
}

const clusterRules = rules.filter((rule) => rule.over === 'cluster');

/** Runs every cluster rule. Counts the outcomes of rules that are wanted. */
export function runCluster(cluster: Cluster, wanted: Wanted): ClusterRun {
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error('a cluster without nodes');
  const subject: Subject = {
    value: cluster,
    name: clusterName(cluster),
    path: first.node.pki,
    hangsOn: ['cluster'],
    role: undefined,
  };
  const found: Failure[] = [];
  const outcomes = tallyOf([]);
  const isMeant = (rule: Rule) => rule.needs === undefined || cluster.nodes.some(({ layout }) => isFor(rule, layout));
  for (const rule of clusterRules.filter(isMeant)) {
    const outcome = runRule(rule, subject, { pki: first }, found);
    if (cluster.nodes.some((pki) => wanted.rule(rule, pki))) addOutcome(outcomes, outcome, wanted.passes);
  }
  return { name: subject.name, failures: found.map(onItsNode), outcomes };
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
