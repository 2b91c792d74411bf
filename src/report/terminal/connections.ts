/**
 * Formats the connections of each node as text: those that fail, with reason and effect, then unknown, then working
 * ones.
 */

import { count, handful, printable } from '../../core/text.ts';
import type { Connection, ConnectionVerdict } from '../../results/connection.ts';
import type { Finding } from '../../results/finding.ts';
import { atPresent } from '../../results/read/at-present.ts';
import { mostlyUnread } from '../../results/read/unread.ts';
import type { Report } from '../../results/report.ts';
import type { ReportedNode } from '../../results/reported-node.ts';
import { type Shown, shownFindings } from '../message/shown.ts';
import { grid, type Row } from '../text/grid.ts';
import { marks, type Paint, painter, stateStyles } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { labelled } from '../text/width.ts';
import { findingBlock, headlines } from './finding.ts';
import { nodeHeadline } from './headline.ts';

const states = { fail: 'error', unknown: 'skipped', ok: 'ok' } as const satisfies Record<ConnectionVerdict, string>;
const verdicts = Object.keys(states) as ConnectionVerdict[];

/**
 * Returns the connections as text. Every line fits the width. With `verbose`, the findings that are causes are
 * complete.
 */
export async function connections(report: Report, options: ReporterOptions): Promise<string> {
  const paint = painter(options.color);
  const parts: string[] = [];
  for (const node of report.nodes) {
    parts.push(nodeHeadline(node, report, options.width, paint), await table(node, report, options.width, paint));
  }
  const ofDumps = report.connections.filter(({ node }) => node === '');
  if (ofDumps.length > 0) parts.push(await rowsAsGrid(ofDumps, report, options.width, paint));
  const causes = shownFindings({ findings: causesOf(report) }, options);
  const how = { ...options, namesNodes: report.nodes.length !== 1 };
  if (options.verbose) parts.push(...causes.map((one) => findingBlock(one, how, paint)));
  else parts.push(headlines(causes, how, paint));
  parts.push(summary(report, causes, options.width, paint));
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

async function table(node: ReportedNode, report: Report, width: number, paint: Paint): Promise<string> {
  const own = report.connections.filter((one) => one.node === node.name).map(atPresent);
  return own.length === 0 ? 'the input shows no connection of this node' : await rowsAsGrid(own, report, width, paint);
}

async function rowsAsGrid(own: readonly Connection[], report: Report, width: number, paint: Paint): Promise<string> {
  const ranked = own.toSorted((one, other) => verdicts.indexOf(one.verdict) - verdicts.indexOf(other.verdict));
  const rows = ranked.flatMap((one) => rowsOf(one, report, paint));
  return grid(['', 'CLIENT', 'SERVER', 'ADDRESS'], rows, width, paint);
}

/** The row of a connection, and below it the reason of the failure and its effect. */
function rowsOf(connection: Connection, { findings }: Report, paint: Paint): Row[] {
  const { verdict, reason, without, cause } = connection;
  const state = states[verdict];
  const painted = (line: string) => paint(stateStyles[state], line);
  const head: Row = [
    { text: marks[state], paint: painted },
    connection.client,
    connection.server,
    connection.address ?? '',
  ];
  const rule = findings.find((finding) => finding.fingerprint === cause)?.rule;
  const lines = [
    ...(reason === null ? [] : [verdict === 'unknown' ? `unknown: ${reason}` : reason]),
    ...(verdict === 'fail' ? [`effect: ${without}${rule === undefined ? '' : ` (cause: ${rule})`}`] : []),
  ];
  const dim = (line: string) => paint(verdict === 'fail' ? 'red' : 'dim', line);
  return [head, ...lines.map((text): Row => ['', { text, span: 3, paint: dim }])];
}

function causesOf({ connections, findings }: Report): Finding[] {
  const causes = new Set(connections.flatMap((one) => atPresent(one).cause ?? []));
  return findings.filter(({ fingerprint }) => causes.has(fingerprint));
}

function summary({ connections, nodes }: Report, causes: readonly Shown[], width: number, paint: Paint): string {
  const words: Readonly<Record<ConnectionVerdict, string>> = { fail: 'fail', unknown: 'unknown', ok: 'work' };
  const counts = verdicts.flatMap((verdict) => {
    const same = connections.map(atPresent).filter((one) => one.verdict === verdict);
    const held = verdict === 'fail' ? same.filter(({ inMemory }) => inMemory !== undefined).length : 0;
    const only = held === 0 ? '' : ` (${held === same.length ? '' : `${held} `}only in memory)`;
    return same.length === 0 ? [] : [`${same.length} ${words[verdict]}${only}`];
  });
  const all = [count(connections.length, 'connection'), ...(counts.length > 0 ? [counts.join(', ')] : [])].join(': ');
  const unread = mostlyUnread(nodes);
  const incomplete = `incomplete, most of ${handful(
    unread.map((name) => printable(name)),
    2,
  )} could not be read: run pki-lint as root`;
  const [worst] = causes;
  const advice =
    worst === undefined ? [] : [`fixes: pki-lint lint with the same paths · pki-lint explain ${worst.finding.rule}`];
  const [first = '', ...rest] = [unread.length === 0 ? all : `${incomplete} · ${all}`, ...advice].flatMap((line) =>
    labelled('', printable(line), 0, width),
  );
  return [paint('bold', first), ...rest].join('\n');
}
