/** What the fix of one failure is made of, without the commands of pki-lint. */
import type { Fix, FixStep } from '../core/report.ts';
import { shellWord } from '../core/text.ts';
import { isFrom } from '../model/facts/release.ts';
import type { OtherCertificate } from '../model/roles/other-certificates.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import type { Rule } from '../tables/catalog.ts';
import type { StepRow } from '../tables/remedies.ts';
import { noteStep, restartRowOf, stepsOf } from '../tables/steps.ts';
import { type Afterwards, afterMove, afterwards, nothingAfter, stepsAfter } from './afterwards.ts';
import { writing } from './command.ts';
import { copyingSteps, isByKubeadm, remedySteps } from './remedy.ts';
import { stepTarget } from './restarts.ts';
import type { Failure } from './run.ts';
import type { Subject } from './subjects.ts';

export interface Parts {
  /** What comes before all alternatives, and before commands of pki-lint. */
  readonly before: Fix;
  /** Alternatives that replace the files of the role. */
  readonly byHand: readonly Fix[];
  /** What has to be done on the node afterwards. */
  readonly after: Afterwards;
  /** What only the steps by hand need. */
  readonly last: Fix;
  /** Alternatives of the rule that need none of this. */
  readonly further: readonly Fix[];
}

/** Returns the parts of the fix of a failure. */
export function partsOf(failure: Failure): Parts {
  const { pki, rule, subject, problem } = failure;
  const role = pki.roles.find((one) => one.id === subject.role);
  const other = isOther(subject.value) ? subject.value : undefined;
  const { rows, others } = pki.layout.remedies;
  const hasRemedy = rule.remedy !== null || rule.issue !== undefined;
  const row = !hasRemedy ? undefined : other ? others : rows.find((one) => one.role === subject.role);
  const authority = pki.authorities.find(({ id }) => id === subject.role);
  const copying = row && authority && rule.remedy === 'expired' ? copyingSteps(row, authority, pki) : undefined;
  const replaced =
    row === undefined ? nothingAfter : afterwards(row, rule.remedy, subject.role, pki, copying !== undefined);
  const after = problem.moved === undefined ? replaced : afterMove(problem.moved, pki);
  const steps = ownSteps(
    problem.fix === undefined ? rule.fix : rule.fixes[problem.fix],
    failure,
    stepsAfter(after, pki),
  );
  if (problem.fix !== undefined)
    return { before: [], byHand: [], after: nothingAfter, last: [], further: alternativesOf(steps) };
  const alternatives = alternativesOf(steps);
  const [own = [], ...further] =
    hasRemedy && alternatives[0]?.[0] && isOr(alternatives[0][0]) ? [[], ...alternatives] : alternatives;
  const isReplaced = copying === undefined && rule.remedy !== null;
  const remedies = row && isReplaced ? remedySteps(rule.remedy, row, role ?? other ?? subject.role, pki) : [[]];
  return {
    before: copying ?? [],
    byHand: remedies.map((remedy) => [
      ...configurationSteps(remedy, pki),
      ...remedy,
      ...movedNote(remedy, role, pki),
      ...own,
    ]),
    after,
    last: restartOf(rule, problem.data.component, pki),
    further,
  };
}

const isOther = (value: Subject['value']): value is OtherCertificate => 'kind' in value && value.kind === 'other';

/** The steps of a rule's own fix, without those for which the check has no value. */
function ownSteps(rows: readonly StepRow[] = [], { pki, problem }: Failure, after: Fix): Fix {
  const values = { ...quoted(problem.data), options: writing(pki, []).join(' ') };
  const target = stepTarget(pki);
  return rows.flatMap((row) => {
    if (typeof row === 'string') return stepsOf(row, problem.data, target);
    if ('after' in row) return after;
    if (row.when !== undefined && !problem.data[row.when]) return [];
    if (!('each' in row)) return stepsOf(row, values, target);
    return (problem.each ?? []).flatMap((each) => stepsOf(row, { ...values, each: shellWord(each) }, target));
  });
}

const isOr = ({ intro, text }: FixStep): boolean => (intro ?? text).startsWith('or ');

/** A step that begins with "or" begins another alternative. */
function alternativesOf(steps: readonly FixStep[]): readonly Fix[] {
  const starts = steps.flatMap((step, index) => (index === 0 || isOr(step) ? [index] : []));
  return starts.map((start, index) => steps.slice(start, starts[index + 1]));
}

/** Quotes data for shell commands, except for empty values and those that are prose. */
function quoted(data: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const prose = new Set(['fix', 'subject', 'others']);
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, prose.has(key) || value === '' ? value : shellWord(value)]),
  );
}

function movedNote(remedy: Fix, role: Role | undefined, { name }: Pki): readonly FixStep[] {
  const moved = role !== undefined && role.path !== role.recommended;
  if (!moved || !remedy.some(isByKubeadm)) return [];
  return [noteStep(`kubeadm works on ${role.recommended}; this node uses ${role.path}`, name)];
}

/** How to get kubeadm's configuration. It is that of the first node, and must say what is true of this one. */
function configurationSteps(remedy: Fix, pki: Pki): readonly FixStep[] {
  const reader = remedy.find(({ text }) => text.includes('--config kubeadm.yaml'));
  if (reader === undefined) return [];
  const { advertiseAddress, nodeName } = pki.facts;
  const own = [
    ...(advertiseAddress ? [`localAPIEndpoint.advertiseAddress: ${advertiseAddress.value}`] : []),
    ...(nodeName ? [`nodeRegistration.name: ${nodeName.value}`] : []),
  ];
  const note = `the InitConfiguration in kubeadm.yaml must say, for this node: ${own.join(', ')}`;
  const { rows, converted } = pki.layout.remedies.configuration;
  const release = pki.facts.kubernetesVersion?.value;
  const isConverted = release !== undefined && isFrom(release, converted.from);
  const steps = [...rows, ...(isConverted ? converted.rows : [])].flatMap((row) => stepsOf(row, {}, stepTarget(pki)));
  // It is needed where it is read, which may be on another node.
  return [...steps, ...(own.length > 0 ? [noteStep(note, pki.name)] : [])].map((step) => ({ ...step, on: reader.on }));
}

/** The restart after which a changed flag takes effect. */
function restartOf(rule: Rule, component: string | undefined, pki: Pki): readonly FixStep[] {
  if (component === undefined || !rule.restarts) return [];
  const row = restartRowOf(component, pki.layout.remedies);
  return row === undefined ? [] : stepsOf(row.changed, { component }, stepTarget(pki));
}
