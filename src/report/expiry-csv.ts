/** Formats what expires as CSV (RFC 4180), for spreadsheets. */
import type { ExpiryEntry, ExpiryReport } from '../core/expiry.ts';
import { printable } from '../core/text.ts';
import { renewerWords, signerWords } from './words.ts';

const columns: readonly (readonly [name: string, value: (entry: ExpiryEntry) => string | number])[] = [
  ['node', ({ node }) => node],
  ['name', ({ name }) => name],
  ['role', ({ role }) => role ?? ''],
  ['kind', ({ kind }) => kind],
  ['expires', ({ expires }) => expires],
  ['days_left', ({ daysLeft }) => daysLeft],
  ['limited_by', ({ limitedBy }) => limitedBy?.name ?? ''],
  ['not_after', ({ limitedBy, expires }) => limitedBy?.notAfter ?? expires],
  ['signed_by', ({ signedBy }) => signerWords(signedBy)],
  ['renewed_by', ({ renewedBy }) => renewerWords[renewedBy]],
  ['renewal', ({ renewal }) => renewal ?? ''],
  ['in_use', ({ inUse }) => (inUse ? 'yes' : 'no')],
  ['file', ({ places }) => places[0]?.path ?? ''],
  ['entry', ({ places }) => places[0]?.entry ?? ''],
  ['subject', ({ subject }) => subject],
  ['sha256', ({ fingerprint256 }) => fingerprint256],
];

/** Returns the entries as CSV, with a header: lines end with CRLF, and no cell is a formula. */
export function expiryCsv({ entries }: ExpiryReport): string {
  const lines = [columns.map(([name]) => name), ...entries.map((entry) => columns.map(([, value]) => value(entry)))];
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/**
 * A number stays a number. A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV
 * Injection"). Other spreadsheets separate cells by semicolons. Controls are escaped, as everywhere.
 */
function cell(value: string | number): string {
  if (typeof value === 'number') return `${value}`;
  const text = printable(value);
  const safe = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
  return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
