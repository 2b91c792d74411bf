/** Formats the end of a report: the counts, the next expiry, what was not checked and what failed. */

import { groupBy } from '../core/collections.ts';
import { type Report, severities } from '../core/report.ts';
import { count, firstOf, handful, printable, printableList } from '../core/text.ts';
import { mostlyUnread, permissionDenied } from '../core/unread.ts';
import { grid } from './grid.ts';
import { labelled } from './layout.ts';
import type { Paint } from './paint.ts';
import type { ReporterOptions } from './reporter.ts';

const maxListed = 5;
const all = Number.POSITIVE_INFINITY;

/** Returns the summary as text. Every line fits the width. */
export function summary(report: Report, options: ReporterOptions, paint: Paint): string {
  const most = options.verbose ? all : maxListed;
  const [first = '', ...lines] = [
    verdict(report, options),
    ...notChecked(report, most),
    ...skips(report, most),
    ...failures(report),
    ...incomplete(report),
  ].map((line) => labelled('', line, 0, options.width).join('\n'));
  return [paint('bold', first), ...lines].join('\n');
}

/** The counts. If most of a node could not be read, they must not sound like success. */
function verdict(report: Report, { quiet }: ReporterOptions): string {
  const nodes = mostlyUnread(report.nodes);
  const expiry = nextExpiry(report);
  const counts = [findingCounts(report), coverage(report)];
  if (nodes.length === 0) return [...counts, expiry].filter((part) => part !== '').join(' · ');
  // A finding says the same and how to fix it, but warnings are not shown.
  const names = handful(
    nodes.map((name) => printable(name)),
    2,
  );
  const hint = quiet ? `, most of ${names} could not be read: run it as root` : '';
  const seen = expiry.replace('next expiry', 'next expiry of what was read');
  return [`incomplete${hint}`, ...counts, seen].filter((part) => part !== '').join(' · ');
}

function findingCounts({ summary }: Report): string {
  const counts = [
    summary.errors > 0 ? count(summary.errors, 'error') : '',
    summary.warnings > 0 ? count(summary.warnings, 'warning') : '',
    summary.infos > 0 ? count(summary.infos, 'info') : '',
    summary.suppressed > 0 ? `${summary.suppressed} waived` : '',
  ].filter((part) => part !== '');
  return counts.length === 0 ? 'no findings' : counts.join(', ');
}

function coverage({ summary }: Report): string {
  const connections = summary.connections > 0 ? [count(summary.connections, 'connection')] : [];
  return [
    count(summary.files, 'file'),
    count(summary.certificates, 'certificate'),
    count(summary.arguments, 'argument'),
    ...connections,
  ].join(', ');
}

/** The earliest expiry date after the time of judging, and all certificates that expire on that day. */
function nextExpiry({ checklist, inventory, at, nodes }: Report): string {
  const others = inventory.filter(({ role, judged }) => judged && role === null);
  const all = [
    ...checklist,
    ...others.map((item) => ({ expires: item.notAfter, role: item.usedBy[0] ?? item.path, node: item.node })),
  ];
  const expiries = all.flatMap(({ expires, role, node }) => {
    const name = nodes.length > 1 ? `${node} ${role}` : role;
    return expires !== null && Date.parse(expires) >= Date.parse(at) ? [{ day: expires.slice(0, 10), name }] : [];
  });
  const day = expiries.map((one) => one.day).sort()[0];
  if (day === undefined) return '';
  const names = new Set(expiries.filter((one) => one.day === day).map((one) => one.name));
  return `next expiry ${day} (${printable(handful([...names], 2))})`;
}

/**
 * The unchecked paths, grouped by node and reason: `not checked, outside this copy: a, b`. Those without permission
 * are left out where a finding lists them.
 */
function notChecked({ notChecked, nodes, findings }: Report, most: number): string[] {
  const said = new Set(findings.flatMap(({ rule, node }) => (rule === 'node/readable' ? [node] : [])));
  const others = notChecked.filter(
    ({ node, reason }) => reason !== permissionDenied || !said.has(node) || most === all,
  );
  const groups = groupBy(others, ({ node, reason }) =>
    nodes.length > 1 ? `not checked on ${node}, ${reason}` : `not checked, ${reason}`,
  );
  return [...groups].map(([label, all]) => {
    const paths = all.map(({ path }) => path);
    return `${printable(label)}: ${printableList(firstOf(paths, most))}${cut(paths.length, most)}`;
  });
}

/** The skipped checks, grouped by reason, the most frequent first. If most of a node was not read, that is the reason. */
function skips({ skipped, nodes }: Report, most: number): string[] {
  const unread = new Set(most === all ? [] : mostlyUnread(nodes));
  const groups = new Map<string, number>();
  for (const { reason, node } of skipped) {
    const group = unread.has(node) || reason.endsWith(permissionDenied) ? permissionDenied : reason;
    groups.set(group, (groups.get(group) ?? 0) + 1);
  }
  const lines = [...groups]
    .sort(([, one], [, other]) => other - one)
    .map(([reason, number]) => `${count(number, 'check')} skipped: ${printable(reason)}`);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `checks skipped for ${lines.length - most} more reasons, --verbose lists them`];
}

function cut(number: number, most: number): string {
  return number > most ? ', --verbose lists them' : '';
}

function failures({ failures }: Report): string[] {
  return failures.map(({ path, message, hint }) =>
    printable(`not linted: ${path}: ${message}${hint === null ? '' : `; ${hint}`}`),
  );
}

/** Explains an exit code of 1 that no finding causes: with `--require-complete`, everything must be checked. */
function incomplete({ exitCode, findings, failOn }: Report): string[] {
  const failing = failOn === 'never' ? [] : severities.slice(0, severities.indexOf(failOn) + 1);
  const found = findings.some(({ severity, suppressed }) => suppressed === null && failing.includes(severity));
  return exitCode === 1 && !found ? ['incomplete: not everything was checked, and --require-complete wants that'] : [];
}

/**
 * Returns a table of the outcomes of each rule, and a table of skips with their reasons; '' for a table without rows.
 */
export async function outcomes(report: Report, width: number, paint: Paint): Promise<string[]> {
  const counts = Object.entries(report.outcomes).map(([rule, { pass, fail, skip, notApplicable }]) => [
    rule,
    ...[pass, fail, skip, notApplicable].map(String),
  ]);
  const skips = report.skipped.map(({ rule, subject, node, reason }) => [
    rule,
    report.nodes.length > 1 ? `${node} ${subject}` : subject,
    reason,
  ]);
  return [
    counts.length === 0 ? '' : await grid(['RULE', 'PASS', 'FAIL', 'SKIP', 'N/A'], counts, width, paint),
    skips.length === 0 ? '' : await grid(['SKIPPED', 'SUBJECT', 'REASON'], skips, width, paint),
  ];
}
