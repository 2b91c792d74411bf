/** Formats a finding as a line: `cp-1: etc/kubernetes/pki/ca.key:1: error: … [key/mode-signing]`. */

import { handful, printable } from '../../core/text.ts';
import { notLookedAt } from '../../results/read/ground.ts';
import { gapsOf, isIncomplete } from '../../results/read/verdict.ts';
import type { Report } from '../../results/report.ts';
import { policyText } from '../../results/reported-policy.ts';
import { selected } from '../message/shown.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { verdictOf } from './summary.ts';

/**
 * Returns a line for each path that could not be linted, and for each finding, the worst first (see `selected`), after
 * one that names the policy. Lines are not wrapped. Each node has lines of its own: each has a file to open, and `grep`
 * and `diff` compare lines.
 */
export function concise(report: Report, options: ReporterOptions): string {
  const gaps = gapsOf(report).map(({ node, path, message, rule }) => {
    return `${node === null ? '' : `${node}: `}${path}: error: ${message} [${rule}]`;
  });
  const findings = selected(report.findings, options).map((finding) => {
    const { node, file, line, severity, rule, message, suppressed } = finding;
    const level = suppressed === null ? severity : `${severity} (excused)`;
    const start = node === '' ? '' : `${node}: `;
    return `${start}${file}:${line}: ${level}: ${message} [${rule}]`;
  });
  const lines = [...gaps, ...head(report, options), ...findings];
  // Nothing is printed while all is well: cron would send it.
  const policy = lines.length === 0 ? [] : [policyText(report)].filter((text) => text !== '');
  return [...policy, ...lines].map((line) => `${printable(line)}\n`).join('');
}

/** What was not looked at, unless a gap says it, and a verdict that must not look like success. */
function head(report: Report, { quiet }: ReporterOptions): readonly string[] {
  const { state, text } = verdictOf(report, { quiet });
  const unlooked = quiet || isIncomplete(report) ? '' : notLookedAt(report);
  const names = report.nodes.map(({ name }) => name);
  const line = (message: string) => `${handful(names, 3)}: info: ${message}`;
  return [
    ...(unlooked === '' ? [] : [`${line(unlooked)} [pki-lint/not-looked-at]`]),
    ...(state === 'skipped' && names.length > 0 ? [line(text)] : []),
  ];
}
