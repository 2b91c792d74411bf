/** The problems of a page by their cause: what each is in a line, and what it stops, the worst first. */
import { groupBy } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import type { Connection } from '../../results/connection.ts';
import { harmOf } from '../../results/read/harm.ts';
import { serverNode, serverWithoutNode } from '../../results/read/wording.ts';
import { effectText, saying } from '../message/index.ts';
import type { Shown } from '../text/shown.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { breakable, markOf } from './parts.ts';
import { problemText } from './problem.ts';

/** Effects that are named under their cause. */
const mostEffects = 3;

/** Problems that the head lists; a single further one is listed too. */
const mostCauses = 6;

/** Nodes that are named. */
const mostNames = 3;

/** A server that so many clients do not reach is as good as down. */
const fewestClients = 3;

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
      effect: { text, clients: [], nodes: [...new Set(same.map(({ node }) => node))] },
    })),
  ].sort((one, other) => one.rank - other.rank);
  const isSaid = saying(finding);
  const others = finding.related.filter(
    ({ connection, message }) => connection === undefined && !isSaid(message) && !stops.has(message),
  );
  const texts = [...new Set(others.map(effectText))].map((text) => ({ text, clients: [], nodes: [] }));
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

/** Returns an effect for a title, with the nodes that notice it, or their number. */
export function effectTitle({ text, nodes }: Effect, { report }: Page): string {
  const where = nodes.length > mostNames ? count(nodes.length, 'node') : nodes.join(', ');
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
