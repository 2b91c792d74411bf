/** Counts the findings of a report by rule, the most frequent first, with the nodes that have them. */
import { groupBy } from '../../core/collections.ts';
import { asRanges, compareText, handful } from '../../core/text.ts';
import type { Report } from '../../results/report.ts';
import { selected } from '../message/shown.ts';
import { grid } from '../text/grid.ts';
import { type Paint, stateStyles } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';

/** Returns the table; '' without findings. */
export async function statistics(report: Report, options: ReporterOptions, paint: Paint): Promise<string> {
  const { width, verbose } = options;
  const kinds = groupBy(selected(report.findings, options), ({ rule, severity }) => JSON.stringify([rule, severity]));
  const sorted = [...kinds.values()].toSorted(
    (one, other) => other.length - one.length || compareText(one[0]?.rule ?? '', other[0]?.rule ?? ''),
  );
  const rows = sorted.flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { rule, severity } = first;
    const nodes = asRanges([...new Set(same.map(({ node }) => node))]);
    const shown = verbose ? nodes.join(', ') : handful(nodes, 3);
    const level = { text: severity, paint: (line: string) => paint(stateStyles[severity], line) };
    return [[`${same.length}`, level, rule, shown]];
  });
  return rows.length === 0 ? '' : grid(['COUNT', 'SEVERITY', 'RULE', 'NODES'], rows, width, paint);
}
