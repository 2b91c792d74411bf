/** The front door of the engine: from nodes to what is reported of them. */
import { collect } from '../core/collections.ts';
import type { Finding } from '../core/report.ts';
import type { Pki } from '../model/roles/pki.ts';
import { type CommandFor, isForCommand } from './command.ts';
import { composeJudgement, type Judgement } from './judgement.ts';
import type { Failure } from './run.ts';
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
 * node is judged is in `broken`, and does not stop the others. What answers for commands is loaded where a finding may have one.
 */
export async function judgeNodes(
  nodes: Nodes,
  selection: Selection,
  loadCommands: () => Promise<CommandFor>,
): Promise<Judgements> {
  const { nodes: runs, broken, ...shared } = runNodes(nodes, selection.rule);
  const all = collect(runs, labelOf, (run) => ({ ...run, ahead: failuresAhead(run, selection) }));
  const mayHaveCommands = all.results.some((run) => [...run.failures, ...run.ahead].some(isForCommand));
  const commandFor = mayHaveCommands ? await loadCommands() : () => undefined;
  return compose({ ...shared, nodes: all.results, broken: [...broken, ...all.broken] }, selection, commandFor);
}

const labelOf = ({ pki }: NodeRun): string => pki.node.label;

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
export function judgeAlone(pki: Pki, commandFor: CommandFor): JudgedNode {
  const runs = runAlone(pki, () => true);
  const nodes = runs.nodes.map((run) => ({ ...run, ahead: [] }));
  const { judgements, broken } = compose({ ...runs, nodes }, select({}, []), commandFor);
  const [judgement] = judgements;
  if (judgement === undefined) throw broken[0]?.error;
  const { findings, checklist } = judgement;
  const byFingerprint = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const byRole = new Map(
    checklist.map((row) => [row.role, row.findings.flatMap((fingerprint) => byFingerprint.get(fingerprint) ?? [])]),
  );
  return { pki, findings, ofRole: (role) => byRole.get(role) ?? [] };
}

/** Runs, and what does not fail today. */
interface Previewed extends Runs {
  readonly nodes: readonly (NodeRun & { readonly ahead: readonly Failure[] })[];
}

function compose(runs: Previewed, selection: Selection, commandFor: CommandFor): Judgements {
  const context = { connections: runs.connections, selection, taken: new Set<string>(), commandFor };
  const { results, broken } = collect(runs.nodes, labelOf, (run) => composeJudgement(run, run.ahead, context));
  return { ...runs, broken: [...runs.broken, ...broken], judgements: results };
}
