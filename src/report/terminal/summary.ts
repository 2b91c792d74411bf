/** Formats the end of a report: what was not checked, the verdict, and where to start. */

import { besidesLeftOut, leftOutIn, leftOutKinds, permissionDenied } from '../../artifact/left-out.ts';
import { asRanges, count, handful, printable } from '../../core/text.ts';
import { classOf } from '../../results/fix.ts';
import { nextExpiry } from '../../results/next-expiry.ts';
import { atPresent } from '../../results/read/at-present.ts';
import { controlPlanes } from '../../results/read/control-plane.ts';
import { copyLines } from '../../results/read/copies.ts';
import { excusedUntil } from '../../results/read/excused.ts';
import { joinedPaths } from '../../results/read/failed-paths.ts';
import { allClear, judgedCertificates } from '../../results/read/ground.ts';
import { countedObjects, extentOf, isAboutSomething } from '../../results/read/objects.ts';
import { mostlyUnread } from '../../results/read/unread.ts';
import { isIncomplete } from '../../results/read/verdict.ts';
import type { Report } from '../../results/report.ts';
import { placeOf } from '../message/place.ts';
import { headlineText, type Shown } from '../message/shown.ts';
import { grid } from '../text/grid.ts';
import { marks, type Paint, stateStyles } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { labelled, untilExpiry } from '../text/width.ts';
import { baselineLines } from './baseline.ts';
import { clipped } from './finding.ts';
import { firstCommands } from './fixes.ts';

/**
 * Returns the last lines of a report. The verdict comes last, and after it the first cause with its first command,
 * which is not wrapped.
 */
export function ending(report: Report, shown: readonly Shown[], options: ReporterOptions, paint: Paint): string {
  const { width } = options;
  const notes = [
    ...failures(report, options.verbose),
    ...demands(report),
    ...notIgnored(report),
    ...copyLines(report.nodes),
    ...notChecked(report, options),
  ];
  return [
    ...notes.flatMap((line) => labelled('', printable(line), 0, width, 2)),
    ...verdict(report, options, paint),
    ...start(report, shown, width, paint),
  ].join('\n');
}

function verdict(report: Report, options: ReporterOptions, paint: Paint): string[] {
  const { state, text } = verdictOf(report, options);
  if (!isAboutSomething(report)) return [`${paint(stateStyles[state], marks[state])} ${paint('bold', text)}`];
  const { errors, warnings } = report.summary;
  const more = [...(errors + warnings === 0 ? [expirySentence(report)] : []), ...baselineLines(report)];
  const lines = [text, ...outage(report), ...more].flatMap((line) =>
    labelled('', printable(line), 0, options.width - 2),
  );
  const mark = paint(stateStyles[state], marks[state]);
  return lines
    .filter((line) => line !== '')
    .map((line, index) => (index === 0 ? `${mark} ${paint('bold', line)}` : `  ${line}`));
}

/** What several findings stop together: no API server works, or etcd has no majority. */
function outage(report: Report): readonly string[] {
  const { stopped, etcd } = controlPlanes({ ...report, connections: report.connections.map(atPresent) });
  const servers = stopped.length === 0 ? [] : [`No API server works (${handful(asRanges(stopped), mostServers)}).`];
  return [...servers, ...etcd.map((text) => `${text}.`)];
}

/** Nodes of API servers that are named. */
const mostServers = 3;

interface Verdict {
  readonly state: 'error' | 'warning' | 'ok' | 'skipped';
  readonly text: string;
  /** The all-clear with which the text begins; absent if something is wrong, or not all was read. */
  readonly fine?: string;
}

/** Returns the verdict in one sentence, and how it looks. What is incomplete must not look like success. */
export function verdictOf(report: Report, options: Pick<ReporterOptions, 'quiet'>): Verdict {
  if (!isAboutSomething(report)) {
    return report.exitCode === 0
      ? { state: 'skipped', text: 'Nothing to check' }
      : { state: 'warning', text: 'Nothing was checked' };
  }
  const { errors, warnings } = report.summary;
  const isFine = errors + warnings === 0;
  const isWhole = mostlyUnread(report.nodes).length + report.failures.length === 0 && !isIncomplete(report);
  if (isFine && isWhole) return fineVerdict(report);
  return {
    state: errors > 0 ? 'error' : 'warning',
    text: isWhole ? `${problems(report)} in ${extentOf(report)}${others(report)}` : partVerdict(report, options),
  };
}

/** The verdict on a report without errors and warnings, of which everything that was given was read. */
function fineVerdict(report: Report): Verdict {
  const { text, isGrounded, namesGround } = allClear(report);
  return {
    state: isGrounded ? 'ok' : 'skipped',
    text: `${text}${others(report)}${namesGround ? '' : `. ${coverage(report)}`}`,
    fine: text,
  };
}

/** A finding says what could not be read, and how to fix that, unless only errors are shown. */
function partVerdict(report: Report, { quiet }: Pick<ReporterOptions, 'quiet'>): string {
  const unread = mostlyUnread(report.nodes);
  const what = quiet && unread.length > 0 ? `, most of ${handful(unread, 2)} could not be read` : '';
  const advice = unread.length > 0 ? ' Run it as root.' : '';
  return `Incomplete${what}: ${problems(report)} in what was read${others(report)}.${advice}`;
}

/** `2 problems on 1 of 3 nodes (1 error, 1 warning)` */
function problems({ summary: { errors, warnings }, nodes, findings }: Report): string {
  const counted = findings.filter(({ severity, suppressed }) => severity !== 'info' && suppressed === null);
  const having = new Set(counted.map(({ node }) => node));
  // What is about the policy is on no node.
  const where =
    nodes.length > 1 && having.size > 0 && !having.has('') ? ` on ${having.size} of ${nodes.length} nodes` : '';
  return `${count(errors + warnings, 'problem')}${where} (${count(errors, 'error')}, ${count(warnings, 'warning')})`;
}

function others(report: Report): string {
  const { infos, off = 0, ignored = 0 } = report.summary;
  const all = [
    infos > 0 ? count(infos, 'note') : '',
    excusedUntil(report),
    off > 0 ? `${count(off, 'rule')} off` : '',
    ignored > 0 ? `${count(ignored, 'file')} ignored` : '',
  ].filter((text) => text !== '');
  return all.length === 0 ? '' : `; ${all.join(', ')}`;
}

/** `20 certificates, 34 flags and 14 connections checked.` */
function coverage(report: Report): string {
  const { summary, only, nodes } = report;
  const objects = countedObjects(report);
  if (nodes.length === 0) return `${objects} read.`;
  const processes = nodes.reduce((sum, { judged }) => sum + (judged.processes ?? 0), 0);
  const others = [
    count(summary.arguments, 'flag'),
    ...(summary.connections > 0 ? [decidedConnections(report)] : []),
    ...(processes > 0 ? [count(processes, 'running process', 'running processes')] : []),
  ];
  const before = [judgedCertificates(report), ...others.slice(0, -1)].join(', ');
  return `${before} and ${others.at(-1)} ${only ? 'read' : 'checked'}${objects === '' ? '' : `; ${objects} read`}.`;
}

/** Returns how many connections were decided: `14 connections`, `13 of 14 connections`. */
export function decidedConnections({ connections }: Pick<Report, 'connections'>): string {
  const decided = connections.filter(({ verdict }) => verdict !== 'unknown').length;
  const part = decided === connections.length ? '' : `${decided} of `;
  return `${part}${count(connections.length, 'connection')}`;
}

/** Returns the next expiry as a sentence; '' if nothing expires. */
export function expirySentence(report: Report): string {
  const next = nextExpiry(report, report.at, report.nodes.length > 1);
  if (next === undefined) return '';
  const which = next.names.length === 1 ? next.names.join() : count(next.names.length, 'certificate');
  return printable(`Next expiry: ${next.at.slice(0, 10)}, ${untilExpiry(next.at, report.at)} (${which})`);
}

/** The first cause, and the first command of its fix. */
function start({ nodes }: Report, shown: readonly Shown[], width: number, paint: Paint): string[] {
  const first = shown.find(({ finding }) => finding.suppressed === null);
  if (first === undefined || first.finding.severity === 'info') return [];
  const { finding, fix } = first;
  const [steps = []] = fix?.alternatives ?? [];
  const isShown = fix !== undefined && classOf(steps) !== 'destroys';
  const place = isShown ? placeOf(steps, finding.node, first.nodes) : '';
  const text = clipped(headlineText(first, nodes.length > 1), width, 3);
  const sentence = `First: ${text}${['.', '!', '?', '…'].some((end) => text.endsWith(end)) ? '' : '.'}`;
  const where = place === '' ? '' : ` ${place.charAt(0).toUpperCase()}${place.slice(1)}:`;
  const commands = isShown ? firstCommands(fix, { width, paint }) : [];
  const explain = commands.length === 0 ? [`  pki-lint explain ${finding.rule}`] : commands;
  return [...labelled('', printable(`${sentence}${where}`), 0, width), ...explain];
}

/** What could not be checked, in one line. If most of a node was not read, that is the reason. */
function notChecked(report: Report, { width, verbose }: ReporterOptions): string[] {
  const [notChecked, skipped] = [besidesLeftOut(report.notChecked), besidesLeftOut(report.skipped)];
  const { nodes } = report;
  const unread = new Set(mostlyUnread(nodes));
  const reasons = new Map<string, number>();
  for (const { reason, node } of [...notChecked, ...skipped]) {
    const kind = unread.has(node) ? permissionDenied : reason;
    reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
  }
  const [first] = [...reasons].sort(([, one], [, other]) => other - one);
  if (first === undefined) return [];
  const what = [
    ...(notChecked.length > 0 ? [count(notChecked.length, 'file')] : []),
    ...(skipped.length > 0 ? [count(skipped.length, 'check')] : []),
  ];
  const start = `Not checked: ${what.join(' and ')}${reasons.size > 1 ? ', for example' : ''}: `;
  const end = verbose ? '' : ' (details: --verbose)';
  return [`${start}${clipped(first[0], Math.max(20, width - start.length - end.length), 1)}${end}`];
}

/** Returns what the user demanded and did not get. */
export function demands(report: Report): string[] {
  if (!isIncomplete(report)) return [];
  const kinds = leftOutKinds.filter((kind) => report.notChecked.some(({ reason }) => leftOutIn(reason) === kind));
  const how = ` If copies are made without secrets, the policy can say so: leftOut: [${kinds.join(', ')}].`;
  return [`Not everything was checked, which --require-complete demands.${kinds.length === 0 ? '' : how}`];
}

/** Files that a policy cannot ignore, in one line. */
export function notIgnored({ policy }: Report): string[] {
  const [first, ...others] = policy?.notIgnored ?? [];
  if (policy === undefined || first === undefined) return [];
  const more = others.length === 0 ? '' : `, and ${count(others.length, 'more file')}`;
  return [`Not ignored, although ${policy.file} says so: ${first.path}, which ${first.by} reads${more}`];
}

/** Returns lines for what was not linted. */
export function failures(report: Report, verbose = false): string[] {
  return joinedPaths(report.failures, verbose).map(
    ({ path, message, hint }) => `Not linted: ${path}: ${message}${hint === null ? '' : `; ${hint}`}`,
  );
}

/**
 * Returns tables of the outcomes of each rule, of skipped checks, and of paths that were not checked; with their
 * reasons.
 */
export async function outcomes(report: Report, width: number, paint: Paint): Promise<string[]> {
  const nameOf = (node: string, text: string) => (report.nodes.length > 1 ? `${node} ${text}` : text);
  const counts = Object.entries(report.outcomes).map(([rule, { pass, fail, skip, notApplicable }]) => [
    rule,
    ...[pass, fail, skip, notApplicable].map(String),
  ]);
  const skips = besidesLeftOut(report.skipped).map(({ rule, subject, node, reason }) => [
    rule,
    nameOf(node, subject),
    reason,
  ]);
  const unseen = report.notChecked.map(({ path, node, reason }) => [nameOf(node, path), reason]);
  const tables = [
    [['RULE', 'PASS', 'FAIL', 'SKIP', 'N/A'], counts],
    [['SKIPPED', 'SUBJECT', 'REASON'], skips],
    [['NOT CHECKED', 'REASON'], unseen],
  ] as const;
  return Promise.all(tables.flatMap(([head, rows]) => (rows.length === 0 ? [] : [grid(head, rows, width, paint)])));
}
