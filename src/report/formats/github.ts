/**
 * Annotations of GitHub Actions: workflow commands that its runner reads from stdout ("Workflow commands for GitHub
 * Actions" in its documentation). It keeps ten errors, ten warnings and ten notices of a step, and drops the rest in silence
 * (docs/problem-matchers.md in actions/toolkit).
 */
import { type Finding, type Report, type Severity, severities } from '../../core/report.ts';
import { copyable, count, printable } from '../../core/text.ts';
import { gapsOf } from '../../core/verdict.ts';
import { type FormatOptions, messageOf, pathForPrograms, writtenFindings } from './format.ts';

/** Annotations of a kind. */
const most = 10;

const commands: Readonly<Record<Severity, readonly [command: string, noun: string]>> = {
  error: ['error', 'error'],
  warning: ['warning', 'warning'],
  info: ['notice', 'note'],
};

/** Returns a line for each finding, the worst first. The last of each kind says how many more there are. */
export function github(report: Report, options: FormatOptions): string {
  // What is waived needs no attention.
  const findings = writtenFindings(report, { ...options, showSuppressed: false });
  const about = (command: string, path: string, message: string) =>
    annotation(command, { title: 'pki-lint' }, printable(`${path}: ${message}`));
  const gaps = gapsOf(report);
  const others: Readonly<Record<Severity, readonly string[]>> = {
    error: gaps.map(({ node, path, message }) => about('error', node === null ? path : `${node}: ${path}`, message)),
    warning: [],
    // They do not change the exit code: with --allow-empty, or next to what was linted.
    info: report.exitCode >= 2 ? [] : report.failures.map(({ path, message }) => about('notice', path, message)),
  };
  const lines = severities.flatMap((severity) => {
    const [command, noun] = commands[severity];
    const own = findings.filter((finding) => finding.severity === severity);
    const all = [
      ...others[severity],
      ...own.map((finding) => annotation(command, properties(finding, report, options), text(finding, report))),
    ];
    if (all.length <= most) return all;
    const rest = count(all.length - most + 1, `more ${noun}`);
    return [...all.slice(0, most - 1), annotation(command, { title: 'pki-lint' }, `${rest}: the report lists all`)];
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** The runner drops columns of a range of several lines. */
function properties(finding: Finding, report: Report, options: FormatOptions): Readonly<Record<string, string>> {
  const { line, endLine, column, rule } = finding;
  return {
    file: copyable(pathForPrograms(finding, report, options)),
    line: `${line}`,
    endLine: `${endLine}`,
    ...(line === endLine ? { col: `${column}` } : {}),
    title: printable(rule),
  };
}

const text = (finding: Finding, report: Report): string =>
  [messageOf(finding, report), finding.why]
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
