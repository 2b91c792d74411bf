/** Lints nodes: from paths to nodes, to judgements, to one report. */

import packageJson from '../../package.json' with { type: 'json' };
import type { ClusterObjects } from '../artifact/objects/cluster-objects.ts';
import { timeOf } from '../core/time.ts';
import type { ExceptionReport } from '../lint/exceptions/index.ts';
import { byWeight, type Judgement } from '../lint/findings/judgement.ts';
import { judgeNodes } from '../lint/judge.ts';
import type { CommandFor } from '../lint/rules/command.ts';
import type { JudgedConnections } from '../lint/rules/connections.ts';
import type { LintOptions } from '../lint/rules/lint-options.ts';
import { reportedConnection } from '../lint/rules/reported-connection.ts';
import type { ClusterRun } from '../lint/rules/run.ts';
import type { Selection } from '../lint/rules/selection.ts';
import { passesOf, skipsOf, type Tally, tallyOf } from '../lint/rules/tally.ts';
import type { Cluster } from '../model/cluster/cluster.ts';
import type { SimulatedConnection } from '../model/handshake/index.ts';
import { judgedOffNode } from '../model/roles/node-policy.ts';
import type { Judging, Pki } from '../model/roles/pki.ts';
import type { CisView } from '../results/cis.ts';
import type { Connection } from '../results/connection.ts';
import type { Finding } from '../results/finding.ts';
import type { InventoryItem } from '../results/inventory.ts';
import type { Summary } from '../results/outcome.ts';
import { countsOf, isComplete, isRed } from '../results/read/verdict.ts';
import type { Report } from '../results/report.ts';
import type { ScanFailure } from '../scan/scan-failure.ts';
import { asJudged } from './judged-connections.ts';
import { asFailure, type ReadNodes, readNodes } from './load-nodes.ts';
import type { ObjectsReport } from './objects.ts';
import { type ParsedOptions, parseOptions, type SupportedNodes } from './parse-options.ts';
import { rejectionsOf } from './rejections.ts';
import { countsOfRules, reportedPolicy } from './reported-policy.ts';

/**
 * Lints one or several nodes. Only reads.
 *
 * @throws UserError for invalid options; a path that cannot be linted is listed in `failures`
 */
export async function lint(options: LintOptions = {}): Promise<Report> {
  const { report, ...audited } = await audit(options);
  if (!options.picture) return report;
  const { pictureOf } = await import('./picture.ts');
  return { ...report, picture: pictureOf({ report, ...audited }) };
}

/**
 * A report, and the PKIs, clusters and connections that it describes.
 *
 * @internal
 */
export interface Audit {
  readonly report: Report;
  readonly pkis: readonly Pki[];
  readonly clusters: readonly Cluster[];
  /** As the report has them. */
  readonly connections: readonly SimulatedConnection[];
  readonly dumps: readonly ClusterObjects[];
}

/**
 * Like `lint`, but also returns the PKIs and connections.
 *
 * @internal
 */
export async function audit(options: LintOptions, among?: SupportedNodes): Promise<Audit> {
  const parsed = parseOptions(options, among);
  const nodes = await readNodes(parsed);
  const { onProgress } = options;
  const objects = nodes.dumps.length === 0 ? undefined : await reportObjects(nodes, parsed);
  const exceptions = parsed.judging.exceptions && { ...parsed.judging.exceptions, ...(objects && { objects }) };
  const judged = await judgeNodes(nodes, parsed.selection, loadCommands, exceptions, onProgress);
  const rejected = judged.judgements.flatMap(rejectionsOf);
  const judgements = judged.judgements.filter((judgement) => rejectionsOf(judgement).length === 0);
  const report = reportOf({
    parsed,
    judgements,
    ...(objects && { objects }),
    clusters: judged.clusters,
    connections: judged.connections,
    exceptions: judged.exceptions,
    failures: [...nodes.failures, ...judged.broken.map(asFailure), ...rejected, ...(objects?.failures ?? [])],
  });
  return {
    report: parsed.output.cis ? { ...report, cis: await loadCisView(judgements, report) } : report,
    pkis: judged.nodes.map(({ pki }) => pki),
    clusters: nodes.clusters,
    connections: asJudged(judged.connections),
    dumps: nodes.dumps,
  };
}

/** Loads the planner, which decides which commands fix a finding. Healthy nodes do not need it. */
async function loadCommands(): Promise<CommandFor> {
  return (await import('../issue/fix-command.ts')).commandsOfPlans();
}

async function reportObjects(nodes: ReadNodes, { selection, judging }: ParsedOptions): Promise<ObjectsReport> {
  const { reportOnObjects } = await import('./objects.ts');
  return reportOnObjects(nodes.dumps, nodes, selection, judgedOffNode(judging.context));
}

async function loadCisView(judgements: readonly Judgement[], { findings }: Report): Promise<CisView> {
  const { cisView } = await import('../benchmark/index.ts');
  return cisView(
    judgements.map(({ pki }) => pki),
    findings,
  );
}

/** The input of a report. */
interface LintRun {
  readonly parsed: Omit<ParsedOptions, 'scan'>;
  readonly judgements: readonly Judgement[];
  readonly clusters: readonly ClusterRun[];
  readonly connections: JudgedConnections;
  readonly exceptions: ExceptionReport | undefined;
  readonly objects?: ObjectsReport;
  readonly failures: readonly ScanFailure[];
}

function reportOf({ parsed, judgements, clusters, failures, ...run }: LintRun): Report {
  const { judging, selection, output } = parsed;
  const { context } = judging;
  const connections = [...connectionsOf(run.connections, judgements), ...(run.objects?.connections ?? [])];
  const { exceptions, objects } = run;
  const onNoNode = [exceptions, objects].filter((one) => one !== undefined);
  const offNode = exceptions?.findings ?? objects?.faults.map(({ finding }) => finding) ?? [];
  const findings = [...judgements.flatMap((one) => one.findings), ...offNode].sort(byWeight);
  const inventory = judgements.flatMap((one) => one.inventory);
  const notChecked = judgements.flatMap((one) => one.notChecked);
  const nodes = judgements.map((one) => one.node);
  const outcomes = tallyOf([...judgements, ...clusters, ...onNoNode].map((one) => one.outcomes));
  const outcomesOf = <T>(of: (tally: Tally, node: string) => readonly T[]) => [
    ...judgements.flatMap((one) => of(one.outcomes, one.pki.name)),
    ...clusters.flatMap((one) => of(one.outcomes, one.name)),
    ...(objects ? of(objects.outcomes, '') : []),
  ];
  return {
    schemaVersion: 1,
    tool: { name: 'pki-lint', version: packageJson.version },
    at: timeOf(context.at),
    profile: context.documentedOnly ? 'documented' : 'kubeadm',
    ...(context.policy && { policy: reportedPolicy(context.policy, judgements, selection, context) }),
    targetVersion: context.target === undefined ? null : `v${context.target.release}`,
    // What was not selected may be in the way.
    upgrades: output.only.length > 0 ? [] : judgements.flatMap((one) => one.upgrade ?? []),
    failOn: output.failOn,
    exitCode: exitCodeOf(
      findings,
      output.failOn,
      failures,
      judgements.length + (objects?.objects.length ?? 0),
      output.requireComplete && !isComplete({ failures, notChecked, nodes }),
    ),
    nodes,
    ...(objects && { objects: objects.objects }),
    checklist: judgements.flatMap((one) => one.checklist),
    inventory,
    connections,
    findings,
    ...(exceptions && { exceptions: exceptions.exceptions }),
    outcomes: Object.fromEntries(outcomes.counts),
    ...(output.only.length > 0 && { only: output.only }),
    ...(selection.passes && { passes: outcomesOf(passesOf) }),
    skipped: outcomesOf(skipsOf),
    summary: summaryOf(
      { context, judgements, selection, hasObjects: objects !== undefined },
      findings,
      inventory,
      connections.length,
    ),
    notChecked,
    failures: failures.map(({ path, message, hint }) => ({ path, message, hint })),
  };
}

interface SummaryInput {
  readonly context: Judging;
  readonly hasObjects: boolean;
  readonly judgements: readonly Judgement[];
  readonly selection: Selection;
}

/** The counts of a report. What is excused counts only as that. */
function summaryOf(
  { context, judgements, selection, hasObjects }: SummaryInput,
  findings: readonly Finding[],
  inventory: readonly InventoryItem[],
  connections: number,
): Summary {
  const total = (of: (one: Judgement) => number) => judgements.reduce((sum, one) => sum + of(one), 0);
  const missing = total(({ node }) => node.notLookedAt?.length ?? 0);
  return {
    ...countsOf(findings),
    ...countsOfRules(selection, judgements, context, hasObjects),
    files: total((one) => one.files),
    certificates: inventory.filter((item) => item.kind === 'certificate' || item.kind === 'authority').length,
    arguments: total(({ node }) => node.judged.arguments),
    connections,
    notChecked: total((one) => one.notChecked.length),
    ...(missing > 0 && { notLookedAt: missing }),
  };
}

/** The connections whose client is a reported node. */
function connectionsOf({ connections }: JudgedConnections, judgements: readonly Judgement[]): readonly Connection[] {
  const fingerprints = new Map(judgements.flatMap((one) => [...one.fingerprints]));
  const reported = new Set(judgements.map((one) => one.node.name));
  return connections
    .filter(({ connection }) => reported.has(connection.client.name))
    .map((one) => reportedConnection(one, (failure) => fingerprints.get(failure)));
}

/** 2: something could not be linted; 3: there was nothing to lint; 1: findings at or above the threshold; else 0. */
function exitCodeOf(
  findings: readonly Finding[],
  failOn: Report['failOn'],
  failures: readonly ScanFailure[],
  judged: number,
  incomplete: boolean,
): Report['exitCode'] {
  if (failures.some((failure) => failure.exitCode === 2)) return 2;
  if (failures.length > 0 && judged === 0) return 3;
  if (findings.some((finding) => isRed(finding, { failOn })) || incomplete) return 1;
  return failures.some((failure) => failure.exitCode === 3) ? 3 : 0;
}
