/** The whole way: paths → nodes → judgements → one report. */

import packageJson from '../../package.json' with { type: 'json' };
import type { ScannedNode } from '../core/artifact.ts';
import { type Finding, type Report, severities } from '../core/report.ts';
import { timeOf } from '../core/time.ts';
import { type CommandFor, isForCommand } from '../lint/command.ts';
import { type JudgedConnections, judgeConnections, reportedConnection } from '../lint/connections.ts';
import { byWeight, failuresOf, type Judgement, judgeNode } from '../lint/judge.ts';
import type { LintOptions } from '../lint/options.ts';
import { type ClusterRun, type Failure, mergeOutcomes, runCluster, runRules } from '../lint/run.ts';
import { type Selection, select } from '../lint/selection.ts';
import { failuresAhead } from '../lint/upgrade-preview.ts';
import { findConnections, type SimulatedConnection } from '../model/handshake/index.ts';
import type { Judging, Pki } from '../model/roles/pki.ts';
import type { ScanFailure } from '../scan/scan.ts';
import { rules } from '../tables/catalog.ts';
import { besides, eachOf, judgingOf, readNodes } from './load-nodes.ts';

/**
 * Lints one or several nodes, reading only.
 *
 * @throws UserError for options that cannot be meant; what is wrong with a single path is told in `failures`
 */
export async function lint(options: LintOptions = {}): Promise<Report> {
  return (await audit(options)).report;
}

/** A report, and what it was made from. */
export interface Audit {
  readonly report: Report;
  readonly pkis: readonly Pki[];
  readonly connections: readonly SimulatedConnection[];
}

/** Lints as `lint` does, and yields what a report does not hold. */
export async function audit(options: LintOptions): Promise<Audit> {
  const selection = select(options.rules ?? {}, options.only ?? []);
  const judging = judgingOf(options);
  const read = await readNodes(options, judging);
  const { pkis, clusters } = read;
  const broken: ScanFailure[] = [...read.broken];
  const together = eachOf(clusters, broken, ({ cluster }) => runCluster(cluster, selection.rule));
  const runs = eachOf(
    pkis.map((pki) => ({ label: pki.node.label, pki })),
    broken,
    ({ label, pki }) => {
      const { failures: own, outcomes } = runRules(pki, selection.rule);
      const shared = together.flatMap((run) => run.failures.filter((failure) => failure.pki === pki));
      const made = findConnections(pki, besides(pki, read));
      return { label, pki, run: { failures: [...own, ...shared], outcomes }, made };
    },
  );
  const connections = judgeConnections(
    runs.flatMap(({ made }) => made),
    runs.flatMap(({ run }) => run.failures),
    selection.rule,
  );
  const all = eachOf(runs, broken, ({ label, pki, run }) => {
    const ahead = failuresAhead(pki, failuresOf(pki, run, connections), selection);
    return { label, pki, run, ahead };
  });
  const commandFor = await commandsFor(all.flatMap(({ run, ahead }) => [...run.failures, ...ahead]));
  const taken = new Set<string>();
  const judgements = eachOf(all, broken, ({ pki, run, ahead }) => {
    return { pki, judgement: judgeNode({ pki, run, ahead, connections, commandFor }, selection, taken) };
  }).flatMap(({ pki: { node }, judgement }) => {
    if (isUnread(node, judgement)) broken.push({ path: node.label, ...unread });
    if (!isForeign(judgement)) return [judgement];
    broken.push({ path: node.label, ...foreign });
    return [];
  });
  return {
    report: assemble(options, judging, selection, judgements, together, connections, broken),
    pkis: runs.map(({ pki }) => pki),
    connections: runs.flatMap(({ made }) => made),
  };
}

/** The planner, which answers for commands, is loaded where a finding may have one. */
async function commandsFor(failures: readonly Failure[]): Promise<CommandFor> {
  if (!failures.some(isForCommand)) return () => undefined;
  const { commandsOfPlans } = await import('../issue/fix-command.ts');
  return commandsOfPlans();
}

const unread = {
  message: 'permission denied: no certificate of it could be read',
  hint: 'run it as root, or on a copy made as root: sudo tar c /etc/kubernetes | pki-lint -',
  exitCode: 2,
} as const;

/** Whether nothing was seen because we may not: green must never mean "looked at nothing". */
function isUnread(node: ScannedNode, { inventory }: Judgement): boolean {
  return inventory.length === 0 && [...node.files.values()].some((file) => file.state === 'unreadable');
}

const foreign = {
  message: 'nothing of the documented PKI is in it',
  hint: 'give the PKI directory of a node, /etc/kubernetes, a root file system, or an archive of one',
  exitCode: 3,
} as const;

/** Whether a folder holds certificates, but none that the tables know of. */
function isForeign({ node, checklist, findings }: Judgement): boolean {
  const idle = checklist.every((row) => row.state === 'not-applicable');
  return node.role === 'unknown' && checklist.length > 0 && idle && findings.length === 0;
}

function assemble(
  options: LintOptions,
  judging: Judging,
  selection: Selection,
  judgements: readonly Judgement[],
  together: readonly ClusterRun[],
  judged: JudgedConnections,
  failures: readonly ScanFailure[],
): Report {
  const fingerprintOf = (failure: Failure) => judgements.flatMap((one) => one.fingerprints.get(failure) ?? [])[0];
  const told = new Set(judgements.map((one) => one.node.name));
  const connections = judged.connections
    .filter(({ connection }) => told.has(connection.client.name))
    .map((one) => reportedConnection(one, fingerprintOf));
  const findings = judgements.flatMap((one) => one.findings).sort(byWeight);
  const inventory = judgements.flatMap((one) => one.inventory);
  const notChecked = judgements.flatMap((one) => one.notChecked);
  const failOn = options.failOn ?? 'error';
  const counted = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const total = (of: (one: Judgement) => number) => judgements.reduce((sum, one) => sum + of(one), 0);
  return {
    schemaVersion: 1,
    tool: { name: 'pki-lint', version: packageJson.version },
    at: timeOf(judging.at),
    profile: judging.profile,
    targetVersion: judging.target === undefined ? null : `v${judging.target.release}`,
    failOn,
    exitCode: exitCodeOf(
      findings,
      failOn,
      failures,
      judgements.length,
      Boolean(options.requireComplete) && notChecked.length > 0,
    ),
    nodes: judgements.map((one) => one.node),
    checklist: judgements.flatMap((one) => one.checklist),
    inventory,
    connections,
    findings,
    outcomes: mergeOutcomes([...judgements, ...together].map((one) => one.outcomes)),
    skipped: [...judgements, ...together].flatMap((one) => one.skipped),
    summary: {
      errors: counted('error'),
      warnings: counted('warning'),
      infos: counted('info'),
      suppressed: 0,
      rules: rules.filter(selection.rule).length,
      files: total((one) => one.files),
      certificates: inventory.filter((item) => item.kind === 'certificate' || item.kind === 'authority').length,
      arguments: total((one) => one.arguments),
      connections: connections.length,
      notChecked: notChecked.length,
    },
    notChecked,
    failures: failures.map(({ path, message, hint }) => ({ path, message, hint })),
  };
}

/** 2: something could not be linted; 3: there was nothing to lint; 1: findings at or above the threshold; else 0. */
function exitCodeOf(
  findings: readonly Finding[],
  failOn: Report['failOn'],
  failures: readonly ScanFailure[],
  judged: number,
  incomplete: boolean,
): number {
  if (failures.some((failure) => failure.exitCode === 2)) return 2;
  if (failures.length > 0 && judged === 0) return 3;
  const threshold = failOn === 'never' ? -1 : severities.indexOf(failOn);
  const fails = findings.some((finding) => severities.indexOf(finding.severity) <= threshold);
  return fails || incomplete ? 1 : 0;
}
