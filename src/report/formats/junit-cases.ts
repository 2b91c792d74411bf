/** What a report says, as test cases. */
import { groupBy } from '../../core/collections.ts';
import { copyable, count } from '../../core/text.ts';
import type { Excuse, Fault, Finding } from '../../results/finding.ts';
import { fixLines, shellLine } from '../../results/fix.ts';
import { atPresent } from '../../results/read/at-present.ts';
import { countsFailures, isIncomplete, isRed, unlooked } from '../../results/read/verdict.ts';
import type { Report } from '../../results/report.ts';
import type { FormatOptions } from './format.ts';

/** The result of a case. A case with `output` passed, although there is something to say. */
export type CaseResult =
  | { readonly kind: 'passed'; readonly output?: string }
  | { readonly kind: 'failure' | 'error'; readonly type: string; readonly message: string; readonly text: string }
  | { readonly kind: 'skipped'; readonly message: string };

/** A test case. Several can have the same group and name: the writer distinguishes them by their paths. */
export interface Case {
  /** A node or, for what is about several, `cluster`; `policy` for exceptions, `objects` for objects. */
  readonly suite: string;
  /** The first part of a rule id, or of what is not about a rule: `connection`, `not-checked`, `path`. */
  readonly group: string;
  readonly name: string;
  /** Path on the node; undefined if the name says it. */
  readonly path?: string;
  /** Path in the repository. */
  readonly file?: string | undefined;
  readonly result: CaseResult;
}

/** Returns all cases of a report: what failed, was skipped or not checked, the connections, and what passed. */
export function casesOf(report: Report, options: FormatOptions): readonly Case[] {
  const suiteOf = suites(report);
  return [
    ...report.findings.flatMap((finding) => findingCases(finding, report, options)),
    ...report.skipped.map(
      ({ rule, subject, node, reason }): Case => ({
        suite: suiteOf(node),
        ...named(rule, subject),
        result: { kind: 'skipped', message: reason },
      }),
    ),
    ...uncheckedCases(report),
    ...connectionCases(report),
    ...passCases(report, options).map((one) => ({ ...one, suite: suiteOf(one.suite) })),
  ];
}

/** The rules over several nodes name them all as their node: `cp-1, cp-2 and cp-3`. */
function suites({ nodes, skipped, passes = [] }: Report): (node: string) => string {
  const known = new Set(nodes.map(({ name }) => name));
  const clusters = [
    ...new Set([...passes, ...skipped].map(({ node }) => node).filter((node) => node !== '' && !known.has(node))),
  ];
  return (node) => {
    if (known.has(node)) return node;
    if (node === '') return ofObjects;
    return clusters.length === 1 ? 'cluster' : `cluster-${clusters.indexOf(node) + 1}`;
  };
}

const named = (rule: string, subject: string) => ({
  group: rule.split('/', 1)[0] ?? rule,
  name: `${rule}: ${subject}`,
});

/** The suite of what is on no node: an exception of the policy, or an object of the cluster. */
const suiteOf = ({ rule }: Fault): string => (rule.startsWith('policy/') ? 'policy' : ofObjects);

const ofObjects = 'objects';

/** A finding, and the faults that it stands for: each has a case of its own, but only the finding fails. */
function findingCases(finding: Finding, report: Report, { inRepository }: FormatOptions): readonly Case[] {
  const caseOf = (fault: Fault, result: CaseResult): Case => ({
    suite: fault.node === '' ? suiteOf(fault) : fault.node,
    ...named(fault.rule, fault.subject),
    path: fault.path,
    file: inRepository?.(fault.file),
    result,
  });
  const { members = [] } = finding;
  return [
    caseOf(finding, resultOf(finding, report)),
    ...members.map((member) => caseOf(member, consequence(finding, report, [member.message, ...valuesOf(member)]))),
  ];
}

/** A finding below the threshold passes, so that red means exit code 1. */
function resultOf(finding: Finding, report: Report): CaseResult {
  const { suppressed, severity, message } = finding;
  if (suppressed !== null) return excused(suppressed);
  const text = textOf(finding);
  if (isRed(finding, report)) return { kind: 'failure', type: severity, message, text };
  return { kind: 'passed', output: `${severity}: ${text}` };
}

/**
 * What fails because of a finding. It is skipped, and names the case that fails: as many cases fail as other formats
 * have findings, and each is something to do.
 */
function consequence(finding: Finding, report: Report, lines: readonly string[]): CaseResult {
  const { suppressed, rule, subject, node } = finding;
  if (suppressed !== null) return excused(suppressed);
  const message = `fails with ${rule}: ${subject}${node === '' ? '' : ` on ${node}`}`;
  return isRed(finding, report)
    ? { kind: 'skipped', message: `${message}: ${lines.join('; ')}` }
    : { kind: 'passed', output: linesOf([message, ...lines]) };
}

function excused({ reason, until }: Excuse): CaseResult {
  return { kind: 'skipped', message: `excused${until === null ? '' : ` until ${until}`}: ${reason}` };
}

/** The lines about a finding, like those of the table. */
function textOf({ related, fix, cite, node, why, members = [], merged = 0, ...fault }: Finding): string {
  const effects = related.map(({ subject, message, error }) => [subject, message || error].filter(Boolean).join(': '));
  const [first = []] = fix;
  return linesOf([
    fault.message,
    ...valuesOf(fault),
    ...effects.map((effect) => `effect: ${effect}`),
    ...(merged > members.length ? [`${count(merged - members.length, 'more fault')} of the same cause`] : []),
    `why: ${why}`,
    ...(first.length === 0 ? [] : ['fix:', ...fixLines(first, node).map((line) => `  ${shellLine(line)}`)]),
    ...cite.map(({ title, url }) => `see: ${title}, ${url}`),
  ]);
}

const valuesOf = ({ found, expected, path, line }: Pick<Fault, 'found' | 'expected' | 'path' | 'line'>) => [
  ...(found === '' ? [] : [`found: ${found}`]),
  ...(expected === '' ? [] : [`expected: ${expected}`]),
  `at: ${path}:${line}`,
];

const linesOf = (lines: readonly string[]) => lines.map(copyable).join('\n');

/** What could not be checked, and paths of the command line that could not be linted. Only these can be errors. */
function uncheckedCases(report: Report): readonly Case[] {
  const isRedByThem = isIncomplete(report);
  const caseOf = (group: string, suite: string, path: string, message: string): Case => {
    const result: CaseResult = isRedByThem
      ? { kind: 'failure', type: 'incomplete', message, text: `${copyable(path)}: ${copyable(message)}` }
      : { kind: 'skipped', message };
    return { suite, group, name: path, result };
  };
  const unchecked = [
    ...unlooked(report).map(({ node, path, message }) => caseOf('not-looked-at', node, path, message)),
    ...report.notChecked.map(({ node, path, reason }) => caseOf('not-checked', node, path, `not checked: ${reason}`)),
  ];
  const failed = report.failures.map(({ path, message, hint }): Case => {
    const text = linesOf([message, ...(hint === null ? [] : [hint])]);
    const result: CaseResult = countsFailures(report)
      ? { kind: 'error', type: 'input', message, text }
      : { kind: 'skipped', message };
    return { suite: 'input', group: 'path', name: path, result };
  });
  return [...unchecked, ...failed];
}

/** A connection that fails never does so by itself: the finding that explains it has a case of its own. */
function connectionCases(report: Report): readonly Case[] {
  const findings = new Map(report.findings.map((finding) => [finding.fingerprint, finding]));
  return report.connections.map((connection): Case => {
    const { node, client, server, address, verdict, reason, without, cause } = atPresent(connection);
    const lines = [...(reason === null ? [] : [reason]), ...(verdict === 'fail' ? [`effect: ${without}`] : [])];
    const result = (): CaseResult => {
      if (verdict === 'unknown') return { kind: 'skipped', message: reason ?? 'unknown' };
      if (verdict === 'ok') return { kind: 'passed', ...(reason !== null && { output: linesOf(lines) }) };
      const finding = findings.get(cause ?? '');
      return finding === undefined
        ? { kind: 'passed', output: `fails: ${linesOf(lines)}` }
        : consequence(finding, report, lines);
    };
    const name = `${client} → ${server}${address === null ? '' : ` ${address}`}`;
    return { suite: node || 'objects', group: 'connection', name, result: result() };
  });
}

/** A case for every check that passed or, for fleets, one for each rule. */
function passCases({ passes = [] }: Report, { junitPasses = 'subject' }: FormatOptions): readonly Case[] {
  if (junitPasses === 'subject') {
    return passes.map(({ rule, subject, node, path }): Case => {
      return { suite: node, ...named(rule, subject), path, result: { kind: 'passed' } };
    });
  }
  return [...groupBy(passes, ({ node, rule }) => JSON.stringify([node, rule])).values()].flatMap((same) =>
    same.slice(0, 1).map(({ node, rule }): Case => {
      const output = `${count(same.length, 'check')} passed`;
      return { suite: node, ...named(rule, ''), name: rule, result: { kind: 'passed', output } };
    }),
  );
}
