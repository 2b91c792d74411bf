/** The documented tables, row by row: the state of each, what is expected and what was found. */
import type { ChecklistRow } from '../../core/checklist.ts';
import { groupBy } from '../../core/collections.ts';
import type { Expectation } from '../../core/expectation.ts';
import type { InventoryItem } from '../../core/inventory.ts';
import type { Finding } from '../../core/report.ts';
import { count } from '../../core/text.ts';
import { isExcused } from '../checklist.ts';
import { untilExpiry } from '../layout.ts';
import { signerWords } from '../words.ts';
import { el, fragment, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { linked, markOf, panelTable, pathOf, section } from './parts.ts';

const key = ({ node, role }: Pick<ChecklistRow, 'node' | 'role'>): string => `${node}\0${role}`;

/** A file has one certificate, whatever role it plays in the end; a kubeconfig has one with its role, and a CA. */
const placeKey = ({ node, role, path }: ChecklistRow | InventoryItem, isWhole: boolean): string =>
  `${node}\0${path}\0${isWhole ? '' : role}`;

/** Returns the section; '' if no row applies to any node. */
export function tables(page: Page): Piece {
  const { report } = page;
  const { nodes, expectations } = page.picture;
  const rows = groupBy(report.checklist, ({ node }) => node);
  const expected = new Map(expectations.map((one) => [key(one), one]));
  const findings = new Map(report.findings.map((one) => [one.fingerprint, one]));
  const certificates = new Map(
    report.inventory.flatMap((one) =>
      one.index === 0 && (one.kind === 'certificate' || one.kind === 'authority')
        ? [[placeKey(one, one.entry === null), one]]
        : [],
    ),
  );
  const known = { expected, findings, certificates, page };
  const all = nodes.map((node) => nodeTable(node, rows.get(node) ?? [], known));
  if (all.every((one) => one === '')) return '';
  return section(
    'tables',
    'Documented tables',
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
  /** The first certificate of each file, and of each role in a kubeconfig. */
  readonly certificates: ReadonlyMap<string, InventoryItem>;
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
  return el('span', { class: 'small' }, said.length === 0 ? 'a key pair, no certificate' : lines(said));
}

const lines = (parts: readonly (readonly [label: string, value: string])[]): Piece =>
  parts.map(([label, value], index) => [
    index === 0 ? '' : el('br'),
    el('span', { class: 'soft' }, `${label}: `),
    value,
  ]);

const loopback: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** The names in a certificate that are not those that the tables expect. Not all of them have to be: some are accepted. */
function otherNames(
  expected: Expectation | undefined,
  found: InventoryItem | undefined,
): readonly (readonly [label: string, value: string])[] {
  if (expected === undefined || found === undefined) return [];
  const { commonName, organizations, sans, unknown } = expected;
  const valuesOf = (type: string) => found.subjectAttributes.flatMap((one) => (one.type === type ? [one.value] : []));
  const differs = (type: string, values: readonly string[]): string => {
    const own = valuesOf(type);
    const isSame = own.length === values.length && own.every((value) => values.includes(value));
    return isSame ? '' : own.join(', ') || 'none';
  };
  const valuesIn = (all: readonly { readonly value: string }[]) => all.map(({ value }) => value.toLowerCase());
  const [needed, own] = [valuesIn(sans), valuesIn(found.sans)];
  const without = (all: readonly string[], others: readonly string[]) =>
    all.filter((value) => !others.includes(value)).join(', ');
  const parts: readonly (readonly [label: string, value: string])[] = [
    ['CN', commonName === null ? '' : differs('CN', [commonName])],
    ['O', differs('O', organizations)],
    ['names that are missing', without(needed, own)],
    // Clients need no names, and kubeadm writes all that a node has for itself.
    ['further names', sans.length === 0 || unknown.length > 0 ? '' : without(own, [...needed, ...loopback])],
  ];
  return parts.filter(([, value]) => value !== '');
}

function foundOf(row: ChecklistRow, { findings, expected, certificates, page: { report, hrefOf } }: Known): Piece {
  const { role, state, reason, signedBy, expires, findings: fingerprints } = row;
  const wrong = fingerprints.flatMap((one): Piece[] => {
    const finding = findings.get(one);
    if (finding === undefined) return [];
    const excused = finding.suppressed === null ? '' : ' (excused)';
    const own = finding.members?.find(({ subject }) => subject === role)?.message ?? finding.message;
    // The words of the component stand with the finding.
    const [start = '', words] = own.split(': x509');
    const verb = words !== undefined && finding.rule.startsWith('connection/') ? ' fails' : '';
    return [linked(hrefOf(one), `${start}${verb}`), excused, el('br')];
  });
  const dates = expires === null ? '' : `expires ${expires.slice(0, 10)}, ${untilExpiry(expires, report.at)}`;
  const signer = signedBy === null ? '' : signedBy === 'itself' ? signerWords(signedBy) : `signed by ${signedBy}`;
  const said = [signer, dates, reason ?? ''].filter((text) => text !== '').join('; ');
  const names = otherNames(
    expected.get(key(row)),
    certificates.get(placeKey(row, true)) ?? certificates.get(placeKey(row, false)),
  );
  return el(
    'span',
    { class: 'small' },
    ...wrong,
    said === '' && state === 'ok' ? 'as expected' : said,
    names.length === 0 ? '' : [said === '' ? '' : el('br'), lines(names)],
  );
}
