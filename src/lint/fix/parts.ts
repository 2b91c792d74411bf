/** What the fix of one failure is made of, without the commands of pki-lint. */

import { inFolder } from '../../artifact/paths.ts';
import type { ArgumentEdit } from '../../checks/base/argument-edit.ts';
import { inNote } from '../../core/command/shell.ts';
import type { OtherCertificate } from '../../model/roles/other-certificates.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import type { Fix, FixStep } from '../../results/finding.ts';
import { isCommand, noteStep, restartRowOf, stepsOf, unitFor } from '../../tables/layouts/steps.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import { certificatesFolder } from '../installers/certificates-folder.ts';
import type { Failure } from '../rules/failure.ts';
import type { Subject } from '../rules/subjects.ts';
import { type Afterwards, afterMove, afterwards, nothingAfter, remedyRowOf, stepsAfter } from './afterwards.ts';
import { withNotes } from './class.ts';
import { stepsWithConfiguration } from './configuration.ts';
import { editable, editedUnit, editingSteps } from './editing.ts';
import { stepsOfGiven, stepsOfOwner } from './owner.ts';
import { copyingSteps, remedyWays } from './remedy.ts';
import { stepTarget } from './restarts.ts';
import { isSignedHere } from './signing.ts';
import { usualData } from './usual-data.ts';

export interface Parts {
  /** What comes before all alternatives, and before commands of pki-lint. */
  readonly before: Fix;
  /** What changes manifests, before the steps by hand. */
  readonly edits: readonly ArgumentEdit[];
  /** Alternatives that replace the files of the role. */
  readonly byHand: readonly Fix[];
  /**
   * Whether the last of them is only a command with which the installer signs here: one for several roles can replace
   * it.
   */
  readonly isSigned: boolean;
  /** What has to be done on the node afterwards. */
  readonly after: Afterwards;
  /** What only the steps by hand need. */
  readonly last: Fix;
  /** Alternatives of the rule that need none of this. */
  readonly further: readonly Fix[];
}

/** Returns the parts of the fix of a failure. */
export function partsOf(failure: Failure): Parts {
  const { pki, rule, subject, problem } = failure;
  const ofOwner = partsOfOwner(failure);
  if (ofOwner !== undefined) return ofOwner;
  const role = pki.roles.find((one) => one.id === subject.role);
  const other = isOther(subject.value) ? subject.value : undefined;
  const { others } = pki.layout.remedies;
  const hasRemedy = rule.remedy !== null || rule.issue !== undefined;
  const row = !hasRemedy ? undefined : other ? others : remedyRowOf(subject.role ?? '', pki);
  const authority = pki.authorities.find(({ id }) => id === subject.role);
  const copying = row && authority && rule.remedy === 'expired' ? copyingSteps(row, authority, pki) : undefined;
  const replaced =
    row === undefined ? nothingAfter : afterwards(row, rule.remedy, subject.role, pki, copying !== undefined);
  const moved = problem.moved === undefined ? replaced : afterMove(problem.moved, pki);
  const after = problem.restarting === undefined ? moved : { ...nothingAfter, restarts: problem.restarting };
  const ownRows = problem.fix === undefined ? rule.fix : rule.fixes[problem.fix];
  const alternatives = setByNote(failure) ?? ownAlternatives(ownRows, failure, stepsAfter(after, pki));
  if (problem.fix !== undefined) {
    return { before: [], edits: [], byHand: [], isSigned: false, after: nothingAfter, last: [], further: alternatives };
  }
  const [own = [], ...further] =
    rule.over === 'authority' ? alternatives.map((steps) => withNotes(steps, 'changes-trust')) : alternatives;
  const isReplaced = copying === undefined && rule.remedy !== null;
  const ways =
    row && isReplaced
      ? remedyWays(rule.remedy, row, role ?? other ?? subject.role, pki, subject.path)
      : [{ steps: [], rows: [] }];
  const byHand = ways.map(({ steps, rows }) => [
    ...stepsWithConfiguration(steps, rows, pki),
    ...movedNote(rows, role, pki),
    ...own,
  ]);
  return {
    before: copying ?? [],
    edits: editsOf(failure),
    byHand,
    isSigned: byHand.at(-1)?.length === 1 && ways.at(-1)?.rows.some(isSignedHere) === true,
    after,
    last: problem.setBy === undefined && rule.restarts ? restartOf(problem.data.component, pki) : [],
    further,
  };
}

/**
 * The parts of a fix that is left to the program that makes the files; undefined if the rule or a row of remedies has
 * its own.
 */
function partsOfOwner(failure: Failure): Parts | undefined {
  const { steps, last } = stepsOfOwner(failure) ?? stepsOfGiven(failure) ?? {};
  if (steps === undefined || last === undefined) return undefined;
  const after = { ...nothingAfter, last };
  return { before: [], edits: [], byHand: [steps], isSigned: false, after, last: [], further: [] };
}

const isOther = (value: Subject['value']): value is OtherCertificate => 'kind' in value && value.kind === 'other';

/**
 * The alternatives of a rule's own fix, without the steps for which the check has no value. The first is empty if the
 * first step does not belong to the remedy.
 */
function ownAlternatives(rows: readonly StepRow[] = [], failure: Failure, after: Fix): readonly Fix[] {
  const isOr = (row: StepRow) => typeof row !== 'string' && 'or' in row;
  const starts = [0, ...rows.flatMap((row, index) => (isOr(row) ? [index] : []))];
  return starts.map((start, index) => {
    const own = rows.slice(start, starts[index + 1]).filter((row) => isWanted(row, failure));
    // Nothing is issued on a node whose files a program of its own makes.
    if (
      failure.pki.layout.remedies.owner &&
      own.some((row) => isCommand(row) && row.command.startsWith('pki-lint issue'))
    )
      return [];
    const steps = own.flatMap((row) => ownSteps(row, failure, after));
    return [...stepsWithConfiguration(steps, own, failure.pki), ...restartAfterEdit(own, failure)];
  });
}

/** The restart after an edit of a unit where the rule has none: the kubelet needs none after that of a manifest. */
function restartAfterEdit(rows: readonly StepRow[], { pki, rule, problem }: Failure): Fix {
  const has = (field: 'edit' | 'restart') => rows.some((row) => typeof row === 'object' && field in row);
  const isDone = (problem.fix === undefined && rule.restarts) || has('restart');
  const { component } = problem.data;
  return isDone || !has('edit') || editedUnit(component, pki) === undefined ? [] : restartOf(component, pki);
}

/** What is said of an argument that no file sets, instead of how to edit it; undefined if a file does. */
function setByNote({ pki, problem: { setBy } }: Failure): readonly Fix[] | undefined {
  return setBy === undefined ? undefined : [[noteStep(`${inNote(setBy)} sets it, not a file of this node`, pki.name)]];
}

/** What an upgrade needs may be refused today: then a person edits the manifest, when it is time. */
const editsOf = ({ preview, problem, pki }: Failure) =>
  preview === undefined ? editable(problem.edits ?? [], pki) : [];

/** Whether the check has a value for a step that needs one. Neither an empty text nor an empty list is a value. */
function isWanted(row: StepRow, { problem: { data, lists } }: Failure): boolean {
  const when = typeof row === 'string' || 'after' in row ? undefined : row.when;
  return when === undefined || (lists?.[when] ?? data[when] ?? '').length > 0;
}

function ownSteps(row: StepRow, failure: Failure, after: Fix): Fix {
  const { pki, problem } = failure;
  const { each = [] } = problem;
  const data = { ...usualData(failure), ...problem.data, ...problem.lists };
  const target = stepTarget(pki);
  if (typeof row === 'string') return stepsOf(row, data, target);
  if ('after' in row) return after;
  if ('edit' in row && editsOf(failure).length > 0) {
    // Those of a cause come where the fix has them: what a flag names must be there before it does.
    return problem.fix === undefined ? [] : editingSteps(editsOf(failure), pki);
  }
  if ('edit' in row && editedUnit(problem.data.component, pki) && !row.edit.includes('{place}'))
    return stepsOf({ ...row, edit: `{place}: ${row.edit}` }, data, target);
  if (!isCommand(row) || !row.each) return stepsOf(row, data, target);
  return each.flatMap((one) => stepsOf(row, { ...data, each: one }, target));
}

function movedNote(rows: readonly StepRow[], role: Role | undefined, pki: Pki): readonly FixStep[] {
  const { installer } = pki.layout;
  if (role === undefined || installer === undefined || !rows.some(isSignedHere)) return [];
  const path = role.kind === 'certificate' ? inFolder(certificatesFolder(pki), role.row.certificate) : role.recommended;
  if (path === role.path) return [];
  const note = `${installer} works on ${inNote(path)}, and this node uses ${inNote(role.path)}`;
  return [{ ...noteStep(note, pki.name), info: true }];
}

/** The restart after which a changed flag takes effect. */
function restartOf(component: string | undefined, pki: Pki): readonly FixStep[] {
  if (component === undefined) return [];
  const row = restartRowOf(component, pki.layout.remedies);
  if (row === undefined) return [];
  const target = stepTarget(pki);
  return row.changed.flatMap((one) => stepsOf(one, { component, unit: unitFor(component, target) }, target));
}
