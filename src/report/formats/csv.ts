/** CSV (RFC 4180) for spreadsheets: lines end with CRLF, and no cell is a formula. */
import { copyable } from '../../core/text.ts';

/** A column: its name, and the value of a row. */
export type Column<Row> = readonly [name: string, value: (row: Row) => string | number | null];

/** Returns rows as CSV, with a header. */
export function csv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, value]) => value(row)))];
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/**
 * A number stays a number. A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV
 * Injection"). Other spreadsheets separate cells by semicolons. Controls are escaped, as everywhere.
 */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return `${value}`;
  const text = copyable(value);
  const safe = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
  return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
