/** Formats a finding as a line: `cp-1: etc/kubernetes/pki/ca.key:1: error: … [key/mode-signing]`. */
import type { Report } from '../core/report.ts';
import { policyText } from '../core/reported-policy.ts';
import { printable } from '../core/text.ts';
import { gapsOf } from '../core/verdict.ts';
import { statement } from './finding.ts';
import type { ReporterOptions } from './reporter.ts';
import { selected } from './shown.ts';

/**
 * Returns a line for each path that could not be linted, and for each finding, the worst first (see `selected`), after one that
 * names the policy. Lines are not wrapped.
 */
export function concise(report: Report, options: ReporterOptions): string {
  const gaps = gapsOf(report).map(({ node, path, message, rule }) => {
    return `${node === null ? '' : `${node}: `}${path}: error: ${message} [${rule}]`;
  });
  const findings = selected(report.findings, options).map((finding) => {
    const { node, file, line, severity, rule, suppressed } = finding;
    const level = suppressed === null ? severity : `${severity} (excused)`;
    const start = node === '' ? '' : `${node}: `;
    return `${start}${file}:${line}: ${level}: ${statement(finding, [])} [${rule}]`;
  });
  const lines = [...gaps, ...findings];
  // Nothing is printed while all is well: cron would send it.
  const head = lines.length === 0 ? [] : [policyText(report)].filter((text) => text !== '');
  return [...head, ...lines].map((line) => `${printable(line)}\n`).join('');
}
