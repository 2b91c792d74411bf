/** What lint calls wrong and nobody has asked to touch: told, and left as it is. */
import type { Finding } from '../../core/report.ts';
import { isRotated } from '../../model/issuing.ts';
import type { Pki, Role } from '../../model/pki.ts';
import type { Refusal } from '../types.ts';
import { rotated } from './rotated.ts';
import { type Settings, wants } from './settings.ts';

export interface LeftInput {
  readonly pki: Pki;
  readonly findings: (role: string) => readonly Finding[];
  /** Errors about files that a chmod mends, whatever they belong to. */
  readonly modes: readonly Finding[];
  readonly settings: Settings;
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

/** What is wrong with an argument has its own cure. */
function leftRoles({ pki, findings, modes, settings }: LeftInput, planned: ReadonlySet<string>): readonly Refusal[] {
  const isMode = new Set(modes.map(({ fingerprint }) => fingerprint));
  const pair = pki.serviceAccount.row.role;
  const all = [
    ...pki.authorities.map(({ id, source }) => {
      // It comes with what the other CA signs.
      if (settings.requests !== undefined && source.seen === 'absent') {
        return { role: id, hint: 'its certificate comes with those that it signs, in the folder of --import' };
      }
      return { role: id, hint: `put back the one that signed; or, to start anew: --replace ${id} --yes` };
    }),
    ...pki.roles.map((role) => ({ role: role.id, hint: hintFor(role, settings) })),
    { role: pair, hint: `--replace ${pair} makes a new pair, which ends every token` },
  ];
  return all.flatMap(({ role, hint }): Refusal[] => {
    const worst = findings(role).find(({ severity, fingerprint }) => severity === 'error' && !isMode.has(fingerprint));
    if (worst === undefined || planned.has(role) || !wants(settings, role)) return [];
    const cure = worst.subject === role ? hint : (worst.fix[0] ?? `pki-lint explain ${worst.rule}`);
    return [{ role, message: `${worst.rule}: ${worst.message}`, hint: cure }];
  });
}

function hintFor(role: Role, { now }: Settings): string {
  if (isRotated(role)) return rotated(role).hint;
  if (role.seen === 'absent') return 'it is not in the folder of --import';
  if (role.leaf !== undefined && role.leaf.notAfter <= now) return '--renew issues it anew';
  return `--replace ${role.id} issues it anew`;
}
