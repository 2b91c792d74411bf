/** The connections between components: what fails and what is unknown in words, and the others folded. */
import type { Connection, ConnectionVerdict } from '../../core/connection.ts';
import type { Report } from '../../core/report.ts';
import { count } from '../../core/text.ts';
import { el, type Markup, type Piece } from './markup.ts';
import { findingId, markOf, panelTable, section } from './parts.ts';

const states = { ok: 'ok', fail: 'error', unknown: 'skipped' } as const satisfies Record<ConnectionVerdict, string>;

/** Connections that are listed; a thousand nodes have tens of thousands. */
const mostListed = 100;

/** Returns the section; '' if there are no connections. */
export function connectionsSection({ connections: all, nodes }: Report): Piece {
  if (all.length === 0) return '';
  const of = (verdict: ConnectionVerdict) => all.filter((one) => one.verdict === verdict);
  const [failing, unknown, fine] = [of('fail'), of('unknown'), of('ok')];
  const nameNodes = nodes.length > 1;
  return section(
    'connections',
    'Connections',
    `Simulated TLS handshakes with the files that were read: ${fine.length} succeed, ${failing.length} fail, ${unknown.length} cannot be decided.`,
    failing.length === 0 ? '' : rows('These fail', failing, nameNodes),
    unknown.length === 0
      ? ''
      : fold(`${count(unknown.length, 'connection')} that cannot be decided`, unknown, nameNodes),
    fine.length === 0 ? '' : fold(`${count(fine.length, 'connection')} that succeed`, fine, nameNodes),
  );
}

function fold(title: string, all: readonly Connection[], nameNodes: boolean): Markup {
  return el('details', {}, el('summary', {}, title), rows(undefined, all, nameNodes));
}

function rows(caption: string | undefined, all: readonly Connection[], nameNodes: boolean): Markup {
  const shown = all.slice(0, mostListed);
  const head = ['', ...(nameNodes ? ['On'] : []), 'From', 'To', 'Address', 'What the component says', 'Without it'];
  const cells = shown.map((one) => [
    markOf(states[one.verdict]),
    ...(nameNodes ? [one.node] : []),
    one.client,
    one.server,
    one.address === null ? '' : el('code', {}, one.address),
    said(one),
    one.verdict === 'ok' ? '' : one.without,
  ]);
  return el(
    'div',
    {},
    panelTable(caption, head, cells),
    all.length > shown.length ? el('p', { class: 'soft small' }, `and ${all.length - shown.length} more`) : '',
  );
}

function said({ reason, cause }: Connection): Piece {
  const text = reason ?? '';
  return cause === null ? text : el('a', { href: `#${findingId(cause)}` }, text === '' ? 'see the finding' : text);
}
