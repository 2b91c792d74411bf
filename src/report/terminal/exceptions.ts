/** Formats the exceptions of a policy as a table, those that expire first first. */

import { count, printable } from '../../core/text.ts';
import { type ExceptionState, exceptionStates, matchText, type ReportedException } from '../../results/exception.ts';
import type { Report } from '../../results/report.ts';
import { grid, type Row } from '../text/grid.ts';
import { marks, type Paint, painter, stateStyles } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { labelled, moment } from '../text/width.ts';

/** The words for each state of an exception, and its mark. */
export const exceptionLooks: Readonly<
  Record<ExceptionState, { readonly words: string; readonly mark: keyof typeof marks }>
> = {
  forbidden: { words: 'not allowed', mark: 'error' },
  expired: { words: 'expired', mark: 'error' },
  unused: { words: 'unused', mark: 'warning' },
  'ends-soon': { words: 'expires soon', mark: 'warning' },
  'in-force': { words: 'in force', mark: 'ok' },
};

/**
 * Returns the table and how many exceptions are in each state. Every line but those of the smallest table fits the
 * width.
 */
export async function exceptionTable(report: Report, { width, color }: ReporterOptions): Promise<string> {
  const { exceptions = [], nodes, at } = report;
  const paint = painter(color);
  if (exceptions.length === 0) return 'There is no exception.\n';
  const rows = exceptions.flatMap((one) => rowsOf(one, nodes.length > 0, paint));
  const head = ['', 'RULE', 'UNTIL', 'LEFT', 'STATE', 'FINDINGS'];
  const text = `${count(exceptions.length, 'exception')} as of ${moment(at)}: ${exceptionCounts(exceptions)}`;
  return `${await grid(head, rows, width, paint)}\n\n${labelled('', text, 0, width).join('\n')}\n`;
}

/** Returns how many exceptions are in each state: `1 expired, 2 in force`. */
export function exceptionCounts(exceptions: readonly ReportedException[]): string {
  const all = exceptionStates.map((state) => {
    const number = exceptions.filter((one) => one.state === state).length;
    return number === 0 ? '' : `${number} ${exceptionLooks[state].words}`;
  });
  return all.filter((text) => text !== '').join(', ');
}

/** An exception; below it what it matches, why it was made, and where. Without nodes, nothing is known of findings. */
function rowsOf(one: ReportedException, knowsFindings: boolean, paint: Paint): Row[] {
  const { match, until, daysLeft, state, why, reason, owner, ticket, by, findings } = one;
  const { words, mark } = exceptionLooks[state];
  const { rule, ...what } = match;
  const dim = (line: string) => paint('dim', line);
  const details = [
    matchText(what).replace(/^all rules ?/, ''),
    why,
    [reason, owner, ticket].filter((part) => part !== null).join('; '),
    by,
  ];
  return [
    [
      { text: marks[mark], paint: (line) => paint(stateStyles[mark], line) },
      rule ?? '*',
      until,
      leftText(daysLeft),
      words,
      knowsFindings ? `${findings}` : '',
    ],
    ...details
      .filter((text) => text !== '')
      .map((text): Row => ['', { text: `  ${printable(text)}`, span: 5, paint: dim }]),
  ];
}

/** Returns the days until an exception ends: `today`, `3 days`, `3 days ago`. */
export function leftText(days: number): string {
  if (days === 0) return 'today';
  return days < 0 ? `${count(-days, 'day')} ago` : count(days, 'day');
}
