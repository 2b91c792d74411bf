/** Which findings a text shows: the worst first, and once if several nodes have the same with the same fix. */
import { groupBy } from '../../core/collections.ts';
import { withoutWords } from '../../core/text.ts';
import { type Finding, type Fix, impacts, severities } from '../../results/finding.ts';
import { harmOf } from '../../results/read/harm.ts';
import type { Report } from '../../results/report.ts';
import { leads } from '../../settings/never-excused.ts';
import { anywhere } from '../message/index.ts';
import type { ReporterOptions } from './reporter.ts';

/** A finding, the nodes that have it, and the number of its fix. */
export interface Shown {
  readonly finding: Finding;
  readonly nodes: readonly string[];
  /** The fingerprints of the finding on each of them. */
  readonly fingerprints: readonly string[];
  /** undefined for a finding without a fix. Findings with the same fix share its number. */
  readonly fix: NumberedFix | undefined;
}

/** A fix of a report, printed once. */
export interface NumberedFix {
  readonly number: number;
  readonly alternatives: readonly Fix[];
  /** Whether this is the finding where it is printed. */
  readonly isFirst: boolean;
}

/** Returns the findings to show, in order (see `selected`). */
export function shownFindings({ findings }: Pick<Report, 'findings'>, options: ReporterOptions): readonly Shown[] {
  const groups = [...groupBy(selected(findings, options), sameOnNodes).values()];
  const numbers = new Map<string, number>();
  return groups.flatMap((same) => {
    const [finding] = same;
    if (finding === undefined) return [];
    const nodes = [...new Set(same.map(({ node }) => node))];
    const fingerprints = same.map(({ fingerprint }) => fingerprint);
    return [{ finding, nodes, fingerprints, fix: numberOf(finding, nodes, numbers) }];
  });
}

/**
 * Returns the findings to show, sorted by severity, then by what they stop, then by impact: with `quiet` errors only,
 * with `verbose` or `showSuppressed` those that are excused too. Equal ones keep their order.
 */
export function selected(findings: readonly Finding[], options: ReporterOptions): readonly Finding[] {
  const { quiet, verbose, showSuppressed } = options;
  const wanted = findings.filter(
    ({ severity, suppressed }) =>
      (verbose || showSuppressed || suppressed === null) && (!quiet || severity === 'error'),
  );
  return wanted.toSorted(
    (one, other) =>
      Number(leads(other)) - Number(leads(one)) ||
      severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
      harmOf({ id: one.breaks[0] }) - harmOf({ id: other.breaks[0] }) ||
      other.breaks.length - one.breaks.length ||
      impacts.indexOf(one.impact) - impacts.indexOf(other.impact),
  );
}

function numberOf(
  { fix, node }: Finding,
  nodes: readonly string[],
  numbers: Map<string, number>,
): NumberedFix | undefined {
  const alternatives = fix.filter((steps) => steps.length > 0);
  if (alternatives.length === 0) return undefined;
  const key = JSON.stringify([fixAnywhere(alternatives, node), nodes]);
  const known = numbers.get(key);
  const number = known ?? numbers.size + 1;
  numbers.set(key, number);
  return { number, alternatives, isFirst: known === undefined };
}

/**
 * A finding of several nodes differs only in the name of the node. One that is excused is never joined with one that is
 * not.
 */
function sameOnNodes(finding: Finding): string {
  const { rule, severity, node, subject, path, related, fix, suppressed } = finding;
  const unnamed = (text: string) => withoutWords(text, node);
  const effects = related.map((one) => [unnamed(one.subject), unnamed(one.message)]);
  return JSON.stringify([
    [rule, severity, unnamed(subject), path, anywhere(finding), suppressed],
    effects,
    fixAnywhere(fix, node),
  ]);
}

/** A fix without the name of the node where its steps are done. */
function fixAnywhere(fix: readonly Fix[], node: string): readonly unknown[] {
  return fix.map((steps) => steps.map((step) => ({ ...step, on: step.on === node ? '' : step.on })));
}
