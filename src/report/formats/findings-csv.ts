/** Findings as CSV. */
import type { CisView } from '../../results/cis.ts';
import type { Finding } from '../../results/finding.ts';
import { fixLines, inOneLine } from '../../results/fix.ts';
import { type Gap, gapsOf } from '../../results/read/verdict.ts';
import type { Report } from '../../results/report.ts';
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
  ['fix', ({ fix: [first = []], node }) => inOneLine(fixLines(first, node))],
  ['faults', ({ merged }) => merged ?? 1],
  ['cis', ({ cis }) => cis.join(' ')],
  ['excused_until', ({ suppressed }) => suppressed?.until ?? ''],
  ['fingerprint', ({ fingerprint }) => fingerprint],
];

/** The columns of what could not be linted. The others are empty. */
const gapCells: Readonly<Record<string, ((gap: Gap) => string | null) | undefined>> = {
  severity: () => 'error',
  rule: ({ rule }) => rule,
  node: ({ node }) => node,
  path: ({ path }) => path,
  message: ({ message }) => message,
};

const rowColumns = columns.map(([name, value]): Column<Finding | Gap> => {
  return [name, (row) => ('fingerprint' in row ? value(row) : (gapCells[name]?.(row) ?? null))];
});

/** Returns what could not be linted, and the findings, the worst first, each with the first way to fix it. */
export function findingsCsv(report: Report, options: FormatOptions): string {
  const { cis } = report;
  const columnsOfRows = cis === undefined ? rowColumns : [...rowColumns, itemColumn(cis)];
  return csv(columnsOfRows, [...gapsOf(report), ...writtenFindings(report, options)]);
}

/** The items of the benchmark that fail because of a finding, with the edition for its node. */
function itemColumn({ editions, results }: CisView): Column<Finding | Gap> {
  const items = new Map<string, string[]>();
  const editionOf = new Map(editions.map(({ node, edition }) => [node, edition]));
  for (const { item, node, findings } of results) {
    for (const fingerprint of findings) {
      items.set(fingerprint, [...(items.get(fingerprint) ?? []), `${item} (${editionOf.get(node)})`]);
    }
  }
  return ['cis_items', (row) => ('fingerprint' in row ? (items.get(row.fingerprint) ?? []).join(' ') : null)];
}
