/** Formats one finding as a block: message, file, found and expected, effects, fix and sources. */
import { fixLines } from '../core/fix.ts';
import type { Fault, Finding } from '../core/report.ts';
import { handful, printable } from '../core/text.ts';
import { type Field, type FieldLayout, fields } from './fields.ts';
import { padded, textWidth, wrap } from './layout.ts';
import { mark, type Paint, type Style } from './paint.ts';
import type { ReporterOptions } from './reporter.ts';

// 2 columns for the mark, 10 for the longest impact and a space.
const indent = 12;
const maxLines = 6;
const maxHeadings = 8;

const severityStyles: Readonly<Record<Finding['severity'], Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };

// Commands are never wrapped: half a command would run if a user copied a line of it.
const command =
  /^(?:kubeadm|kubectl|openssl|pki-lint|systemctl|crictl|mv|cp|rm|ln|mkdir|install|chmod|chown|cat|sudo) /;

/** Returns the block of a finding. Every line but commands fits the width. */
export function findingBlock(finding: Finding, options: ReporterOptions, paint: Paint): string {
  const { width } = options;
  const all: readonly Field[] = [
    ['file', [where(finding)]],
    ['found', finding.found === '' ? [] : [finding.found]],
    ['wanted', finding.expected === '' ? [] : [finding.expected]],
    ['each', shortened((finding.members ?? []).map(memberLine), options.verbose)],
    ['so', consequences(finding, options.verbose)],
    ['why', options.verbose ? [finding.why] : []],
    ['fix', fixLines(finding.fix)],
    ['see', sources(finding, options.width)],
    ['waived', waiver(finding)],
  ];
  return [...heading(finding, width, paint), ...findingFields(all, { width, paint })].join('\n');
}

/**
 * Returns fields in the layout of a finding. In fields that contain steps to type, such as a fix, commands are not
 * wrapped.
 */
export function findingFields(
  all: readonly Field[],
  layout: Pick<FieldLayout, 'width' | 'paint'>,
  isTyped: (label: string) => boolean = (label) => label === 'fix',
): string[] {
  return all.flatMap(([label, texts]) => {
    const whole = (text: string) => isTyped(label) && command.test(text);
    return fields([[label, texts]], { ...layout, indent, hang: texts.length > 1 ? 2 : 0, whole });
  });
}

/** Returns the headings of findings, one or two lines each: the first ones, with `verbose` all. */
export function headings(findings: readonly Finding[], options: ReporterOptions, paint: Paint): string {
  const shown = options.verbose ? findings : findings.slice(0, maxHeadings);
  const lines = shown.flatMap((finding) => heading(finding, options.width, paint));
  if (findings.length > shown.length) lines.push(`  and ${findings.length - shown.length} more, --verbose lists them`);
  return lines.join('\n');
}

/**
 * Mark, impact, message, and the rule at the right end of the first line, or on its own line if there is no room for
 * it.
 */
function heading(finding: Finding, width: number, paint: Paint): string[] {
  const rule = printable(finding.rule);
  const room = width - indent - textWidth(rule) - 2;
  const isNarrow = room < 30;
  const [first = '', ...rest] = wrap(printable(statement(finding)), isNarrow ? width - indent : room);
  const impact = paint(severityStyles[finding.severity], padded(finding.impact.toUpperCase(), indent - 2));
  const start = `${mark(finding.severity, paint)} ${impact}`;
  const bold = (line: string) => (finding.severity === 'info' ? line : paint('bold', line));
  const further = rest.map((line) => ' '.repeat(indent) + bold(line));
  if (isNarrow) return [start + bold(first), ...further, ' '.repeat(indent) + paint('dim', rule)];
  return [`${start}${bold(first)}${' '.repeat(room - textWidth(first) + 2)}${paint('dim', rule)}`, ...further];
}

/** The message, preceded by its subject unless it contains that. */
function statement({ message, subject, path }: Finding): string {
  return message.includes(subject) || subject === path ? message : `${subject}: ${message}`;
}

/** `file:line` as read, and the path on the node unless the file name ends with it. The first line needs no number. */
function where({ file, path, line }: Finding): string {
  const place = line === 1 ? file : `${file}:${line}`;
  return file.endsWith(path) ? place : `${place}  (on the node: ${path})`;
}

function consequences({ related }: Finding, all: boolean): readonly string[] {
  const lines = related.map(({ subject, message }) => {
    if (message === '') return subject;
    return message.includes(subject) ? message : `${subject}: ${message}`;
  });
  return shortened(lines, all);
}

/** The first lines of a list, with `all` every line. */
function shortened(lines: readonly string[], all: boolean): readonly string[] {
  if (all || lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines), `and ${lines.length - maxLines} more, --verbose lists them`];
}

/** A member of a group: its subject and what was found. */
function memberLine({ subject, found, message }: Fault): string {
  return `${subject}: ${found === '' ? message : found}`;
}

function sources({ cite, rule }: Finding, width: number): string[] {
  const titles = handful(
    cite.map(({ title }) => title),
    2,
    '; ',
  );
  const explain = `pki-lint explain ${rule}`;
  if (titles === '') return [explain];
  const both = `${titles} · ${explain}`;
  return textWidth(both) <= width - indent ? [both] : [titles, explain];
}

function waiver({ suppressed }: Finding): string[] {
  if (suppressed === null) return [];
  const until = suppressed.until === null ? '' : `, until ${suppressed.until}`;
  return [`by ${suppressed.by}${until}: ${suppressed.reason}`];
}
