/** The entry of the rule engine: from nodes to findings. */
import { collect } from '../core/collections.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Finding } from '../results/finding.ts';
import { type ExceptionReport, runExceptions } from './exceptions/index.ts';
import type { ExceptionOptions } from './exceptions/judged-matcher.ts';
import { identitiesOf } from './findings/identities.ts';
import { composeJudgement, type Judgement, type JudgementContext } from './findings/judgement.ts';
import { type CommandFor, mayHaveCommand } from './rules/command.ts';
import type { Failure } from './rules/failure.ts';
import { groupByCause, ungrouped } from './rules/groups.ts';
import { type NodeRun, type Nodes, type Runs, runAlone, runNodes } from './rules/run-nodes.ts';
import { everything, type Selection } from './rules/selection.ts';
import { upcomingFailures } from './rules/upgrade-preview.ts';

/** The results of nodes that were judged together. */
export interface Judgements extends Runs {
  /** One for each node that could be judged, in the order of the nodes. */
  readonly judgements: readonly Judgement[];
  /** Only with a policy. */
  readonly exceptions?: ExceptionReport;
}

/**
 * Judges nodes by all rules of nodes, clusters and connections, and previews upgrades. An error thrown while one node
 * is judged is returned in `broken` and does not stop the others.
 *
 * @param loadCommands loads what finds commands of pki-lint; called only if a finding can have one
 * @param exceptions what decides about exceptions, if there is a policy
 * @param onProgress receives in words how many nodes are checked
 */
export async function judgeNodes(
  nodes: Nodes,
  selection: Selection,
  loadCommands: () => Promise<CommandFor>,
  exceptions?: ExceptionOptions,
  onProgress?: (message: string) => void,
): Promise<Judgements> {
  const { nodes: runs, broken, ...shared } = runNodes(nodes, selection, { onProgress });
  const all = collect(runs, labelOf, (run) => ({ ...run, upcoming: upcomingFailures(run, selection) }));
  const needsCommands = all.results.some((run) => [...run.failures, ...run.upcoming].some(mayHaveCommand));
  const commandFor = needsCommands ? await loadCommands() : () => undefined;
  const previewed = { ...shared, nodes: all.results, broken: [...broken, ...all.broken] };
  return compose(previewed, { selection, commandFor, groupsOf: groupByCause }, exceptions);
}

const labelOf = ({ pki }: NodeRun): string => pki.node.label;

/** One node that was judged by every rule. */
export interface JudgedNode {
  readonly pki: Pki;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** The findings of a role, or of what it depends on. */
  readonly ofRole: (role: string) => readonly Finding[];
  /** The finding about swapped files that explains a different one. */
  readonly swapOf: (finding: Finding) => Finding | undefined;
}

/**
 * Judges one node by itself, by every rule, as it is today.
 *
 * @throws any error of a check
 */
export function judgeAlone(pki: Pki, commandFor: CommandFor): JudgedNode {
  const runs = runAlone(pki, everything);
  const nodes = runs.nodes.map((run) => ({ ...run, upcoming: [] }));
  // The gate of `issue` compares every error.
  const judging = { selection: everything, commandFor, groupsOf: ungrouped };
  const { judgements, broken } = compose({ ...runs, nodes }, judging);
  const [judgement] = judgements;
  if (judgement === undefined) throw broken[0]?.error;
  const { findings, checklist, fingerprints } = judgement;
  const byFingerprint = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const byRole = new Map(
    checklist.map((row) => [row.role, row.findings.flatMap((fingerprint) => byFingerprint.get(fingerprint) ?? [])]),
  );
  const swaps = new Map(
    groupByCause([...fingerprints.keys()]).flatMap(({ cause, members }) =>
      cause.problem.moved === undefined
        ? []
        : members.map(
            (member) => [fingerprints.get(member), byFingerprint.get(fingerprints.get(cause) ?? '')] as const,
          ),
    ),
  );
  return {
    pki,
    findings,
    ofRole: (role) => byRole.get(role) ?? [],
    swapOf: ({ fingerprint }) => swaps.get(fingerprint),
  };
}

/** Runs with what fails only after an upgrade. */
interface Previewed extends Runs {
  readonly nodes: readonly (NodeRun & { readonly upcoming: readonly Failure[] })[];
}

type Judging = Pick<JudgementContext, 'selection' | 'commandFor' | 'groupsOf'>;

function compose(runs: Previewed, judging: Judging, options?: ExceptionOptions): Judgements {
  const identities = identitiesOf(runs.nodes.map(({ pki }) => pki));
  const shared = { ...judging, connections: runs.connections, taken: new Set<string>(), identities };
  const exceptions = options && runExceptions(runs, judging.selection, options, shared);
  const context = exceptions === undefined ? shared : { ...shared, groupsOf: exceptions.groupsOf };
  const { results, broken } = collect(runs.nodes, labelOf, (run) => composeJudgement(run, run.upcoming, context));
  const judged = { ...runs, broken: [...runs.broken, ...broken], judgements: results };
  return exceptions === undefined ? judged : { ...judged, exceptions: exceptions.reportOn(results) };
}
