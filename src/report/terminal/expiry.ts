/** Formats what expires as text: a table for each node, the earliest expiry first. */
import { groupBy } from '../../core/collections.ts';
import { count, handful, printable } from '../../core/text.ts';
import type { ExpiryEntry, ExpiryNode, ExpiryReport } from '../../results/expiry.ts';
import { nextExpiryDay } from '../../results/next-expiry.ts';
import { layoutWords } from '../../results/read/layout-words.ts';
import { type Cell, grid, type Row } from '../text/grid.ts';
import { marks, type Paint, painter, stateStyles } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { isEndless, labelled, moment, timeLeft, untilExpiry } from '../text/width.ts';
import { renewerWords, signerWords } from '../text/words.ts';
import { kindWords } from './headline.ts';

/** Days from which a row gets the mark of a warning without `--within`, as in `lint`. */
const soon = 30;
const head = ['', 'CERTIFICATE', 'EXPIRES', 'LEFT', 'SIGNED BY', 'RENEWED BY'];

/** Returns the tables, then what was not examined and the verdict. Every line fits the width. */
export async function expiryTable(report: ExpiryReport, { width, color, verbose }: ReporterOptions): Promise<string> {
  const paint = painter(color);
  const byNode = groupBy(report.entries, ({ node }) => node);
  const nodeOf = (name: string) => report.nodes.find((node) => node.name === name);
  const empty = report.nodes.filter(({ name }) => !byNode.has(name));
  const parts: string[] = [];
  for (const [name, entries] of byNode) {
    const within = report.withinDays ?? soon;
    const [used, unused] = [true, false].map((is) => entries.filter(({ inUse }) => inUse === is));
    const rows = (shown: readonly ExpiryEntry[] = []) =>
      shown.flatMap((entry) => rowsOf(entry, report.at, within, verbose, paint));
    parts.push(paint('bold', headline(nodeOf(name), report, width)));
    const unread = name === '' ? 'It is not known what reads:' : 'Nothing depends on the dates of:';
    const apart: Row[] = unused?.length ? [['', { text: unread, span: 5 }]] : [];
    parts.push(await grid(head, [...rows(used), ...apart, ...rows(unused)], width, paint));
  }
  for (const node of empty) {
    parts.push(paint('bold', headline(node, report, width)), 'It has no certificate that could be read.');
  }
  parts.push(verdict(report, width, paint));
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Of a dump, the entries are on no node. */
function headline(node: ExpiryNode | undefined, { at, objects = [] }: ExpiryReport, width: number): string {
  const release = node?.kubernetesVersion ?? null;
  const parts = [
    printable(node?.name ?? handful(objects, 2)),
    ...(node === undefined ? [] : [kindWords(node)]),
    ...(release === null ? [] : [`Kubernetes ${printable(release)}`]),
    ...(node === undefined ? [] : layoutWords([node])),
    `as of ${moment(at)}`,
  ];
  return labelled('', parts.join('  '), 0, width).join('\n');
}

/** The row of a certificate; below it its file and its limit, where they are not as usual. */
function rowsOf(entry: ExpiryEntry, at: string, within: number, verbose: boolean, paint: Paint): Row[] {
  const { name, expires, daysLeft, signedBy, renewedBy, inUse } = entry;
  const state = daysLeft < 0 ? 'error' : daysLeft < within ? 'warning' : 'ok';
  const isNever = isEndless(expires);
  const cells: Cell[] = [
    inUse ? { text: marks[state], paint: (line) => paint(stateStyles[state], line) } : { text: '' },
    { text: name },
    { text: isNever ? 'never' : expires.slice(0, 10) },
    { text: isNever ? '' : timeLeft(expires, at) },
    { text: isOther(signedBy) ? 'another CA' : signerWords(signedBy) },
    { text: inUse ? renewerWords(renewedBy) : '' },
  ];
  const dim = (line: string) => paint('dim', line);
  return [cells, ...details(entry, verbose).map((text): Row => ['', { text, span: 5, paint: dim }])];
}

/** Whether a CA has no role. Then it is called by its subject, which would make the column wide. */
const isOther = (signedBy: string) => signedBy.includes('=');

function details(entry: ExpiryEntry, verbose: boolean): string[] {
  const { isRecommended, otherRoles, places, limitedBy, renewal, signedBy } = entry;
  const [place] = places;
  const usedBy = entry.usedBy.filter((user) => !user.endsWith(` ${entry.name}`));
  const users = usedBy.length === 0 ? '' : ` (${handful(usedBy, verbose ? usedBy.length : 1)})`;
  const signer = isOther(signedBy) ? `, signed by ${signedBy}` : '';
  const file = place === undefined ? [] : [`  ${place.path}${users}${signer}`];
  const more = places.slice(1).map(({ path }) => `  ${path}`);
  return [
    ...(otherRoles === undefined ? [] : [`  also ${handful(otherRoles, otherRoles.length)}`]),
    ...(limitedBy === undefined
      ? []
      : [`  limited by ${limitedBy.name}, which expires first; its own date is ${limitedBy.notAfter.slice(0, 10)}`]),
    ...(isRecommended && !verbose ? [] : file),
    ...(verbose ? [...more, ...(renewal === null ? [] : [`  ${renewal}`])] : []),
  ];
}

/** What was not examined, then the next expiry or what has expired. */
function verdict(report: ExpiryReport, width: number, paint: Paint): string {
  const { notChecked } = report;
  const paths = notChecked.map(({ path }) => path);
  const incomplete = `not examined: ${count(paths.length, 'path')} (${handful(paths, 3)})`;
  const [mark, text] = conclusion(report);
  const lines = labelled('', printable(text), 2, width).map((line) => line.trimStart());
  const [first = '', ...rest] = lines;
  return [
    ...(paths.length === 0 ? [] : labelled('', printable(incomplete), 0, width)),
    paint('bold', `${paint(stateStyles[mark], marks[mark])} ${first}`),
    ...rest.map((line) => `  ${line}`),
  ].join('\n');
}

function conclusion({ entries, withinDays, at, expiring }: ExpiryReport): ['ok' | 'warning' | 'error', string] {
  const used = entries.filter(({ inUse }) => inUse);
  const expired = used.filter(({ daysLeft }) => daysLeft < 0);
  const severalNodes = new Set(used.map(({ node }) => node)).size > 1;
  const named = used.map(({ node, name, expires }) => ({
    name: severalNodes ? `${node} ${name}`.trim() : name,
    expires,
  }));
  const next = nextExpiryDay(named, at);
  const upcoming =
    next === undefined
      ? ''
      : `Next expiry: ${next.at.slice(0, 10)}, ${untilExpiry(next.at, at)} (${handful(next.names, 2)})`;
  if (expired.length > 0) {
    const verb = expired.length === 1 ? 'has' : 'have';
    const names = named.flatMap(({ name, expires }) => (Date.parse(expires) < Date.parse(at) ? [name] : []));
    return [
      'error',
      `${count(expired.length, 'certificate')} ${verb} expired (${handful(names, 2)}). ${upcoming}`.trim(),
    ];
  }
  // Without --within, rows with a mark of a warning are below a verdict that has it too.
  const isSoon = withinDays === null && used.some(({ daysLeft }) => daysLeft < soon);
  if (withinDays === null || expiring === 0)
    return [isSoon ? 'warning' : 'ok', upcoming === '' ? 'Nothing expires.' : `${upcoming}.`];
  const until = new Date(Date.parse(at) + withinDays * 86_400_000).toISOString().slice(0, 10);
  return [
    'warning',
    `${count(expiring, 'certificate')} ${expiring === 1 ? 'expires' : 'expire'} by ${until}. ${upcoming}.`,
  ];
}
