/** What makes a pipeline red, the same in all formats: a finding is red if the exit code is 1 because of it. */
import { type Finding, type Report, type Severity, severities } from '../../core/report.ts';

/** Whether a severity is at or above the one that makes the exit code 1. */
export function reaches(severity: Severity, failOn: Report['failOn']): boolean {
  return failOn !== 'never' && severities.indexOf(severity) <= severities.indexOf(failOn);
}

/** Whether a finding makes the exit code 1. */
export function isRed({ severity, suppressed }: Finding, { failOn }: Report): boolean {
  return suppressed === null && reaches(severity, failOn);
}

/** Whether the exit code is 1 only because something could not be checked, and `--require-complete` was given. */
export function isIncomplete(report: Report): boolean {
  return report.exitCode === 1 && !report.findings.some((finding) => isRed(finding, report));
}
