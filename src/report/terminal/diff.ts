/**
 * Formats the differences of two reports as text: what is new comes last, because the end is what stays on the screen.
 */

import { handful, printable } from '../../core/text.ts';
import { type ComparedFinding, changeWords, diffCounts, type ReportDiff } from '../../results/report-diff.ts';
import { statement } from '../message/index.ts';
import { mark, marks, type Paint, painter, stateStyles } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { labelled, moment } from '../text/width.ts';

/** Findings of a kind that is not new; the text says how many more there are. */
const mostListed = 20;

/** Returns the differences, and the counts in the last line. */
export function diffTable(diff: ReportDiff, { width, color, verbose }: ReporterOptions): string {
  const paint = painter(color);
  const { old, added, rose, fell, fixed, unjudged, nodes } = diff;
  const namesNodes = nodes.both.length + nodes.added.length > 1;
  const layout = { width, paint, namesNodes };
  const most = verbose ? Number.POSITIVE_INFINITY : mostListed;
  const head = `${old.file} (${moment(old.at)}) → ${diff.new.file} (${moment(diff.new.at)})`;
  const about = [
    ...(nodes.added.length > 0 ? [`Nodes only in ${diff.new.file}: ${handful(nodes.added, 5)}`] : []),
    ...(nodes.notGiven.length > 0
      ? [`Nodes only in ${old.file}, about which nothing is known now: ${handful(nodes.notGiven, 5)}`]
      : []),
    ...(old.tool === diff.new.tool
      ? []
      : [`Written by pki-lint ${old.tool} and ${diff.new.tool}: rules may have changed`]),
  ];
  const parts = [
    [...lines(head, width).map((line) => paint('bold', line)), ...about.flatMap((line) => lines(line, width))].join(
      '\n',
    ),
    section('Not checked again', unjudged, ({ reason }) => reason, layout, most),
    section('Fixed', fixed, () => '', layout, most),
    section('Less severe', fell, changeWords, layout, most),
    section('Worse', rose, changeWords, layout),
    section('New', added, () => '', layout),
    verdict(diff, width, paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const lines = (text: string, width: number): string[] => labelled('', printable(text), 0, width);

interface SectionLayout {
  readonly width: number;
  readonly paint: Paint;
  readonly namesNodes: boolean;
}

function section<One extends ComparedFinding>(
  title: string,
  all: readonly One[],
  detail: (one: One) => string,
  { width, paint, namesNodes }: SectionLayout,
  most = Number.POSITIVE_INFINITY,
): string {
  if (all.length === 0) return '';
  const shown = all.slice(0, most).flatMap((one) => {
    const more = detail(one);
    const text = `${statement(one, namesNodes ? [one.node] : [])}${more === '' ? '' : ` (${more})`}`;
    const [first = '', ...rest] = labelled('', printable(text), 0, width - 2);
    const place = labelled('', printable(`${one.rule} at ${one.path}:${one.line}`), 0, width - 4);
    return [
      `${mark(one.severity, paint)} ${first}`,
      ...rest.map((line) => `  ${line}`),
      ...place.map((line) => `    ${line}`),
    ];
  });
  const left = all.length > most ? [`and ${all.length - most} more: --verbose lists all`] : [];
  return [paint('bold', `${title} (${all.length})`), ...shown, ...left].join('\n');
}

function verdict(diff: ReportDiff, width: number, paint: Paint): string {
  const isWorse = diff.added.length + diff.rose.length > 0;
  const state = diff.exitCode === 1 ? 'error' : isWorse ? 'warning' : 'ok';
  const [first = '', ...rest] = lines(diffCounts(diff), width - 2);
  return [
    `${paint(stateStyles[state], marks[state])} ${paint('bold', first)}`,
    ...rest.map((line) => `  ${line}`),
  ].join('\n');
}
