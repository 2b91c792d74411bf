/** Which findings a report for people shows: the worst first, and once if several nodes have one with the same fix. */
import { groupBy } from '../../core/collections.ts';
import { compareNames, withoutName, withoutWords } from '../../core/text.ts';
import { type Finding, type Fix, impacts, severities } from '../../results/finding.ts';
import { harmOf } from '../../results/read/harm.ts';
import type { Report } from '../../results/report.ts';
import { leads } from '../../settings/never-excused.ts';
import { anywhere, mostNamed, statement } from './index.ts';

/** Which findings are shown. */
export interface ShownOptions {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly showSuppressed?: boolean;
}

/** A finding, the nodes that have it, and the number of its fix. */
export interface Shown {
  /** That of the first node; with the effects that it has on the others. */
  readonly finding: Finding;
  readonly nodes: readonly string[];
  /** Whether the finding says something else on other nodes, such as when their certificate expired. */
  readonly isExample: boolean;
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

/**
 * Returns the findings to show, in order (see `selected`). Those of one rule with the same fix on several nodes are
 * one; with `verbose` only if they say the same, so that each command is printed as it is typed.
 */
export function shownFindings({ findings }: Pick<Report, 'findings'>, options: ShownOptions): readonly Shown[] {
  const sameAs = options.verbose ? sameWords : sameFix;
  const groups = [...groupBy(selected(findings, options), sameAs).values()];
  const numbers = new Map<string, number>();
  return groups.flatMap((unordered) => {
    const isWorst = ({ impact, breaks }: Finding) =>
      Number(impact === unordered[0]?.impact && breaks.join() === unordered[0].breaks.join());
    const same = unordered.toSorted(
      (one, other) => isWorst(other) - isWorst(one) || compareNames(one.node, other.node),
    );
    const [first] = same;
    if (first === undefined) return [];
    const finding = same.length === 1 ? first : withEffectsOf(first, same);
    const nodes = [...new Set(same.map(({ node }) => node))].toSorted(compareNames);
    const fingerprints = same.map(({ fingerprint }) => fingerprint);
    const isExample = new Set(same.map(said)).size > 1;
    return [{ finding, nodes, isExample, fingerprints, fix: numberOf(finding, nodes, numbers) }];
  });
}

/** Returns the headline of a finding. Where several nodes are shown, it begins with them. */
export const headlineText = (
  { finding, nodes, isExample }: Omit<Shown, 'fix' | 'fingerprints'>,
  namesNodes: boolean,
): string => statement(finding, namesNodes ? nodes : [], namesNodes && isExample);

/** Whether its headline says only how many nodes have a finding. */
export const countsNodes = ({ nodes, isExample }: Shown): boolean => nodes.length > mostNamed || isExample;

/**
 * Returns the findings to show, sorted by severity, then by impact, then by what they stop: with `quiet` errors only,
 * with `verbose` or `showSuppressed` those that are excused too. Equal ones keep their order. Outages come before what
 * has expired, because a renewal waits until the API server is ready, which a different outage may prevent.
 */
export function selected(findings: readonly Finding[], options: ShownOptions): readonly Finding[] {
  const { quiet, verbose, showSuppressed } = options;
  const wanted = findings.filter(
    ({ severity, suppressed }) =>
      (verbose || showSuppressed || suppressed === null) && (!quiet || severity === 'error'),
  );
  return wanted.toSorted(
    (one, other) =>
      Number(leads(other)) - Number(leads(one)) ||
      severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
      impacts.indexOf(one.impact) - impacts.indexOf(other.impact) ||
      harmOf({ id: one.breaks[0] }) - harmOf({ id: other.breaks[0] }) ||
      other.breaks.length - one.breaks.length,
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
 * The same words and effects: such findings differ only in the name of the node. One that is excused is never joined
 * with one that is not.
 */
function sameWords(finding: Finding): string {
  const { node, related, fix } = finding;
  const effects = related.map((one) => [withoutWords(one.subject, node), withoutWords(one.message, node)]);
  return JSON.stringify([...kindOf(finding), anywhere(finding), effects, fixAnywhere(fix, node)]);
}

/** The same rule for the same thing, with the same fix but for the name of the node. Without a fix, the same words. */
function sameFix(finding: Finding): string {
  const { node, fix, members = [] } = finding;
  const commands = fix.map((steps) => steps.map((step) => ({ ...step, copy: null })));
  const parts = members.map((member) => [member.rule, withoutWords(member.subject, node), member.path]);
  const words = fix.flat().length === 0 ? anywhere(finding) : anywhere(finding)[0];
  return JSON.stringify([...kindOf(finding), parts, words, withoutName(JSON.stringify(commands), node)]);
}

function kindOf({ rule, severity, node, subject, path, suppressed }: Finding): readonly unknown[] {
  return [rule, severity, withoutWords(subject, node), path, suppressed];
}

/** What a finding says of any node. */
function said(finding: Finding): string {
  const { node, expected, found } = finding;
  return JSON.stringify([anywhere(finding), withoutWords(expected, node), withoutWords(found, node)]);
}

/** A finding with the effects of all, each once: they differ in the names of nodes. */
function withEffectsOf(first: Finding, all: readonly Finding[]): Finding {
  const effects = new Map<string, Finding['related'][number]>();
  for (const { node, related } of [first, ...all]) {
    for (const one of related) {
      const key = JSON.stringify([withoutWords(one.subject, node), withoutWords(one.message, node)]);
      if (!effects.has(key)) effects.set(key, one);
    }
  }
  return { ...first, related: [...effects.values()], breaks: [...new Set(all.flatMap(({ breaks }) => breaks))] };
}

/** A fix without the name of the node where its steps are done. */
function fixAnywhere(fix: readonly Fix[], node: string): readonly unknown[] {
  return fix.map((steps) => steps.map((step) => ({ ...step, on: step.on === node ? '' : step.on })));
}
