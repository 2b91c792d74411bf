/** Formats the checklist of a node: each documented row with its file, its issuer, its expiry and its state. */
import type { ChecklistRow, Report, ReportedNode } from '../core/report.ts';
import { printable, printableList } from '../core/text.ts';
import { type Cell, grid, naturalWidth, type Row } from './grid.ts';
import { untilExpiry, wrap } from './layout.ts';
import { marks, type Paint, stateStyles } from './paint.ts';
import type { ReporterOptions } from './reporter.ts';

/**
 * Returns the checklist as text; '' if the node has no rows. Rows that do not apply are listed below the table, with
 * `verbose` in it.
 */
export async function checklist(
  node: ReportedNode,
  report: Report,
  options: ReporterOptions,
  paint: Paint,
): Promise<string> {
  const rows = report.checklist.filter((row) => row.node === node.name);
  const shown = options.verbose ? rows : rows.filter((row) => row.state !== 'not-applicable');
  const head = ['', 'ROLE', 'FILE', 'SIGNED BY', 'EXPIRES'];
  const short = shown.map((row) => cells(row, node, report, paint));
  const long = short.map((row, index) => [...row, shown[index]?.state.replace('-', ' ') ?? '']);
  // The mark says the same as the word, so the word gets a column only if that does not break any other cell.
  const hasRoom = naturalWidth([[...head, 'STATE'], ...long]) <= options.width;
  const parts =
    shown.length === 0
      ? []
      : [
          await (hasRoom
            ? grid([...head, 'STATE'], long, options.width, paint)
            : grid(head, short, options.width, paint)),
        ];
  if (!options.verbose) parts.push(...notApplicable(rows, options.width, paint));
  return parts.join('\n');
}

function cells(row: ChecklistRow, node: ReportedNode, report: Report, paint: Paint): Row {
  const painted = (line: string) => paint(stateStyles[row.state], line);
  const start: Cell[] = [
    { text: marks[row.state], paint: painted },
    { text: row.role },
    { text: shortPath(row.path, node.pki) },
  ];
  if (row.reason !== null && row.signedBy === null && row.expires === null) {
    return [...start, { text: row.reason, span: 2, paint: (line) => paint('dim', line) }];
  }
  return [...start, { text: row.signedBy ?? '' }, { text: expiry(row, report) }];
}

/** When the row's certificate expires. Keys never do; '' if the file is absent. */
function expiry(row: ChecklistRow, report: Report): string {
  if (row.expires !== null) return untilExpiry(row.expires, report.at);
  const isPresent = report.inventory.some(
    (item) => item.node === row.node && item.role === row.role && item.path === row.path,
  );
  return row.state === 'ok' || isPresent ? 'never' : '';
}

/** Shortens paths below the PKI root, or below its parent, to relative ones. */
function shortPath(path: string, pki: string): string {
  const parent = pki.slice(0, pki.lastIndexOf('/'));
  return path
    .split(', ')
    .map((one) => {
      const root = [pki, parent].find((folder) => folder !== '' && one.startsWith(`${folder}/`));
      return root === undefined ? one : one.slice(root.length + 1);
    })
    .join(', ');
}

function notApplicable(rows: readonly ChecklistRow[], width: number, paint: Paint): string[] {
  const byReason = new Map<string, string[]>();
  for (const row of rows.filter(({ state }) => state === 'not-applicable')) {
    const reason = row.reason ?? 'not for this node';
    byReason.set(reason, [...(byReason.get(reason) ?? []), row.role]);
  }
  return [...byReason].flatMap(([reason, roles]) =>
    wrap(`not applicable (${printable(reason)}): ${printableList(roles)}`, width - 2).map((line, index) =>
      paint('dim', (index === 0 ? `${marks['not-applicable']} ` : '  ') + line),
    ),
  );
}
