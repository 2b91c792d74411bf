/** What lint calls wrong and nobody has asked to touch: told, and left as it is. */

import type { KnownRuleId } from '../../checks/index.ts';
import { fixLines } from '../../core/fix.ts';
import type { Left } from '../../core/plan.ts';
import type { Finding } from '../../core/report.ts';
import { dateOf } from '../../core/time.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { currentCredential, isKeptByKubelet, isRotated } from '../../model/roles/signing.ts';
import { rotated } from './action.ts';
import { endsWithCa, isEnding } from './leaf.ts';
import { type Settings, wants } from './settings.ts';
import { isSignedElsewhere, type Signers } from './signers.ts';

export interface LeftInput {
  readonly pki: Pki;
  readonly findings: (role: string) => readonly Finding[];
  /** Errors about files that a chmod mends, whatever they belong to. */
  readonly modes: readonly Finding[];
  readonly settings: Settings;
  /** undefined: nothing is imported. */
  readonly imports?: ReadonlyMap<string, unknown> | undefined;
}

/**
 * One line for each role with an error that is neither planned nor refused, and for each mode. `mended`: the paths of files
 * whose modes the plan puts right.
 */
export function leftWrong(
  input: LeftInput,
  planned: ReadonlySet<string>,
  mended: ReadonlySet<string>,
): readonly Left[] {
  const { modes, settings } = input;
  const open = settings.only.size > 0 ? [] : modes.filter(({ path }) => !mended.has(path));
  return [
    ...leftRoles(input, planned),
    ...open.map(({ subject, rule, message }) => {
      return { role: subject, rule, message: `${rule}: ${message}`, hint: '--fix-modes puts it right' };
    }),
  ];
}

/** Findings that say that a role lacks what another CA has yet to sign. */
const isTold = ({ severity }: Finding, waits: boolean): boolean =>
  severity === 'error' || (waits && severity === 'warning');

function leftRoles(input: LeftInput, planned: ReadonlySet<string>): readonly Left[] {
  const { pki, findings, modes, settings } = input;
  const isMode = new Set(modes.map(({ fingerprint }) => fingerprint));
  const pair = pki.serviceAccount.row.role;
  const absent = (role: Role) => input.imports !== undefined && role.seen === 'absent';
  const all: readonly Candidate[] = [
    ...pki.authorities
      // What signed nothing here is right as soon as all is signed by it.
      .filter(
        ({ leaves, issued }) => issued.length > 0 || leaves.length === 0 || leaves.some(({ id }) => !planned.has(id)),
      )
      .map((one) => ({ role: one.id, waits: false, hint: authorityHint(one, settings) })),
    ...pki.roles.map((role) => ({ role: role.id, waits: absent(role), hint: () => roleHint(role, input) })),
    { role: pair, waits: false, hint: () => `--replace ${pair} makes a new pair, which ends every token` },
  ];
  return all.flatMap(({ role, waits, hint }): Left[] => {
    const worst = findings(role).find((one) => isTold(one, waits) && !isMode.has(one.fingerprint));
    if (worst === undefined || planned.has(role) || !wants(settings, role)) return [];
    const [first = `pki-lint explain ${worst.rule}`] = fixLines(worst.fix);
    // What is wrong with an argument has its own cure.
    const cure = worst.subject === role ? hint(worst) : first;
    return [{ role, rule: worst.rule, message: `${worst.rule}: ${worst.message}`, hint: cure }];
  });
}

interface Candidate {
  readonly role: string;
  readonly waits: boolean;
  readonly hint: (worst: Finding) => string;
}

type AuthorityHint = (id: string) => string;

const authorityHints: Readonly<Record<string, AuthorityHint>> = {
  'authority/issued': (id) => `put back the one that signed; or, to start anew: --replace ${id} --yes`,
  'authority/expired': (id) => `--replace ${id} --yes makes a new one, and kills what this one signed`,
} satisfies Partial<Record<KnownRuleId, AuthorityHint>>;

function authorityHint({ id, source }: Authority, { requests }: Settings): Candidate['hint'] {
  if (requests !== undefined && source.seen === 'absent') {
    return () => 'its certificate comes with those that it signs, in the folder of --import';
  }
  return ({ rule, fix }) => authorityHints[rule]?.(id) ?? fixLines(fix)[0] ?? `pki-lint explain ${rule}`;
}

function roleHint(role: Role, { pki, settings, imports }: LeftInput): string {
  if (isRotated(role)) return rotated(role).hint;
  if (role.seen === 'absent') return imports ? 'its certificate is not in the folder of --import' : `--only ${role.id}`;
  if (role.leaf !== undefined && role.leaf.notAfter <= settings.now) {
    if (!isKeptByKubelet(role, pki)) return '--renew issues it anew';
    return `let it name ${currentCredential(pki.node)}, which the kubelet renews by itself`;
  }
  return `--replace ${role.id} issues it anew`;
}

/** What the plan itself says. */
export const leave = (role: string, message: string, hint: string): Left => ({ role, rule: null, message, hint });

/** What `--renew` is meant for, and cannot renew here: with an authority, or where its key is kept. */
export function notRenewed(pki: Pki, settings: Settings, signers: Signers): readonly Left[] {
  const meant = pki.roles.filter(
    (role) =>
      isEnding(role, settings) &&
      wants(settings, role.id) &&
      role.applies.answer === 'yes' &&
      !isKeptByKubelet(role, pki),
  );
  const away = meant.filter(
    (role) => !(settings.only.has(role.id) || isRotated(role)) && isSignedElsewhere(role, signers),
  );
  const last = new Set(meant.filter((role) => endsWithCa(role, signers)).map(({ parent }) => parent));
  return [
    ...[...last].map(({ id }) => {
      const end = dateOf(signers.endOf(id) ?? settings.now);
      const message = `${id} ends on ${end}, and what it signed ends with it`;
      return leave(id, message, `--replace ${id} --keep-key --yes gives it a new end; then --renew`);
    }),
    ...(settings.requests === undefined ? away : []).map(({ id, parent }) =>
      leave(
        id,
        `it ends soon, and the key of ${parent.id} is not here`,
        '--ca-dir DIR names where it is kept; --csr DIR makes requests',
      ),
    ),
  ];
}
