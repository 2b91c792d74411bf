/** Issuing: what lint finds missing, expired or wrong becomes a plan, and the plan a working PKI. */
import path from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import type { ScannedNode } from './core/artifact.ts';
import { UserError } from './core/errors.ts';
import { withWrites } from './issue/as-it-would-be.ts';
import { type Imported, importedFrom } from './issue/imported.ts';
import { type Judged, judge } from './issue/judge.ts';
import { type Kept, keptCas } from './issue/kept.ts';
import type { IssueOptions } from './issue/options.ts';
import { type Place, placeOf } from './issue/place.ts';
import { planNode } from './issue/plan/index.ts';
import { newestRelease, settingsOf } from './issue/plan/settings.ts';
import type { Action, IssueReport, ModeChange, Plan, WriteResult, WriteUnit } from './issue/types.ts';
import { judgingOf, scanOptionsOf } from './lint.ts';
import type { GivenFacts } from './model/facts.ts';
import type { FoundNode } from './scan/node.ts';
import { scanFound } from './scan/scan.ts';

/**
 * Plans what one node lacks, and with `write` does it: everything is made and linted in memory first, and a batch that would
 * leave an error behind is not written.
 *
 * @throws UserError for options that cannot be meant, and for a node that cannot be read
 */
export async function issue(options: IssueOptions = {}): Promise<IssueReport> {
  const at = options.at ?? new Date();
  const settings = settingsOf({ ...options, at });
  const place = placeOf(options);
  const kept = keptCas(options);
  const facts = factsOf(options, place);
  const scanned = (found: FoundNode) => scanFound(found, scanOptionsOf({ ...options, facts }));
  const judging = judgingOf({ ...options, at });
  const before = judge(scanned(place.found), facts, judging);
  const imported = options.import === undefined ? undefined : importedFrom(options.import, options.cwd ?? '.');
  const imports =
    imported && new Map([...imported].map(([role, { leaf, key }]) => [role, { leaf, hasKey: key !== undefined }]));
  const plan = planNode({ pki: before.pki, findings: before.ofRole, kept: kept.authorities, imports, settings });
  const report = (result: WriteResult | null, failure: IssueReport['failure'], exitCode: IssueReport['exitCode']) =>
    ({
      schemaVersion: 1,
      tool: { name: 'pki-lint', version: packageJson.version },
      at: `${new Date(settings.now).toISOString().slice(0, 19)}Z`,
      profile: settings.profile,
      plan,
      result,
      failure,
      exitCode,
    }) as const;
  const todo = plan.actions.length + plan.refusals.length + plan.left.length;
  if (!options.write) return report(null, null, todo > 0 ? 1 : 0);
  if (plan.actions.length === 0) return report(null, null, plan.refusals.length > 0 ? 2 : 0);
  try {
    const result = await execute(plan, before, {
      options,
      place,
      kept,
      imported: imported ?? new Map(),
      scan: scanned,
      facts,
      at,
    });
    return report(result, null, plan.refusals.length > 0 ? 2 : 0);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return report(null, { message: error.message, hint: error.hint ?? null }, 2);
  }
}

/** A node that shows nothing yet becomes a control plane as `kubeadm init` makes one. */
function factsOf({ facts = {}, kubeadmConfig }: IssueOptions, { empty }: Place): GivenFacts {
  const nodeIps = facts.nodeIps ?? (facts.advertiseAddress === undefined ? undefined : [facts.advertiseAddress]);
  const told: GivenFacts = { ...facts, ...(nodeIps === undefined ? {} : { nodeIps }) };
  if (!empty) return told;
  const fromConfig = kubeadmConfig !== undefined;
  return {
    kind: 'control-plane',
    ...(fromConfig
      ? {}
      : {
          kubernetesVersion: newestRelease,
          etcd: 'stacked',
          serviceCidrs: ['10.96.0.0/12'],
          dnsDomain: 'cluster.local',
        }),
    ...told,
  };
}

interface Execution {
  readonly options: IssueOptions;
  readonly place: Place;
  readonly kept: Kept;
  readonly imported: ReadonlyMap<string, Imported>;
  readonly scan: (found: FoundNode) => ScannedNode;
  readonly facts: GivenFacts;
  readonly at: Date;
}

async function execute(plan: Plan, before: Judged, execution: Execution): Promise<WriteResult> {
  const { options, place, kept, imported, at } = execution;
  const { makeAll } = await import('./issue/material.ts');
  const { writeBatch } = await import('./issue/write/index.ts');
  const workshop = {
    pki: before.pki,
    tree: place.found.tree,
    kept,
    imported,
    requests: options.csr === undefined ? undefined : path.resolve(options.cwd ?? '.', options.csr),
    onProgress: options.onProgress ?? (() => undefined),
  };
  const units = await makeAll(plan.actions, workshop);
  const modes = plan.actions.flatMap(modeChange);
  requireClean(before, units, modes, execution);
  const pki = place.toMachine({ on: 'node', path: place.found.pki[0] });
  return writeBatch({ units, modes, place: { root: place.root, pki, toMachine: place.toMachine }, now: at });
}

function modeChange({ kind, target, mode }: Action): readonly ModeChange[] {
  return kind === 'chmod' && mode !== null ? [{ target, mode }] : [];
}

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
  const touched = new Set(units.map(({ role }) => role));
  const wrong = after.findings.find(
    ({ severity, fingerprint, subject }) => severity === 'error' && (!known.has(fingerprint) || touched.has(subject)),
  );
  if (wrong === undefined) return;
  throw new UserError(
    `nothing was written, for it would leave an error: ${wrong.rule}: ${wrong.message}`,
    wrong.fix[0] ?? 'mend that first',
  );
}
