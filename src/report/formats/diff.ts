/** The differences of two reports, for comments of merge requests and as annotations. */

import { copyable, count, handful, printable } from '../../core/text.ts';
import type { Severity } from '../../results/finding.ts';
import { type ComparedFinding, changeWords, diffCounts, type ReportDiff } from '../../results/report-diff.ts';
import { statement } from '../message/index.ts';
import { type FormatOptions, pathForPrograms } from './format.ts';
import { type Annotation, annotations } from './github.ts';
import { markdownTable, markdownText } from './markdown-text.ts';

/** A comment has at most 65,536 characters on GitHub. */
const mostBytes = 65_000;

const marks: Readonly<Record<Severity, string>> = { error: '❌ error', warning: '⚠️ warning', info: 'ℹ️ note' };

interface Listed {
  readonly one: ComparedFinding;
  readonly what: string;
}

/** Returns what is new or worse, then what is fixed, as far as a comment has room. */
export function diffMarkdown(diff: ReportDiff, options: FormatOptions): string {
  const { added, rose, fell, fixed, unjudged, nodes } = diff;
  const mark = diff.exitCode === 1 ? '❌' : added.length + rose.length > 0 ? '⚠️' : '✅';
  const listed: readonly Listed[] = [
    ...added.map((one) => ({ one, what: 'new' })),
    ...rose.map((one) => ({ one, what: `worse: ${changeWords(one)}` })),
    ...fell.map((one) => ({ one, what: `less severe: was ${one.was}` })),
    ...fixed.map((one) => ({ one, what: 'fixed' })),
    ...unjudged.map((one) => ({ one, what: one.reason })),
  ];
  const places = placesOf(diff);
  const rows = listed.map(({ one, what }) => [
    markdownText(what),
    marks[one.severity],
    markdownText(one.rule),
    ...(places.length > 1 ? [markdownText(one.node, 80)] : []),
    markdownText(`${printable(pathForPrograms(one, { nodes: places }, options), 240)}:${one.line}`),
    markdownText(one.message),
  ]);
  const head = ['Change', 'Severity', 'Rule', ...(places.length > 1 ? ['Node'] : []), 'Where', 'Finding'];
  const gone =
    nodes.notGiven.length === 0
      ? []
      : [`Nodes that are not in the input any more: ${markdownText(handful(nodes.notGiven, 5))}.`];
  let shown = rows.length;
  const text = () => {
    const table = shown === 0 ? [] : [markdownTable(head, rows.slice(0, shown))];
    const left = rows.length - shown;
    const rest = left === 0 ? [] : [`_${count(left, 'more change')}: there is no room for more._`];
    return `${[`## ${mark} pki-lint: ${diffCounts(diff)}`, about(diff), ...gone, ...table, ...rest].join('\n\n')}\n`;
  };
  while (shown > 0 && Buffer.byteLength(text()) > (options.markdownBytes ?? mostBytes)) shown = Math.floor(shown / 2);
  return text();
}

const about = ({ old, new: now }: ReportDiff): string =>
  `Since ${markdownText(old.file, 240)} (${old.at.slice(0, 10)}), in ${markdownText(now.file, 240)} (${now.at.slice(0, 10)}).`;

/** The names of the nodes of the new report, by which places in files are written. */
const placesOf = ({ nodes: { both, added } }: ReportDiff): readonly string[] => [...both, ...added];

/** Returns an annotation for each finding that is new or worse. */
export function diffGithub(diff: ReportDiff, options: FormatOptions): string {
  const { added, rose } = diff;
  const nodes = placesOf(diff);
  const annotated = (one: ComparedFinding, what: string): Annotation => {
    const place = { file: copyable(pathForPrograms(one, { nodes }, options)), line: `${one.line}` };
    const said = statement(one, nodes.length > 1 ? [one.node] : []);
    return [one.severity, { ...place, title: printable(one.rule) }, printable(`${what}: ${said}`)];
  };
  return annotations([
    ...added.map((one) => annotated(one, 'new')),
    ...rose.map((one) => annotated(one, `worse (${changeWords(one)})`)),
  ]);
}
