/** Says how many findings are excused, and until when. */
import type { Report } from '../report.ts';

/** Returns `2 excused until 2027-03-31 at the latest`; '' for none. What a baseline knows is not among them. */
export function excusedUntil({
  findings,
  summary,
  baseline,
}: Pick<Report, 'findings' | 'summary' | 'baseline'>): string {
  const number = summary.suppressed - (baseline?.known ?? 0);
  if (number <= 0) return '';
  const all = findings.flatMap(({ suppressed }) => suppressed ?? []).filter(({ by }) => by !== baseline?.file);
  const days = new Set(all.flatMap(({ until }) => until ?? []));
  const last = [...days].sort().at(-1);
  const isForever = last === undefined || all.some(({ until }) => until === null);
  return `${number} excused${isForever ? '' : ` until ${last}${days.size > 1 ? ' at the latest' : ''}`}`;
}
