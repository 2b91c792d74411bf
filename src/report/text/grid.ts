/** Formats tables without borders, fitted to a width. */
import { printable } from '../../core/text.ts';
import type { Paint } from './paint.ts';
import { textWidth, wrap } from './width.ts';

export interface Cell {
  /** Not yet escaped. */
  readonly text: string;
  /** Colours each line of the cell. */
  readonly paint?: (line: string) => string;
  /** Columns of the table that the cell covers; default 1. */
  readonly span?: number;
}

export type Row = readonly (Cell | string)[];

// The width to which a column can shrink, in columns of the terminal.
const minWidth = 12;

/** Shrinks the widest column, one by one, until the table fits or every column has the minimum width. */
function fitted(natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, column) => sum + column + 2, -2) - width;
  for (; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= minWidth) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function naturalWidths(rows: readonly Row[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((value, column) => {
      const cell = asCell(value);
      const width = cell.span === undefined ? textWidth(printable(cell.text)) : 0;
      widths[column] = Math.max(widths[column] ?? 0, width);
    });
  }
  return widths;
}

/** Returns a table with a header. Its lines fit `width`, unless every column has the minimum width already. */
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
  const noBorder = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
  const options = {
    chars: {
      ...noBorder,
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
  };
  // A table for each row: cli-table3 compares every cell with those of all rows above it.
  const lines = all.map((row) => {
    const table = new Table(options);
    table.push(...linesOf(row, widths));
    return table.toString().replace(/(?<! ) +$/gm, '');
  });
  return lines.join('\n');
}

/** The lines of a row, each as a row of its own: cli-table3 shortens a whole cell again for each line of it. */
function linesOf(row: Row, widths: readonly number[]): { content: string; colSpan: number }[][] {
  const cells = row.map(asCell).map((cell, column) => ({ ...cell, lines: wrapped(cell, column, widths) }));
  const height = Math.max(...cells.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells.map(({ lines, paint = (text) => text, span = 1 }) => {
      const text = lines[line];
      return { content: text === undefined ? '' : paint(text), colSpan: span };
    }),
  );
}

function wrapped({ text, span = 1 }: Cell, column: number, widths: readonly number[]): readonly string[] {
  const room = widths.slice(column, column + span).reduce((sum, width) => sum + width + 2, -2);
  return wrap(printable(text), room);
}

function asCell(cell: Cell | string): Cell {
  return typeof cell === 'string' ? { text: cell } : cell;
}
