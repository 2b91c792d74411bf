/** The documented tables, row by row: the state of each, what is expected and what was found. */

import { groupBy } from '../../core/collections.ts';
import type { ChecklistRow } from '../../results/checklist.ts';
import type { Expectation } from '../../results/expectation.ts';
import type { Finding } from '../../results/finding.ts';
import type { InventoryItem } from '../../results/inventory.ts';
import { isExcused } from '../terminal/checklist.ts';
import { untilExpiry } from '../text/width.ts';
import { signerWords } from '../text/words.ts';
import { el, fragment, type Piece, verbatim } from './markup.ts';
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
  const { report } = known.page;
  const applying = rows.filter(({ state }) => state !== 'not-applicable');
  if (applying.length === 0) return '';
  const head = ['', 'Role', 'Expected', 'Found'];
  const cells = applying.map((row) => [
    markOf(isExcused(row, report) ? 'info' : foreignSigner(row, known) ? 'error' : row.state),
    [el('strong', {}, row.role), ...row.path.split(', ').map((path) => [el('br'), pathOf(path, { class: 'soft' })])],
    expectedOf(known.expected.get(key(row))),
    foundOf(row, known),
  ]);
  const others = groupBy(
    rows.filter(({ state }) => state === 'not-applicable'),
    ({ reason }) => reason ?? 'not for this node',
  );
  const notApplying = [...others].map(([reason, same]) => `${same.map(({ role }) => role).join(', ')}: ${reason}`);
  const foot = notApplying.length === 0 ? undefined : `Not applicable: ${notApplying.join('; ')}`;
  return panelTable(report.nodes.length > 1 ? node : undefined, head, cells, foot);
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

/**
 * The names in a certificate that are not those that the tables expect. Not all of them have to be: some are accepted.
 */
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

/** What a row says that is not said by its findings. */
function foundOf(row: ChecklistRow, known: Known): Piece {
  const { expected, certificates, page } = known;
  const { role, state, reason, expires, findings: fingerprints } = row;
  const findings = fingerprints.flatMap((one) => known.findings.get(one) ?? []);
  const dated = expires === null ? undefined : findings.find(({ impact }) => impact === 'expiry');
  const wrong = findings
    .filter((one) => one !== dated)
    .map((one): Piece => [linked(page.hrefOf(one.fingerprint), aboutFile(one, role, page)), excused(one)]);
  const names = otherNames(
    expected.get(key(row)),
    certificates.get(placeKey(row, true)) ?? certificates.get(placeKey(row, false)),
  );
  const said: readonly Piece[] = [
    ...wrong,
    signerOf(row, known),
    expires === null ? '' : [linkedDate(expires, page, dated), dated ? excused(dated) : ''],
    reason,
    names.length === 0 ? '' : lines(names),
  ].filter((piece) => piece !== '' && piece !== null);
  const all = said.length === 0 && state === 'ok' ? ['as expected'] : said;
  return el('div', { class: 'small' }, ...all.map((piece) => el('div', {}, piece)));
}

const unbrokenSpace = verbatim('\u00a0');

const excused = ({ suppressed }: Finding): string => (suppressed === null ? '' : ' (excused)');

/** The date on one line, and the time until then. A finding about it has nothing to add. */
function linkedDate(expires: string, { report, hrefOf }: Page, finding: Finding | undefined): Piece {
  const date = expires.slice(0, 10);
  const until = untilExpiry(expires, report.at);
  const [start, end] =
    expires < report.at ? [`expired on ${date},`, until.replace('expired ', '')] : [`expires ${date},`, until];
  // Elements would be a twentieth of a page of many nodes.
  const text = [start, ' ', ...end.split(' ').flatMap((word, index) => (index === 0 ? word : [unbrokenSpace, word]))];
  const href = finding && hrefOf(finding.fingerprint);
  return href === undefined ? text : el('a', { href }, text);
}

/** What a finding says about a file: that of its fault, and of a connection what the file has to do with it. */
function aboutFile(finding: Finding, role: string, { report }: Page): string {
  const own = finding.members?.find(({ subject }) => subject === role)?.message ?? finding.message;
  const broken = report.connections.find(({ cause }) => cause === finding.fingerprint);
  if (broken === undefined || !finding.rule.startsWith('connection/')) return own;
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
function foreignSigner({ node, role, signedBy }: ChecklistRow, { expected, page }: Known): Finding | undefined {
  const issuer = expected.get(key({ node, role }))?.issuer ?? null;
  return issuer === null || signedBy === null || signedBy === issuer ? undefined : page.wrongCaAt(node, issuer);
}

function signerOf(row: ChecklistRow, known: Known): Piece {
  const { signedBy } = row;
  if (signedBy === null) return '';
  const text = signedBy === 'itself' ? signerWords(signedBy) : `signed by ${signedBy}`;
  const wrong = foreignSigner(row, known);
  if (wrong === undefined) return text;
  return [text, ', whose certificate is not on this node: ', known.page.findingLink(wrong.fingerprint)];
}
