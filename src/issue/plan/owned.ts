/**
 * What is requested for a node whose files a distribution's own program makes: nothing is planned, and its command is
 * named.
 */
import { afterwards, remedyRowOf } from '../../lint/fix/afterwards.ts';
import { remedyWays } from '../../lint/fix/remedy.ts';
import { restartOfOwner } from '../../lint/fix/restarts.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Fix } from '../../results/finding.ts';
import { fixLines, shellLine } from '../../results/fix.ts';
import type { Refusal } from '../../results/issue/plan.ts';
import type { FilesOwner } from '../../tables/layouts/owner.ts';
import { refusal } from './action.ts';
import { unresolvedErrors } from './remaining.ts';
import type { PlanInput } from './settings.ts';

/**
 * Returns a refusal for each role that something was asked for or is wrong with: the owner makes its files.
 *
 * @param asked the roles that options name, or for which there would be an action
 */
export function refusedForOwner(input: PlanInput, { name }: FilesOwner, asked: readonly string[]): readonly Refusal[] {
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
