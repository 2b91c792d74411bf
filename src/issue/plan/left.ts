/** What lint calls wrong and nobody has asked to touch: told, and left as it is. */
import type { Finding } from '../../core/report.ts';
import { isRotated } from '../../model/issuing.ts';
import type { Authority, Pki, Role } from '../../model/pki.ts';
import type { Refusal } from '../types.ts';
import { rotated } from './rotated.ts';
import { type Settings, wants } from './settings.ts';

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
): readonly Refusal[] {
  const { modes, settings } = input;
  const open = settings.only.size > 0 ? [] : modes.filter(({ path }) => !mended.has(path));
  return [
    ...leftRoles(input, planned),
    ...open.map(({ subject, rule, message }) => {
      return { role: subject, message: `${rule}: ${message}`, hint: '--fix-modes puts it right' };
    }),
  ];
}

/** Findings that say that a role lacks what another CA has yet to sign. */
const isTold = ({ severity }: Finding, waits: boolean): boolean =>
  severity === 'error' || (waits && severity === 'warning');

function leftRoles(input: LeftInput, planned: ReadonlySet<string>): readonly Refusal[] {
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
  return all.flatMap(({ role, waits, hint }): Refusal[] => {
    const worst = findings(role).find((one) => isTold(one, waits) && !isMode.has(one.fingerprint));
    if (worst === undefined || planned.has(role) || !wants(settings, role)) return [];
    const [first = `pki-lint explain ${worst.rule}`] = worst.fix;
    // What is wrong with an argument has its own cure.
    return [{ role, message: `${worst.rule}: ${worst.message}`, hint: worst.subject === role ? hint(worst) : first }];
  });
}

interface Candidate {
  readonly role: string;
  readonly waits: boolean;
  readonly hint: (worst: Finding) => string;
}

const authorityHints: Readonly<Record<string, (id: string) => string>> = {
  'authority/issued': (id) => `put back the one that signed; or, to start anew: --replace ${id} --yes`,
  'authority/expired': (id) => `--replace ${id} --yes makes a new one, and kills what this one signed`,
};

function authorityHint({ id, source }: Authority, { requests }: Settings): Candidate['hint'] {
  if (requests !== undefined && source.seen === 'absent') {
    return () => 'its certificate comes with those that it signs, in the folder of --import';
  }
  return ({ rule, fix }) => authorityHints[rule]?.(id) ?? fix[0] ?? `pki-lint explain ${rule}`;
}

function roleHint(role: Role, { settings, imports }: LeftInput): string {
  if (isRotated(role)) return rotated(role).hint;
  if (role.seen === 'absent') return imports ? 'its certificate is not in the folder of --import' : `--only ${role.id}`;
  if (role.leaf !== undefined && role.leaf.notAfter <= settings.now) return '--renew issues it anew';
  return `--replace ${role.id} issues it anew`;
}
