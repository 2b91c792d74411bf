/** Making all that a plan says in memory, and judging the node as it would be with it. */
import { UserError } from '../core/errors.ts';
import type { FoundNode } from '../scan/node.ts';
import { ruleNamed } from '../spec/catalog.ts';
import { withWrites } from './as-it-would-be.ts';
import type { Imported } from './imported.ts';
import type { Judged } from './judge.ts';
import type { Kept } from './kept.ts';
import { makeAll } from './material.ts';
import type { Place } from './place.ts';
import { rewritten as rewrittenNote } from './plan/kubeconfigs.ts';
import type { Action, ModeChange, Plan, WriteUnit } from './types.ts';
import type { Batch } from './write/writer.ts';

export interface Rehearsal {
  readonly place: Place;
  readonly before: Judged;
  /** What lint says of the node with other files. */
  readonly judgeAs: (found: FoundNode) => Judged;
  readonly kept: Kept;
  /** What another CA has signed, by role. */
  readonly imported: ReadonlyMap<string, Imported>;
  readonly onProgress: (message: string) => void;
}

export interface Rehearsed {
  readonly batch: Batch;
  /** The node as it would be. */
  readonly after: Judged;
  /** Those of the plan, with what making them has shown. */
  readonly actions: readonly Action[];
}

/**
 * The batch of a plan, and the node as it would be. `quick`: its keys are thrown away, so that they may be of a kind that takes
 * no time: what is wrong with a plan is told before anybody relies on it.
 *
 * @throws UserError for what cannot be made, and for a batch that would leave an error behind
 */
export async function rehearse({ actions }: Plan, rehearsal: Rehearsal, quick: boolean): Promise<Rehearsed> {
  const { place, before, judgeAs, kept, imported, onProgress } = rehearsal;
  const tell = quick ? () => undefined : onProgress;
  const workshop = { pki: before.pki, tree: place.found.tree, kept, imported, onProgress: tell };
  const { units, rewritten } = await makeAll(quick ? actions.map(withQuickKey) : actions, workshop);
  const modes = actions.flatMap(modeChange);
  const writes = units.flatMap(({ files }) => files);
  const after = judgeAs({ ...place.found, tree: withWrites(place.found.tree, writes, modes) });
  requireClean(before, after, units);
  return {
    batch: { units, modes },
    after,
    actions: actions.map((one) => (rewritten.has(one.role) ? asWritten(one) : one)),
  };
}

/** A kubeconfig whose values do not stand where they could be replaced. */
function asWritten(action: Action): Action {
  const { kubeconfig, notes } = action;
  return { ...action, kubeconfig: kubeconfig && { ...kubeconfig, keeps: false }, notes: [...notes, rewrittenNote] };
}

function withQuickKey(action: Action): Action {
  const isNew = action.algorithm !== null && action.algorithm !== 'kept' && action.algorithm !== 'imported';
  return isNew ? { ...action, algorithm: 'ecdsa-p256' } : action;
}

function modeChange({ kind, target, mode }: Action): readonly ModeChange[] {
  return kind === 'chmod' && mode !== null ? [{ target, mode }] : [];
}

/** kube-apiserver is a role, and a component whose arguments are another matter. */
const isAboutRole = (id: string) => ['role', 'authority', 'key-pair'].includes(ruleNamed(id)?.over ?? '');

/** No batch takes a file away: what is missing after it was missing before, if only behind another cause. */
const isAboutPresence = (id: string) => ruleNamed(id)?.stage === 'presence';

/**
 * Nothing is written that lint would call an error: neither a new one, nor one of what was made; nor what gives more rights
 * than there were.
 */
function requireClean(before: Judged, after: Judged, units: readonly WriteUnit[]): void {
  const known = new Set(before.findings.map(({ fingerprint }) => fingerprint));
  const onNode = units.filter(({ files }) => files.some(({ target }) => target.on === 'node'));
  const touched = new Set(onNode.map(({ role }) => role));
  const wrong = after.findings.find(({ severity, impact, fingerprint, subject, rule }) => {
    if (severity === 'warning') return impact === 'privilege' && touched.has(subject) && !known.has(fingerprint);
    const isMade = touched.has(subject) && isAboutRole(rule);
    return severity === 'error' && (isMade || !(known.has(fingerprint) || isAboutPresence(rule)));
  });
  if (wrong === undefined) return;
  const { severity, rule, message } = wrong;
  throw new UserError(
    `nothing was written, for it would leave ${severity === 'error' ? 'an error' : 'a warning'}: ${rule}: ${message}`,
    `what it means: pki-lint explain ${rule}`,
  );
}
