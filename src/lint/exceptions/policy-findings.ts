/** Runs the rules about exceptions and comments, and makes their findings, which are on no node. */

import type { CheckResult, ExcuseKind, Problem, Subjects } from '../../checks/base/check.ts';
import { checkOf } from '../../checks/index.ts';
import { inNote } from '../../core/command/shell.ts';
import { fill } from '../../core/text.ts';
import { matchText } from '../../results/exception.ts';
import type { Finding, Severity } from '../../results/finding.ts';
import type { PolicyPlace } from '../../settings/policy.ts';
import { settingOf } from '../../settings/rule-settings.ts';
import { type Rule, rules } from '../../tables/catalog.ts';
import { noteStep } from '../../tables/layouts/steps.ts';
import { type Naming, uniqueHash } from '../findings/finding.ts';
import { offNodeFinding } from '../findings/off-node.ts';
import { withNotes } from '../fix/class.ts';
import { runCheck } from '../rules/run-check.ts';
import type { Selection } from '../rules/selection.ts';
import { addOutcome, type Tally, tallyOf } from '../rules/tally.ts';
import type { ReadComment } from './comments.ts';
import type { ExceptionOptions, JudgedMatcher } from './judged-matcher.ts';

/** What a rule about exceptions is run on. */
type Excuse = { [K in ExcuseKind]: { readonly kind: K; readonly value: Subjects[K] } }[ExcuseKind];

type PolicySubject = Excuse & {
  readonly name: string;
  /** The name of the node with the comment; '' for the policy. */
  readonly node: string;
  readonly path: string;
  readonly at: PolicyPlace;
  /** What distinguishes it from others, without its line. */
  readonly key: string;
};

const policyRules = rules.filter(({ over }) => over === 'exception' || over === 'comment');

/** Returns the findings about exceptions and comments, and the outcomes of their rules. */
export function policyFindings(
  judged: readonly JudgedMatcher[],
  comments: readonly ReadComment[],
  selection: Selection,
  options: ExceptionOptions,
  naming: Naming,
): { readonly findings: readonly Finding[]; readonly outcomes: Tally } {
  const subjects = [...judged.map(ofException), ...comments.map(ofComment)];
  const outcomes = tallyOf([]);
  // The levels of the policy are those of `levelOf`.
  const anywhere = { judging: { at: options.at, documentedOnly: false } } as const;
  const findings = policyRules.flatMap((rule) => {
    const severity = levelOf(rule, options);
    if (severity === 'off' || !selection.rule(rule, anywhere) || !selection.role(undefined)) return [];
    return subjects.flatMap((subject) => {
      if (subject.kind !== rule.over) return [];
      const problems: Problem[] = [];
      const { name, path, value } = subject;
      const counted = { value, name, path, hangsOn: [], role: undefined };
      const outcome = runCheck(
        rule,
        counted,
        () => answersOf(rule, subject),
        (one) => problems.push(one),
      );
      addOutcome(outcomes, outcome, selection.passes);
      return problems.map(({ data }) => findingOf(rule, severity, subject, data, naming));
    });
  });
  return { findings, outcomes };
}

/** Runs the check of a rule on a subject of its kind. */
function answersOf({ id }: Rule, { kind, value }: Excuse): Iterable<CheckResult> {
  const check = checkOf(id);
  if (check.over === 'exception' && kind === 'exception') return check.run(value);
  if (check.over === 'comment' && kind === 'comment') return check.run(value);
  throw new Error(`${id} is not about ${kind}s`);
}

function ofException({ matcher, judged }: JudgedMatcher): PolicySubject {
  const { match, at } = judged.exception;
  const { node = '' } = matcher;
  return {
    kind: 'exception',
    value: judged,
    name: matchText(match),
    node,
    path: node === '' ? at.file : (match.path ?? at.file),
    at,
    key: JSON.stringify(Object.entries(match).sort()),
  };
}

function ofComment({ pki, file, comment, error }: ReadComment): PolicySubject {
  const { line, column, endLine, endColumn } = comment;
  const range = { line, column, endLine, endColumn };
  return {
    kind: 'comment',
    value: { at: { path: file.path, ...range }, error },
    name: file.path,
    node: pki.name,
    path: file.path,
    at: { file: file.file, ...range },
    key: comment.text.trim(),
  };
}

/**
 * The severity of a rule: that of the options, then that of the policy for exactly this rule, then that of its
 * `exceptionPolicy`, then that of a group of rules.
 */
function levelOf(rule: Rule, { rules: given = {}, policy }: ExceptionOptions): 'off' | Severity {
  const { expired, unused } = policy.exceptionPolicy;
  const own = { 'policy/expired': expired, 'policy/unused': unused }[rule.id];
  const isExact = Object.hasOwn(policy.rules, rule.id);
  const { severity } = settingOf(policy.rules, rule.id);
  return given[rule.id] ?? (isExact ? severity : undefined) ?? own ?? severity ?? rule.severity;
}

function findingOf(
  rule: Rule,
  severity: Severity,
  { name, node, path, at, key }: PolicySubject,
  data: Readonly<Record<string, string>>,
  { taken, identities }: Naming,
): Finding {
  const { file, line, column, endLine, endColumn } = at;
  const noted = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, inNote(value)]));
  const rows = rule.fix.flatMap((row) => (typeof row === 'string' ? [noteStep(fill(row, noted), node)] : []));
  return offNodeFinding(rule, {
    severity,
    subject: name,
    node,
    path,
    file,
    ...{ line, column, endLine, endColumn },
    data,
    fix: [withNotes(rows, 'edits')],
    // Without the file, which depends on the working directory, and without its line.
    fingerprint: uniqueHash(['1', rule.id, identities.get(node) ?? node, node === '' ? '' : path, key], taken),
  });
}
