/** Formats the sections of a plan below its actions, and the summary that replaces the actions once they are done. */

import { groupBy } from '../../core/collections.ts';
import { copyable, count, printable, printableList } from '../../core/text.ts';
import type { FixStep } from '../../results/finding.ts';
import type { ActionKind, NextStep, Refusal, ReportedPlan, WriteResult } from '../../results/issue/plan.ts';
import { namesRole } from '../message/index.ts';
import type { Paint } from '../text/paint.ts';
import { labelled } from '../text/width.ts';
import { stepLines } from './fixes.ts';

const done: Readonly<Record<ActionKind, string>> = {
  'create-ca': 'CAs created',
  issue: 'issued',
  're-issue': 'reissued',
  'key-pair': 'key pairs created',
  kubeconfig: 'kubeconfigs written',
  request: 'requests created',
  install: 'installed',
  embed: 'CA replaced in',
  chmod: 'modes changed',
};

const indent = 22;

/** Returns the summary of what was written, and the backup folder. */
export function doneText({ actions }: ReportedPlan, result: WriteResult, width: number, paint: Paint): string {
  const byKind = groupBy(actions, ({ kind }) => done[kind]);
  const what = [...byKind].flatMap(([label, all]) =>
    labelled(`  ${label}`, printableList(all.map(({ role }) => role)), indent, width),
  );
  const backup = result.backup === null ? [] : [`Backup of the old files: ${copyable(result.backup)}`];
  const modes = actions.filter(({ kind }) => kind === 'chmod').length;
  const files = result.written.length - modes;
  const changed = modes > 0 ? `${count(modes, 'mode')} changed` : 'done';
  const written = files > 0 ? `${count(files, 'file')} written` : changed;
  return [paint('green', `✔ ${written}`), ...what, ...backup].join('\n');
}

/** Returns the notes of all actions, each once; '' if there are none. */
export function notesText({ actions }: ReportedPlan, width: number): string {
  const all = actions.flatMap(({ role, notes }) => notes.map((note) => ({ role, note })));
  return [...groupBy(all, ({ note }) => note)]
    .map(([note, same]) => `${printableList(same.map(({ role }) => role))}: ${printable(note)}`)
    .flatMap((note) => labelled(' ·', note, 3, width))
    .join('\n');
}

/**
 * Returns the steps after writing; '' if there are none. They can be pasted as a whole: words are comments of a shell.
 * Commands are not wrapped.
 */
export function nextStepsText({ next }: ReportedPlan, title: string, width: number, paint: Paint): string {
  if (next.length === 0) return '';
  return [paint('bold', title), ...stepLines(next.map(stepOf), 2, { width, paint })].join('\n');
}

function stepOf({ text, command, info }: NextStep): FixStep {
  const step = { on: '', copy: null, comment: null, writes: true } as const;
  if (command === null) return { ...step, kind: 'note', text: text ?? '', intro: null, ...(info && { info }) };
  return { ...step, kind: 'command', text: command, intro: text };
}

/** Returns the requested changes that cannot be made; '' if there are none. */
export function refusalsText({ refusals }: ReportedPlan, width: number, paint: Paint): string {
  const texts = merged(
    refusals,
    ({ message }) => message,
    (roles, gist) => `${roles}: ${gist}`,
    width,
  );
  return texts.length === 0 ? '' : [paint('red', 'Cannot be done:'), ...texts].join('\n');
}

/** Returns the findings that the plan does not change, one item for each rule; '' if there are none. */
export function unresolvedText({ left }: ReportedPlan, width: number, paint: Paint): string {
  const texts = merged(
    left,
    ({ rule, message, steps }) => (steps === undefined && rule) || message,
    (roles, gist) => `${gist}: ${roles}`,
    width,
  );
  return texts.length === 0 ? '' : [paint('yellow', 'Not changed:'), ...texts].join('\n');
}

/** Formats items as a list. Items with the same gist and hint become one. */
function merged<One extends Refusal>(
  all: readonly One[],
  gist: (one: One) => string,
  join: (roles: string, gist: string) => string,
  width: number,
): readonly string[] {
  return [...groupBy(all, (one) => JSON.stringify([gist(one), one.hint, one.steps]))].flatMap(([, same]) => {
    const [first, ...others] = same;
    if (first === undefined) return [];
    const isWhole = others.length === 0 && namesRole(first);
    const roles = printableList(same.map(({ role }) => role));
    const text = isWhole ? printable(first.message) : join(roles, printable(gist(first)));
    const steps = (first.steps ?? []).map((step) => `     ${copyable(step)}`);
    return [...labelled(' ·', text, 3, width), ...labelled('', copyable(first.hint), 5, width), ...steps];
  });
}
