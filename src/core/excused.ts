/** Says how many findings are excused, and until when. */
import type { Report } from './report.ts';

/** Returns `2 excused until 2027-03-31 at the latest`. */
export function excusedUntil({ findings, summary }: Pick<Report, 'findings' | 'summary'>): string {
  const all = findings.flatMap(({ suppressed }) => suppressed ?? []);
  const days = new Set(all.flatMap(({ until }) => until ?? []));
  const last = [...days].sort().at(-1);
  const isForever = last === undefined || all.some(({ until }) => until === null);
  return `${summary.suppressed} excused${isForever ? '' : ` until ${last}${days.size > 1 ? ' at the latest' : ''}`}`;
}
