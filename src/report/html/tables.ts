/** The documented tables, row by row: the state of each, what is expected and what was found. */
import type { ChecklistRow } from '../../core/checklist.ts';
import { groupBy } from '../../core/collections.ts';
import type { Expectation } from '../../core/expectation.ts';
import type { Finding } from '../../core/report.ts';
import { count } from '../../core/text.ts';
import { isExcused } from '../checklist.ts';
import { untilExpiry } from '../layout.ts';
import { signerWords } from '../words.ts';
import { el, fragment, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { linked, markOf, panelTable, pathOf, section } from './parts.ts';

const key = ({ node, role }: Pick<ChecklistRow, 'node' | 'role'>): string => `${node}\0${role}`;

/** Returns the section; '' if no row applies to any node. */
export function tables(page: Page): Piece {
  const { report } = page;
  const { nodes, expectations } = page.picture;
  const rows = groupBy(report.checklist, ({ node }) => node);
  const expected = new Map(expectations.map((one) => [key(one), one]));
  const findings = new Map(report.findings.map((one) => [one.fingerprint, one]));
  const all = nodes.map((node) => nodeTable(node, rows.get(node) ?? [], { expected, findings, page }));
  if (all.every((one) => one === '')) return '';
  return section(
    'tables',
    'The documented tables',
    fragment(
      'Every row of ',
      el(
        'a',
        { href: 'https://kubernetes.io/docs/setup/best-practices/certificates/', rel: 'noreferrer' },
        'PKI certificates and requirements',
      ),
      ', with the facts of each node filled in.',
    ),
    ...all,
  );
}

interface Known {
  readonly expected: ReadonlyMap<string, Expectation>;
  readonly findings: ReadonlyMap<string, Finding>;
  readonly page: Page;
}

function nodeTable(node: string, rows: readonly ChecklistRow[], known: Known): Piece {
  const applying = rows.filter(({ state }) => state !== 'not-applicable');
  if (applying.length === 0) return '';
  const others = rows.length - applying.length;
  const head = ['', 'Role', 'Expected', 'Found'];
  const cells = applying.map((row) => [
    markOf(isExcused(row, known.page.report) ? 'info' : row.state),
    [el('strong', {}, row.role), el('br'), pathOf(row.path, { class: 'soft' })],
    expectedOf(known.expected.get(key(row))),
    foundOf(row, known),
  ]);
  const caption = known.page.report.nodes.length > 1 ? node : undefined;
  return el(
    'div',
    {},
    panelTable(caption, head, cells),
    others === 0
      ? ''
      : el('p', { class: 'soft small' }, `${count(others, 'row does', 'rows do')} not apply to this node.`),
  );
}

function expectedOf(expected: Expectation | undefined): Piece {
  if (expected === undefined) return '';
  const { commonName, organizations, issuer, sans, usages, unknown } = expected;
  const parts: readonly (readonly [label: string, value: string])[] = [
    ['CN', commonName ?? ''],
    ['O', organizations.join(', ')],
    ['signed by', issuer ?? ''],
    ['usage', usages.join(', ')],
    ['names', sans.map(({ value }) => value).join(', ')],
    ['not known', unknown.join(', ')],
  ];
  const said = parts.filter(([, value]) => value !== '');
  if (said.length === 0) return '';
  return el(
    'span',
    { class: 'small' },
    said.map(([label, value], index) => [
      index === 0 ? '' : el('br'),
      el('span', { class: 'soft' }, `${label} `),
      value,
    ]),
  );
}

function foundOf(
  { role, state, reason, signedBy, expires, findings: fingerprints }: ChecklistRow,
  { findings, page: { report, hrefOf } }: Known,
): Piece {
  const wrong = fingerprints.flatMap((one): Piece[] => {
    const finding = findings.get(one);
    if (finding === undefined) return [];
    const excused = finding.suppressed === null ? '' : ' (excused)';
    const own = finding.members?.find(({ subject }) => subject === role)?.message ?? finding.message;
    // The words of the component stand with the finding.
    return [linked(hrefOf(one), own.split(': x509')[0] ?? ''), excused, el('br')];
  });
  const dates = expires === null ? '' : `expires ${expires.slice(0, 10)}, ${untilExpiry(expires, report.at)}`;
  const signer = signedBy === null ? '' : signedBy === 'itself' ? signerWords(signedBy) : `signed by ${signedBy}`;
  const said = [signer, dates, reason ?? ''].filter((text) => text !== '').join('; ');
  return el('span', { class: 'small' }, ...wrong, said === '' && state === 'ok' ? 'as expected' : said);
}
