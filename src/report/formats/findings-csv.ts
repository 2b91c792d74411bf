/** Findings as CSV. */
import type { CisView } from '../../core/cis.ts';
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
  ['waived_until', ({ suppressed }) => suppressed?.until ?? ''],
  ['fingerprint', ({ fingerprint }) => fingerprint],
];

/** Returns the findings, the worst first, each with the first way to fix it. */
export function findingsCsv(report: Report, options: FormatOptions): string {
  const { cis } = report;
  return csv(cis === undefined ? columns : [...columns, itemColumn(cis)], writtenFindings(report, options));
}

/** The items of the benchmark that fail because of a finding, with the edition for its node. */
function itemColumn({ editions, results }: CisView): Column<Finding> {
  const items = new Map<string, string[]>();
  const editionOf = new Map(editions.map(({ node, edition }) => [node, edition]));
  for (const { item, node, findings } of results) {
    for (const fingerprint of findings) {
      items.set(fingerprint, [...(items.get(fingerprint) ?? []), `${item} (${editionOf.get(node)})`]);
    }
  }
  return ['cis_items', ({ fingerprint }) => (items.get(fingerprint) ?? []).join(' ')];
}
