/** Findings as samples of a metric. */
import { severities } from '../../results/finding.ts';
import type { Report } from '../../results/report.ts';
import { type FormatOptions, writtenFindings } from './format.ts';
import type { Sample } from './metrics-text.ts';

/**
 * Returns a sample for each finding, and one without a rule for each node and severity. Excused findings are never
 * counted: an alert on a count means what the exit code means.
 */
export function findingSamples(report: Report, options: FormatOptions): readonly Sample[] {
  const none = report.nodes.flatMap(({ name }) =>
    severities.map((severity) => ({
      labels: { node: name, severity, impact: '', rule: '', role: '', path: '' },
      value: 0,
    })),
  );
  const roles = new Map(report.checklist.map(({ node, path, role }) => [fileKey(node, path), role]));
  const found = writtenFindings(report, { ...options, showSuppressed: false }).map((finding) => ({
    labels: {
      node: finding.node,
      severity: finding.severity,
      impact: finding.impact,
      rule: finding.rule,
      role: roles.get(fileKey(finding.node, finding.path)) ?? '',
      path: finding.path,
    },
    value: 1,
  }));
  return [...none, ...found];
}

const fileKey = (node: string, path: string): string => `${node}\0${path}`;
