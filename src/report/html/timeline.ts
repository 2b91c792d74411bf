/**
 * When certificates expire: a bar for each from the time of judging to the end of its chain, below its CA. The bars are
 * in a table, which is also what a screen reader reads.
 */
import { groupBy } from '../../core/collections.ts';
import { compareText, count } from '../../core/text.ts';
import { day } from '../../core/time.ts';
import type { ExpiryEntry } from '../../results/expiry.ts';
import { nextExpiryDay } from '../../results/next-expiry.ts';
import type { Report } from '../../results/report.ts';
import { isEndless, untilExpiry } from '../text/width.ts';
import { renewerWords, signerWords } from '../text/words.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { cardId, expiryId, linked, markOf, pathOf, section } from './parts.ts';
import { axis, bar, type Scale, scaleDefinition, shortest } from './timeline-scale.ts';

/** Returns the section, with a table for each node; '' if no certificate was read. */
export function timeline(page: Page): Piece {
  const { report, picture } = page;
  const { expiries, nodes, windowDays } = picture;
  if (expiries.length === 0) return '';
  const used = expiries.filter(({ inUse }) => inUse);
  const days = used.filter(({ expires }) => !isEndless(expires)).map(({ daysLeft }) => daysLeft);
  const scale: Scale = { at: report.at, most: Math.max(shortest, ...days), windowDays };
  const look = lookFinder(page);
  const byNode = groupBy(expiries, ({ node }) => node);
  const left = report.nodes.length - nodes.length;
  return section(
    'timeline',
    'Expiry',
    leadOf(page, left),
    scaleDefinition(scale),
    ...nodes.map((node) => nodeSection(node, byNode.get(node) ?? [], page, scale, look)),
  );
}

function leadOf({ report, picture: { expiries, windowDays }, wrongCas }: Page, left: number): Piece {
  const copies = expiries.reduce((sum, { places }) => sum + places.length - 1, 0);
  const latest = new Date(Date.parse(report.at) + (windowDays ?? 0) * day).toISOString().slice(0, 10);
  return [
    'A bar reaches to the expiry date of the certificate or of its CA, whichever is first',
    expiries.some(({ daysLeft }) => daysLeft < 0) ? '; left of "now": expired already' : '',
    wrongCas.length > 0 ? '; dashed: its CA is not on the node. ' : '. ',
    'Near dates have more room than far ones.',
    windowDays === null ? '' : ` The dashed line, ${latest}, is the latest date assumed for the upgrade.`,
    copies === 0
      ? ''
      : ` ${count(expiries.length, 'certificate')}, and ${count(copies, 'copy of them', 'copies of them')} elsewhere, as in kubeconfigs.`,
    left > 0 ? ` ${count(left, 'node')} without errors and warnings are not drawn.` : '',
  ];
}

/** How a certificate is marked, and where more is known about it: its finding, or what depends on it. */
interface Look {
  readonly state: 'error' | 'warning' | 'info' | 'ok';
  readonly href: string | undefined;
  /** Whether it is not verified, whatever its date: the file of its CA is a different one. */
  readonly isRefused: boolean;
}
type LookFinder = (entry: ExpiryEntry) => Look;

function lookFinder(page: Page): LookFinder {
  const { report, picture, worstAt, hrefOf, wrongCaAt } = page;
  const { findings } = report;
  const { radii } = picture;
  const subjects = new Set(radii.map(({ subject }) => subject));
  const counting = findings.filter(({ severity, suppressed }) => severity === 'error' && suppressed === null);
  const failing = new Set(counting.map(({ node }) => node));
  const signerOf = signerFinder(page);
  return (entry) => {
    const { node, name, kind, places, daysLeft } = entry;
    const wrong = wrongCaAt(node, signerOf(entry));
    if (wrong !== undefined) return { state: 'error', href: hrefOf(wrong.fingerprint), isRefused: true };
    const isRefused = false;
    // What is wrong with a kubeconfig is not about the CA in it.
    const files = places.filter(({ entry }) => entry === null || kind === 'certificate');
    const worst = worstAt([node], [name, ...files.map(({ path }) => path)]);
    const card = subjects.has(name) ? `#${cardId(name)}` : undefined;
    const href = (worst && hrefOf(worst.fingerprint)) ?? card;
    // What has expired with its CA has no finding of its own.
    if (daysLeft < 0) return { state: failing.has(node) ? 'error' : 'info', href, isRefused };
    return { state: worst?.impact === 'expiry' ? worst.severity : 'ok', href, isRefused };
  };
}

/**
 * Returns a function that names the group of a certificate: its CA. If that did not sign it, the CA that should have.
 */
function signerFinder({ picture: { expectations }, wrongCaAt }: Page): (entry: ExpiryEntry) => string {
  const expected = new Map(expectations.map(({ node, role, issuer }) => [`${node} ${role}`, issuer]));
  return ({ node, kind, name, role, signedBy }) => {
    if (kind === 'authority') return name.split(' ')[0] ?? name;
    const issuer = expected.get(`${node} ${role}`) ?? '';
    return issuer !== signedBy && wrongCaAt(node, issuer) ? issuer : signedBy;
  };
}

/** Of so many nodes each is unfolded; of more, those where something expires within so many days. */
const [mostOpen, soonDays] = [3, 90];

function nodeSection(node: string, entries: readonly ExpiryEntry[], page: Page, scale: Scale, look: LookFinder): Piece {
  const { report } = page;
  const used = entries.filter(({ inUse }) => inUse);
  const [first] = used;
  if (report.nodes.length === 1 || first === undefined) return nodeTable(entries, page, scale, look);
  return el(
    'details',
    { class: 'panel', open: report.nodes.length <= mostOpen || first.daysLeft < soonDays },
    el('summary', {}, el('strong', {}, node), el('span', { class: 'small' }, ` ${nextWords(used, report.at)}`)),
    nodeTable(entries, page, scale, look),
  );
}

/** What has expired, and the next day on which something does: usually one of many, of which none is the first. */
function nextWords(used: readonly ExpiryEntry[], at: string): string {
  const expired = used.filter(({ daysLeft }) => daysLeft < 0).length;
  const next = nextExpiryDay(used, at);
  const which = next?.names.length === 1 ? next.names.join() : count(next?.names.length ?? 0, 'certificate');
  return [
    ...(expired === 0 ? [] : [count(expired, 'certificate has expired', 'certificates have expired')]),
    ...(next === undefined ? [] : [`next: ${which} on ${next.at.slice(0, 10)}, ${untilExpiry(next.at, at)}`]),
  ].join('; ');
}

function nodeTable(entries: readonly ExpiryEntry[], page: Page, scale: Scale, look: LookFinder): Piece {
  if (entries.length === 0) return '';
  const { report } = page;
  const [used, unused] = [true, false].map((is) => entries.filter(({ inUse }) => inUse === is));
  const groups = groupBy((used ?? []).toSorted(documentedFirst(page)), signerFinder(page));
  const inOrder = [...groups].toSorted(([one], [other]) => compareText(one, other));
  return el(
    'div',
    { class: 'panel scroll stack timeline' },
    el(
      'table',
      {},
      el('caption', { class: 'away' }, 'Certificates by CA'),
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          el('th', { scope: 'col' }, 'Certificate'),
          el('th', { scope: 'col', class: 'bar' }, el('span', { class: 'away' }, 'Lifetime'), axis(scale)),
          ...['Expires', 'Left', 'Renewed by'].map((text) => el('th', { scope: 'col' }, text)),
        ),
      ),
      ...inOrder.map(([signer, group]) =>
        el(
          'tbody',
          {},
          group.some(({ kind }) => kind === 'authority') ? '' : unseenSigner(signer, group, page),
          ...group.toSorted(authorityFirst).map((one) => row(one, report, scale, look)),
        ),
      ),
    ),
    unused === undefined || unused.length === 0
      ? ''
      : el(
          'details',
          { class: 'unused' },
          el(
            'summary',
            {},
            unused.length === 1
              ? '1 certificate that nothing depends on: its date does not matter'
              : `${unused.length} certificates that nothing depends on: their dates do not matter`,
          ),
          el(
            'ul',
            {},
            ...unused.map((one) =>
              el('li', {}, `${one.name}: ${one.expires.slice(0, 10)} (${one.places[0]?.path ?? ''})`),
            ),
          ),
        ),
  );
}

/** The head of a group whose CA is not among the certificates in use. */
function unseenSigner(signer: string, [first]: readonly ExpiryEntry[], { wrongCaAt, findingLink }: Page): Markup {
  const wrong = first && wrongCaAt(first.node, signer);
  const words =
    signer === 'itself' ? 'Self-signed' : `Signed by ${signerWords(signer)}, which is not in use on this node`;
  const link = wrong && findingLink(wrong.fingerprint);
  const head = wrong
    ? [
        markOf('error'),
        `Signed by ${signer}, whose certificate on ${wrong.node} is a different one`,
        link ? [': ', link] : '',
      ]
    : words;
  return el('tr', { class: 'group' }, el('th', { scope: 'rowgroup', colspan: 5 }, head));
}

/** The order of the documented tables, in which certificates are found again; what has no role in it is last. */
function documentedFirst({ picture: { expectations } }: Page): (one: ExpiryEntry, other: ExpiryEntry) => number {
  const roles = [...new Set(expectations.map(({ role }) => role))];
  const place = ({ role }: ExpiryEntry) => (role !== null && roles.includes(role) ? roles.indexOf(role) : roles.length);
  return (one, other) => place(one) - place(other);
}

const authorityFirst = (one: ExpiryEntry, other: ExpiryEntry): number =>
  Number(other.kind === 'authority') - Number(one.kind === 'authority');

function row(entry: ExpiryEntry, { at, nodes }: Report, scale: Scale, look: LookFinder): Markup {
  const { node, name, kind, expires, limitedBy, renewedBy, renewal, places, fingerprint256 } = entry;
  const { state, href, isRefused } = look(entry);
  const [place] = places;
  const isNever = isEndless(expires);
  return el(
    'tr',
    { id: expiryId(node, fingerprint256, nodes), class: kind === 'authority' ? 'group' : undefined },
    el(
      'th',
      { scope: 'row' },
      state === 'ok' ? '' : markOf(state),
      el('span', {}, linked(href, name), ' '),
      pathOf(place?.path ?? '', { class: 'soft' }),
    ),
    el('td', { class: 'bar' }, bar(entry, isRefused ? 'refused' : state, scale)),
    el('td', { class: 'number', 'data-label': 'Expires' }, isNever ? 'never' : expires.slice(0, 10)),
    el(
      'td',
      { 'data-label': 'Left' },
      isNever ? '' : untilExpiry(expires, at),
      limitedBy === undefined ? '' : el('span', { class: 'soft small' }, ` (with ${limitedBy.name})`),
    ),
    el('td', { 'data-label': 'Renewed by', title: renewal ?? undefined }, renewerWords(renewedBy)),
  );
}
