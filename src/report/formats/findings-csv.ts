/** Findings as CSV. */
import { fixBlock, shellLine } from '../../core/fix.ts';
import type { Finding, Report } from '../../core/report.ts';
import { type Column, csv } from './csv.ts';
import { type FormatOptions, writtenFindings } from './format.ts';

const columns: readonly Column<Finding>[] = [
  ['severity', ({ severity }) => severity],
  ['impact', ({ impact }) => impact],
  ['rule', ({ rule }) => rule],
  ['node', ({ node }) => node],
  ['subject', ({ subject }) => subject],
  ['path', ({ path }) => path],
  ['line', ({ line }) => line],
  ['message', ({ message }) => message],
  ['found', ({ found }) => found],
  ['expected', ({ expected }) => expected],
  ['fix', ({ fix: [first = []], node }) => fixBlock(first, node).map(shellLine).join(' ; ')],
  ['faults', ({ merged }) => merged ?? 1],
  ['cis', ({ cis }) => cis.join(' ')],
  ['excused_until', ({ suppressed }) => suppressed?.until ?? ''],
  ['fingerprint', ({ fingerprint }) => fingerprint],
];

/** Returns the findings, the worst first, each with the first way to fix it. */
export function findingsCsv(report: Report, options: FormatOptions): string {
  return csv(columns, writtenFindings(report, options));
}
