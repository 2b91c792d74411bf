/**
 * Annotations of GitHub Actions: workflow commands that its runner reads from stdout ("Workflow commands for GitHub
 * Actions" in its documentation). It keeps ten errors, ten warnings and ten notices of a step, and drops the rest in
 * silence (docs/problem-matchers.md in actions/toolkit).
 */

import { copyable, count, printable } from '../../core/text.ts';
import { type Finding, type Severity, severities } from '../../results/finding.ts';
import { joinedPaths } from '../../results/read/failed-paths.ts';
import { countsFailures, gapsOf, isIncomplete, unlooked } from '../../results/read/verdict.ts';
import type { Report } from '../../results/report.ts';
import { headlineText, type Shown, shownFindings } from '../message/shown.ts';
import { type FormatOptions, pathForPrograms, writtenFindings } from './format.ts';

/** Annotations of a kind. */
const most = 10;

const commands: Readonly<Record<Severity, readonly [command: string, noun: string]>> = {
  error: ['error', 'error'],
  warning: ['warning', 'warning'],
  info: ['notice', 'note'],
};

/**
 * Returns a line for each finding, the worst first. If there are more of a kind than are kept, one that several nodes
 * have is one line, at its place on the first. The last line of each kind says how many more findings there are.
 */
export function github(report: Report, options: FormatOptions): string {
  const about = (severity: Severity, path: string, message: string): Annotation => [
    severity,
    { title: 'pki-lint' },
    printable(`${path}: ${message}`),
  ];
  return annotations([
    ...gapsOf(report).map(({ node, path, message }) =>
      about('error', node === null ? path : `${node}: ${path}`, message),
    ),
    // With --require-complete they are errors.
    ...(isIncomplete(report) ? [] : unlooked(report).map(({ node, message }) => about('info', node, message))),
    // They do not change the exit code: with --allow-empty, or next to what was linted.
    ...(countsFailures(report)
      ? []
      : joinedPaths(report.failures).map(({ path, message }) => about('info', path, message))),
    ...annotated(report, options).map(
      (shown): Annotation => [
        levelOf(shown.finding),
        properties(shown.finding, report, options),
        text(shown, report),
        shown.fingerprints.length,
      ],
    ),
  ]);
}

function annotated(report: Report, options: FormatOptions): readonly AnnotatedFinding[] {
  const findings = writtenFindings(report, options);
  const isKept = severities.every((severity) => findings.filter((one) => levelOf(one) === severity).length <= most);
  if (!isKept) return shownFindings(report, { showSuppressed: options.showSuppressed === true });
  return findings.map((finding) => {
    const { node, fingerprint } = finding;
    return { finding, nodes: [node], isExample: false, fingerprints: [fingerprint] };
  });
}

type AnnotatedFinding = Omit<Shown, 'fix'>;

/**
 * What is shown at a place of a file: its severity, the place and the title, the text, and how many findings it stands
 * for.
 */
export type Annotation = readonly [
  severity: Severity,
  properties: Readonly<Record<string, string>>,
  text: string,
  findings?: number,
];

/** Returns annotations as lines, as many of each kind as GitHub keeps. The last one says how many more there are. */
export function annotations(all: readonly Annotation[]): string {
  const lines = severities.flatMap((severity) => {
    const [command, noun] = commands[severity];
    const own = all.filter(([kind]) => kind === severity);
    const lines = own.map(([, values, data]) => annotation(command, values, data));
    if (own.length <= most) return lines;
    const rest = own.slice(most - 1).reduce((sum, [, , , findings = 1]) => sum + findings, 0);
    const end = `${count(rest, `more ${noun}`)}: the report lists all`;
    return [...lines.slice(0, most - 1), annotation(command, { title: 'pki-lint' }, end)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** What is excused needs no attention. */
const levelOf = ({ severity, suppressed }: Finding): Severity => (suppressed === null ? severity : 'info');

/** The runner drops columns of a range of several lines. */
function properties(finding: Finding, report: Report, options: FormatOptions): Readonly<Record<string, string>> {
  const { line, endLine, column, rule, suppressed } = finding;
  return {
    file: copyable(pathForPrograms(finding, report, options)),
    line: `${line}`,
    endLine: `${endLine}`,
    ...(line === endLine ? { col: `${column}` } : {}),
    title: printable(suppressed === null ? rule : `${rule} (excused)`),
  };
}

const text = (shown: AnnotatedFinding, report: Report): string =>
  [headlineText(shown, report.nodes.length > 1), shown.finding.why]
    .filter((one) => one !== '')
    .map((one) => printable(one))
    .join('\n');

/** Escapes as `command.ts` of actions/toolkit does. Other controls are visible already. */
function annotation(command: string, values: Readonly<Record<string, string>>, data: string): string {
  const list = Object.entries(values).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${command} ${list.join(',')}::${escapeData(data)}`;
}

const escapeData = (value: string): string =>
  value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (value: string): string => escapeData(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
