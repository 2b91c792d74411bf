/** GitLab's Code Quality: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
import { hash } from 'node:crypto';
import { json } from '../../core/json.ts';
import { copyable } from '../../core/text.ts';
import type { Finding } from '../../results/finding.ts';
import { type Gap, gapsOf } from '../../results/read/verdict.ts';
import type { Report } from '../../results/report.ts';
import { type FormatOptions, pathForPrograms, writtenFindings } from './format.ts';

/**
 * Returns the findings as Code Quality; without any, the empty list, which GitLab needs in order to show what was
 * fixed. What could not be linted is an issue too: an empty list would say that all is fixed.
 */
export function gitlab(report: Report, options: FormatOptions): string {
  const issues = writtenFindings(report, options).map((finding) => ({
    description: copyable(`${excused(finding)}${finding.message}`),
    check_name: finding.rule,
    fingerprint: finding.fingerprint,
    severity: finding.suppressed === null ? severityOf(finding) : 'info',
    location: { path: copyable(pathForPrograms(finding, report, options)), lines: { begin: finding.line } },
  }));
  return json([...gapsOf(report).map((gap) => gapIssue(gap, report, options)), ...issues]);
}

/** GitLab needs a relative path, a line and a fingerprint of everything. */
function gapIssue(gap: Gap, report: Report, options: FormatOptions): object {
  const { rule, node, path, message } = gap;
  return {
    description: copyable(`${path}: ${message}`),
    check_name: rule,
    fingerprint: hash('sha256', JSON.stringify([rule, node, path, message])).slice(0, 16),
    severity: 'blocker',
    location: { path: copyable(pathOfGap(gap, report, options)), lines: { begin: 1 } },
  };
}

function pathOfGap({ node, path }: Gap, report: Report, options: FormatOptions): string {
  if (node !== null) return pathForPrograms({ file: path, path, node }, report, {});
  return (options.inRepository?.(path) ?? path.replace(/^(?:\.{0,2}(?:\/+|$))+/, '')) || '.';
}

/** GitLab has no field for it. */
function excused({ suppressed }: Finding): string {
  if (suppressed === null) return '';
  return `excused${suppressed.until === null ? '' : ` until ${suppressed.until}`}: `;
}

/** GitLab has five severities: `blocker` is what fails now or will on a date. `minor` is not used. */
function severityOf({ severity, impact }: Finding): string {
  if (severity !== 'error') return severity === 'warning' ? 'major' : 'info';
  return impact === 'outage' || impact === 'expiry' ? 'blocker' : 'critical';
}
