/** What was written, for people: short, in the past tense. */
import type { Action, ActionKind, IssueReport, WriteResult } from '../core/plan.ts';
import { count, printable } from '../core/text.ts';
import { grid, type Row } from './grid.ts';
import { labelled } from './layout.ts';
import type { Paint } from './paint.ts';

const done: Readonly<Record<ActionKind, string>> = {
  'create-ca': 'created',
  issue: 'issued',
  're-issue': 'issued anew',
  'key-pair': 'made',
  kubeconfig: 'issued',
  request: 'requested',
  install: 'installed',
  chmod: 'mode set',
};

/** The actions that were done, how many files that were, and where the old ones lie. */
export async function writtenParts(
  { plan }: IssueReport,
  { written, backup, recovered }: WriteResult,
  width: number,
  paint: Paint,
): Promise<readonly string[]> {
  const earlier = recovered.flatMap((line) => labelled(' ·', `of an earlier run: ${printable(line)}`, 3, width));
  if (plan.actions.length === 0) return [earlier.join('\n')];
  const rows = plan.actions.map((action): Row => {
    const { target, role, kind, certificate } = action;
    const what = kind === 'chmod' ? octal(action) : role;
    const end = certificate === null || kind === 'request' ? '' : `to ${day(certificate.notAfter)}`;
    return [{ text: '✔', paint: (line) => paint('green', line) }, done[kind], what, target.path, end];
  });
  const notes = [...new Set(plan.actions.flatMap((action) => action.notes))];
  const modes = plan.actions.filter(({ kind }) => kind === 'chmod').length;
  const counts = [
    ...(written.length > modes ? [`${count(written.length - modes, 'file')} written`] : []),
    ...(modes > 0 ? [`${count(modes, 'mode')} changed`] : []),
  ];
  return [
    (await grid([], rows, width, paint)).trimEnd(),
    notes.flatMap((note) => labelled(' ·', printable(note), 3, width)).join('\n'),
    [
      ...labelled('', paint('bold', counts.join(', ')), 0, width),
      ...(backup === null ? [] : ['what was replaced lies in', `  ${printable(backup)}`]),
      ...earlier,
    ].join('\n'),
  ];
}

const octal = ({ mode }: Action): string => (mode ?? 0).toString(8).padStart(4, '0');

const day = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
