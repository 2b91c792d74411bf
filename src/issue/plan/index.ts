/** The planner: compares the tables with the node. Pure: nothing is created or written. */
import { isAtOrBelow } from '../../artifact/paths.ts';
import { afterwards, remedyRowOf } from '../../lint/fix/afterwards.ts';
import { remedyWays } from '../../lint/fix/remedy.ts';
import { restartOfOwner } from '../../lint/fix/restarts.ts';
import type { JudgedNode } from '../../lint/judge.ts';
import { isFrom } from '../../model/facts/release.ts';
import { sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, KubeconfigRole, Role } from '../../model/roles/role.ts';
import type { Fix } from '../../results/finding.ts';
import { fixLines, shellLine } from '../../results/fix.ts';
import type { Action, EmbedCa, Plan } from '../../results/issue/action.ts';
import type { Refusal, Unresolved } from '../../results/issue/plan.ts';
import type { FilesOwner } from '../../tables/layouts/owner.ts';
import { roleIds, roleOfId } from '../../tables/role-ids.ts';
import { loadGoPool } from '../../x509/load.ts';
import { actionDefaults, type Obstacle, onNode, refusal, targetProblem } from './action.ts';
import { planAuthority, planRoot, rootRole } from './authority.ts';
import { hasNoComponents, nextSteps } from './follow-up.ts';
import { planImports } from './imports.ts';
import { planLeaf } from './leaf.ts';
import { isModeError, planModes } from './modes.ts';
import { notRenewed, unresolved, unresolvedErrors } from './remaining.ts';
import { planKeyPair } from './service-account.ts';
import { newestRelease, type PlanContext, type PlanInput, type Settings } from './settings.ts';
import { isOrphaned, type Signer, type Signers, signerNow } from './signers.ts';

/**
 * The plan for one node. `--only` and `--replace` name roles (`requireRoles`).
 */
export function planNode(input: PlanInput): Plan {
  const { pki, imports, settings } = input;
  const { owner } = pki.layout.remedies;
  if (owner !== undefined) return planOf(input, refusedForOwner(input, owner, askedOf(input)), []);
  if (imports) return planOf(input, planImports(input, imports), []);
  if (isOnlyModes(settings)) return planOf(input, [], []);
  const { decisions, signers } = decide(input);
  return planOf(input, decisions, notRenewed(pki, settings, signers));
}

/** The roles that a plan would be about. */
function askedOf(input: PlanInput): readonly string[] {
  const { pki, imports, settings } = input;
  if (imports) return [...imports.keys()];
  if (isOnlyModes(settings)) return [];
  const { decisions, signers } = decide(input);
  return [...decisions, ...notRenewed(pki, settings, signers)].map(({ role }) => role);
}

/** Whether nothing but modes is requested: then no file is issued, not even a missing one. */
function isOnlyModes({ fixModes, only, replace, renewBefore, requests }: Settings): boolean {
  return fixModes && only.size + replace.size === 0 && renewBefore === undefined && requests === undefined;
}

/** The decision for each role, in the order of execution. Roles that stay as they are have none. */
export function decide(context: PlanContext): {
  readonly decisions: readonly (Action | Obstacle)[];
  readonly signers: Signers;
} {
  const { pki } = context;
  const { actions, refusals, signers } = planAuthorities(context, wantedAuthorities(context));
  const leafContext = { ...context, signers };
  const roles = pki.roles.filter((role) => isWanted(role, context, signers));
  const planned = [
    ...roles.filter((role) => role.kind === 'certificate').map((role) => planLeaf(role, leafContext)),
    planKeyPair(context),
    ...roles.filter((role) => role.kind === 'kubeconfig').map((role) => planLeaf(role, leafContext)),
  ].filter((one) => one !== undefined);
  const known = new Set(planned.map(({ role }) => role));
  const embedding = pki.roles.flatMap((role) =>
    embedsRenewed(role, signers) && !known.has(role.id) ? [planEmbedding(role, pki)] : [],
  );
  return { decisions: [...actions, ...refusals, ...planned, ...embedding], signers };
}

function planOf(input: PlanInput, planned: readonly (Action | Obstacle)[], expiring: readonly Unresolved[]): Plan {
  const { pki, settings, folder, assumed, requested } = input;
  const isWaiting = (one: Action | Obstacle) => !isRefusal(one) && one.kind === 'request' && requested.has(one.role);
  const requests = planned.filter((one) => !isRefusal(one) && one.kind === 'request').map(({ role }) => role);
  const made = planned
    .filter((one): one is Action => !isRefusal(one) && !isWaiting(one))
    .map((one) => (hasNoComponents(pki) ? withoutRestart(one) : one));
  const refusals = planned
    .filter(isRefusal)
    .map(({ role, message, hint, steps }) => ({ role, message, hint, ...(steps && { steps }) }));
  const isOwned = pki.layout.remedies.owner !== undefined;
  const actions = [...made, ...(settings.fixModes && !isOwned ? planModes(pki, settings.only) : [])];
  const known = [...planned, ...expiring].map(({ role }) => role);
  // A file that is replaced gets a mode without the bits that lint reports.
  const fixed = new Set(actions.flatMap(({ kind, target, replaces }) => (kind === 'chmod' ? [target.path] : replaces)));
  return {
    node: pki.name,
    kind: pki.kind,
    pki: pki.node.pki,
    folder,
    assumed: made.length > 0 ? assumed : [],
    actions,
    next: nextSteps(actions, requests, input),
    refusals,
    byItself: byItself(actions, refusals, settings),
    left: [
      // No second request for what has been requested already.
      ...planned.filter(isWaiting).map(({ role }) => waiting(role)),
      ...expiring,
      ...(isOwned ? [] : unresolvedErrors(input, new Set(known), fixed)),
    ],
  };
}

/** Options for everything that does not depend on a refusal; null if there is nothing, or no way to name it. */
function byItself(actions: readonly Action[], refusals: readonly Refusal[], { replace }: Settings): string | null {
  // Replacing a CA includes its leaves, whichever roles are named.
  if (refusals.length === 0 || actions.some((one) => one.certificate?.ca && one.replaces.length > 0)) return null;
  const refused = new Set(refusals.map(({ role }) => role));
  const depends = ({ issuer }: Action) => issuer !== null && issuer !== 'self' && refused.has(issuer.role);
  const independent = actions.filter((one) => one.kind !== 'chmod' && !refused.has(one.role) && !depends(one));
  const roles = [...new Set(independent.map(({ role }) => roleOfId(role)))].filter((role) => role !== rootRole);
  if (roles.length === 0) return null;
  const replaced = roles.filter((role) => replace.has(role));
  return `--only ${roles.join(',')}${replaced.length === 0 ? '' : ` --replace ${replaced.join(',')}`}`;
}

/** What remains once a plan is carried out. `after`: the node as it is then. */
export function unresolvedAfter(input: PlanInput, { actions, left }: Plan, after: JudgedNode): readonly Unresolved[] {
  const modes = after.findings.filter(isModeError);
  const waits = left.filter(({ rule }) => rule === null);
  const asked = actions.flatMap(({ kind, role }) => (kind === 'request' ? [role] : []));
  const planned = new Set([...asked, ...waits.map(({ role }) => role)]);
  return [
    ...waits,
    ...unresolvedErrors(
      { ...input, pki: after.pki, findings: after.ofRole, swapOf: after.swapOf, modes },
      planned,
      new Set(),
    ),
  ];
}

function waiting(role: string): Unresolved {
  return unresolved(
    role,
    'its request exists already',
    'have it signed, and import it with the command below; or remove it',
  );
}

/** A node without components has nothing to restart. */
function withoutRestart(action: Action): Action {
  return action.kind === 'request' ? action : { ...action, after: '' };
}

/** Whether a decision is a refusal. */
export const isRefusal = (one: Action | Obstacle): one is Obstacle => 'message' in one;

function wantedAuthorities({ pki, settings, offNode, cluster }: PlanContext): readonly Authority[] {
  return pki.authorities.filter(({ id, applies }) => {
    const named = settings.replace.has(id) || settings.only.has(id);
    // No new CA if another CA is asked to sign.
    if (settings.requests !== undefined && !named && !offNode.has(id)) return false;
    // In an existing cluster a new CA is created only if it is named.
    if (named || settings.only.size > 0) {
      return named || ((cluster === undefined || offNode.has(id)) && isNeeded(id, pki, settings));
    }
    return applies.answer === 'yes';
  });
}

/** Whether a CA signs a role that was named. */
function isNeeded(authority: string, pki: Pki, { only }: Settings): boolean {
  return pki.roles.some((role) => only.has(role.row.role) && role.parent.id === authority);
}

function isWanted(role: Role, context: PlanContext, signers: Signers): boolean {
  const { pki, settings } = context;
  if (settings.replace.has(role.row.role) || settings.only.has(role.row.role)) return true;
  if (isOrphaned(role, signers)) return true;
  if (settings.only.size > 0) return false;
  // If the input is only a PKI directory, the rest of the node does not matter.
  if (role.file?.state === 'outside') return false;
  if (role.row.role === roleIds.superAdmin && role.seen === 'absent') {
    // kubeadm writes super-admin.conf since 1.29, only on the node of `kubeadm init` (KEP-4214).
    const release = pki.facts.kubernetesVersion?.value ?? newestRelease;
    return isFirstNode(role, context, signers) && isFrom(release, '1.29.0');
  }
  return role.applies.answer === 'yes';
}

/**
 * Whether this may be the node of `kubeadm init`: nothing shows a cluster; or nothing but its PKI does, to which
 * another CA is asked for the rest. There only super-admin.conf can make the bindings of admin.conf.
 */
function isFirstNode({ parent }: Role, { pki, settings, cluster }: PlanContext, signers: Signers): boolean {
  if (cluster === undefined) return true;
  const isRequested = settings.requests !== undefined && signers.endOf(parent.id) === undefined;
  return isRequested && pki.kind === 'control-plane' && isAtOrBelow(cluster, pki.node.pki);
}

/** Whether a kubeconfig embeds the certificate of a CA that the plan renews, and no other CA. */
function embedsRenewed(role: Role, { renewed }: Signers): role is KubeconfigRole {
  if (role.kind !== 'kubeconfig' || !renewed.has(role.servingCa.id)) return false;
  const pem = role.kubeconfig?.cluster?.certificateAuthority?.embedded;
  const pool = pem && loadGoPool(pem);
  if (!pool?.ok || pool.value.length === 0) return false;
  return pool.value.every((one) => sharesKey([one], role.servingCa.certificates));
}

/** The action for such a kubeconfig, or why its file cannot be written. */
function planEmbedding(role: KubeconfigRole, pki: Pki): EmbedCa | Refusal {
  const { id, path, recommended, servingCa, kubeconfig } = role;
  const problem = targetProblem(id, [path], recommended, pki);
  if (problem) return problem;
  const { cluster, user, currentContext } = kubeconfig ?? {};
  return {
    ...actionDefaults('embed', id, pki),
    why: [`it embeds the certificate of ${servingCa.id}, which is renewed`],
    target: onNode(path),
    kubeconfig: {
      server: cluster?.server?.value ?? '',
      cluster: cluster?.name ?? '',
      user: user?.name ?? '',
      context: currentContext?.value ?? '',
      keeps: true,
    },
    replaces: [path],
  };
}

/**
 * Returns a refusal for each role that something was asked for or is wrong with: the owner makes its files.
 *
 * @param asked the roles that options name, or for which there would be an action
 */
function refusedForOwner(input: PlanInput, { name }: FilesOwner, asked: readonly string[]): readonly Refusal[] {
  const { pki, findings, modes } = input;
  const wrong = unresolvedErrors(input, new Set(), new Set()).map(({ role }) => role);
  return [...new Set([...asked, ...wrong])].map((role) => {
    const [worst] = [...findings(role), ...modes.filter(({ subject }) => subject === role)];
    const fix = worst?.fix[0] ?? madeAgain(role, pki);
    const lines = fixLines(fix.length === 0 ? restartOfOwner(pki) : fix, pki.name);
    const [first, ...more] = lines;
    const message = `${name} makes the files of this node, and pki-lint does not write them`;
    if (first?.isCommand && more.length === 0) return refusal(role, message, first.text);
    return { ...refusal(role, message, 'this does it instead'), steps: lines.map(shellLine) };
  });
}

/** What recreates the files of a role, if nothing is wrong with them. */
function madeAgain(id: string, pki: Pki): Fix {
  const row = remedyRowOf(id, pki);
  const role = pki.roles.find((one) => one.id === id);
  if (row === undefined || role === undefined) return restartOfOwner(pki);
  const [way] = remedyWays('expired', row, role, pki);
  return [...(way?.steps ?? []), ...afterwards(row, 'expired', id, pki, false).last];
}

/** Plans the `wanted` CAs: those that are missing, and those whose replacement was requested. */
function planAuthorities(
  context: PlanContext,
  wanted: readonly Authority[],
): { readonly actions: readonly Action[]; readonly refusals: readonly Refusal[]; readonly signers: Signers } {
  const { pki, settings, offNode } = context;
  const actions: Action[] = [];
  const refusals: Refusal[] = [];
  const created = new Set<string>();
  const renewed = new Set<string>();
  const signerOf = (one: Authority) => signerNow(one, offNode.get(one.id), settings.now);
  const signers = new Map<string, Signer | undefined>(pki.authorities.map((one) => [one.id, signerOf(one)]));
  const root = planRoot(settings, offNode.get(rootRole));
  for (const authority of wanted) {
    const { id } = authority;
    const { action, refusal, isAnother } = planAuthority(authority, context, root);
    if (refusal) refusals.push(refusal);
    if (action === undefined) {
      if (refusal && authority.source.seen === 'absent') signers.set(id, { problem: refusal.message });
      continue;
    }
    actions.push(action);
    const isInstalled = action.kind === 'install';
    signers.set(
      id,
      isInstalled ? signerOf({ ...authority, loaded: undefined }) : { end: Date.parse(action.certificate.notAfter) },
    );
    if (isAnother) created.add(id);
    else if (action.replaces.length > 0) renewed.add(id);
  }
  const needsRoot = actions.some(({ issuer }) => issuer !== null && issuer !== 'self');
  const signer = (id: string): { readonly end?: number; readonly problem?: string } => signers.get(id) ?? {};
  return {
    actions: needsRoot && root?.action ? [root.action, ...actions] : actions,
    refusals,
    signers: { endOf: (id) => signer(id).end, problemOf: (id) => signer(id).problem, created, renewed },
  };
}
