/** The trust graph as a picture that can be read: fixed columns, trust only where one looks, failures always. */

import { groupBy } from '../../core/collections.ts';
import type { TrustGraph } from '../../core/graph.ts';
import type { Finding } from '../../core/report.ts';
import { columns } from '../graph-columns.ts';
import { isEndless } from '../layout.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { cardId, expiryId, section } from './parts.ts';
import { type Drawing, type Item, layOut, ofCluster, ofNode, type TitledJoin } from './trust-layout.ts';

// As narrow as the longest names allow: in a window of 900 a letter is still 11 pixels high.
const lefts = [0, 212, 482, 794] as const;
const widths = [172, 232, 272, 165] as const;
const totalWidth = 959;
const boxHeight = 40;
const margin = 6;
/** The widths of a letter, on average, in both lines of a label. */
const [letter, smallLetter] = [6.6, 6.6] as const;

/** Of more nodes there is only the graph of all. */
const mostGraphs = 20;

/** Returns the section: a graph for the cluster, and one for each node. */
export function trust(page: Page): Piece {
  const { picture } = page;
  if (picture.graph.nodes.length === 0) return '';
  const isCluster = picture.nodes.length > 1;
  const counting = withoutExcused(page);
  return section(
    'trust',
    'Trust',
    [
      'CAs sign certificates, components present them and dial others. ',
      el(
        'span',
        { class: 'on-screen' },
        'Point at a box, or walk with the arrow keys, to see what it is joined to and who trusts it; Enter leads to what is known about it.',
      ),
    ],
    legend(),
    el(
      'p',
      { class: 'narrow small soft' },
      'The picture is wider than the window: components, and what they dial, are to the right. ',
      page.failing.length === 0 ? '' : el('a', { href: '#connections' }, 'Connections that fail'),
    ),
    isCluster ? graph('All nodes together', ofCluster(counting), finder(page, picture.nodes)) : '',
    ...(picture.nodes.length > mostGraphs ? [] : picture.nodes).map((node) => {
      const drawn = graph(node, ofNode(counting, node), finder(page, [node]));
      return isCluster ? el('details', { class: 'panel' }, el('summary', {}, `Only ${node}`), drawn) : drawn;
    }),
  );
}

/** The graph in which a line fails only for a connection that counts. */
function withoutExcused({ picture: { graph }, failing }: Page): TrustGraph {
  const key = (client: string, reason: string | null) => `${client} ${reason ?? ''}`;
  const counting = new Set(failing.map(({ client, reason }) => key(client, reason)));
  const nameOf = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  const isExcused = ({ verdict, from, reason }: TrustGraph['edges'][number]) =>
    verdict === 'fail' && !counting.has(key(nameOf.get(from) ?? '', reason));
  return {
    ...graph,
    edges: graph.edges.map((edge) => (isExcused(edge) ? { ...edge, verdict: 'unknown' as const } : edge)),
  };
}

/** What is known about a box: where to read more (what depends on it, a finding, or its certificate), and its worst finding. */
interface Known {
  readonly href: string;
  readonly worst: Finding | undefined;
}
type Finder = (item: Item) => Known;

/** For the graph of these nodes: of those that share a file, one may have an error about it, and another may lack it. */
function finder(page: Page, names: readonly string[]): Finder {
  const link = linkFinder(page);
  return (item) => {
    const { kind, name, path } = item.node;
    return { href: link(item), worst: page.worstAt(kind === 'component' ? [] : names, [name, path ?? '']) };
  };
}

function linkFinder({ report, picture: { radii, expiries }, failing, hrefOf, worstAt }: Page): (item: Item) => string {
  const certificates = groupBy(expiries, ({ node, name }) => `${node} ${name}`);
  const subjects = new Set(radii.map(({ subject }) => subject));
  const byClient = groupBy(failing, ({ client }) => client);
  return ({ node: { kind, name, path, nodes } }) => {
    if (kind === 'component') {
      const cause = byClient.get(name)?.find((one) => nodes.includes(one.node))?.cause;
      return hrefOf(cause ?? null) ?? '#connections';
    }
    if (subjects.has(name)) return `#${cardId(name)}`;
    for (const node of nodes) {
      const href = hrefOf(worstAt([node], [name, path ?? ''])?.fingerprint ?? null);
      if (href !== undefined) return href;
      const [entry] = certificates.get(`${node} ${name}`) ?? [];
      if (entry) return `#${expiryId(node, entry.fingerprint256, report.nodes)}`;
    }
    return '#timeline';
  };
}

function graph(title: string, trustGraph: TrustGraph, find: Finder): Markup {
  const drawing = layOut(trustGraph);
  const at = new Map(drawing.items.map((item, index) => [item.id, { ...item, number: index + 1 }]));
  const inOrder = drawing.items.toSorted((one, other) => one.column - other.column || one.y - other.y);
  return el(
    'div',
    { class: 'panel graph scroll', tabindex: '0', role: 'group', 'aria-label': `Trust graph: ${title}` },
    el(
      'svg',
      { viewBox: `${-margin} 0 ${totalWidth + 2 * margin} ${drawing.height}`, role: 'group', 'aria-label': title },
      columns.map((name, index) => el('text', { class: 'column', x: lefts[index] ?? 0, y: '22' }, name)),
      [...drawing.joins]
        .sort((one, other) => Number(one.verdict === 'fail') - Number(other.verdict === 'fail'))
        .map((join) => line(join, at)),
      inOrder.map((item) => box(item, find(item), drawing, at)),
      drawing.joins.filter(({ verdict }) => verdict === 'fail').map((join) => cross(join, at)),
    ),
  );
}

/** The boxes by their ids. The page calls them by number, which is shorter. */
type Places = ReadonlyMap<string, Item & { readonly number: number }>;

/** Which boxes a line joins, for the script. */
const joined = ({ from, to }: TitledJoin, at: Places) => ({
  'data-from': at.get(from)?.number,
  'data-to': at.get(to)?.number,
});

function ends(
  { from, to }: TitledJoin,
  at: Places,
): readonly [x1: number, y1: number, x2: number, y2: number] | undefined {
  const [start, end] = [at.get(from), at.get(to)];
  if (start === undefined || end === undefined) return undefined;
  const x1 = (lefts[start.column] ?? 0) + (widths[start.column] ?? 0);
  return [x1, start.y, lefts[end.column] ?? 0, end.y];
}

function line(join: TitledJoin, at: Places): Piece {
  const place = ends(join, at);
  if (place === undefined) return '';
  const [x1, y1, x2, y2] = place;
  const bend = Math.max(30, Math.abs(x2 - x1) / 2);
  // A line across a column would seem to begin or end there.
  const isLong = (at.get(join.to)?.column ?? 0) - (at.get(join.from)?.column ?? 0) > 1;
  const look = { signs: 'signs', 'shown-by': 'shown', 'trusted-by': 'trusts', dials: 'dials' }[join.kind];
  const state = join.verdict === null || join.verdict === 'ok' ? '' : ` ${join.verdict}`;
  // From a CA to a CA in the same column, or back: around the right side.
  const path =
    x2 <= x1
      ? `M${x1} ${y1}C${x1 + 60} ${y1} ${x1 + 60} ${y2} ${x2 + 200} ${y2}`
      : `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  const name = `edge ${isLong ? 'trusts' : look}${state}`;
  return el('path', { class: name, d: path, ...joined(join, at) });
}

/** A failing connection has a cross as well as a colour. */
function cross(join: TitledJoin, at: Places): Piece {
  const place = ends(join, at);
  if (place === undefined) return '';
  const [x1, y1, x2, y2] = place;
  return el(
    'text',
    { class: 'cross', x: (x1 + x2) / 2 - 5, y: (y1 + y2) / 2 + 5, ...joined(join, at) },
    '✖',
    el('title', {}, join.title),
  );
}

const looks: Readonly<Record<Item['node']['kind'], string>> = {
  authority: 'of-ca',
  certificate: '',
  key: '',
  component: 'component',
};

function box(item: Item, { href, worst }: Known, { joins }: Drawing, places: Places): Markup {
  const { id, column, node, detail, y } = item;
  const { kind, name, expires } = node;
  const mark = worst?.severity === 'error' ? '✖ ' : worst?.severity === 'warning' ? '▲ ' : '';
  const [x, width] = [lefts[column] ?? 0, widths[column] ?? 0];
  const look = { '✖ ': 'faulty', '▲ ': 'doubtful', '': '' }[mark];
  const failing = joins.filter(({ from, to, verdict }) => verdict === 'fail' && (from === id || to === id));
  const said = [
    `${columns[column]}: ${name}`,
    node.path ?? '',
    expires === null || isEndless(expires) ? '' : `expires ${expires.slice(0, 10)}`,
    node.fault ?? '',
    worst?.message ?? '',
    ...failing.map(({ title }) => `fails: ${title}`),
  ].filter((text) => text !== '');
  return el(
    'g',
    {
      class: ['item', looks[kind], look].filter((one) => one !== '').join(' '),
      'data-id': places.get(id)?.number,
      'data-column': column,
    },
    el(
      'a',
      { href },
      el('title', {}, said.join('\n')),
      el('rect', {
        x,
        y: y - boxHeight / 2,
        width,
        height: boxHeight,
        rx: kind === 'component' ? 4 : 12,
      }),
      el('text', { x: x + 12, y: detail === '' ? y + 5 : y - 2 }, short(`${mark}${name}`, (width - 20) / letter)),
      detail === ''
        ? ''
        : el('text', { class: 'file', x: x + 12, y: y + 13 }, short(detail, (width - 20) / smallLetter)),
    ),
  );
}

const short = (text: string, most: number): string => {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, Math.floor(most) - 1).join('')}…` : text;
};

function legend(): Markup {
  const sample = (look: string) =>
    el('svg', { 'aria-hidden': 'true', viewBox: '0 0 32 12' }, el('path', { class: `edge ${look}`, d: 'M0 6L32 6' }));
  const rows: readonly (readonly [string, string])[] = [
    ['signs', 'signs, or is presented by'],
    ['dials', 'dials, and the handshake succeeds'],
    ['dials fail', '✖ fails'],
    ['dials unknown', 'cannot be decided, or is excused'],
    ['trusts near', 'is trusted by: shown for what is pointed at'],
  ];
  return el('ul', { class: 'legend graph' }, ...rows.map(([look, words]) => el('li', {}, sample(look), words)));
}
