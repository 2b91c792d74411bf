/** Errors of lint that the plan does not change: they are reported. */

import { dateOf } from '../../core/time.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { keepsOwnCredential } from '../../model/trust/sharing.ts';
import { canKeepKey, currentCredential, isKeptByKubelet, isRotated } from '../../model/trust/signing.ts';
import type { Finding } from '../../results/finding.ts';
import { fixLines, shellLine, stepLine } from '../../results/fix.ts';
import type { Unresolved } from '../../results/issue/plan.ts';
import type { KnownRuleId } from '../../tables/rule-files.ts';
import { rotated } from './action.ts';
import { expiresWithCa, isExpiring } from './leaf.ts';
import { type PlanInput, type Settings, wants } from './settings.ts';
import { isSignedElsewhere, type Signers } from './signers.ts';

/**
 * One line for each role with an error that is neither planned nor refused, and for each mode. `planned`: roles;
 * `fixed`: the paths of files whose modes the plan fixes.
 */
export function unresolvedErrors(
  input: PlanInput,
  planned: ReadonlySet<string>,
  fixed: ReadonlySet<string>,
): readonly Unresolved[] {
  const { modes, settings } = input;
  // One finding may be about many files.
  const isFixed = ({ path, related }: Finding) =>
    [path, ...related.map((one) => one.path)].every((one) => fixed.has(one));
  const open = settings.only.size > 0 ? [] : modes.filter((mode) => !isFixed(mode));
  return [
    ...unresolvedRoles(input, planned),
    ...open.map(({ subject, rule, message }) => {
      return { role: subject, rule, message: `${rule}: ${message}`, hint: '--fix-modes corrects it' };
    }),
  ];
}

function unresolvedRoles(input: PlanInput, planned: ReadonlySet<string>): readonly Unresolved[] {
  const { pki, findings, swapOf, modes, settings, imports } = input;
  const isMode = new Set(modes.map(({ fingerprint }) => fingerprint));
  // Warnings count too for a role whose certificate another CA has yet to sign.
  const isReported = ({ severity }: Finding, role: Role | undefined): boolean =>
    severity === 'error' || (severity === 'warning' && imports !== undefined && role?.seen === 'absent');
  const pair = pki.serviceAccount.row.role;
  // A CA that signed nothing here is right as soon as all leaves are signed by it.
  const authorities = pki.authorities.filter(
    ({ leaves, issued }) => issued.length > 0 || leaves.length === 0 || leaves.some(({ id }) => !planned.has(id)),
  );
  const hints: readonly (readonly [id: string, hint: (worst: Finding) => string, role?: Role])[] = [
    ...authorities.map((one) => [one.id, (worst: Finding) => authorityHint(one, worst, settings)] as const),
    ...pki.roles.map((role) => [role.id, () => roleHint(role, input), role] as const),
    [pair, () => 'restore the pair from another control-plane node or from a backup'],
  ];
  return hints.flatMap(([id, hint, role]): Unresolved[] => {
    const worst = findings(id).find((one) => isReported(one, role) && !isMode.has(one.fingerprint));
    if (worst === undefined || planned.has(id) || !wants(settings, id)) return [];
    const swap = swapOf(worst);
    if (swap !== undefined) return [swapped(id, swap)];
    const { rule, message, subject } = worst;
    // An error of an argument has a fix of its own.
    return [{ role: id, rule, message: `${rule}: ${message}`, hint: subject === id ? hint(worst) : firstFix(worst) }];
  });
}

/** Files in each other's place are whole: nothing has to be issued, or put back from elsewhere. */
const swapped = (role: string, { rule, message, fix: [steps = []], node }: Finding): Unresolved => ({
  role,
  rule,
  message: `${rule}: ${message}`,
  hint: 'nothing has to be issued, only moved',
  steps: fixLines(steps, node).map(shellLine),
});

function firstFix({ rule, fix }: Finding): string {
  const first = fix[0]?.find(({ footnote }) => !footnote);
  return first === undefined ? `pki-lint explain ${rule}` : stepLine(first);
}

type AuthorityHint = (authority: Authority, settings: Settings) => string | undefined;

const authorityHints: Readonly<Record<string, AuthorityHint>> = {
  'authority/issued': () => 'restore the one that signed, from another control-plane node or from a backup',
  'authority/expired': (authority, { now }) =>
    canKeepKey(authority, now)
      ? `--replace ${authority.id} --keep-key --renew --yes renews it, and what has expired with it`
      : undefined,
} satisfies Partial<Record<KnownRuleId, AuthorityHint>>;

function authorityHint(authority: Authority, worst: Finding, settings: Settings): string {
  if (settings.requests !== undefined && authority.source.seen === 'absent') {
    return 'its certificate must be next to those that it signs, in the directory of --import';
  }
  return authorityHints[worst.rule]?.(authority, settings) ?? firstFix(worst);
}

function roleHint(role: Role, { pki, settings, imports }: PlanInput): string {
  if (keepsOwnCredential(role, pki)) return rotated(role, pki).hint;
  if (role.seen === 'absent')
    return imports ? 'its certificate is not in the directory of --import' : `--only ${role.row.role}`;
  if (role.leaf !== undefined && role.leaf.notAfter <= settings.now) {
    if (!isKeptByKubelet(role, pki)) return '--renew reissues it';
    return `point it at ${currentCredential(pki.node)}, which the kubelet renews by itself`;
  }
  return `--replace ${role.row.role} reissues it`;
}

/** A line of the plan itself, without a rule. */
export const unresolved = (role: string, message: string, hint: string): Unresolved => ({
  role,
  rule: null,
  message,
  hint,
});

/** Certificates that `--renew` cannot renew here: their CA expires first, or its key is kept elsewhere. */
export function notRenewed(pki: Pki, settings: Settings, signers: Signers): readonly Unresolved[] {
  const expiring = pki.roles.filter(
    (role) =>
      isExpiring(role, settings) &&
      wants(settings, role.id) &&
      role.applies.answer === 'yes' &&
      !isKeptByKubelet(role, pki),
  );
  const away = expiring.filter(
    (role) => !(settings.only.has(role.row.role) || isRotated(role)) && isSignedElsewhere(role, signers),
  );
  const last = new Set(expiring.filter((role) => expiresWithCa(role, signers)).map(({ parent }) => parent));
  return [
    ...[...last].map(({ id }) => {
      const end = dateOf(signers.endOf(id) ?? settings.now);
      const message = `${id} expires on ${end}, and what it signed expires with it`;
      return unresolved(id, message, `--replace ${id} --keep-key --yes extends it; then --renew`);
    }),
    ...(settings.requests === undefined ? away : []).map(({ id, parent }) => {
      const message = `it expires soon, and the key of ${parent.id} is not here`;
      return unresolved(id, message, '--ca-dir DIR names where it is kept; --csr DIR creates requests');
    }),
  ];
}
