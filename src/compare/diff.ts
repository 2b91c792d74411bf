/** Compares two reports: what is new, what is fixed, what changed, and what is not known. */

import { compareText } from '../core/text.ts';
import { type Finding, type Severity, severities } from '../results/finding.ts';
import { reaches } from '../results/read/verdict.ts';
import type { ChangedFinding, ComparedFinding, ReportDiff, UnjudgedFinding } from '../results/report-diff.ts';
import { comparer, unjudgedIn } from './known.ts';
import type { ReportPart } from './read-report.ts';

/** A report, and the file that it was read from. */
export interface ReadReport {
  readonly file: string;
  readonly report: ReportPart;
}

/**
 * Compares an old report with a new one. A finding that is excused in the new one is not new; what became of it is not
 * a fix.
 */
export function diffReports(old: ReadReport, now: ReadReport, failOn: Severity | 'never'): ReportDiff {
  const [before, after] = [old.report, now.report];
  const compare = comparer(before.findings);
  const added: ComparedFinding[] = [];
  const rose: ChangedFinding[] = [];
  const fell: ChangedFinding[] = [];
  let unchanged = 0;
  for (const finding of after.findings) {
    const result = compare(finding);
    const one = compared(finding);
    if (result.state === 'known') unchanged++;
    else if (result.state === 'fell') fell.push({ ...one, was: result.was, gained: 0 });
    else if (finding.isExcused) unchanged++;
    else if (result.state === 'new') added.push(one);
    else rose.push({ ...one, was: result.was, gained: result.gained });
  }
  const { fixed, unjudged } = goneFrom(before, after);
  const fails = [...added, ...rose].some(({ severity }) => reaches(severity, failOn));
  return {
    schemaVersion: 1,
    old: comparedReport(old),
    new: comparedReport(now),
    failOn,
    exitCode: fails ? 1 : 0,
    nodes: nodesOf(before, after),
    added: added.sort(byWeight),
    rose: rose.sort(byWeight),
    fell: fell.sort(byWeight),
    fixed,
    unjudged,
    unchanged,
  };
}

const comparedReport = ({ file, report: { at, version } }: ReadReport) => ({ file, at, tool: version });

/** The findings of the old report of which the new one has no fault. */
function goneFrom(before: ReportPart, after: ReportPart): Pick<ReportDiff, 'fixed' | 'unjudged'> {
  const isThere = comparer(after.findings);
  const unjudged = unjudgedIn(
    after,
    before.nodes.map(({ name }) => name),
  );
  const gone = before.findings.filter((finding) => isThere(finding).state === 'new');
  const judged = gone.map((finding) => ({ one: compared(finding), reason: unjudged(finding) }));
  return {
    fixed: judged.flatMap(({ one, reason }) => (reason === undefined ? [one] : [])).sort(byWeight),
    unjudged: judged
      .flatMap(({ one, reason }): UnjudgedFinding[] => (reason === undefined ? [] : [{ ...one, reason }]))
      .sort(byWeight),
  };
}

function nodesOf(before: ReportPart, after: ReportPart): ReportDiff['nodes'] {
  const names = (report: ReportPart) => new Set(report.nodes.map(({ name }) => name));
  const [old, now] = [names(before), names(after)];
  return {
    both: [...now].filter((name) => old.has(name)),
    added: [...now].filter((name) => !old.has(name)),
    notGiven: [...old].filter((name) => !now.has(name)),
  };
}

type Part = Pick<
  Finding,
  'fingerprint' | 'rule' | 'severity' | 'node' | 'path' | 'file' | 'line' | 'subject' | 'message'
>;

function compared({ fingerprint, rule, severity, node, path, file, line, subject, message }: Part): ComparedFinding {
  return { fingerprint, rule, severity, node, path, file, line: Math.max(1, line), subject, message };
}

function byWeight(one: ComparedFinding, other: ComparedFinding): number {
  return (
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    compareText(one.node, other.node) ||
    compareText(one.path, other.path) ||
    compareText(one.rule, other.rule) ||
    compareText(one.fingerprint, other.fingerprint)
  );
}
