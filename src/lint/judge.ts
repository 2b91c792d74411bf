/** The front door of the engine: from nodes to what is reported of them. */
import { collect } from '../core/collections.ts';
import type { Finding } from '../core/report.ts';
import type { Pki } from '../model/roles/pki.ts';
import { composeJudgement, type Judgement } from './judgement.ts';
import { type NodeRun, type Nodes, type Runs, runAlone, runNodes } from './run-nodes.ts';
import { type Selection, select } from './selection.ts';
import { failuresAhead } from './upgrade-preview.ts';

/** What became of nodes that were judged together. */
export interface Judgements extends Runs {
  /** One for each node that could be judged, in the order of the nodes. */
  readonly judgements: readonly Judgement[];
}

/**
 * Judges nodes: rules, clusters, connections, the release to come, and words for all that fails. An error thrown while one
 * node is judged is in `broken`, and does not stop the others.
 */
export function judgeNodes(nodes: Nodes, selection: Selection): Judgements {
  return compose(runNodes(nodes, selection.rule), selection, (run) => failuresAhead(run, selection));
}

/** One node that was judged by every rule. */
export interface JudgedNode {
  readonly pki: Pki;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** What is wrong with a role, or with what it hangs on. */
  readonly ofRole: (role: string) => readonly Finding[];
}

/**
 * Judges one node by itself, by every rule, as it is today.
 *
 * @throws what a check throws
 */
export function judgeAlone(pki: Pki): JudgedNode {
  const { judgements, broken } = compose(
    runAlone(pki, () => true),
    select({}, []),
    () => [],
  );
  const [judgement] = judgements;
  if (judgement === undefined) throw broken[0]?.error;
  const { findings, checklist } = judgement;
  const byFingerprint = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const byRole = new Map(
    checklist.map((row) => [row.role, row.findings.flatMap((fingerprint) => byFingerprint.get(fingerprint) ?? [])]),
  );
  return { pki, findings, ofRole: (role) => byRole.get(role) ?? [] };
}

function compose(
  runs: Runs,
  selection: Selection,
  aheadOf: (run: NodeRun) => ReturnType<typeof failuresAhead>,
): Judgements {
  const context = { connections: runs.connections, selection, taken: new Set<string>() };
  const { results, broken } = collect(
    runs.nodes,
    ({ pki }) => pki.node.label,
    (run) => composeJudgement(run, aheadOf(run), context),
  );
  return { ...runs, broken: [...runs.broken, ...broken], judgements: results };
}
