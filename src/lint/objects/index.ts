/** Runs the rules about objects of a cluster, and makes their findings, which are on no node. */
import type { ObjectMeta } from '../../artifact/objects/cluster-objects.ts';
import type { CheckResult, ObjectKind, Problem, Subjects } from '../../checks/base/check.ts';
import { withoutControlPlane } from '../../checks/object/cluster-info.ts';
import { objectCheckOf } from '../../checks/objects.ts';
import { fill } from '../../core/text.ts';
import { dialledIn } from '../../model/objects/dialled.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import type { Judging } from '../../model/roles/pki.ts';
import type { Finding, Fix } from '../../results/finding.ts';
import { classOf, typable } from '../../results/fix.ts';
import { isAboutObjects, type Rule, rules } from '../../tables/catalog.ts';
import { layouts } from '../../tables/layouts/index.ts';
import { type StepTarget, stepsOf } from '../../tables/layouts/steps.ts';
import { ruleSources } from '../../tables/sources.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import { textsOf, uniqueHash } from '../findings/finding.ts';
import { singleWording } from '../findings/wording.ts';
import { stepTarget } from '../fix/restarts.ts';
import type { Selection } from '../rules/selection.ts';
import { addOutcome, type Outcome, type Tally, tallyOf } from '../rules/tally.ts';

/** What rules found in the objects of a dump. */
export interface ObjectJudgement {
  readonly findings: readonly Finding[];
  /** The rules that need the files of a control plane, which the input does not have. */
  readonly needControlPlane: number;
  readonly outcomes: Tally;
}

type ObjectSubject = { [K in ObjectKind]: { readonly over: K; readonly value: Subjects[K] } }[ObjectKind] & {
  /** `ValidatingWebhookConfiguration policy-webhook` */
  readonly name: string;
  readonly path: string;
};

const objectRules = rules.filter(isAboutObjects);

/** Judges the objects of a dump by all rules about objects. */
export function judgeObjects(
  dump: JudgedDump,
  selection: Selection,
  judging: Judging,
  taken: Set<string>,
): ObjectJudgement {
  const outcomes = tallyOf([]);
  const subjects = subjectsOf(dump);
  const node = { judging };
  const findings = objectRules.flatMap((rule) => {
    if (!selection.rule(rule, node) || !selection.role(undefined)) return [];
    return subjects
      .filter(({ over }) => over === rule.over)
      .flatMap((subject) => {
        const answers = [...answersOf(rule, subject, dump)];
        const problems = answers.flatMap((answer) => (answer.kind === 'problem' ? [answer] : []));
        addOutcome(outcomes, outcomeOf(rule, subject, answers), selection.passes);
        const severity = selection.severity(rule, node);
        return problems.map((problem) => ({ ...findingOf(rule, subject, problem, { dump, taken }), severity }));
      });
  });
  const unjudged = outcomes.skips.filter(({ reason }) => reason === withoutControlPlane.reason);
  return { findings, outcomes, needControlPlane: new Set(unjudged.map(({ rule }) => rule)).size };
}

function outcomeOf({ id }: Rule, { value, name, path }: ObjectSubject, answers: readonly CheckResult[]): Outcome {
  const subject = { value, name, path, hangsOn: [], role: undefined };
  const outcome = { rule: id, subject, reason: undefined, because: undefined };
  if (answers.some(({ kind }) => kind === 'problem')) return { ...outcome, result: 'fail' };
  const [first] = answers;
  if (first === undefined || first.kind === 'problem') return { ...outcome, result: 'pass' };
  return { ...outcome, result: first.kind, reason: first.reason };
}

function subjectsOf(dump: JudgedDump): readonly ObjectSubject[] {
  const { objects } = dump;
  const named = ({ meta }: { readonly meta: ObjectMeta }) => ({ name: nameOfObject(meta), path: meta.at.path });
  return [
    ...dialledIn(objects).map((value): ObjectSubject => {
      return { over: value.kind === 'extension-api' ? 'extension-api' : 'webhook', value, ...named(value) };
    }),
    ...objects.requests.map((value): ObjectSubject => ({ over: 'csr', value, ...named(value) })),
    { over: 'dump', value: dump, name: objects.label, path: objects.label },
  ];
}

/** `Secret shop/policy-tls` */
const nameOfObject = ({ kind, namespace, name }: ObjectMeta): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

function answersOf({ id }: Rule, { value }: ObjectSubject, dump: JudgedDump): Iterable<CheckResult> {
  return objectCheckOf(id).run(value as never, dump as never);
}

/** Where commands about objects are typed. */
const anywhere: StepTarget = {
  name: '',
  layout: layouts[0],
  machines: new Map(),
  units: new Map(),
  values: {},
  copied: null,
};

function findingOf(
  rule: Rule,
  { name: subject, path }: ObjectSubject,
  problem: Problem,
  { dump, taken }: { readonly dump: JudgedDump; readonly taken: Set<string> },
): Omit<Finding, 'severity'> {
  const { at, data, key = '', related = [], object: name = subject } = problem;
  const { line = 1, column = 1, endLine = line, endColumn = column } = 'words' in at ? {} : at;
  const fix = alternativesFor(rule, problem, dump).filter((steps) => steps.length > 0);
  return {
    rule: rule.id,
    subject: name,
    node: '',
    path: 'words' in at ? path : at.path,
    file: 'words' in at ? path : at.path,
    line,
    column,
    endLine,
    endColumn,
    source: null,
    ...textsOf(singleWording(rule, { data, names: [name] })),
    impact: rule.impact,
    related: related.map((one) => ({ ...one, fingerprint: null })),
    breaks: [],
    why: fill(rule.why, data),
    fix,
    fixClasses: fix.map(classOf),
    cite: ruleSources(rule.id, rule.cite),
    cis: rule.cis,
    // Without the name of the dump and without its lines.
    fingerprint: uniqueHash(['1', rule.id, name, data.name ?? '', key], taken),
    suppressed: null,
  };
}

/**
 * The alternatives of a fix. A restart is done on a control plane of the input: where kube-controller-manager works, if
 * its Lease says it.
 */
function alternativesFor(
  rule: Rule,
  { data, lists = {}, fix }: Problem,
  { nodes, objects }: JudgedDump,
): readonly Fix[] {
  const rows = fix === undefined ? rule.fix : (rule.fixes[fix] ?? []);
  const isMeant = (row: StepRow) =>
    typeof row === 'string' || !('when' in row) || row.when === undefined || (data[row.when] ?? '') !== '';
  const controlPlanes = nodes.filter(({ kind }) => kind === 'control-plane');
  const leader = objects.leases.find(({ name }) => name === 'kube-controller-manager')?.holder;
  const on = controlPlanes.find(({ facts }) => facts.nodeName?.value === leader) ?? controlPlanes[0];
  const target = on === undefined ? anywhere : stepTarget(on);
  const alternatives: StepRow[][] = [[]];
  for (const row of rows.filter(isMeant)) {
    if (typeof row === 'object' && 'or' in row) alternatives.push([]);
    alternatives.at(-1)?.push(row);
  }
  return alternatives.map((own) => typable(own.flatMap((row) => stepsOf(row, { ...data, ...lists }, target))));
}
