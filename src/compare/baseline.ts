/** Baselines: which findings of a report one knows, and how it is updated. */

import { compareText } from '../core/text.ts';
import type { Baseline, BaselineFinding, RisenFinding } from '../results/baseline.ts';
import type { Finding } from '../results/finding.ts';
import { countsOf, isComplete, isRed } from '../results/read/verdict.ts';
import type { Report } from '../results/report.ts';
import { neverExcused } from '../settings/never-excused.ts';
import { comparer, unjudgedIn } from './known.ts';

/** How a baseline applies to a report. */
export interface BaselineUse {
  /** The file, as on the command line. */
  readonly file: string;
  readonly baseline: Baseline;
  /** Patterns of rules that nothing excuses. */
  readonly never: readonly string[];
  /** Whether only some rules or roles were checked: what was not found may not be fixed. */
  readonly isPartial: boolean;
  /** Whether anything that could not be checked makes the exit code 1. */
  readonly requireComplete: boolean;
}

const identified = ({ faults, ...entry }: BaselineFinding) => ({
  ...entry,
  ...(faults !== undefined && { faultFingerprints: faults }),
});

/**
 * Returns the report with the findings excused that a baseline knows, and with what it says about the baseline. What is
 * excused already stays so, for its own reason.
 */
export function withBaseline(report: Report, use: BaselineUse): Report {
  const { baseline, file, never } = use;
  const isNever = neverExcused({ never });
  const known = baseline.findings.filter(({ rule }) => !isNever(rule)).map(identified);
  const compare = comparer(known);
  const rose: RisenFinding[] = [];
  let [excused, added] = [0, 0];
  const findings = report.findings.map((finding): Finding => {
    if (finding.suppressed !== null) return finding;
    const result = isNever(finding.rule) ? ({ state: 'new' } as const) : compare(finding);
    if (result.state === 'rose') {
      rose.push({ fingerprint: finding.fingerprint, was: result.was, gained: result.gained });
    }
    if (result.state === 'new' || result.state === 'rose') {
      added++;
      return finding;
    }
    excused++;
    return { ...finding, suppressed: { by: file, reason: `known since ${result.since}`, until: null } };
  });
  const fixed = use.isPartial ? [] : fixedOf(baseline.findings, report);
  return recounted({ ...report, findings, baseline: { file, known: excused, new: added, rose, fixed } }, use);
}

/** The known findings of which this run found no fault, although it checked. */
function fixedOf(entries: readonly BaselineFinding[], report: Report): readonly BaselineFinding[] {
  const isThere = comparer(report.findings);
  const unjudged = unjudgedIn(
    report,
    entries.map(({ node }) => node),
  );
  return entries.filter((entry) => {
    const one = identified(entry);
    return isThere(one).state === 'new' && unjudged(one) === undefined;
  });
}

/** The counts and the exit code after findings were excused. */
function recounted(report: Report, { requireComplete }: Pick<BaselineUse, 'requireComplete'>): Report {
  const { findings, summary } = report;
  const fails = findings.some((finding) => isRed(finding, report)) || (requireComplete && !isComplete(report));
  return {
    ...report,
    // Whatever the findings are, what could not be linted decides.
    exitCode: report.exitCode === 1 && !fails ? 0 : report.exitCode,
    summary: { ...summary, ...countsOf(findings) },
  };
}

/** A baseline that was updated, and how it differs from the one before. */
export interface UpdatedBaseline {
  readonly baseline: Baseline;
  /** Findings that were added, those that got worse among them. */
  readonly added: number;
  readonly rose: number;
  /** Entries that were removed because nothing of them was found again. */
  readonly removed: number;
  readonly unchanged: number;
  /** Entries that stay because their nodes were not given, or not checked. */
  readonly kept: number;
  /** Rules of findings that may not be in a baseline. */
  readonly refused: readonly string[];
}

/**
 * Returns the baseline that knows all findings of a report that nothing else excuses. Entries about what was not
 * checked in this run stay.
 *
 * @param today the day from which on new findings are known
 */
export function updateBaseline(
  report: Report,
  old: Baseline,
  never: readonly string[],
  today: string,
): UpdatedBaseline {
  const isNever = neverExcused({ never });
  const compare = comparer(old.findings.map(identified));
  const unjudged = unjudgedIn(
    report,
    old.findings.map(({ node }) => node),
  );
  const open = report.findings.filter(({ suppressed }) => suppressed === null);
  const refused = open.filter(({ rule }) => isNever(rule));
  let [added, rose, unchanged] = [0, 0, 0];
  const entries = open.flatMap((finding): BaselineFinding[] => {
    if (isNever(finding.rule)) return [];
    const result = compare(finding);
    if (result.state === 'new' || result.state === 'rose') added++;
    else unchanged++;
    if (result.state === 'rose') rose++;
    const since = result.state === 'new' ? today : result.since;
    return [entryOf(finding, since)];
  });
  const isThere = comparer(report.findings);
  const left = old.findings.filter((entry) => isThere(identified(entry)).state === 'new');
  const kept = left.filter((entry) => !isNever(entry.rule) && unjudged(identified(entry)) !== undefined);
  return {
    baseline: { schemaVersion: 1, tool: report.tool.version, findings: [...entries, ...kept].sort(inOrder) },
    added,
    rose,
    removed: left.length - kept.length,
    unchanged,
    kept: kept.length,
    refused: [...new Set(refused.map(({ rule }) => rule))].sort(compareText),
  };
}

function entryOf(finding: Finding, since: string): BaselineFinding {
  const { fingerprint, rule, node, path, subject, severity, faultFingerprints } = finding;
  const entry = { fingerprint, rule, node, path, subject, severity, since };
  return faultFingerprints === undefined ? entry : { ...entry, faults: faultFingerprints };
}

function inOrder(one: BaselineFinding, other: BaselineFinding): number {
  return (
    compareText(one.node, other.node) ||
    compareText(one.rule, other.rule) ||
    compareText(one.path, other.path) ||
    compareText(one.subject, other.subject) ||
    compareText(one.fingerprint, other.fingerprint)
  );
}
