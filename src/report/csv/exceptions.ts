/** Formats the exceptions of a policy as CSV. */
import type { ReportedException } from '../../results/exception.ts';
import type { Report } from '../../results/report.ts';
import { type Column, csv } from '../formats/csv.ts';

const columns: readonly Column<ReportedException>[] = [
  ['rule', ({ match }) => match.rule ?? ''],
  ['path', ({ match }) => match.path ?? ''],
  ['subject', ({ match }) => match.subject ?? ''],
  ['node', ({ match }) => match.node ?? ''],
  ['fingerprint', ({ match }) => match.fingerprint ?? ''],
  ['sha256', ({ match }) => match.sha256 ?? ''],
  ['since', ({ since }) => since],
  ['until', ({ until }) => until],
  ['days_left', ({ daysLeft }) => daysLeft],
  ['owner', ({ owner }) => owner],
  ['ticket', ({ ticket }) => ticket],
  ['reason', ({ reason }) => reason],
  ['state', ({ state }) => state],
  ['why', ({ why }) => why],
  ['findings', ({ findings }) => findings],
  ['at', ({ by }) => by],
];

/** Returns the exceptions as CSV. */
export const exceptionCsv = ({ exceptions = [] }: Report): string => csv(columns, exceptions);
