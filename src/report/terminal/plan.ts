/** Formats a plan as text: a table of its actions, or a summary of what was done; last the command that does it. */

import { insteadOfCommand } from '../../core/command/shell.ts';
import { copyable, count, printable } from '../../core/text.ts';
import type { IssueReport, ReportedPlan } from '../../results/issue/plan.ts';
import { type Paint, painter } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { labelled, moment } from '../text/width.ts';
import { actionBlock, actionTable } from './plan-actions.ts';
import { doneText, nextStepsText, notesText, refusalsText, unresolvedText } from './plan-sections.ts';

/** A plan or its result, and the command line that made it: `pki-lint issue --renew`. */
export interface TypedPlan {
  readonly report: IssueReport;
  readonly typed: string;
  /** The same without `--only` and `--replace`. */
  readonly unselected: string;
  /** Whether it is as of a time in the future, for which nothing can be written. The commands do not have that time. */
  readonly isPreview: boolean;
}

/**
 * Returns the plan, or its result, as text with a line feed at the end. With `verbose`, it includes every field of the
 * actions.
 */
export async function planText(given: TypedPlan, { width, color, verbose }: ReporterOptions): Promise<string> {
  const paint = painter(color);
  const { report } = given;
  const { plan, result, failure } = report;
  const isPlan = result === null && failure === null;
  const parts = [
    headline(report, width, paint),
    unfinishedText(report, width, paint),
    recoveredText(report, width),
    isPlan && !verbose ? await actionTable(plan, width, paint) : '',
    ...(verbose ? plan.actions.map((action, index) => actionBlock(action, index + 1, width, paint)) : []),
    result === null ? '' : doneText(plan, result, width, paint),
    failure === null && !verbose ? notesText(plan, width) : '',
    refusalsText(plan, width, paint),
    unresolvedText(plan, width, paint),
    failure === null ? nextStepsText(plan, `${isPlan ? 'Afterwards' : 'Now'}, in this order:`, width, paint) : '',
    ending(given, width, paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline({ plan, at, result }: IssueReport, width: number, paint: Paint): string {
  const { node, kind, folder, pki, actions, assumed } = plan;
  const kinds = kind === 'unknown' ? [] : [kind === 'control-plane' ? 'control plane' : kind];
  const what = result === null ? tallyOf(plan) : [];
  const all = [...(node === folder ? [] : [node]), ...kinds, folder, ...what, `as of ${moment(at)}`];
  const mapsPaths = actions.length > 0 && folder !== pki;
  const mapping = mapsPaths
    ? labelled('', `Paths are those of the node: ${printable(pki)} is ${printable(folder)}.`, 0, width)
    : [];
  const assumptions =
    assumed.length === 0
      ? []
      : labelled('', `Assumed: ${assumed.map((text) => printable(text)).join(', ')}`, 0, width, 2);
  const title = labelled('', all.map((text) => printable(text)).join('  '), 0, width).map((line) =>
    paint('bold', line),
  );
  return [...title, ...mapping, ...assumptions].join('\n');
}

/** `3 actions, 1 refused, 2 not changed` */
function tallyOf({ actions, refusals, left }: ReportedPlan): readonly string[] {
  const counts = [
    ...(actions.length === 0 ? [] : [count(actions.length, 'action')]),
    ...(refusals.length === 0 ? [] : [`${refusals.length} refused`]),
    ...(left.length === 0 ? [] : [`${left.length} not changed`]),
  ];
  return [counts.length === 0 ? 'nothing to issue' : counts.join(', ')];
}

function recoveredText({ recovered }: IssueReport, width: number): string {
  if (recovered.length === 0) return '';
  return ['From an earlier run:', ...recovered.flatMap((line) => labelled(' ·', printable(line), 3, width))].join('\n');
}

function unfinishedText({ unfinished }: IssueReport, width: number, paint: Paint): string {
  if (unfinished.length === 0) return '';
  const hasJournal = unfinished.some((line) => line.startsWith('started at '));
  const title = hasJournal
    ? paint('red', 'An earlier run was not finished. --write finishes or undoes it:')
    : paint('yellow', 'From an earlier run:');
  return [title, ...unfinished.flatMap((line) => labelled(' ·', printable(line), 3, width))].join('\n');
}

function ending(
  { report: { plan, at, result, failure }, typed, unselected, isPreview }: TypedPlan,
  width: number,
  paint: Paint,
): string {
  // Not wrapped, because users copy it.
  const command = (text: string) => `  ${copyable(`${text} --write`)}`;
  const rest =
    plan.byItself === null || isPreview ? [] : ['To do what can be done:', command(`${unselected} ${plan.byItself}`)];
  if (failure !== null) {
    const hint = (failure.hint ?? '').split('\n').filter((line) => line !== '');
    const advice = rest.length > 0 ? rest : hint.map((line) => `  ${copyable(line)}`);
    return [...labelled(paint('red', '✖'), printable(failure.message), 2, width), ...advice].join('\n');
  }
  if (result !== null || plan.actions.length + plan.refusals.length === 0) return '';
  if (isPreview) {
    const preview = `Nothing was written. This is a preview of ${moment(at)}: what is written would not be valid before then. The plan for now is made by:`;
    return [...labelled('', preview, 0, width), `  ${copyable(typed)}`].join('\n');
  }
  if (plan.refusals.length === 0 && insteadOfCommand(typed) !== undefined)
    return 'Nothing was written. To apply this plan, run the same command with --write.';
  if (plan.refusals.length === 0) return ['Nothing was written. To apply this plan:', command(typed)].join('\n');
  const refused = 'Nothing was written. --write does all or nothing: solve what cannot be done first.';
  return [...labelled('', refused, 0, width), ...rest].join('\n');
}
