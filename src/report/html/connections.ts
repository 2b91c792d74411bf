/** The connections between components: what fails and what is unknown in words, and the others folded. */
import { groupBy, remember } from '../../core/collections.ts';
import { count } from '../../core/text.ts';
import { type Connection, type ConnectionVerdict, isOfObject } from '../../results/connection.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { groupedTable, lead, markOf, reference } from './parts.ts';

/** Connections that are listed; a thousand nodes have tens of thousands. */
const mostListed = 100;

/** Returns the section; '' if there are no connections. */
export function connectionsSection(page: Page): Piece {
  const { connections: all, nodes } = page.report;
  if (all.length === 0) return '';
  const of = (verdict: ConnectionVerdict) => all.filter((one) => one.verdict === verdict);
  const [failing, unknown, fine] = [of('fail'), of('unknown'), of('ok')];
  const excused = failing.filter((one) => one.cause !== null && page.stateOf(one) === 'info').length;
  const list = (title: string | undefined, some: readonly Connection[]) => rows(title, some, nodes.length > 1, page);
  const fold = (title: string, some: readonly Connection[]) =>
    some.length === 0 ? '' : el('details', {}, el('summary', {}, title), list(undefined, some));
  const said = [
    `${fine.length} of ${all.length} succeed`,
    ...(failing.length === 0
      ? []
      : [`${count(failing.length, 'fails', 'fail')}${excused === 0 ? '' : ` (${excused} excused)`}`]),
    ...(unknown.length === 0 ? [] : [`${unknown.length} cannot be decided`]),
  ];
  const state = page.failing.length > 0 ? 'error' : excused > 0 ? 'info' : fine.length === 0 ? 'skipped' : 'ok';
  return reference(
    'connections',
    'Connections',
    { state, text: said.join(', ') },
    lead(
      `TLS handshakes, simulated with the files that were read, each by itself${oneSided(fine, unseenServers(page))}.`,
    ),
    failing.length === 0 ? '' : list('These fail', failing),
    fold(`${count(unknown.length, 'connection')} that cannot be decided`, unknown),
    fold(`${count(fine.length, 'connection that succeeds', 'connections that succeed')}`, fine),
  );
}

/** Where the server is not in the input, only the client's side is judged. */
function oneSided(fine: readonly Connection[], unseen: ReadonlySet<string>): string {
  const some = fine.filter((one) => unseen.has(one.server) && !isOfObject(one)).length;
  return some === 0 ? '' : `; ${some} of those that succeed only on the client's side: the server is not in the input`;
}

/** The names of servers that are not in the input. */
const unseenServers = remember(
  ({ picture }: Page): ReadonlySet<string> =>
    new Set(
      picture.graph.nodes.flatMap(({ kind, name, nodes }) => (kind === 'component' && nodes.length === 0 ? name : [])),
    ),
);

function addressOf({ address, server }: Connection, page: Page): Markup {
  if (address === null)
    return el('span', { class: 'soft' }, unseenServers(page).has(server) ? 'not in the input' : 'any');
  return el('code', { class: address.length <= longestAddress ? 'address' : undefined }, address);
}

/** An address of this many letters fits into its column, but not on a phone. */
const longestAddress = 40;

/** Connections with the same result are below it: a component says the same to many. */
function rows(caption: string | undefined, all: readonly Connection[], nameNodes: boolean, page: Page): Markup {
  const shown = all.slice(0, mostListed);
  const isFine = shown.every(({ verdict }) => verdict === 'ok');
  const head = ['', ...(nameNodes ? ['On'] : []), 'From', 'To', 'Address', ...(isFine ? [] : ['Effect'])];
  const cells = (one: Connection): readonly Piece[] => [
    markOf(page.stateOf(one)),
    ...(nameNodes ? [one.node] : []),
    one.client,
    one.server,
    addressOf(one, page),
    ...(isFine ? [] : [one.without]),
  ];
  const groups = [...groupBy(shown, ({ reason, cause }) => `${reason}\0${cause}`).values()].map((same) => ({
    title: same[0] === undefined ? '' : said(same[0], page),
    rows: same.map(cells),
  }));
  return el(
    'div',
    {},
    groupedTable(caption, head, groups),
    all.length > shown.length ? el('p', { class: 'soft small' }, `and ${all.length - shown.length} more`) : '',
  );
}

/** What the component says, and a link to the finding. */
function said(connection: Connection, { findingLink, stateOf }: Page): Piece {
  const { reason, cause, verdict } = connection;
  const link = findingLink(cause);
  const start = reason ?? '';
  const text = link === undefined ? start : [start, start === '' ? 'see ' : ' – ', link];
  if (verdict !== 'fail' || stateOf(connection) !== 'info') return text;
  return [text, cause === null ? ' (the rules about it were not applied)' : ' (excused)'];
}
