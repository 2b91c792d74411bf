/** Issuing: what lint finds missing, expired or wrong becomes a plan, and the plan a working PKI. */
import { posix } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import type { KubeadmConfig, ScannedNode } from './core/artifact.ts';
import { UserError } from './core/errors.ts';
import { withWrites } from './issue/as-it-would-be.ts';
import { onMachine } from './issue/elsewhere.ts';
import { factsFor } from './issue/facts.ts';
import { type Imported, importedFrom } from './issue/imported.ts';
import { type Judged, judge } from './issue/judge.ts';
import { type Kept, keptCas } from './issue/kept.ts';
import type { IssueOptions } from './issue/options.ts';
import { type Place, placeOf } from './issue/place.ts';
import { planNode } from './issue/plan/index.ts';
import { settingsOf } from './issue/plan/settings.ts';
import type { Action, IssueReport, ModeChange, Plan, WriteResult, WriteUnit } from './issue/types.ts';
import type { Writer } from './issue/write/writer.ts';
import type { GivenFacts } from './model/facts.ts';
import { judgingOf, scanOptionsOf } from './nodes.ts';
import type { FoundNode } from './scan/node.ts';
import { scanFound } from './scan/scan.ts';
import { ruleNamed } from './spec/catalog.ts';

/**
 * Plans what one node lacks, and with `write` does it: everything is made and linted in memory first, and a batch that would
 * leave an error behind is not written.
 *
 * @throws UserError for options that cannot be meant, and for a node that cannot be read
 */
export async function issue(options: IssueOptions = {}): Promise<IssueReport> {
  const at = options.at ?? new Date();
  const { openWriter, unfinished } = await import('./issue/write/writer.ts');
  const writing = { place: placeOf(options).disk, now: at.getTime() };
  if (!options.write) return planned(options, at, unfinished(writing), undefined);
  // Before the node is read: nobody else's run comes between what was read and what is written.
  const writer = openWriter(writing);
  try {
    return await planned(options, at, [], writer);
  } finally {
    writer.close();
  }
}

async function planned(
  options: IssueOptions,
  at: Date,
  unfinished: readonly string[],
  writer: Writer | undefined,
): Promise<IssueReport> {
  const place = placeOf(options);
  const kept = keptCas(options);
  const judging = judgingOf({ ...options, at });
  const scanWith = (facts: GivenFacts) => (found: FoundNode) => scanFound(found, scanOptionsOf({ ...options, facts }));
  const told = options.facts ?? {};
  const { facts, assumed } = factsFor(scanWith(told)(place.found), told, judging, {
    empty: place.empty,
    only: options.only,
  });
  const scan = scanWith(facts);
  const before = judge(scan(place.found), facts, judging);
  const config = before.pki.node.kubeadmConfig;
  requireFolder(before.pki, config);
  const settings = settingsOf({ ...options, at, ...onMachine(options, place) }, config);
  const imported = options.import === undefined ? undefined : importedFrom(options.import, options.cwd ?? '.');
  const plan = planNode({
    pki: before.pki,
    findings: before.ofRole,
    modes: before.findings.filter(({ severity, fix }) => severity === 'error' && fix[0]?.startsWith('chmod ')),
    kept: kept.authorities,
    imports: imported && new Map([...imported].map(([role, one]) => [role, { ...one, hasKey: one.key !== undefined }])),
    settings,
    folder: place.toMachine({ on: 'node', path: place.found.pki[0] }),
    fresh: place.empty,
    assumed,
  });
  const result = (written: WriteResult | null, failure: IssueReport['failure'], exitCode: IssueReport['exitCode']) =>
    ({
      schemaVersion: 1,
      tool: { name: 'pki-lint', version: packageJson.version },
      at: `${new Date(settings.now).toISOString().slice(0, 19)}Z`,
      profile: settings.profile,
      plan,
      unfinished,
      result: written,
      failure,
      exitCode,
    }) as const;
  const todo = plan.actions.length + plan.refusals.length + plan.left.length + unfinished.length;
  if (todo === 0 && imported === undefined) requireKind(before, place);
  if (writer === undefined) return result(null, null, todo > 0 ? 1 : 0);
  if (plan.refusals.length > 0) return result(null, refusedWhole(plan), 2);
  if (plan.actions.length === 0) {
    const { recovered } = writer;
    return result(recovered.length > 0 ? { written: [], backup: null, recovered } : null, null, 0);
  }
  const execution = { writer, options, place, kept, imported: imported ?? new Map(), scan, facts, at };
  try {
    return result(await execute(plan, before, execution), null, 0);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return result(null, { message: error.message, hint: error.hint ?? null }, 2);
  }
}

/** What is made in another folder than kubeadm will look into is made for nobody. */
function requireFolder({ node }: Judged['pki'], config: KubeadmConfig | undefined): void {
  const { value, at } = config?.certificatesDir ?? {};
  if (value === undefined || posix.resolve('/', value) === node.pki) return;
  throw new UserError(
    `${at?.path}:${at?.line}: certificatesDir is ${value}, and this is ${node.pki}`,
    `name that folder: pki-lint issue ${value}`,
  );
}

/** Nothing to do must never mean that nothing was understood. */
function requireKind({ pki }: Judged, { found }: Place): void {
  if (pki.kind !== 'unknown') return;
  const hint = 'name a folder that is empty or holds a PKI; or say what is wanted: --only kubelet.conf';
  throw new UserError(`nothing tells what kind of node "${found.label}" is`, hint);
}

/** All of what was asked for is done, or nothing. */
function refusedWhole({ actions, refusals }: Plan): IssueReport['failure'] {
  const can = [...new Set(actions.map(({ role }) => role))];
  return {
    message: `nothing was written, for ${refusals.map(({ role }) => role).join(', ')} cannot be done`,
    hint: can.length > 0 ? `what can be done by itself: --only ${can.join(',')}` : null,
  };
}

interface Execution {
  readonly writer: Writer;
  readonly options: IssueOptions;
  readonly place: Place;
  readonly kept: Kept;
  readonly imported: ReadonlyMap<string, Imported>;
  readonly scan: (found: FoundNode) => ScannedNode;
  readonly facts: GivenFacts;
  readonly at: Date;
}

async function execute(plan: Plan, before: Judged, execution: Execution): Promise<WriteResult> {
  const { options, place, kept, imported, writer } = execution;
  const { makeAll } = await import('./issue/material.ts');
  const workshop = {
    pki: before.pki,
    tree: place.found.tree,
    kept,
    imported,
    onProgress: options.onProgress ?? (() => undefined),
  };
  const units = await makeAll(plan.actions, workshop);
  const modes = plan.actions.flatMap(modeChange);
  requireClean(before, units, modes, execution);
  return writer.write({ units, modes });
}

function modeChange({ kind, target, mode }: Action): readonly ModeChange[] {
  return kind === 'chmod' && mode !== null ? [{ target, mode }] : [];
}

/** No batch takes a file away: what is missing after it was missing before, if only behind another cause. */
const isAboutPresence = (id: string) => ruleNamed(id)?.stage === 'presence';

/** Nothing is written that lint would call an error: neither a new one, nor one of what was made. */
function requireClean(
  before: Judged,
  units: readonly WriteUnit[],
  modes: readonly ModeChange[],
  { place, scan, facts, options, at }: Execution,
): void {
  const writes = units.flatMap(({ files }) => files);
  const tree = withWrites(place.found.tree, writes, modes);
  const after = judge(scan({ ...place.found, tree }), facts, judgingOf({ ...options, at }));
  const known = new Set(before.findings.map(({ fingerprint }) => fingerprint));
  const onNode = units.filter(({ files }) => files.some(({ target }) => target.on === 'node'));
  const touched = new Set(onNode.map(({ role }) => role));
  const wrong = after.findings.find(
    ({ severity, fingerprint, subject, rule }) =>
      severity === 'error' && (touched.has(subject) || !(known.has(fingerprint) || isAboutPresence(rule))),
  );
  if (wrong === undefined) return;
  throw new UserError(
    `nothing was written, for it would leave an error: ${wrong.rule}: ${wrong.message}`,
    `what it means: pki-lint explain ${wrong.rule}`,
  );
}
