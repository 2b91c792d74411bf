/** Formats several nodes as a table: a line for each, with its findings, its next expiry and its CA. */
import { groupBy } from '../../core/collections.ts';
import type { Finding } from '../../results/finding.ts';
import { nextExpiry } from '../../results/next-expiry.ts';
import { isGroundless } from '../../results/read/ground.ts';
import type { Report } from '../../results/report.ts';
import type { ReportedNode } from '../../results/reported-node.ts';
import { grid, type Row } from '../text/grid.ts';
import { marks, type Paint, stateStyles } from '../text/paint.ts';
import { timeLeft } from '../text/width.ts';
import { kindWords } from './headline.ts';

/** What a report says about one node. */
type OfNode = Pick<Report, 'at' | 'findings' | 'checklist' | 'inventory'>;

/** Returns the table. Nodes with different CAs do not belong to one cluster. */
export async function overview(report: Report, width: number, paint: Paint): Promise<string> {
  const ofNode = ({ node }: { readonly node: string }) => node;
  // Once for all nodes: there may be a thousand.
  const findings = groupBy(report.findings, ofNode);
  const checklist = groupBy(report.checklist, ofNode);
  const inventory = groupBy(report.inventory, ofNode);
  const rows = report.nodes.map((node) => {
    const { name } = node;
    const own = {
      at: report.at,
      findings: findings.get(name) ?? [],
      checklist: checklist.get(name) ?? [],
      inventory: inventory.get(name) ?? [],
    };
    return row(node, own, paint);
  });
  return grid(['', 'NODE', 'ROLE', 'ERRORS', 'WARNINGS', 'NEXT EXPIRY', 'CA'], rows, width, paint);
}

function row(node: ReportedNode, own: OfNode, paint: Paint): Row {
  const number = (severity: Finding['severity']) =>
    own.findings.filter((finding) => finding.severity === severity && finding.suppressed === null).length;
  const [errors, warnings] = [number('error'), number('warning')];
  const state = errors > 0 ? 'error' : warnings > 0 ? 'warning' : isGroundless(node) ? 'skipped' : 'ok';
  const next = nextExpiry(own, own.at, false);
  return [
    { text: marks[state], paint: (line) => paint(stateStyles[state], line) },
    node.name,
    kindWords(node),
    errors === 0 ? '-' : `${errors}`,
    warnings === 0 ? '-' : `${warnings}`,
    next === undefined ? '-' : `${next.at.slice(0, 10)} (${timeLeft(next.at, own.at)})`,
    node.clusterCa?.slice(0, 8) ?? '-',
  ];
}
