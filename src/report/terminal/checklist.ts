/**
 * Formats the certificates of a node as a table: name, expiry date, time left and issuer, those that expire first
 * first.
 */

import { groupBy } from '../../core/collections.ts';
import { count, printable, printableList } from '../../core/text.ts';
import type { ChecklistRow } from '../../results/checklist.ts';
import type { Report } from '../../results/report.ts';
import type { ReportedNode } from '../../results/reported-node.ts';
import { grid, type Row } from '../text/grid.ts';
import { marks, type Paint, stateStyles } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { timeLeft, wrap } from '../text/width.ts';
import { signerWords } from '../text/words.ts';

/**
 * Returns the table as text; '' if there is nothing to show. Of a node with errors or warnings it contains only what
 * they are about, unless the finding lists it, and what was not checked; with `verbose` every row of the documentation.
 */
export async function checklist(
  node: ReportedNode,
  report: Report,
  { width, verbose }: ReporterOptions,
  paint: Paint,
): Promise<string> {
  const all = report.checklist.filter((row) => row.node === node.name);
  const applicable = all.filter(({ state }) => state !== 'not-applicable');
  const isFine = !report.findings.some(
    (one) => one.node === node.name && one.severity !== 'info' && one.suppressed === null,
  );
  const listed = inGroups(report);
  const shown = applicable.filter(
    ({ state, findings }) =>
      verbose ||
      isFine ||
      (state !== 'ok' && state !== 'info' && !(findings.length > 0 && findings.every((one) => listed.has(one)))),
  );
  const others = applicable.filter(
    (row) => !shown.includes(row) && (row.state === 'ok' || row.state === 'info'),
  ).length;
  const hasFiles = shown.some(({ isRecommended }) => !isRecommended);
  const rows = shown.toSorted(byExpiry(report)).map((row) => cells(row, report, hasFiles, paint));
  const head = ['', 'CERTIFICATE', 'EXPIRES', 'LEFT', 'SIGNED BY', ...(hasFiles ? ['FILE'] : [])];
  return [
    rows.length === 0 ? '' : await grid(head, rows, width, paint),
    others === 0
      ? ''
      : paint(
          'dim',
          `${marks.ok}  ${count(others, 'more certificate')} ${others === 1 ? 'is' : 'are'} fine (pki-lint expiry lists them)`,
        ),
    ...(verbose ? notApplicable(all, width, paint) : []),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Fingerprints of findings that name their certificates. */
function inGroups({ findings }: Report): ReadonlySet<string> {
  return new Set(findings.filter(({ members }) => members !== undefined).map(({ fingerprint }) => fingerprint));
}

function cells(row: ChecklistRow, report: Report, hasFiles: boolean, paint: Paint): Row {
  const state = isExcused(row, report) ? 'info' : row.state;
  const mark = { text: marks[state], paint: (line: string) => paint(stateStyles[state], line) };
  const file = hasFiles ? [row.isRecommended ? '' : row.path] : [];
  if (row.reason !== null && row.signedBy === null && row.expires === null) {
    const reason = { text: row.reason, span: 3 + file.length, paint: (line: string) => paint('dim', line) };
    return [mark, row.role, reason];
  }
  if (row.expires === null) return [mark, row.role, withoutDate(row, report), '', '', ...file];
  const signer = signerWords(row.signedBy ?? '');
  return [mark, row.role, row.expires.slice(0, 10), timeLeft(row.expires, report.at), signer, ...file];
}

/** What is in the column of expiry dates instead of one. */
function withoutDate(row: ChecklistRow, report: Report): string {
  if (isPresent(row, report)) return 'no expiry';
  const isUnreadable = report.findings.some(
    ({ rule, fingerprint }) => rule === 'file/parse' && row.findings.includes(fingerprint),
  );
  return isUnreadable ? 'unreadable' : 'missing';
}

/** Whether all that is wrong with a row is excused: a report without problems has no cross. */
export function isExcused({ node, findings: own }: ChecklistRow, { findings }: Pick<Report, 'findings'>): boolean {
  if (own.length === 0) return false;
  const counting = findings.some(
    (one) => one.node === node && one.suppressed === null && own.includes(one.fingerprint),
  );
  return !counting;
}

/** Keys are present, but expire never. */
function isPresent({ node, role, path, state }: ChecklistRow, { inventory }: Report): boolean {
  return (
    state === 'ok' ||
    inventory.some((item) => item.node === node && item.role === role && path.split(', ').includes(item.path))
  );
}

/** What is missing first, then by expiry date; what has none last. Equal ones keep their order. */
function byExpiry(report: Report): (one: ChecklistRow, other: ChecklistRow) => number {
  const place = (row: ChecklistRow) => {
    if (row.expires !== null) return row.expires;
    return row.state === 'skipped' || isPresent(row, report) ? '~' : '';
  };
  return (one, other) => Number(place(one) > place(other)) - Number(place(one) < place(other));
}

function notApplicable(rows: readonly ChecklistRow[], width: number, paint: Paint): string[] {
  const absent = rows.filter(({ state }) => state === 'not-applicable');
  const byReason = groupBy(absent, ({ reason }) => reason ?? 'not for this node');
  return [...byReason].flatMap(([reason, same]) =>
    wrap(`not applicable (${printable(reason)}): ${printableList(same.map(({ role }) => role))}`, width - 3).map(
      (line, index) => paint('dim', (index === 0 ? `${marks['not-applicable']}  ` : '   ') + line),
    ),
  );
}
