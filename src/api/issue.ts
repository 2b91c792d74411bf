/** Issues what lint finds missing, expired or wrong: plans, checks the plan in memory, and writes. */

import path from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { hintLines, UserError } from '../core/errors.ts';
import { timeOf } from '../core/time.ts';
import type { DryRunContext } from '../issue/dry-run.ts';
import { commandsOfPlans } from '../issue/fix-command.ts';
import { commandsAgain } from '../issue/inputs/again.ts';
import { factsFor } from '../issue/inputs/assumed-facts.ts';
import { readOffNodeCas } from '../issue/inputs/ca-dir.ts';
import { signOfCluster } from '../issue/inputs/cluster-sign.ts';
import { importedFrom } from '../issue/inputs/import-dir.ts';
import type { IssueOptions } from '../issue/inputs/issue-options.ts';
import { foldersOffNode } from '../issue/inputs/output-dirs.ts';
import { requireOwnPolicy } from '../issue/inputs/own-policy.ts';
import { requestsIn } from '../issue/inputs/request-node.ts';
import { settingsOf } from '../issue/inputs/settings.ts';
import { findTargetRoot } from '../issue/inputs/target-root.ts';
import { requireFolder, requireKind, requireRoles, validateOptions } from '../issue/inputs/validate-options.ts';
import { planNode, unresolvedAfter } from '../issue/plan/index.ts';
import { isModeError } from '../issue/plan/modes.ts';
import type { PlanInput } from '../issue/plan/settings.ts';
import type { Writer } from '../issue/write/writer.ts';
import { judgeAlone } from '../lint/judge.ts';
import { buildPki } from '../model/roles/build-pki.ts';
import type { Plan } from '../results/issue/action.ts';
import type { IssueReport, NextStep } from '../results/issue/plan.ts';
import type { FoundNode } from '../scan/found-node.ts';
import { scanFound, treeWithOptions } from '../scan/scan.ts';
import type { LaidOutNode, Layout } from '../tables/layouts/layout.ts';
import { type ParsedOptions, parseOptions, type SupportedNodes } from './parse-options.ts';

/**
 * Plans the changes that one node needs, and with `write` makes them. All files are created and linted in memory first.
 * A batch that would leave an error behind is not written.
 *
 * @throws UserError for invalid options, and for a node that cannot be read
 */
export async function issue(options: IssueOptions = {}): Promise<IssueReport> {
  return issueIn(options);
}

/**
 * Issues as `issue` does, on nodes of these layouts.
 *
 * @internal
 */
export async function issueIn(options: IssueOptions, among?: SupportedNodes): Promise<IssueReport> {
  validateOptions(options);
  const at = options.at ?? new Date();
  const parsed = parseOptions(nodeOptions(options, at), among);
  // Invalid options are reported before an earlier, interrupted run is finished.
  requireRoles(settingsOf({ ...options, at }), parsed.scan.layouts);
  const place = findTargetRoot(options, parsed.scan.layouts);
  readOffNodeCas(options, place.disk.layout);
  const folders = Object.values(foldersOffNode(options, place));
  const { openWriter, unfinished } = await import('../issue/write/writer.ts');
  const writing = { place: place.disk, folders, now: Date.now() };
  if (!options.write) return run(options, at, { parsed, among, unfinished: unfinished(writing), writer: undefined });
  // Takes the lock before the node is read, so that no other run changes files between reading and writing.
  const writer = openWriter(writing);
  let report: IssueReport;
  try {
    report = await run(options, at, { parsed, among, unfinished: [], writer });
  } catch (error) {
    const reported = [...writer.recovered.map((line) => `from an earlier run: ${line}`), ...writer.close()];
    throw error instanceof UserError ? withHintLines(error, reported) : error;
  }
  const { plan } = report;
  return {
    ...report,
    plan: { ...plan, next: [...plan.next, ...writer.close().map(trouble)] },
  };
}

/** The options about the node. `only` is about what is issued, and not about rules. */
const nodeOptions = ({ only: _, ...options }: IssueOptions, at: Date) => ({ ...options, at });

/**
 * Adds lines to the hint: the fate of an earlier run, and files that could not be removed, are reported on errors too.
 */
function withHintLines({ message, hint }: UserError, lines: readonly string[]): UserError {
  const all = [...(hintLines(hint) ?? []), ...lines];
  return new UserError(message, all.length === 0 ? undefined : all);
}

const trouble = (text: string): NextStep => ({ text: `needs attention: ${text}`, command: null });

interface Session {
  readonly parsed: ParsedOptions;
  readonly among: SupportedNodes | undefined;
  readonly unfinished: readonly string[];
  /** undefined for a run that only plans. */
  readonly writer: Writer | undefined;
}

async function run(options: IssueOptions, at: Date, { unfinished, writer, ...nodes }: Session): Promise<IssueReport> {
  const { input, context } = readNode(options, at, nodes, writer?.finished ?? []);
  const plan = planNode(input);
  const head = {
    schemaVersion: 1,
    tool: { name: 'pki-lint', version: packageJson.version },
    at: timeOf(input.settings.now),
    profile: input.settings.documentedOnly ? 'documented' : 'kubeadm',
    plan,
    unfinished,
    recovered: writer?.recovered ?? [],
    result: null,
    failure: null,
  } as const;
  const todo = plan.actions.length + plan.refusals.length + plan.left.length + unfinished.length;
  if (todo === 0 && input.imports === undefined) requireKind(input.pki, context.found.label);
  if (plan.refusals.length > 0) {
    return { ...head, failure: writer ? refusalFailure(plan) : null, exitCode: writer ? 2 : 1 };
  }
  if (plan.actions.length === 0) return { ...head, exitCode: todo > 0 && !writer ? 1 : 0 };
  try {
    const { dryRun } = await import('../issue/dry-run.ts');
    const { batch, after, actions } = await dryRun(plan, context, writer === undefined);
    if (writer === undefined) return { ...head, plan: { ...plan, actions }, exitCode: 1 };
    const { swept, ...result } = await writer.write(batch);
    const recovered = [...head.recovered, ...swept];
    return {
      ...head,
      plan: { ...plan, actions, left: unresolvedAfter(input, plan, after) },
      recovered,
      result,
      exitCode: 0,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const failure = { message: error.message, hint: error.hint ?? null };
    return { ...head, failure, exitCode: writer ? 2 : 1 };
  }
}

/** Reads the node, and collects the input of the planner and the context of its dry run. */
function readNode(
  options: IssueOptions,
  at: Date,
  { parsed, among }: Pick<Session, 'parsed' | 'among'>,
  finished: readonly string[],
): { readonly input: PlanInput; readonly context: DryRunContext } {
  // Determined again, because the files of an earlier run may have been completed since.
  const place = findTargetRoot(options, parsed.scan.layouts);
  const judging = parsed.judging.context;
  const givenFacts = parsed.judging.facts;
  const first = scanFound(place.found, parsed.scan);
  const trees = [treeWithOptions(place.found, parsed.scan), place.found.tree];
  const cluster = signOfCluster(buildPki(first, givenFacts, judging), trees);
  const { facts, assumed } = factsFor(first, givenFacts, judging, { cluster, only: options.only });
  // The release among the facts decides how strictly files are read.
  const { scan: withFacts } = parseOptions({ ...nodeOptions(options, at), facts }, among);
  const scan = (found: FoundNode<Layout>) => scanFound(found, withFacts);
  const commandFor = commandsOfPlans();
  const judged = (node: LaidOutNode) => judgeAlone(buildPki(node, facts, judging), commandFor);
  const before = judged(scan(place.found));
  requireOwnPolicy(before.pki);
  const { installerConfig } = before.pki.node;
  requireFolder(before.pki.node.pki, installerConfig);
  const settings = settingsOf(
    { ...options, at, ...foldersOffNode(options, place) },
    installerConfig,
    before.pki.judging,
  );
  const { layout } = place.disk;
  const offNode = readOffNodeCas(options, layout);
  const cwd = options.cwd ?? '.';
  const node = before.pki.facts.nodeName?.value;
  if (options.import !== undefined) requestsIn('--import', path.resolve(cwd, options.import), before.pki, node);
  const imported = options.import === undefined ? undefined : importedFrom(options.import, cwd, before.pki);
  const input: PlanInput = {
    pki: before.pki,
    findings: before.ofRole,
    swapOf: before.swapOf,
    modes: before.findings.filter(isModeError),
    offNode: offNode.authorities,
    imports: imported,
    requested: settings.requests === undefined ? new Set() : requestsIn('--csr', settings.requests, before.pki, node),
    settings,
    folder: place.toMachine(place.found.pki[0]),
    cluster,
    assumed,
    finished,
    again: commandsAgain(options),
  };
  const onProgress = options.onProgress ?? (() => undefined);
  const judgeAs = (found: FoundNode<Layout>) => judged(scan(found));
  const shared = { pki: before.pki, found: place.found, offNode, imported: imported ?? new Map() };
  return { input, context: { ...shared, before, judgeAs, onProgress } };
}

/** Why nothing was written: one refusal rejects the whole plan. */
function refusalFailure({ refusals, byItself }: Plan): IssueReport['failure'] {
  const roles = [...new Set(refusals.map(({ role }) => role))].join(', ');
  const hint = byItself === null ? null : `what can be done on its own: ${byItself}`;
  return { message: `nothing was written, because ${roles} cannot be issued`, hint };
}
