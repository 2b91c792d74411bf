/** Formats what expires as CSV. */
import type { ExpiryEntry, ExpiryReport } from '../../results/expiry.ts';
import { type Column, csv } from '../formats/csv.ts';
import { renewerWords, signerWords } from '../text/words.ts';

const columns: readonly Column<ExpiryEntry>[] = [
  ['node', ({ node }) => node],
  ['name', ({ name }) => name],
  ['role', ({ role }) => role ?? ''],
  ['kind', ({ kind }) => kind],
  ['expires', ({ expires }) => expires],
  ['days_left', ({ daysLeft }) => daysLeft],
  ['limited_by', ({ limitedBy }) => limitedBy?.name ?? ''],
  ['not_after', ({ limitedBy, expires }) => limitedBy?.notAfter ?? expires],
  ['signed_by', ({ signedBy }) => signerWords(signedBy)],
  ['renewed_by', ({ renewedBy }) => renewerWords(renewedBy)],
  ['renewal', ({ renewal }) => renewal ?? ''],
  ['in_use', ({ inUse }) => (inUse ? 'yes' : 'no')],
  ['file', ({ places }) => places[0]?.path ?? ''],
  ['entry', ({ places }) => places[0]?.entry ?? ''],
  ['subject', ({ subject }) => subject],
  ['sha256', ({ fingerprint256 }) => fingerprint256],
];

/** Returns the entries as CSV. */
export const expiryCsv = ({ entries }: ExpiryReport): string => csv(columns, entries);
