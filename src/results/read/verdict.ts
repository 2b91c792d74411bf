/** What makes a pipeline red, the same in all formats: what the exit code is not 0 for. */

import { type Finding, type Severity, severities } from '../finding.ts';
import type { Summary } from '../outcome.ts';
import type { Report } from '../report.ts';
import { missingParts, partWords, whyMissing } from './ground.ts';

/** Whether a severity is at or above the one that makes the exit code 1. */
export function reaches(severity: Severity, failOn: Report['failOn']): boolean {
  return failOn !== 'never' && severities.indexOf(severity) <= severities.indexOf(failOn);
}

/** Returns how many findings of each severity count, and how many are excused. */
export function countsOf(findings: readonly Finding[]): Pick<Summary, 'errors' | 'warnings' | 'infos' | 'suppressed'> {
  const counting = findings.filter(({ suppressed }) => suppressed === null);
  const number = (severity: Severity) => counting.filter((finding) => finding.severity === severity).length;
  const suppressed = findings.length - counting.length;
  return { errors: number('error'), warnings: number('warning'), infos: number('info'), suppressed };
}

/** Whether a finding makes the exit code 1. */
export function isRed({ severity, suppressed }: Finding, { failOn }: Pick<Report, 'failOn'>): boolean {
  return suppressed === null && reaches(severity, failOn);
}

/** Whether the exit code is 1 only because something could not be checked, and `--require-complete` was given. */
export function isIncomplete(report: Report): boolean {
  return report.exitCode === 1 && !report.findings.some((finding) => isRed(finding, report));
}

/** Whether everything was linted, looked at and checked, as `--require-complete` demands. */
export function isComplete(report: Pick<Report, 'failures' | 'notChecked' | 'nodes'>): boolean {
  return report.failures.length + report.notChecked.length + missingParts(report).length === 0;
}

/** Whether paths of the command line that could not be linted make the exit code other than 0. */
export function countsFailures(report: Report): boolean {
  return report.exitCode >= 2 || isIncomplete(report);
}

/** A path that makes the exit code other than 0, although there is no finding about it. */
export interface Gap {
  /** Where formats have the id of a rule. It is not one: it cannot be switched off. */
  readonly rule: 'pki-lint/failure' | 'pki-lint/not-checked' | 'pki-lint/not-looked-at';
  /** The node; null for a path of the command line. */
  readonly node: string | null;
  /** Path on the node, or as on the command line. */
  readonly path: string;
  readonly message: string;
}

/** Returns what makes the exit code other than 0 besides findings: paths that could not be linted, or not checked. */
export function gapsOf(report: Report): readonly Gap[] {
  if (report.exitCode >= 2) return failed(report);
  return isIncomplete(report) ? [...failed(report), ...unlooked(report), ...unchecked(report)] : [];
}

const failed = ({ failures }: Report): readonly Gap[] =>
  failures.map(({ path, message }) => ({ rule: 'pki-lint/failure', node: null, path, message }));

/**
 * Returns the parts of nodes that are not in the input, as gaps, whether or not they make the exit code other than 0.
 */
export function unlooked(report: Pick<Report, 'nodes'>): readonly (Gap & { readonly node: string })[] {
  return missingParts(report).map(({ node, ...part }) => {
    const message = `not looked at: ${partWords(part)} (${whyMissing(part)})`;
    return { rule: 'pki-lint/not-looked-at', node, path: part.path, message };
  });
}

const unchecked = ({ notChecked }: Report): readonly Gap[] =>
  notChecked.map(({ node, path, reason }) => {
    return { rule: 'pki-lint/not-checked', node, path, message: `not checked: ${reason}` };
  });
