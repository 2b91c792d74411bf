/**
 * When certificates expire: a row for each date and what renews it, with a bar from the time of judging to that date.
 * What has expired comes first.
 */
import { groupBy } from '../../core/collections.ts';
import { compareNames, compareText, count, handful } from '../../core/text.ts';
import { day } from '../../core/time.ts';
import type { ExpiryEntry } from '../../results/expiry.ts';
import { isEndless, untilExpiry } from '../text/width.ts';
import { renewerWords } from '../text/words.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { bullets, linked, markOf, panelTable, pathOf, section } from './parts.ts';
import { axis, bar, type Scale, scaleDefinition, shortest } from './timeline-scale.ts';

/** Rows before the rest is folded, names in a row, and certificates that are listed. */
const [mostRows, mostNames, mostListed] = [8, 3, 100];

/** Returns the section; '' if no certificate was read. */
export function timeline(page: Page): Piece {
  const { report, picture } = page;
  const { expiries, windowDays } = picture;
  if (expiries.length === 0) return '';
  const [used, unused] = [true, false].map((is) => expiries.filter(({ inUse }) => inUse === is));
  const days = (used ?? []).filter(({ expires }) => !isEndless(expires)).map(({ daysLeft }) => daysLeft);
  const scale: Scale = { at: report.at, most: Math.max(shortest, ...days), windowDays };
  const rows = rowsOf(used ?? [], page);
  const later = rows.slice(mostRows);
  const table = (some: readonly Row[]) => tableOf(some, page, scale);
  return section(
    'timeline',
    'Expiry',
    leadOf(page),
    scaleDefinition(scale),
    table(rows.slice(0, mostRows)),
    later.length === 0
      ? ''
      : el(
          'details',
          { class: 'panel' },
          el('summary', {}, `${count(later.length, 'row')} with a later date`),
          table(later),
        ),
    each(rows, report.nodes.length > 1),
    ...unusedOf(unused ?? []),
  );
}

function leadOf({ report, picture: { expiries, windowDays, nodes } }: Page): Piece {
  const copies = expiries.reduce((sum, { places }) => sum + places.length - 1, 0);
  const latest = new Date(Date.parse(report.at) + (windowDays ?? 0) * day).toISOString().slice(0, 10);
  const left = report.nodes.length - nodes.length;
  const copied =
    copies === 0 ? '' : `, and ${count(copies, 'copy of them', 'copies of them')} elsewhere, as in kubeconfigs`;
  return [
    `${count(expiries.length, 'certificate')}${copied}. A certificate expires with its CA at the latest.`,
    windowDays === null ? '' : ` The dashed line, ${latest}, is the latest date assumed for the upgrade.`,
    left > 0 ? ` ${count(left, 'node')} without errors and warnings are left out.` : '',
  ];
}

/** Certificates that expire on one day, are renewed by the same, and are judged alike. */
interface Row {
  readonly look: Look;
  readonly entries: readonly [ExpiryEntry, ...ExpiryEntry[]];
}

/** How a certificate is marked, and the finding about it. */
interface Look {
  readonly state: 'error' | 'warning' | 'info' | 'ok';
  readonly href: string | undefined;
  /** Whether it is not verified, whatever its date: the file of its CA is a different one. */
  readonly isRefused: boolean;
}

function rowsOf(used: readonly ExpiryEntry[], page: Page): readonly Row[] {
  const lookOf = lookFinder(page);
  const all = used
    .toSorted((one, other) => compareText(one.expires, other.expires))
    .map((entry) => ({ entry, look: lookOf(entry) }));
  const keyOf = ({ entry, look }: (typeof all)[number]) =>
    JSON.stringify([entry.expires.slice(0, 10), entry.renewedBy, entry.kind, look]);
  return [...groupBy(all, keyOf).values()].flatMap((same) => {
    const [first, ...others] = same;
    if (first === undefined) return [];
    return [{ look: first.look, entries: [first.entry, ...others.map(({ entry }) => entry)] as const }];
  });
}

function lookFinder({ report, picture, worstAt, hrefOf, wrongCaAt }: Page): (entry: ExpiryEntry) => Look {
  const counting = report.findings.filter(({ severity, suppressed }) => severity === 'error' && suppressed === null);
  const failing = new Set(counting.map(({ node }) => node));
  const issuers = new Map(picture.expectations.map(({ node, role, issuer }) => [`${node} ${role}`, issuer]));
  return ({ node, name, kind, role, signedBy, places, daysLeft }) => {
    const issuer = issuers.get(`${node} ${role}`) ?? '';
    const wrong = kind === 'certificate' && issuer !== signedBy ? wrongCaAt(node, issuer) : undefined;
    if (wrong !== undefined) return { state: 'error', href: hrefOf(wrong.fingerprint), isRefused: true };
    // What is wrong with a kubeconfig is not about the CA in it.
    const files = places.filter(({ entry }) => entry === null || kind === 'certificate');
    // A dump is the path of all objects in it.
    const worst = worstAt([node], [name, ...(node === '' ? [] : files.map(({ path }) => path))]);
    const dated = worst?.impact === 'expiry' ? worst : undefined;
    const href = dated && hrefOf(dated.fingerprint);
    // What has expired with its CA has no finding of its own.
    const isFailing = node === '' ? worst?.severity === 'error' : failing.has(node);
    if (daysLeft < 0) return { state: isFailing ? 'error' : 'info', href, isRefused: false };
    return { state: dated?.severity ?? 'ok', href, isRefused: false };
  };
}

function tableOf(rows: readonly Row[], page: Page, scale: Scale): Markup {
  const heads = ['Expires', 'Left', 'Renewed by'].map((text) => el('th', { scope: 'col' }, text));
  const axisCell = el('th', { scope: 'col', class: 'bar' }, el('span', { class: 'away' }, 'Lifetime'), axis(scale));
  return el(
    'div',
    { class: 'panel scroll stack timeline' },
    el(
      'table',
      {},
      el('caption', { class: 'away' }, 'Certificates by date of expiry'),
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Certificates'), axisCell, ...heads)),
      el('tbody', {}, ...rows.map((row) => rowMarkup(row, page, scale))),
    ),
  );
}

function rowMarkup(row: Row, page: Page, scale: Scale): Markup {
  const { look, entries } = row;
  const { report } = page;
  const { state, href, isRefused } = look;
  const [first] = entries;
  const { expires } = first;
  const isNever = isEndless(expires);
  const chainEnd = entries.every(({ limitedBy }) => limitedBy !== undefined) ? first.limitedBy?.name : undefined;
  return el(
    'tr',
    {},
    el(
      'th',
      { scope: 'row' },
      state === 'ok' ? '' : markOf(state),
      whichOf(entries, report.nodes.length > 1),
      isRefused ? el('span', { class: 'small' }, linked(href, 'not verified: its CA is not on the node')) : '',
    ),
    el('td', { class: 'bar' }, bar(first, isRefused ? 'refused' : state, scale)),
    el(
      'td',
      { class: 'number', 'data-label': 'Expires' },
      isNever ? 'never' : linked(isRefused ? undefined : href, expires.slice(0, 10)),
    ),
    el(
      'td',
      { 'data-label': 'Left' },
      isNever ? '' : untilExpiry(expires, report.at),
      chainEnd === undefined ? '' : el('span', { class: 'soft small' }, ` (with ${chainEnd})`),
    ),
    el('td', { 'data-label': 'Renewed by' }, renewalOf(row, page)),
  );
}

/** The command that renews the certificates of a row; what renews them, if there is no single one. */
function renewalOf({ look, entries }: Row, { picture }: Page): Piece {
  const [{ renewedBy }] = entries;
  const [command = null, ...others] = new Set(entries.map(({ renewal }) => renewal));
  // What has a different CA here would be signed by that.
  if (command === null || look.isRefused) return renewerWords(renewedBy);
  if (others.length === 0) return el('code', {}, command);
  const together = picture.renewals[renewedBy];
  return together === undefined ? renewedBy : el('code', {}, together);
}

const nameIn = ({ name, node }: ExpiryEntry, namesNodes: boolean): string =>
  namesNodes && node !== '' ? `${name} on ${node}` : name;

/** The certificates of a row: its only one with its path, or their number and some names. */
function whichOf(entries: Row['entries'], namesNodes: boolean): Piece {
  const [first, ...others] = entries;
  if (others.length === 0) {
    return [el('span', {}, nameIn(first, namesNodes), ' '), pathOf(first.places[0]?.path ?? '', { class: 'soft' })];
  }
  const names = [...new Set(entries.map(({ name }) => name))];
  const nodes = new Set(entries.map(({ node }) => node).filter((node) => node !== ''));
  const where =
    nodes.size > 1 ? ` on ${nodes.size} nodes` : namesNodes && nodes.size > 0 ? ` on ${[...nodes].join()}` : '';
  if (names.length === 1) return `${names.join()}${where}`;
  const what = first.kind === 'authority' ? count(names.length, 'CA') : count(entries.length, 'certificate');
  if (names.length > mostNames) return `${what}${where}`;
  return [`${what}${where}: `, el('span', { class: 'soft small' }, names.join(', '))];
}

/** Each certificate with its file, by date. */
function each(rows: readonly Row[], namesNodes: boolean): Piece {
  const all = rows.flatMap(({ entries }) =>
    entries
      .toSorted((one, other) => compareNames(one.node, other.node))
      .map((one) => ({ ...one, path: one.places[0]?.path })),
  );
  const left = all.length - mostListed;
  const cells = all
    .slice(0, mostListed)
    .map((one) => [
      nameIn(one, namesNodes),
      isEndless(one.expires) ? 'never' : el('span', { class: 'number' }, one.expires.slice(0, 10)),
      renewerWords(one.renewedBy),
      pathOf(one.path ?? '', { class: 'soft' }),
    ]);
  return el(
    'details',
    { class: 'after' },
    el('summary', {}, 'Each certificate'),
    panelTable(
      undefined,
      ['Certificate', 'Expires', 'Renewed by', 'File'],
      cells,
      left > 0 ? `and ${left} more` : undefined,
    ),
  );
}

/** Nothing reads those of a node; of those in a dump, it is not known. */
function unusedOf(unused: readonly ExpiryEntry[]): readonly Piece[] {
  const [inDumps, onNodes] = [true, false].map((is) => unused.filter(({ node }) => (node === '') === is));
  const [known = [], unknown = []] = [onNodes, inDumps];
  const dates = known.length === 1 ? 'its date does' : 'their dates do';
  return [
    folded(known, `${count(known.length, 'certificate')} that nothing depends on: ${dates} not matter`),
    folded(unknown, `${count(unknown.length, 'certificate')} of which the dump does not show what depends on them`),
  ];
}

function folded(unused: readonly ExpiryEntry[], words: string): Piece {
  if (unused.length === 0) return '';
  const alike = groupBy(unused, (one) => `${one.expires.slice(0, 10)} (${one.places[0]?.path ?? ''})`);
  const lines = [...alike].map(([text, same]) => {
    const names = [...new Set(same.map(({ name }) => name))];
    return `${handful(names, mostNames)}${same.length > names.length ? ` on ${same.length} nodes` : ''}: ${text}`;
  });
  const left = lines.length - mostListed;
  const list = lines.slice(0, mostListed);
  return el(
    'details',
    { class: 'after' },
    el('summary', {}, words),
    bullets([...list, ...(left > 0 ? [`and ${left} more`] : [])]),
  );
}
