/** Several nodes together: what no node shows by itself. */
import { list } from '../checks/check.ts';
import type { OutcomeCounts, Skip } from '../core/report.ts';
import type { Cluster } from '../model/cluster.ts';
import { type Rule, rules } from '../spec/catalog.ts';
import { ask, countOutcomes, type Failure, type Outcome, skipsOf } from './run.ts';
import type { Subject } from './subjects.ts';

export interface ClusterRun {
  /** Each as one of the node that it is told of. */
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
  if (problem.on === undefined) throw new Error(`${rule.check} does not say on which node`);
  const { node, subject: name, role } = problem.on;
  return { ...failure, pki: node, subject: { ...subject, name, role, path: problem.at.path } };
}
