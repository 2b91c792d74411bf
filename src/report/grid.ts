/** Tables without lines, fitted to a width. */
import { printable } from '../core/text.ts';
import { textWidth, wrap } from './layout.ts';
import type { Paint } from './paint.ts';

/** A cell as shown; `lead` paints it, `span` columns wide. Text is escaped here. */
export interface Cell {
  readonly text: string;
  readonly paint?: (line: string) => string;
  readonly span?: number;
}

export type Row = readonly (Cell | string)[];

// A column gets no narrower than this to make room for others.
const narrowest = 12;

/** Widths in columns that fit: the widest column gives first, until all fit or all are at the narrowest. */
function fitted(natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, column) => sum + column + 2, -2) - width;
  for (; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= narrowest) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** What a grid takes in columns where nothing is broken. */
export function naturalWidth(rows: readonly Row[]): number {
  return naturalWidths(rows).reduce((sum, column) => sum + column + 2, -2);
}

function naturalWidths(rows: readonly Row[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((given, column) => {
      const cell = asCell(given);
      const least = cell.span === undefined ? textWidth(printable(cell.text)) : 0;
      widths[column] = Math.max(widths[column] ?? 0, least);
    });
  }
  return widths;
}

/** A table under a heading, in lines of at most `width` columns as far as its columns can be broken. */
export async function grid(
  head: readonly string[],
  rows: readonly Row[],
  width: number,
  paint: Paint,
): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const titles = head.map((text) => ({ text, paint: (line: string) => paint('bold', line) }));
  const all: readonly Row[] = head.length > 0 ? [titles, ...rows] : rows;
  const widths = fitted(naturalWidths(all), width);
  const nothing = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
  const table = new Table({
    chars: {
      ...nothing,
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: ' ',
    },
    style: { 'padding-left': 0, 'padding-right': 1, head: [], border: [] },
    colWidths: widths.map((column) => column + 1),
  });
  for (const row of all) table.push(row.map((given, column) => drawn(asCell(given), column, widths)));
  return table.toString().replace(/ +$/gm, '');
}

function drawn(cell: Cell, column: number, widths: readonly number[]): { content: string; colSpan: number } {
  const span = cell.span ?? 1;
  const room = widths.slice(column, column + span).reduce((sum, width) => sum + width + 2, -2);
  const lines = wrap(printable(cell.text), room);
  return { content: lines.map((line) => cell.paint?.(line) ?? line).join('\n'), colSpan: span };
}

function asCell(cell: Cell | string): Cell {
  return typeof cell === 'string' ? { text: cell } : cell;
}
