/** The drawing of a trust graph: boxes in columns, lines between them, and a cross on what fails. */
import { columns } from '../graph/columns.ts';
import type { Drawing, Item, TitledJoin } from '../graph/trust-layout.ts';
import { isEndless } from '../text/width.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Finder, Known } from './trust-known.ts';

// As narrow as the longest names allow: in a window of 900 a letter is still 11 pixels high.
const lefts = [0, 212, 482, 794] as const;
const widths = [172, 232, 272, 165] as const;
const totalWidth = 959;
const boxHeight = 40;
const margin = 6;
/** The widths of a letter, on average, in both lines of a label. */
const [letter, smallLetter] = [6.6, 6.6] as const;

/** Returns the drawing. `find` says what is known about a box. */
export function drawn(title: string, drawing: Drawing, find: Finder): Markup {
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
  // Of a server that is not in the input, only what its client presents was judged.
  const isUnseen = join.kind === 'dials' && at.get(join.to)?.node.nodes.length === 0;
  const verdict = join.verdict === 'ok' && isUnseen ? 'unknown' : join.verdict;
  const state = verdict === null || verdict === 'ok' ? '' : ` ${verdict}`;
  // From a CA to a CA in the same column, or back: around the right side.
  const isBack = x2 <= x1;
  const [tip, bent] = isBack
    ? [x2 + (widths[at.get(join.to)?.column ?? 0] ?? 0), [x1 + 60, x1 + 60]]
    : [x2, [x1 + bend, x2 - bend]];
  const barb = isBack ? tip + 7 : tip - 7;
  const path = `M${x1} ${y1}C${bent[0]} ${y1} ${bent[1]} ${y2} ${tip} ${y2}M${barb} ${y2 - 4}L${tip} ${y2}L${barb} ${y2 + 4}`;
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

function box(item: Item, { href, worst, wrongOn }: Known, { joins }: Drawing, places: Places): Markup {
  const { id, column, node, y } = item;
  const { kind, name, expires } = node;
  const mark = worst?.severity === 'error' ? '✖ ' : worst?.severity === 'warning' ? '▲ ' : '';
  const [x, width] = [lefts[column] ?? 0, widths[column] ?? 0];
  const look = { '✖ ': 'faulty', '▲ ': 'doubtful', '': '' }[mark];
  const detail = wrongOn.find((text) => text.length <= (width - 20) / smallLetter) ?? wrongOn[0] ?? item.detail;
  const failing = joins.filter(({ from, to, verdict }) => verdict === 'fail' && (from === id || to === id));
  const said = [
    `${columns[column]}: ${name}`,
    node.path ?? '',
    expires === null || isEndless(expires) ? '' : `expires ${expires.slice(0, 10)}`,
    node.fault ?? '',
    worst?.message ?? '',
    wrongOn[0] ?? '',
    ...failing.map(({ title }) => `fails: ${title}`),
  ].filter((text) => text !== '');
  return el(
    'g',
    {
      class: ['item', looks[kind], look, wrongOn.length > 0 ? 'part' : ''].filter((one) => one !== '').join(' '),
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
      el(
        'text',
        { x: x + 12, y: detail === '' ? y + 5 : y - 2 },
        short(`${wrongOn.length > 0 ? '' : mark}${name}`, (width - 20) / letter),
      ),
      detail === ''
        ? ''
        : el('text', { class: 'file', x: x + 12, y: y + 13 }, shortPath(detail, (width - 20) / smallLetter)),
    ),
  );
}

const short = (text: string, most: number): string => {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, Math.floor(most) - 1).join('')}…` : text;
};

/** The end of a path says more than its start. */
const shortPath = (text: string, most: number): string => {
  const letters = [...text];
  return letters.length > most && text.startsWith('/')
    ? `…${letters.slice(1 - Math.floor(most)).join('')}`
    : short(text, most);
};
