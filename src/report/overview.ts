/** Formats several nodes as a table: a line for each, with its findings, its next expiry and its CA. */
import type { Finding, Report, ReportedNode } from '../core/report.ts';
import { grid, type Row } from './grid.ts';
import { kindWords } from './headline.ts';
import { timeLeft } from './layout.ts';
import { nextExpiry } from './next-expiry.ts';
import { marks, type Paint, stateStyles } from './paint.ts';

/** Returns the table. Nodes with different CAs do not belong to one cluster. */
export async function overview(report: Report, width: number, paint: Paint): Promise<string> {
  const head = ['', 'NODE', 'ROLE', 'ERRORS', 'WARNINGS', 'NEXT EXPIRY', 'CA'];
  return grid(
    head,
    report.nodes.map((node) => row(node, report, paint)),
    width,
    paint,
  );
}

function row(node: ReportedNode, report: Report, paint: Paint): Row {
  const own = report.findings.filter((finding) => finding.node === node.name && finding.suppressed === null);
  const number = (severity: Finding['severity']) => own.filter((finding) => finding.severity === severity).length;
  const [errors, warnings] = [number('error'), number('warning')];
  const state = errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'ok';
  const next = nextExpiry(report, node.name);
  return [
    { text: marks[state], paint: (line) => paint(stateStyles[state], line) },
    node.name,
    kindWords(node),
    errors === 0 ? '-' : `${errors}`,
    warnings === 0 ? '-' : `${warnings}`,
    next === undefined ? '-' : `${next.at.slice(0, 10)} (${timeLeft(next.at, report.at)})`,
    node.clusterCa?.slice(0, 8) ?? '-',
  ];
}
