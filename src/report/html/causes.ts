/**
 * The problems of a page by their cause: what each is in a line, and what it stops, the worst first. A line has base
 * names for paths and days for times, and never lacks its predicate.
 */
import { groupBy } from '../../core/collections.ts';
import { asRanges, compareNames, count, firstOf, handful } from '../../core/text.ts';
import type { Stop } from '../../results/blast.ts';
import type { Connection } from '../../results/connection.ts';
import type { Finding } from '../../results/finding.ts';
import { type Message, plainText } from '../../results/message.ts';
import { fewestClients } from '../../results/read/control-plane.ts';
import { harmOf } from '../../results/read/harm.ts';
import { afterObject, effectOnCluster } from '../../results/read/objects.ts';
import { serverNode, serverWithoutNode, withoutListedNames, wordingOfFault } from '../../results/read/wording.ts';
import { effectText, saying, says, statementOf, withoutClient, withoutList, withValues } from '../message/index.ts';
import type { Shown } from '../message/shown.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { breakable, capital, markOf } from './parts.ts';

/** Effects that are named under their cause. */
const mostEffects = 3;

/** Problems that the head lists; a single further one is listed too. */
const mostCauses = 6;

/** Nodes that are named. */
const mostNames = 3;

/** Two lines of a title in a wide window. */
const mostColumns = 130;

/** What is left of a text says something. */
const leastColumns = 40;

/** A value of a text that is too long has room for so many characters. */
const mostOfValue = 80;

/** What a problem stops, and the nodes that notice it. */
interface Effect {
  readonly text: string;
  /** The clients that fail, if the text does not say it. */
  readonly clients: readonly string[];
  readonly nodes: readonly string[];
}

/** Returns the problems that have to be solved: those that the verdict counts. */
export const causesOf = ({ shown }: Pick<Page, 'shown'>): readonly Shown[] =>
  shown.filter(({ finding }) => finding.suppressed === null && finding.severity !== 'info');

/** Returns what a problem stops, the worst first: each effect once, with the nodes of its clients. */
export function effectsOf({ finding, fingerprints }: Shown, page: Page): readonly Effect[] {
  const broken = page.brokenBy(fingerprints);
  const groups = groupBy(
    broken.filter((one) => page.unreached.has(one)),
    serverNode,
  );
  const servers = [...groups.values()].filter((same) => clientsOf(same).length >= fewestClients);
  const counted = new Set(servers.flat());
  const stops = groupBy(
    broken.filter((one) => !counted.has(one)),
    ({ without }) => without,
  );
  // Only an API server that is down is worse than one that no client reaches.
  const ranked = [
    ...servers.map((same) => ({ rank: 0.5, effect: reachEffect(same, page) })),
    ...[...stops].map(([text, same]) => ({
      rank: Math.min(...same.map(harmOf)),
      effect: { text, clients: [], nodes: [...new Set(same.map(({ node }) => node))].sort(compareNames) },
    })),
  ].sort((one, other) => one.rank - other.rank);
  const isSaid = saying(finding);
  const others = finding.related.filter(
    ({ connection, message }) => connection === undefined && !isSaid(message) && !stops.has(message),
  );
  const own = broken.length === 0 ? effectOnCluster(finding) : '';
  const said = [...others.map(effectText), own].filter((text) => text !== '');
  const texts = [...new Set(said)].map((text) => ({ text, clients: [], nodes: [] }));
  return [...ranked.map(({ effect }) => effect), ...texts];
}

const clientsOf = (connections: readonly Connection[]): readonly string[] => [
  ...new Set(connections.map(({ client }) => client)),
];

/** `no client can connect to kube-apiserver on cp-2` */
function reachEffect(same: readonly Connection[], { report }: Page): Effect {
  const servers = [...new Set(same.map(serverWithoutNode))].join();
  const nodes = [...new Set(same.map(serverNode))].join();
  const where = report.nodes.length > 1 ? ` on ${nodes}` : '';
  return { text: `no client can connect to ${servers}${where}`, clients: clientsOf(same), nodes: [] };
}

/** Returns what stops, the worst first: the first texts, and how many others there are. */
export function worstTexts(stops: readonly Pick<Stop, 'id' | 'without'>[]): string {
  const ranked = stops.toSorted((one, other) => harmOf(one) - harmOf(other));
  const texts = [...new Set(ranked.map(({ without }) => without))];
  return `${texts.slice(0, mostEffects).join('; ')}${andMore([], texts.length)}`;
}

/** Returns an effect for a title, with the nodes that notice it, or the number of nodes that are too many. */
export function effectTitle({ text, nodes }: Pick<Effect, 'text' | 'nodes'>, { report }: Page): string {
  const ranges = asRanges(nodes);
  const where = ranges.length > mostNames ? count(nodes.length, 'node') : ranges.join(', ');
  return report.nodes.length < 2 || where === '' ? text : `${text} (${where})`;
}

/** An effect with those that notice it, unless it is known which nodes these are. */
function effectInList({ text, clients, nodes }: Effect, { report }: Page, known: readonly string[] = []): string {
  const isKnown = report.nodes.length < 2 || nodes.join() === known.join();
  const who = clients.length > 0 ? clients : isKnown ? [] : nodes;
  return who.length === 0 ? text : `${text} (${handful(who, mostNames)})`;
}

/**
 * Returns the list of problems, each a link to its article, with what it stops. The title says all of a single one but
 * its further effects.
 */
export function causesList(page: Page): Piece {
  const causes = causesOf(page);
  const [only] = causes;
  if (only === undefined) return '';
  if (causes.length === 1) return alsoStopped(only, page);
  const end = causes.length === mostCauses + 1 ? causes.length : mostCauses;
  const more = count(causes.length - end, 'more problem');
  return el(
    'ul',
    { class: 'causes' },
    ...causes.slice(0, end).map((one) => causeItem(one, page)),
    end < causes.length && el('li', {}, el('a', { href: '#findings' }, more)),
  );
}

function causeItem(shown: Shown, page: Page): Markup {
  const { finding } = shown;
  const { text, nodes } = problemText(shown, page);
  const effects = effectsOf(shown, page);
  const said = effects.slice(0, mostEffects).map((one) => effectInList(one, page, nodes));
  return el(
    'li',
    {},
    markOf(finding.severity),
    el(
      'span',
      {},
      el('a', { href: page.hrefOf(finding.fingerprint) }, breakable(text)),
      said.length > 0 &&
        el(
          'span',
          { class: 'soft' },
          ` → ${said[0]}`,
          el('span', { class: 'roomy' }, andMore(said.slice(1), effects.length)),
        ),
    ),
  );
}

const andMore = (others: readonly string[], all: number): string =>
  [...others, ...(all > mostEffects ? [`and ${all - mostEffects} more`] : [])].map((text) => `; ${text}`).join('');

/** What a single problem stops besides the effect that the title names. */
function alsoStopped(shown: Shown, page: Page): Piece {
  const [, ...others] = page.brokenBy(shown.fingerprints).length === 0 ? [] : effectsOf(shown, page);
  if (others.length === 0) return '';
  const said = others.slice(0, mostEffects).map((one) => effectInList(one, page));
  const more = others.length > mostEffects ? `and ${others.length - mostEffects} more` : '';
  const href = page.hrefOf(shown.finding.fingerprint);
  return el('p', { class: 'also' }, 'Also: ', said.join('; '), more && ['; ', el('a', { href }, more)]);
}

/** Returns what is wrong, after the nodes where it is, and these nodes. */
export function problemText(shown: Shown, page: Page): { readonly text: string; readonly nodes: readonly string[] } {
  const { finding } = shown;
  const nodes = page.nodesOf(shown);
  const ranges = asRanges(nodes);
  const names = page.report.nodes.length > 1 ? firstOf(ranges.length > mostNames ? nodes : ranges, mostNames) : [];
  const texts = messagesOf(shown, page).map((one) =>
    isConnection(finding) && names.length > 0
      ? `${names.join(', ')}: ${plainText(one)}`
      : statementOf(one, finding.node, names),
  );
  return { text: capital(afterObject(firstThatFits(texts, mostColumns, finding), finding)), nodes };
}

/** Returns what is wrong, after so many characters that name the nodes. */
export const saidAfter = (shown: Shown, page: Page, columns: number): string =>
  firstThatFits(messagesOf(shown, page).map(plainText), mostColumns - columns, shown.finding);

/** What a finding says, from the longest form to the shortest. */
function messagesOf(shown: Shown, page: Page): readonly Message[] {
  const { finding } = shown;
  const short = withValues(withoutList(finding), (text) => page.baseNames(withoutListedNames(dayOnly(text))));
  // A message about a connection begins with the node of the client, which is named already.
  const said = page.nodesOf(shown).reduce((message, node) => withoutClient(message, node), short);
  // All of a text that was read back is one value.
  const isWhole = /^\{\w+\}$/.test(said.template);
  const clip = (text: string) => (text.length > mostOfValue ? `${text.slice(0, mostOfValue)}…` : text);
  return [withFound(finding, said), said, isWhole ? said : withValues(said, clip)];
}

/** A message with the time that all members of a group have: `12 certificates expired (2027-11-24, 37 days ago)`. */
function withFound({ members: [first, ...others] = [] }: Finding, said: Message): Message {
  if (first === undefined || !others.every(({ found }) => found === first.found)) return said;
  const found = withValues(wordingOfFault(first).found, dayOnly);
  if (!/^\d{4}-/.test(plainText(found)) || says(said, found)) return said;
  return { ...said, template: `${said.template} ({ofAll})`, data: { ...said.data, ofAll: plainText(found) } };
}

/**
 * The first text that fits, whole or without its last explanations; else the last one. What a connection ends with is
 * no explanation, but all that is wrong.
 */
function firstThatFits(texts: readonly string[], room: number, finding: Finding): string {
  const shorter = (text: string) =>
    isConnection(finding)
      ? []
      : [...text.matchAll(/(?<!: x509)(?:: |, (?=and |which |but |so |or ))/g)]
          .map(({ index }) => text.slice(0, index))
          .filter(({ length }) => length >= leastColumns)
          .toReversed();
  const all = texts.flatMap((text) => [text, ...shorter(text)]);
  return all.find(({ length }) => length <= room) ?? all.at(-1) ?? '';
}

const isConnection = ({ rule }: Finding): boolean => rule.startsWith('connection/');

/** A title needs no time of a day. */
const dayOnly = (text: string): string => text.replace(/(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\dZ/g, '$1');
