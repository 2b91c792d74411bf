/** GitLab's Code Quality: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
import { json } from '../../core/json.ts';
import type { Finding, Report } from '../../core/report.ts';
import { copyable } from '../../core/text.ts';
import { type FormatOptions, pathForPrograms, writtenFindings } from './format.ts';

/** Returns the findings as Code Quality; without any, the empty list, which GitLab needs in order to show what was fixed. */
export function gitlab(report: Report, options: FormatOptions): string {
  const issues = writtenFindings(report, options).map((finding) => ({
    description: copyable(`${excused(finding)}${finding.message}`),
    check_name: finding.rule,
    fingerprint: finding.fingerprint,
    severity: finding.suppressed === null ? severityOf(finding) : 'info',
    location: { path: copyable(pathForPrograms(finding, report, options)), lines: { begin: finding.line } },
  }));
  return json(issues);
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
