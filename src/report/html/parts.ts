/** Small pieces that every section of a page uses. */
import type { ChecklistState } from '../../core/checklist.ts';
import { marks } from '../paint.ts';
import { type Content, element, type Markup } from './markup.ts';

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
  return element(
    'span',
    { class: `mark ${state}` },
    element('span', { 'aria-hidden': 'true' }, state === 'info' ? '●' : marks[state]),
    element('span', { class: 'away' }, `${words[state]}: `),
  );
}

/** Returns a section; nothing if it has no content. */
export function section(id: string, title: string, lead: Content, ...content: readonly Content[]): Markup {
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, title),
    lead ? element('p', { class: 'lead' }, lead) : '',
    ...content,
  );
}

/** Returns a table with a caption. Cells with a label repeat the head of their column on narrow screens. */
export function table(
  caption: string | undefined,
  head: readonly string[],
  rows: readonly (readonly Content[])[],
): Markup {
  const cells = (row: readonly Content[]) =>
    row.map((cell, index) => element('td', { 'data-label': head[index] === '' ? undefined : head[index] }, cell));
  return element(
    'div',
    { class: 'panel scroll stack' },
    element(
      'table',
      {},
      caption === undefined ? '' : element('caption', {}, caption),
      element('thead', {}, element('tr', {}, ...head.map(headCell))),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...cells(row)))),
    ),
  );
}

/** A column of marks has no visible head, and needs one for a screen reader. */
function headCell(text: string): Markup {
  return element('th', { scope: 'col' }, text === '' ? element('span', { class: 'away' }, 'State') : text);
}

/** Returns the id of the element about a finding. */
export const findingId = (fingerprint: string): string => `finding-${fingerprint}`;

/** Returns the id of the row of a certificate in the timeline. */
export const expiryId = (node: string, fingerprint256: string, nodes: readonly { readonly name: string }[]): string =>
  `expiry-${nodes.findIndex(({ name }) => name === node) + 1}-${fingerprint256.slice(0, 16)}`;
