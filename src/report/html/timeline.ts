/**
 * When certificates expire: a bar for each from the time of judging to the end of its chain, below its CA. The bars are in a table,
 * which is also what a screen reader reads.
 */
import { groupBy } from '../../core/collections.ts';
import type { ExpiryEntry } from '../../core/expiry.ts';
import type { Picture } from '../../core/picture.ts';
import type { Report } from '../../core/report.ts';
import { compareText, count } from '../../core/text.ts';
import { untilExpiry } from '../layout.ts';
import { renewerWords, signerWords } from '../words.ts';
import { el, type Markup, type Piece } from './markup.ts';
import { cardId, expiryId, findingId, markOf, section } from './parts.ts';
import { axis, bar, type Scale, scaleDefinition, shortest } from './timeline-scale.ts';

/** Returns the section, with a table for each node; '' if no certificate was read. */
export function timeline(report: Report, { expiries, nodes, windowDays, radii }: Picture): Piece {
  if (expiries.length === 0) return '';
  const used = expiries.filter(({ inUse }) => inUse);
  const days = used.filter(({ expires }) => !expires.startsWith('9999-')).map(({ daysLeft }) => daysLeft);
  const scale: Scale = { at: report.at, most: Math.max(shortest, ...days), windowDays };
  const links = linkFinder(report, radii);
  const byNode = groupBy(expiries, ({ node }) => node);
  const left = report.nodes.length - nodes.length;
  return section(
    'timeline',
    'What expires when',
    [
      'A bar is as long as the certificate can be used: until its CA expires at the latest. Near dates have more room than far ones.',
      windowDays === null
        ? ''
        : ` The dashed line is the end of the time for the upgrade: ${count(windowDays, 'day')}.`,
      left > 0 ? ` ${count(left, 'node')} without errors and warnings are not drawn.` : '',
    ],
    scaleDefinition(scale),
    ...nodes.map((node) => nodeSection(node, byNode.get(node) ?? [], report, scale, links)),
  );
}

/** Returns where more is known about a certificate: its finding, or what depends on it; undefined if nothing is. */
type LinkFinder = (entry: ExpiryEntry) => string | undefined;

function linkFinder({ findings }: Report, radii: Picture['radii']): LinkFinder {
  const shown = findings.filter(({ suppressed }) => suppressed === null);
  const places = shown.flatMap(({ node, path, fingerprint, members = [] }) => [
    { node, path, fingerprint },
    ...members.map((member) => ({ node: member.node, path: member.path, fingerprint })),
  ]);
  // The first of several is the worst.
  const byPath = new Map(places.toReversed().map((one) => [`${one.node} ${one.path}`, one.fingerprint]));
  const subjects = new Set(radii.map(({ subject }) => subject));
  return ({ node, name, places: own }) => {
    const [fingerprint] = own.flatMap(({ path }) => byPath.get(`${node} ${path}`) ?? []);
    if (fingerprint !== undefined) return `#${findingId(fingerprint)}`;
    return subjects.has(name) ? `#${cardId(name)}` : undefined;
  };
}

/** Of so many nodes each is unfolded; of more, those where something expires within so many days. */
const [mostOpen, soonDays] = [3, 90];

function nodeSection(
  node: string,
  entries: readonly ExpiryEntry[],
  report: Report,
  scale: Scale,
  links: LinkFinder,
): Piece {
  const [next] = entries.filter(({ inUse }) => inUse);
  if (report.nodes.length === 1 || next === undefined) return nodeTable(entries, report, scale, links);
  const words = `next: ${next.name}, ${next.expires.slice(0, 10)}, ${untilExpiry(next.expires, report.at)}`;
  return el(
    'details',
    { class: 'panel', open: report.nodes.length <= mostOpen || next.daysLeft < soonDays },
    el('summary', {}, el('strong', {}, node), el('span', { class: 'small' }, ` ${words}`)),
    nodeTable(entries, report, scale, links),
  );
}

function nodeTable(entries: readonly ExpiryEntry[], report: Report, scale: Scale, links: LinkFinder): Piece {
  if (entries.length === 0) return '';
  const [used, unused] = [true, false].map((is) => entries.filter(({ inUse }) => inUse === is));
  const groups = groupBy(used ?? [], groupOf);
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
          group.some(({ kind }) => kind === 'authority') ? '' : unseenSigner(signer),
          ...group.toSorted(authorityFirst).map((one) => row(one, report, scale, links)),
        ),
      ),
    ),
    unused === undefined || unused.length === 0
      ? ''
      : el(
          'details',
          { class: 'unused' },
          el('summary', {}, `${count(unused.length, 'certificate')} on whose dates nothing depends`),
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
function unseenSigner(signer: string): Markup {
  const words =
    signer === 'itself' ? 'Self-signed' : `Signed by ${signerWords(signer)}, which is not in use on this node`;
  return el('tr', { class: 'group' }, el('th', { scope: 'rowgroup', colspan: 5 }, words));
}

/** A CA belongs to its own group. */
const groupOf = ({ kind, name, signedBy }: ExpiryEntry): string =>
  kind === 'authority' ? (name.split(' ')[0] ?? name) : signedBy;

const authorityFirst = (one: ExpiryEntry, other: ExpiryEntry): number =>
  Number(other.kind === 'authority') - Number(one.kind === 'authority');

function row(entry: ExpiryEntry, { at, nodes }: Report, scale: Scale, links: LinkFinder): Markup {
  const { node, name, kind, expires, daysLeft, limitedBy, renewedBy, renewal, places, fingerprint256 } = entry;
  const state = daysLeft < 0 ? 'error' : daysLeft < 30 ? 'warning' : 'ok';
  const [place] = places;
  const href = links(entry);
  const isNever = expires.startsWith('9999-');
  return el(
    'tr',
    { id: expiryId(node, fingerprint256, nodes), class: kind === 'authority' ? 'group' : undefined },
    el(
      'th',
      { scope: 'row' },
      state === 'ok' ? '' : markOf(state),
      el('span', {}, href === undefined ? name : el('a', { href }, name), ' '),
      el('code', { class: 'soft' }, place?.path ?? ''),
    ),
    el('td', { class: 'bar' }, bar(entry, scale)),
    el('td', { class: 'number', 'data-label': 'Expires' }, isNever ? 'never' : expires.slice(0, 10)),
    el(
      'td',
      { 'data-label': 'Left' },
      isNever ? '' : untilExpiry(expires, at),
      limitedBy === undefined ? '' : el('span', { class: 'soft small' }, ` (with ${limitedBy.name})`),
    ),
    el('td', { 'data-label': 'Renewed by', title: renewal ?? undefined }, renewerWords[renewedBy]),
  );
}
