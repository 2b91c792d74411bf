/** Examples of findings: for each rule, one case that has a finding of it, and how the terminal shows that finding. */
import { type Finding, type Report, ruleDocs } from '../../src/index.ts';
import { shownFindings } from '../../src/report/message/shown.ts';
import { findingBlock, headlines } from '../../src/report/terminal/finding.ts';
import { painter } from '../../src/report/text/paint.ts';
import { objectCases } from '../objects/cases.ts';
import { lintObjects, type ObjectCase } from '../objects/harness.ts';
import { withStableFingerprints } from '../support/stable-fingerprints.ts';
import { groups } from './all.ts';
import { type Case, findingsOf } from './harness.ts';

type AnyCase = Case | ObjectCase;

const options = { width: 80, color: false, quiet: false, verbose: false } as const;

const ruleOf = (name: string): string => name.split('@')[0] ?? '';

/**
 * The case to show for a rule: of those with the fewest findings, the first. One about a certificate with a role is
 * better.
 */
function exampleCase(all: readonly AnyCase[], rule: string): AnyCase | undefined {
  const own = ({ findings }: AnyCase) => findings.filter((name) => ruleOf(name) === rule);
  const rank = (one: AnyCase) => (own(one).some((name) => name.includes('--')) ? 1000 : 0) + one.findings.length;
  return all.filter((one) => own(one).length > 0).toSorted((one, other) => rank(one) - rank(other))[0];
}

/** The case of each rule, by its id. A rule without a case is not in it. */
const exampleCases: ReadonlyMap<string, AnyCase> = new Map(
  ruleDocs.flatMap(({ id }) => {
    const found = exampleCase([...Object.values(groups).flat(), ...objectCases], id);
    return found === undefined ? [] : [[id, found] as const];
  }),
);

const shown = new Set(exampleCases.values());

/** Whether a case is the example of a rule. */
export const isExample = (one: AnyCase): boolean => shown.has(one);

/** Returns the first finding of a rule as the terminal shows it: an info in one line, without its fix. */
function exampleOf(rule: string, { findings }: Pick<Report, 'findings'>, namesNodes: boolean): string {
  const own = findings.filter((finding: Finding) => finding.rule === rule);
  const first = shownFindings({ findings: own }, options).slice(0, 1);
  const paint = painter(false);
  const blocks = first.map((one) =>
    one.finding.severity === 'info'
      ? headlines([one], { ...options, namesNodes }, paint)
      : findingBlock(one, { ...options, namesNodes }, paint),
  );
  return withStableFingerprints(blocks.join('\n'));
}

/** Returns the examples that a case gives, by rule. */
export function examplesOf(one: AnyCase, report: Pick<Report, 'findings'>): ReadonlyMap<string, string> {
  const rules = [...exampleCases].filter(([, example]) => example === one).map(([rule]) => rule);
  return new Map(rules.map((rule) => [rule, exampleOf(rule, report, 'beside' in one && one.beside !== undefined)]));
}

/** Lints the cases that give examples, each once, and returns the examples by rule. */
export async function allExamples(): Promise<ReadonlyMap<string, string>> {
  const examples = new Map<string, string>();
  for (const one of shown) {
    const report = await ('objects' in one ? lintObjects(one) : findingsOf(one));
    for (const [rule, text] of examplesOf(one, report)) examples.set(rule, text);
  }
  return examples;
}
