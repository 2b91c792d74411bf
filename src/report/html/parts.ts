/** Small pieces that every section of a page uses. */

import { printable } from '../../core/text.ts';
import type { ChecklistState } from '../../results/checklist.ts';
import { marks } from '../text/paint.ts';
import { el, type Markup, type Piece, type TagAttributes } from './markup.ts';

const words: Readonly<Record<ChecklistState, string>> = {
  ok: 'ok',
  error: 'error',
  warning: 'warning',
  info: 'note',
  skipped: 'not checked',
  'not-applicable': 'not applicable',
};

/** Returns the mark of a state: a shape for the eye, and a word for a screen reader. */
export function markOf(state: ChecklistState): Markup {
  return el(
    'span',
    { class: `mark ${state}` },
    el('span', { 'aria-hidden': 'true' }, state === 'info' ? '●' : marks[state]),
    el('span', { class: 'away' }, `${words[state]}: `),
  );
}

/** Returns a text that leads somewhere, if there is somewhere. */
export const linked = (href: string | undefined, text: string): Piece =>
  href === undefined || text === '' ? breakable(text) : el('a', { href }, breakable(text));

/** Returns a text as the start of a line: with a capital letter, unless it begins with a name such as `kubelet`. */
export const capital = (text: string): string =>
  text.replace(/^(?!kube|etcd)[a-z]+(?=,? (?!\u2192))/, (word) => word.charAt(0).toUpperCase() + word.slice(1));

/** Returns a path, or several, which is broken after a folder if it does not fit. */
export function pathOf(path: string, attributes: TagAttributes = {}): Markup {
  return el('code', attributes, breakable(path));
}

/**
 * Returns a text whose paths are broken after a folder if they do not fit, and names of at most `longest` letters not
 * at all.
 */
export function breakable(text: string, longest = longestName): Piece {
  const parts = text.split(/(?<=[^ ]\/)(?=[^/])/);
  // A path of this many folders is not one.
  const pieces = parts.length > mostFolders ? [text] : parts;
  return pieces.map((part, index) => [
    index === 0 ? '' : el('wbr'),
    part.includes('-') && printable(part).length <= longest ? el('span', { class: 'word' }, part) : part,
  ]);
}
const mostFolders = 30;
/** A name that fits into a column is not broken at its hyphens. */
const longestName = 30;

/** Returns a list. */
export const bullets = (items: readonly Piece[], attributes: TagAttributes = {}): Markup =>
  el('ul', attributes, ...items.map((item) => el('li', {}, item)));

/** Returns a section; nothing if it has no content. */
export function section(id: string, title: string, lead: Piece, ...content: readonly Piece[]): Markup {
  return el(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    el('h2', { id: `${id}-title` }, title),
    lead ? el('p', { class: 'lead' }, lead) : '',
    ...content,
  );
}

/** What a section says while it is folded. */
interface Result {
  /** undefined if nothing is judged. */
  readonly state?: ChecklistState | undefined;
  readonly text: string;
}

/** Returns a section that is folded, on paper too, unless the reader has unfolded it. */
export function reference(id: string, title: string, { state, text }: Result, ...content: readonly Piece[]): Markup {
  const result = el('span', { class: 'result' }, state === undefined ? '' : markOf(state), el('span', {}, text));
  return el(
    'section',
    { id, class: 'reference', 'aria-labelledby': `${id}-title` },
    el('details', {}, el('summary', {}, el('h2', { id: `${id}-title` }, title), ' ', result), ...content),
  );
}

/** Returns the words at the start of what is folded. */
export const lead = (...content: readonly Piece[]): Markup => el('p', { class: 'lead' }, ...content);

/**
 * Returns a table with a caption, and a line below it. Cells with a label repeat the head of their column on narrow
 * screens.
 */
export function panelTable(
  caption: string | undefined,
  head: readonly string[],
  rows: readonly Row[],
  foot?: string,
): Markup {
  return groupedTable(caption, head, [{ title: '', rows }], foot);
}

type Row = readonly Piece[];

/** Rows of a table with what they have in common; '' if that is nothing. */
export interface RowGroup {
  readonly title: Piece;
  readonly rows: readonly Row[];
}

/** Returns a table like that of `panelTable`, in which each group of rows begins with its title. */
export function groupedTable(
  caption: string | undefined,
  head: readonly string[],
  groups: readonly RowGroup[],
  foot?: string,
): Markup {
  const titleRow = (title: Piece) =>
    el('tr', { class: 'group' }, el('th', { scope: 'rowgroup', colspan: head.length }, title));
  const cells = (row: Row) =>
    row.map((cell, index) => el('td', { 'data-label': head[index] === '' ? undefined : head[index] }, cell));
  return el(
    'div',
    { class: 'panel scroll stack' },
    el(
      'table',
      {},
      caption === undefined ? '' : el('caption', {}, caption),
      el('thead', {}, el('tr', {}, ...head.map(headCell))),
      ...groups.map(({ title, rows }) =>
        el('tbody', {}, title === '' ? '' : titleRow(title), ...rows.map((row) => el('tr', {}, ...cells(row)))),
      ),
    ),
    foot === undefined ? '' : el('p', { class: 'foot soft small' }, foot),
  );
}

/** A column of marks has no visible head, and needs one for a screen reader. */
function headCell(text: string): Markup {
  return el(
    'th',
    { scope: 'col', 'data-label': text === '' ? undefined : text },
    text === '' ? el('span', { class: 'away' }, 'State') : text,
  );
}

/** Returns the id of the element about a finding. */
export const findingId = (fingerprint: string): string => `finding-${fingerprint}`;

/** Returns the id of the card about what depends on a role. */
export const cardId = (subject: string): string => `without-${subject.replace(/[^a-z0-9-]/gi, '-')}`;
