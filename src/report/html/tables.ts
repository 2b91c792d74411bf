/** The documented tables: what is different, side by side with what is expected, and the other rows folded. */

import { groupBy } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import type { ChecklistRow, ChecklistState } from '../../results/checklist.ts';
import { type Fault, type Finding, severities } from '../../results/finding.ts';
import { isExcused } from '../terminal/checklist.ts';
import { untilExpiry } from '../text/width.ts';
import { el, type Markup, type Piece, verbatim } from './markup.ts';
import type { Page } from './page.ts';
import { bullets, lead, markOf, panelTable, pathOf, reference } from './parts.ts';
import { otherNames, type RowsKnown, rowKey, rowsKnown } from './rows-known.ts';

/** Returns the section; '' if no row applies to any node. */
export function tables(page: Page): Piece {
  const { report, picture } = page;
  const drawn = new Set(picture.nodes);
  const rows = report.checklist.filter(({ node }) => drawn.has(node));
  const applying = rows.filter(({ state }) => state !== 'not-applicable');
  if (applying.length === 0) return '';
  const known = rowsKnown(page);
  const fine = applying.filter((row) => stateOf(row, known) === 'ok');
  const differing = applying.filter((row) => !fine.includes(row));
  const states = differing.map((row) => stateOf(row, known));
  const worst = [...severities, 'skipped' as const].find((state) => states.includes(state)) ?? 'ok';
  const text = `${fine.length} of ${count(applying.length, 'row')} as documented`;
  return reference(
    'tables',
    'Documented tables',
    { state: worst, text },
    lead(
      'The rows of ',
      el(
        'a',
        { href: 'https://kubernetes.io/docs/setup/best-practices/certificates/', rel: 'noreferrer' },
        'PKI certificates and requirements',
      ),
      ', with the facts of each node filled in.',
    ),
    differing.length === 0 ? '' : differences(differing, known),
    ...documented(fine, known),
    notApplying(rows, report.nodes.length > 1),
  );
}

function stateOf(row: ChecklistRow, known: RowsKnown): ChecklistState {
  if (isExcused(row, known.page.report)) return 'info';
  return foreignSigner(row, known) ? 'error' : row.state;
}

/** What is not as documented, a line each: the same thing as expected and as found. */
function differences(rows: readonly ChecklistRow[], known: RowsKnown): Markup {
  const namesNodes = known.page.report.nodes.length > 1;
  const lines = rows.flatMap((row) => {
    const who = [markOf(stateOf(row, known)), roleOf(row, namesNodes)];
    return differencesOf(row, known).map((both) => [...who, ...both]);
  });
  return panelTable(undefined, ['', 'Role', 'Expected', 'Found'], lines);
}

function roleOf({ node, role, path }: ChecklistRow, namesNode: boolean): Piece {
  const paths = path.split(', ').map((one) => [el('br'), pathOf(one, { class: 'soft' })]);
  return [namesNode ? `${node}: ` : '', el('strong', {}, role), ...paths];
}

/** The rules, or the starts of their ids, whose findings say what a certificate names otherwise. */
const judges: Readonly<Record<string, readonly string[]>> = {
  CN: ['cert/identity', 'cert/common-name', 'authority/name', 'authority/issued'],
  O: ['cert/organization', 'cert/group', 'cert/privilege'],
  names: ['san/'],
  'further names': ['san/'],
};

type Both = readonly [expected: Piece, found: Piece];

function differencesOf(row: ChecklistRow, known: RowsKnown): readonly Both[] {
  const { role, reason, signedBy, findings } = row;
  const own = findings.flatMap((one) => known.findings.get(one) ?? []);
  const wrong = foreignSigner(row, known);
  const all: readonly Both[] = [
    ...own.map((finding) => differenceOf(finding, role, known.page)),
    ...(wrong === undefined
      ? []
      : [
          [
            `signed by ${known.expected.get(rowKey(row))?.issuer ?? ''}`,
            [`signed by ${signedBy}, whose certificate is not on this node`, linkOf(wrong, known.page)],
          ] as const,
        ]),
    ...otherNames(row, known)
      .filter(({ label }) => !own.some(({ rule }) => judges[label]?.some((start) => rule.startsWith(start))))
      .map(
        ({ label, expected, found }) => [expected === '' ? '' : `${label}: ${expected}`, `${label}: ${found}`] as const,
      ),
  ];
  return all.length === 0 ? [['', reason]] : all;
}

/** What a finding says about a file: that of its fault, and of a connection what the file has to do with it. */
function differenceOf(finding: Finding, role: string, page: Page): Both {
  const own: Fault = finding.members?.find(({ subject }) => subject === role) ?? finding;
  const said = aboutConnection(finding, role, page) ?? (own.expected + own.found === '' ? own.message : undefined);
  return [said === undefined ? own.expected : '', [said ?? own.found, linkOf(finding, page)]];
}

function linkOf({ fingerprint, suppressed }: Finding, { findingLink }: Page): Piece {
  const link = findingLink(fingerprint);
  if (link === undefined) return suppressed === null ? '' : ' (excused)';
  return [' (', link, ')'];
}

function aboutConnection(finding: Finding, role: string, { report }: Page): string | undefined {
  const broken = report.connections.find(({ cause }) => cause === finding.fingerprint);
  if (broken === undefined || !finding.rule.startsWith('connection/')) return undefined;
  const { node, client, server, address } = broken;
  const dialler = report.nodes.length > 1 ? `${client} on ${node}` : client;
  const [, host] = /, not ([^,]+)$/.exec(broken.reason ?? '') ?? [];
  if (host === undefined) return `${dialler} → ${address ?? server} fails with it`;
  return role.endsWith('.conf')
    ? `dials ${host}, for which the certificate of ${server} is not valid`
    : `not valid for ${host}, which ${dialler} dials`;
}

/**
 * The finding that the file of the CA of a row is a different one; undefined if it has the CA that signed the row's
 * certificate.
 */
function foreignSigner({ node, role, signedBy }: ChecklistRow, { expected, page }: RowsKnown): Finding | undefined {
  const issuer = expected.get(rowKey({ node, role }))?.issuer ?? null;
  return issuer === null || signedBy === null || signedBy === issuer ? undefined : page.wrongCaAt(node, issuer);
}

/** The rows that are as documented, for each node: what is expected is what was found. */
function documented(rows: readonly ChecklistRow[], known: RowsKnown): readonly Piece[] {
  const isOnly = known.page.report.nodes.length === 1;
  return [...groupBy(rows, ({ node }) => node)].map(([node, own]) => {
    const cells = own.map((row) => [markOf('ok'), roleOf(row, false), contentOf(row, known)]);
    const table = panelTable(undefined, ['', 'Role', 'Expected and found'], cells);
    if (isOnly) return table;
    const title = [el('strong', {}, node), `: ${count(own.length, 'row')} as documented`];
    return el('details', { class: 'panel' }, el('summary', {}, title), table);
  });
}

function contentOf(row: ChecklistRow, known: RowsKnown): Piece {
  const { page } = known;
  const expected = known.expected.get(rowKey(row));
  const parts: readonly (readonly [label: string, value: Piece])[] = [
    ['CN', expected?.commonName ?? ''],
    ['O', expected?.organizations.join(', ') ?? ''],
    ['signed by', expected?.issuer ?? (row.signedBy === 'itself' ? 'itself' : '')],
    ['usage', expected?.usages.join(', ') ?? ''],
    ['names', expected?.sans.map(({ value }) => value).join(', ') ?? ''],
    ...otherNames(row, known).map(({ label, found }) => [`${label} found`, found] as const),
    ['not known', expected?.unknown.join(', ') ?? ''],
    ['expires', row.expires === null ? '' : dateOf(row.expires, page)],
  ];
  const said = parts.filter(([, value]) => value !== '');
  return el('span', { class: 'small' }, said.length === 0 ? 'a key pair, no certificate' : lines(said));
}

const lines = (parts: readonly (readonly [label: string, value: Piece])[]): Piece =>
  parts.map(([label, value], index) => [
    index === 0 ? '' : el('br'),
    el('span', { class: 'soft' }, `${label}: `),
    value,
  ]);

const unbrokenSpace = verbatim('\u00a0');

/** The date on one line, and the time until then. */
function dateOf(expires: string, { report }: Page): Piece {
  const words = `${expires.slice(0, 10)}, ${untilExpiry(expires, report.at)}`.split(' ');
  return words.map((word, index) => (index === 0 ? word : [unbrokenSpace, word]));
}

/** Nodes that are named; the text says how many more there are. */
const mostNodes = 3;

/** Why rows do not apply, once for all nodes. */
function notApplying(rows: readonly ChecklistRow[], namesNodes: boolean): Piece {
  const absent = rows.filter(({ state }) => state === 'not-applicable');
  if (absent.length === 0) return '';
  const groups = [...groupBy(absent, ({ reason }) => reason ?? 'not for this node')].map(([reason, same]) => {
    const roles = [...new Set(same.map(({ role }) => role))].join(', ');
    const nodes = [...new Set(same.map(({ node }) => node))];
    return `${roles}: ${reason}${namesNodes ? ` (${handful(nodes, mostNodes)})` : ''}`;
  });
  return el('div', { class: 'small soft' }, el('p', {}, 'Not applicable:'), bullets(groups));
}
