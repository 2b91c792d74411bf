/** Sections to look things up in: of each the result is a line, and the rest is folded. */
import type { ChecklistState } from '../../results/checklist.ts';
import { el, type Markup, type Piece } from './markup.ts';
import { markOf } from './parts.ts';

/** What a section says while it is folded. */
export interface Result {
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
