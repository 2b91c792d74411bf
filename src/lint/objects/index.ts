/** Runs the rules about objects of a cluster, and makes their findings, which are on no node. */
import type { ObjectMeta } from '../../artifact/objects/cluster-objects.ts';
import { type Place, placeIn } from '../../artifact/place.ts';
import type { CheckResult, ObjectKind, Problem, Subjects } from '../../checks/base/check.ts';
import { withoutControlPlane } from '../../checks/object/published.ts';
import { objectCheckOf } from '../../checks/objects.ts';
import { dialledIn } from '../../model/objects/dialled.ts';
import { hostedSecret } from '../../model/objects/hosted.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { nameOfObject } from '../../model/objects/secret-uses.ts';
import { isTls } from '../../model/objects/tls-pair.ts';
import type { Judging } from '../../model/roles/pki.ts';
import type { Connection } from '../../results/connection.ts';
import type { Fix, Severity } from '../../results/finding.ts';
import { typable } from '../../results/fix.ts';
import { isAboutObjects, type Rule, rules } from '../../tables/catalog.ts';
import { layouts } from '../../tables/layouts/index.ts';
import { type StepTarget, stepsOf } from '../../tables/layouts/steps.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import { limitSignatures, signaturesOfNode } from '../../x509/verify/signature-limit.ts';
import { uniqueHash } from '../findings/finding.ts';
import { type JudgedObjects, type ObjectFault, offNodeFinding } from '../findings/off-node.ts';
import { stepTarget } from '../fix/restarts.ts';
import { runCheck } from '../rules/run-check.ts';
import type { Selection } from '../rules/selection.ts';
import { addOutcome, tallyOf } from '../rules/tally.ts';
import { objectConnections } from './connections.ts';

/** What rules found in the objects of a dump. */
export interface ObjectJudgement extends Omit<JudgedObjects, 'judging'> {
  /** The rules that need the files of a control plane, which the input does not have. */
  readonly needControlPlane: number;
  /** What kube-apiserver dials. */
  readonly connections: readonly Connection[];
}

type ObjectSubject = { [K in ObjectKind]: { readonly over: K; readonly value: Subjects[K] } }[ObjectKind] & {
  /** `ValidatingWebhookConfiguration policy-webhook` */
  readonly name: string;
  readonly path: string;
};

const objectRules = rules.filter(isAboutObjects);

/** Judges the objects of a dump by all rules about objects. What needs too many signatures is skipped. */
export function judgeObjects(
  dump: JudgedDump,
  selection: Selection,
  judging: Judging,
  taken: Set<string>,
): ObjectJudgement {
  const outcomes = tallyOf([]);
  const subjects = subjectsOf(dump);
  const node = { judging };
  const faultsOf = (rule: Rule): readonly ObjectFault[] => {
    if (!selection.rule(rule, node) || !selection.role(undefined)) return [];
    return subjects
      .filter(({ over }) => over === rule.over)
      .flatMap((subject) => {
        const problems: Problem[] = [];
        const outcome = runCheck(
          rule,
          counted(subject),
          () => answersOf(rule, subject, dump),
          (one) => problems.push(one),
        );
        addOutcome(outcomes, outcome, selection.passes);
        const severity = selection.severity(rule, node);
        return problems.map((problem) => faultOf(rule, subject, problem, { dump, taken, severity }));
      });
  };
  const faults = limitSignatures(signaturesOfNode, () => objectRules.flatMap(faultsOf));
  const unjudged = outcomes.skips.filter(({ reason }) => reason === withoutControlPlane.reason);
  const dialled = subjects.flatMap(({ over, value }) => (over === 'webhook' || over === 'extension-api' ? value : []));
  const causes = new Map(
    faults
      .filter(({ rule }) => !noFault.has(rule.id))
      .map(({ subject, finding }) => [subject.value, finding.fingerprint]),
  );
  const connections = objectConnections(dialled, dump, (one) => causes.get(one) ?? null);
  const needControlPlane = new Set(unjudged.map(({ rule }) => rule)).size;
  return { faults, subjects, outcomes, needControlPlane, connections };
}

/** Rules about what is dialled that no connection fails by. */
const noFault: ReadonlySet<string> = new Set(['api-service/insecure', 'api-service/ends-soon', 'webhook/ends-soon']);

const counted = ({ value, name, path }: ObjectSubject) => ({ value, name, path, hangsOn: [], role: undefined });

function subjectsOf(dump: JudgedDump): readonly ObjectSubject[] {
  const { objects } = dump;
  const named = ({ meta }: { readonly meta: ObjectMeta }) => ({ name: nameOfObject(meta), path: meta.at.path });
  return [
    ...dialledIn(objects).map((value): ObjectSubject => {
      return { over: value.kind === 'extension-api' ? 'extension-api' : 'webhook', value, ...named(value) };
    }),
    ...objects.requests.map((value): ObjectSubject => ({ over: 'csr', value, ...named(value) })),
    ...objects.secrets
      .filter((one) => isTls(one) || hostedSecret(objects, one) !== undefined)
      .map((value): ObjectSubject => ({ over: 'secret', value, ...named(value) })),
    { over: 'dump', value: dump, name: objects.label, path: objects.label },
  ];
}

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

function faultOf(
  rule: Rule,
  { name, path, value }: ObjectSubject,
  problem: Problem,
  { dump, taken, severity }: { readonly dump: JudgedDump; readonly taken: Set<string>; readonly severity: Severity },
): ObjectFault {
  const { at, data, key = '', object: subject = name, certificate } = problem;
  const place: Place = placeIn(at) ?? { path };
  const { line = 1, column = 1, endLine = line, endColumn = column } = place;
  const finding = offNodeFinding(rule, {
    severity,
    subject,
    node: '',
    path: place.path,
    file: place.path,
    ...{ line, column, endLine, endColumn, field: place.field ?? '' },
    data,
    fix: alternativesFor(rule, problem, dump).filter((steps) => steps.length > 0),
    // Without the name of the dump and without its lines.
    fingerprint: uniqueHash(['1', rule.id, subject, data.name ?? '', key], taken),
  });
  const own = { at: place, ...(certificate && { certificate }) };
  return { finding, rule, pki: { name: '' }, subject: { name: subject, path, value }, problem: own };
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
