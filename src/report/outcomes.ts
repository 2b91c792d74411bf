/** For `--verbose`: what every rule came to, and every check that was skipped. */
import type { Report } from '../core/report.ts';
import { grid } from './grid.ts';
import type { Paint } from './paint.ts';

/** One table of passes, failures, skips and not-applicables by rule, and one of skips with their reasons. */
export async function outcomes(report: Report, width: number, paint: Paint): Promise<string[]> {
  const counts = Object.entries(report.outcomes).map(([rule, { pass, fail, skip, notApplicable }]) => [
    rule,
    ...[pass, fail, skip, notApplicable].map(String),
  ]);
  const skips = report.skipped.map(({ rule, subject, node, reason }) => [
    rule,
    report.nodes.length > 1 ? `${node} ${subject}` : subject,
    reason,
  ]);
  return [
    counts.length === 0 ? '' : await grid(['RULE', 'PASS', 'FAIL', 'SKIP', 'N/A'], counts, width, paint),
    skips.length === 0 ? '' : await grid(['SKIPPED', 'SUBJECT', 'REASON'], skips, width, paint),
  ];
}
