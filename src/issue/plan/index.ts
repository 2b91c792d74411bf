/** What has to be done: the tables against what is there. Pure: nothing is made, nothing is written. */

import type { Action, Plan } from '../../core/action.ts';
import type { Refusal, Unresolved } from '../../core/plan.ts';
import type { Finding } from '../../core/report.ts';
import type { JudgedNode } from '../../lint/judge.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Obstacle } from './action.ts';
import { planAuthorities } from './authorities.ts';
import { rootRole } from './authority.ts';
import { commandsFor, nextSteps, runsNothing } from './follow-up.ts';
import { type Import, planImports } from './imports.ts';
import { planLeaf } from './leaf.ts';
import { isOfModes, planModes } from './modes.ts';
import { leave, leftWrong, notRenewed } from './remaining.ts';
import { planKeyPair } from './service-account.ts';
import { hasSuperAdmin, newestRelease, type Settings } from './settings.ts';
import { isOrphaned, type KeptCa, type Signers } from './signers.ts';

export interface PlanInput {
  readonly pki: Pki;
  /** What lint says, by role. */
  readonly findings: (role: string) => readonly Finding[];
  /** Errors about files that a chmod mends, whatever they belong to. */
  readonly modes: readonly Finding[];
  /** CAs that are kept outside of the node, by role. */
  readonly kept: ReadonlyMap<string, KeptCa>;
  /** What another CA has signed, by role; undefined: nothing is imported. */
  readonly imports?: ReadonlyMap<string, Import> | undefined;
  /** Roles for which a request lies in the folder already. */
  readonly requested: ReadonlySet<string>;
  readonly settings: Settings;
  /** Where the PKI lies on this machine. */
  readonly folder: string;
  /** Whether this is the first node of a cluster: nothing tells of another. */
  readonly fresh: boolean;
  readonly assumed: readonly string[];
  /** Roles that an earlier run had begun, and this one has finished. */
  readonly finished: readonly string[];
}

/** What decides over what is made. */
export type Deciding = Pick<PlanInput, 'pki' | 'findings' | 'kept' | 'settings' | 'fresh'>;

/**
 * The plan for one node. `--only` and `--replace` name roles (`requireRoles`).
 */
export function planNode(input: PlanInput): Plan {
  const { pki, findings, imports, settings } = input;
  if (imports) return planOf(input, planImports(pki, imports, settings, findings), []);
  const { decisions, signers } = decide(input);
  return planOf(input, decisions, notRenewed(pki, settings, signers));
}

/** What becomes of each role, in the order of making; of those that stay as they are nothing is said. */
export function decide({ pki, findings, kept, settings, fresh }: Deciding): {
  readonly decisions: readonly (Action | Obstacle)[];
  readonly signers: Signers;
} {
  const { actions, refusals, signers } = planAuthorities(
    pki,
    wantedAuthorities({ pki, kept, settings, fresh }),
    kept,
    settings,
  );
  const isNew = actions.some(({ kind, role }) => kind === 'create-ca' && role === roleIds.clusterCa);
  const first = fresh || (isNew && !settings.replace.has(roleIds.clusterCa));
  const context = { pki, settings, signers, findings, first };
  const roles = pki.roles.filter((role) => isWanted(role, pki, settings, first, signers));
  const planned = [
    ...roles.filter((role) => role.kind === 'certificate').map((role) => planLeaf(role, context)),
    planKeyPair(pki, settings, first),
    ...roles.filter((role) => role.kind === 'kubeconfig').map((role) => planLeaf(role, context)),
  ].filter((one) => one !== undefined);
  return { decisions: [...actions, ...refusals, ...planned], signers };
}

function planOf(input: PlanInput, planned: readonly (Action | Obstacle)[], ending: readonly Unresolved[]): Plan {
  const { pki, settings, folder, assumed, requested, finished } = input;
  const all = planned.filter((one) => isRefusal(one) || one.kind !== 'request' || !requested.has(one.role));
  const made = all.flatMap((one) => (isRefusal(one) ? [] : runsNothing(pki) ? beforeAnythingRuns(one) : one));
  const refusals = planned.filter(isRefusal).map(({ role, message, hint }) => ({ role, message, hint }));
  const actions = [...made, ...(settings.fixModes ? planModes(pki, settings.only) : [])];
  const known = [...planned, ...ending].map(({ role }) => role);
  const mended = new Set(actions.flatMap(({ kind, target }) => (kind === 'chmod' ? [target.path] : [])));
  return {
    node: pki.name,
    kind: pki.kind,
    pki: pki.node.pki,
    folder,
    assumed: made.length > 0 ? assumed : [],
    actions,
    next: nextSteps(actions, finished, pki, settings.requests),
    commands: commandsFor(actions, pki),
    refusals,
    byItself: byItself(actions, refusals, settings),
    left: [...waiting(planned, input), ...ending, ...leftWrong(input, new Set(known), mended)],
  };
}

/** Options that take what hangs on nothing that was refused; null where there is nothing, or no way to name it. */
function byItself(actions: readonly Action[], refusals: readonly Refusal[], { replace }: Settings): string | null {
  // With a CA goes what it is to sign, whatever is named.
  if (refusals.length === 0 || actions.some((one) => one.certificate?.ca && one.replaces.length > 0)) return null;
  const refused = new Set(refusals.map(({ role }) => role));
  const hangs = ({ issuer }: Action) => issuer !== null && issuer !== 'self' && refused.has(issuer.role);
  const can = actions.filter((one) => one.kind !== 'chmod' && !refused.has(one.role) && !hangs(one));
  const roles = [...new Set(can.map(({ role }) => role))].filter((role) => role !== rootRole);
  if (roles.length === 0) return null;
  const replaced = roles.filter((role) => replace.has(role));
  return `--only ${roles.join(',')}${replaced.length === 0 ? '' : ` --replace ${replaced.join(',')}`}`;
}

/** What is left once a plan is carried out. `after`: the node as it is then. */
export function leftAfter(input: PlanInput, { actions, left }: Plan, after: JudgedNode): readonly Unresolved[] {
  const modes = after.findings.filter(isOfModes);
  const waits = left.filter(({ rule }) => rule === null);
  const asked = actions.flatMap(({ kind, role }) => (kind === 'request' ? [role] : []));
  const planned = new Set([...asked, ...waits.map(({ role }) => role)]);
  return [...waits, ...leftWrong({ ...input, pki: after.pki, findings: after.ofRole, modes }, planned, new Set())];
}

/** What has been asked for is not asked for again. */
function waiting(planned: readonly (Action | Obstacle)[], { requested, settings }: PlanInput): readonly Unresolved[] {
  return planned.flatMap((one) =>
    !isRefusal(one) && one.kind === 'request' && requested.has(one.role)
      ? leave(
          one.role,
          'its request is there already',
          `once it is signed: --import ${settings.requests}; or remove it`,
        )
      : [],
  );
}

/** Nothing restarts that has never run. */
function beforeAnythingRuns(action: Action): Action {
  return action.kind === 'request' ? action : { ...action, after: '' };
}

/** Whether a decision is that it cannot be done. */
export const isRefusal = (one: Action | Obstacle): one is Obstacle => 'message' in one;

function wantedAuthorities({ pki, settings, kept, fresh }: Omit<Deciding, 'findings'>): readonly Authority[] {
  return pki.authorities.filter(({ id, applies }) => {
    const named = settings.replace.has(id) || settings.only.has(id);
    // Whoever asks another CA to sign makes none.
    if (settings.requests !== undefined && !named && !kept.has(id)) return false;
    // In a cluster that is there a new CA is made by name alone.
    if (named || settings.only.size > 0) return named || ((fresh || kept.has(id)) && isNeeded(id, pki, settings));
    return applies.answer === 'yes';
  });
}

/** Whether a role that was named hangs on an authority that is not there. */
function isNeeded(authority: string, pki: Pki, { only }: Settings): boolean {
  return pki.roles.some((role) => only.has(role.id) && role.parent.id === authority);
}

function isWanted(role: Role, pki: Pki, settings: Settings, first: boolean, signers: Signers): boolean {
  if (settings.replace.has(role.id) || settings.only.has(role.id)) return true;
  if (isOrphaned(role, signers)) return true;
  if (settings.only.size > 0) return false;
  // Of a bare folder of certificates, the rest of the node is no business.
  if (role.file?.state === 'outside') return false;
  if (role.id === roleIds.superAdmin && role.seen === 'absent') {
    return first && hasSuperAdmin(pki.facts.kubernetesVersion?.value ?? newestRelease);
  }
  return role.applies.answer === 'yes';
}
