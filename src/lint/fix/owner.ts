/** What heals files that a distribution's own program makes: that program, and not a person or pki-lint. */

import { inFolder } from '../../artifact/paths.ts';
import { lineOf } from '../../artifact/place.ts';
import { inNote } from '../../core/command/shell.ts';
import { fill } from '../../core/text.ts';
import { pathsOf } from '../../model/roles/role.ts';
import type { Fix } from '../../results/finding.ts';
import { bringsBack, filesOfOwner, type OwnedFiles } from '../../tables/layouts/owner.ts';
import { isCommand, stepsOf } from '../../tables/layouts/steps.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import type { Failure } from '../rules/failure.ts';
import { remedyRowOf } from './afterwards.ts';
import { placeOfEdit } from './editing.ts';
import { existingFiles } from './existing.ts';
import { restartOfOwner, stepTarget } from './restarts.ts';
import { hasForeignKey } from './signing.ts';
import { usualData } from './usual-data.ts';

/** What is done about the files of one fault, and what comes after those of all faults. */
interface OwnersSteps {
  readonly steps: Fix;
  readonly last: Fix;
}

/**
 * Returns what heals a fault in a file that the owner makes: `steps` take it away, `last` comes after those of all
 * faults. undefined if the file is not the owner's, or the rule knows better: a row of remedies, or a mode.
 */
export function stepsOfOwner(failure: Failure): OwnersSteps | undefined {
  const { pki, rule, problem } = failure;
  const paths = ownNamed(failure) ?? pathsOfFailure(failure);
  const [path = ''] = paths;
  const entry = filesOfOwner(path, pki.layout.remedies.owner);
  // What has only expired is issued again at a start.
  const isOver =
    problem.data.endedHere !== undefined && filesOfOwner(problem.data.served ?? '', pki.layout.remedies.owner);
  if (isOver && !ownRows(failure).some(isCommand)) return { steps: [], last: restartOfOwner(pki) };
  if (entry === undefined || rule.over === 'node' || hasOwnFix(failure)) return undefined;
  if (entry.authorities === undefined && paths.some((one) => isShared(one, failure))) return undefined;
  const files = existingFiles(paths, pki);
  const change = changeOf(failure, entry);
  const values = { path, files, ...(change !== undefined && { change }) };
  const isWanted = (row: StepRow) =>
    typeof row === 'string' || !('when' in row) || row.when === undefined || row.when in values;
  const stepsFor = (rows: readonly StepRow[]) =>
    rows.filter(isWanted).flatMap((row) => stepsOf(row, values, stepTarget(pki)));
  const moved = entry.moved === undefined || files.length === 0 ? [] : moving;
  const steps = stepsFor([...authorityFirst(failure), ...moved]);
  return { steps, last: entry.fix === undefined ? restartOfOwner(pki) : stepsFor(entry.fix) };
}

/**
 * Returns what is to do about a certificate whose files a person gave to the owner by a setting; undefined if they are
 * the owner's, or if it does not say what to do.
 */
export function stepsOfGiven({ pki, rule, subject, problem }: Failure): OwnersSteps | undefined {
  const { owner } = pki.layout.remedies;
  const role = pki.roles.find(({ id }) => id === subject.role);
  const place = role?.slot?.argument?.at;
  if (owner?.given === undefined || rule.remedy === null || problem.fix !== undefined) return undefined;
  if (role?.kind !== 'certificate' || place === undefined) return undefined;
  const named = pathsOf(role).filter((path) => filesOfOwner(path, owner) === undefined);
  if (named.length === 0) return undefined;
  const setting = 'words' in place ? place.words : lineOf(place);
  const values = { named: named.join(' and '), setting };
  return { steps: owner.given.flatMap((row) => stepsOf(row, values, stepTarget(pki))), last: restartOfOwner(pki) };
}

/** What the program would sign with the key of another CA does not verify. */
function authorityFirst({ subject: { value } }: Failure): readonly StepRow[] {
  if (!('parent' in value) || !hasForeignKey(value.parent)) return [];
  const { id, source, key } = value.parent;
  const both = `${inNote(source.path)} and ${inNote(key.path)}`;
  return [
    `first put ${both} of ${id} back from a different control-plane node or a backup: they do not belong together`,
  ];
}

const moving: readonly StepRow[] = [{ command: 'mkdir -p {backup}' }, { command: 'mv {files} {backup}/' }];

/** What the rule says for this cause. */
const ownRows = ({ rule, problem }: Failure): readonly StepRow[] =>
  problem.fix === undefined ? rule.fix : (rule.fixes[problem.fix] ?? []);

/** Whether a row of remedies says what to do, or only a mode or an owner is wrong. */
function hasOwnFix(failure: Failure): boolean {
  const { pki, rule, subject, problem } = failure;
  const isRemedy = problem.fix === undefined && rule.remedy !== null;
  const hasRow = subject.role !== undefined && remedyRowOf(subject.role, pki) !== undefined;
  const isDone = (words: RegExp) => ownRows(failure).some((row) => isCommand(row) && words.test(row.command));
  return (isRemedy && hasRow) || isOfLayout(failure) || (isDone(/^ch(?:mod|own) /) && !isDone(/^mv /));
}

/** Whether the layout itself says which files are moved away, or what to do about the other end. */
function isOfLayout(failure: Failure): boolean {
  const { pki, rule } = failure;
  const rows = ownRows(failure);
  // A restart of one component is that of a unit, which the program does not have.
  if (!pki.layout.rules.has(rule.id) || rows.some((row) => typeof row === 'object' && 'restart' in row)) return false;
  return rule.stage === 'connection' || rows.some((row) => isCommand(row) && row.command.startsWith('mv '));
}

/** What a rule asks a person to edit. */
function changeOf(failure: Failure, { place }: OwnedFiles): string | undefined {
  const { data, lists } = failure.problem;
  const noted = (row: StepRow) => {
    if (typeof row === 'string') return row;
    if ('when' in row && row.when !== undefined && (lists?.[row.when] ?? data[row.when] ?? '').length === 0) return [];
    if ('note' in row) return row.info ? [] : row.note;
    return 'edit' in row ? row.edit : [];
  };
  const [text] = ownRows(failure).flatMap(noted);
  const values = {
    ...usualData(failure),
    ...data,
    ...Object.fromEntries(Object.entries(lists ?? {}).map(([name, all]) => [name, all.join(' ')])),
  };
  const called = place === undefined ? { place: placeOfEdit(failure) } : { place, file: place };
  return text === undefined ? undefined : fill(text, { ...values, ...called });
}

/**
 * The file that a flag of the owner names, if the owner makes it: then the flag is right, and the file is wrong.
 * undefined if a person set the flag.
 */
function ownNamed(failure: Failure): readonly string[] | undefined {
  const { pki, rule, problem } = failure;
  const { owner } = pki.layout.remedies;
  const named = problem.data.path;
  if (rule.over !== 'argument' || rule.stage !== 'target' || named === undefined) return undefined;
  return isSetByOwner(failure) && filesOfOwner(named, owner)?.moved ? [named] : undefined;
}

/**
 * Whether the owner sets a flag, inside of its process or in a file that it writes. One that names the file of another
 * CA comes from a setting of a person.
 */
function isSetByOwner({ pki, problem: { setBy, at, data } }: Failure): boolean {
  const isOfOther = pki.authorities.some(
    ({ id, row }) =>
      data.role !== undefined && id !== data.role && data.path === inFolder(pki.node.pki, row.certificate),
  );
  return !isOfOther && (setBy !== undefined || filesOfOwner(at.path, pki.layout.remedies.owner)?.place !== undefined);
}

/** Whether all nodes share what is in a file: CAs, and the keys of tokens. */
function isShared(path: string, { pki, rule, subject }: Failure): boolean {
  const { authorities, serviceAccount, uses } = pki;
  const shared = new Set([serviceAccount.row.role, ...authorities.map(({ id }) => id)]);
  const isAbout = rule.over === 'authority' || rule.over === 'key-pair';
  const roles = [isAbout ? subject.role : undefined, ...(uses.get(path) ?? []).map(({ role }) => role)];
  return roles.some((id) => typeof id === 'string' && shared.has(id));
}

/** The files of a certificate, or the one at fault: that of a flag of the owner's own, if it brings the file back. */
function pathsOfFailure(failure: Failure): readonly string[] {
  const { subject, problem, pki } = failure;
  const { value } = subject;
  const { path } = problem.data;
  if (path && bringsBack(path, pki.layout.remedies.owner) && isSetByOwner(failure)) return [path];
  return 'kind' in value && value.kind === 'other' ? pathsOf(value) : [problem.at.path];
}
