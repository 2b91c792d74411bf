/**
 * What every section of a page needs: the report and its picture, where to read about a finding, and what counts. What is excused is
 * shown as such: a report whose verdict is fine has nothing red.
 */
import type { ChecklistState } from '../../core/checklist.ts';
import type { Connection } from '../../core/connection.ts';
import type { Picture } from '../../core/picture.ts';
import { type Finding, type Report, severities } from '../../core/report.ts';
import type { Shown } from '../shown.ts';
import { findingId } from './parts.ts';

export interface Page {
  readonly report: Report;
  readonly picture: Picture;
  /** The findings that have an article. */
  readonly shown: readonly Shown[];
  /** Returns the address of the article about a finding; undefined if it has none, as one that is excused. */
  readonly hrefOf: (fingerprint: string | null) => string | undefined;
  /** Returns the worst finding about a file or a subject of a node, of those that count. */
  readonly worstAt: (node: string, places: readonly string[]) => Finding | undefined;
  /** Returns how a connection is marked. */
  readonly stateOf: (connection: Connection) => ChecklistState;
  /** The connections that fail and are not excused. */
  readonly failing: readonly Connection[];
}

/** Collects what sections need. */
export function pageOf(report: Report, picture: Picture, shown: readonly Shown[]): Page {
  const articles = new Map(
    shown.flatMap(({ finding, fingerprints }) => fingerprints.map((one) => [one, finding.fingerprint] as const)),
  );
  const counting = report.findings.filter(({ suppressed }) => suppressed === null);
  const severityOf = new Map(counting.map(({ fingerprint, severity }) => [fingerprint, severity]));
  const stateOf = ({ verdict, cause }: Connection): ChecklistState => {
    if (verdict !== 'fail') return verdict === 'ok' ? 'ok' : 'skipped';
    return (cause === null ? undefined : severityOf.get(cause)) ?? 'info';
  };
  return {
    report,
    picture,
    shown,
    hrefOf: (fingerprint) => {
      const article = fingerprint === null ? undefined : articles.get(fingerprint);
      return article === undefined ? undefined : `#${findingId(article)}`;
    },
    worstAt: worstFinder(counting),
    stateOf,
    failing: report.connections.filter((one) => one.verdict === 'fail' && stateOf(one) !== 'info'),
  };
}

/** Of findings, and of the faults for which they stand. */
function worstFinder(counting: readonly Finding[]): Page['worstAt'] {
  const byPlace = new Map<string, Finding>();
  // The worst comes last, and stays.
  const sorted = counting.toSorted(
    (one, other) => severities.indexOf(other.severity) - severities.indexOf(one.severity),
  );
  for (const finding of sorted) {
    for (const { node, path, subject } of [...(finding.members ?? []), finding]) {
      byPlace.set(`${node} ${path}`, finding);
      byPlace.set(`${node} ${subject}`, finding);
    }
  }
  return (node, places) => {
    const found = places.flatMap((place) => byPlace.get(`${node} ${place}`) ?? []);
    return found.toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity))[0];
  };
}
