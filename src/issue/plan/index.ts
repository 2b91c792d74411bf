/** What has to be done: the tables against what is there. Pure: nothing is made, nothing is written. */
import { UserError } from '../../core/errors.ts';
import type { Finding } from '../../core/report.ts';
import { nearest } from '../../core/text.ts';
import type { Authority, Pki, Role } from '../../model/pki.ts';
import type { Action, Plan, Refusal } from '../types.ts';
import { type KeptCa, planAuthorities } from './authorities.ts';
import { commandsFor } from './commands.ts';
import { type Import, planImports } from './imports.ts';
import { planLeaf } from './leaves.ts';
import { leftWrong } from './left.ts';
import { planModes } from './modes.ts';
import { nextSteps } from './next.ts';
import { planKeyPair } from './service-account.ts';
import { hasSuperAdmin, newestRelease, type Settings } from './settings.ts';

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
  readonly settings: Settings;
  /** Where the PKI lies on this machine. */
  readonly folder: string;
  /** Whether this is the first node of a cluster: nothing tells of another. */
  readonly fresh: boolean;
  readonly assumed: readonly string[];
}

/**
 * The plan for one node.
 *
 * @throws UserError for `--only` or `--replace` with what is no role
 */
export function planNode(input: PlanInput): Plan {
  const { pki, findings, kept, imports, settings } = input;
  requireRoles(pki, settings);
  if (imports) return planOf(input, planImports(pki, imports, settings));
  const authorities = planAuthorities(pki, wantedAuthorities(input), kept, settings);
  const first = input.fresh || authorities.signers.created.has('kubernetes-ca');
  const context = { pki, settings, signers: authorities.signers, findings, first };
  const roles = pki.roles.filter((role) => isWanted(role, pki, settings, first, authorities.signers.created));
  const planned = [
    ...roles.filter((role) => role.kind === 'certificate').map((role) => planLeaf(role, context)),
    planKeyPair(pki, settings, first),
    ...roles.filter((role) => role.kind === 'kubeconfig').map((role) => planLeaf(role, context)),
  ].filter((one) => one !== undefined);
  return planOf(input, [...authorities.actions, ...authorities.refusals, ...planned]);
}

function planOf(input: PlanInput, planned: readonly (Action | Refusal)[]): Plan {
  const { pki, settings, folder, fresh, assumed } = input;
  const made = planned.flatMap((one) => (isRefusal(one) ? [] : fresh ? beforeAnythingRuns(one) : one));
  const actions = [...made, ...(settings.fixModes ? planModes(pki) : [])];
  return {
    node: pki.name,
    pki: pki.node.pki,
    folder,
    assumed: made.length > 0 ? assumed : [],
    actions,
    next: nextSteps(actions, pki, fresh),
    commands: commandsFor(actions, pki),
    refusals: planned.filter(isRefusal),
    left: leftWrong(
      input,
      new Set(planned.map(({ role }) => role)),
      new Set(actions.flatMap(({ kind, target }) => (kind === 'chmod' ? [target.path] : []))),
    ),
  };
}

/** Nothing restarts that has never run. */
function beforeAnythingRuns(action: Action): Action {
  return action.kind === 'request' ? action : { ...action, after: 'nothing runs here yet' };
}

const isRefusal = (one: Action | Refusal): one is Refusal => 'message' in one;

function wantedAuthorities({ pki, settings, kept, fresh }: PlanInput): readonly Authority[] {
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

function isWanted(role: Role, pki: Pki, settings: Settings, first: boolean, created: ReadonlySet<string>): boolean {
  if (settings.replace.has(role.id) || settings.only.has(role.id)) return true;
  if (created.has(role.parent.id) && role.leaf) return true;
  if (settings.only.size > 0) return false;
  // Of a bare folder of certificates, the rest of the node is no business.
  if (role.file?.state === 'outside') return false;
  if (role.id === 'super-admin.conf' && role.seen === 'absent') {
    return first && hasSuperAdmin(pki.facts.kubernetesVersion?.value ?? newestRelease);
  }
  return role.applies.answer === 'yes';
}

function requireRoles(pki: Pki, { only, replace }: Settings): void {
  const known = [...pki.authorities, ...pki.roles].map(({ id }) => id).concat(pki.serviceAccount.row.role);
  for (const [option, roles] of Object.entries({ '--only': only, '--replace': replace })) {
    const strange = [...roles].find((role) => !known.includes(role));
    if (strange === undefined) continue;
    const near = nearest(strange, known);
    throw new UserError(
      `${option} is "${strange}", which is no role`,
      near ? `did you mean ${near}?` : known.join(', '),
    );
  }
}
