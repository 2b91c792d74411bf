/** The fix of a finding: commands of pki-lint, the steps of its role's row, and those of its rule. */
import { stepLine } from '../core/fix.ts';
import type { Fix, FixStep } from '../core/report.ts';
import { shellWord } from '../core/text.ts';
import { isFrom } from '../model/facts/release.ts';
import type { OtherCertificate } from '../model/roles/other-certificates.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import type { Rule } from '../tables/catalog.ts';
import type { StepRow } from '../tables/remedies.ts';
import { noteStep, restartRowOf, stepsOf } from '../tables/steps.ts';
import { type Afterwards, afterwards, nothingAfter, stepsAfter, together } from './afterwards.ts';
import type { Command, CommandFor } from './command.ts';
import { isByKubeadm, remedySteps } from './remedy.ts';
import { stepTarget } from './restarts.ts';
import type { Failure } from './run.ts';
import type { Subject } from './subjects.ts';

/** Returns a finding's `fix`: the command of pki-lint if there is one, then what can be done without it. */
function remedyFor(failure: Failure, commandFor: CommandFor): readonly Fix[] {
  const { pki } = failure;
  const { byHand, last, further, after } = partsOf(failure);
  const commands = failure.problem.fix === undefined ? commandSteps(commandFor(failure)) : [];
  const done = stepsAfter(after, pki);
  const end = [...done, ...last];
  const isEmpty = byHand.every((steps) => steps.length === 0);
  const alternatives = isEmpty && commands.length > 0 ? [] : byHand.map((steps) => [...steps, ...end]);
  return [...commands.map((step) => [step, ...done]), ...alternatives, ...further].filter((steps) => steps.length > 0);
}

/** The fix of a cause: that of its rule, else those of its members. A command that fixes all of them comes first. */
export function groupFix(cause: Failure, members: readonly Failure[], commandFor: CommandFor): readonly Fix[] {
  const own = remedyFor(cause, commandFor);
  if (own.length === 0 && members.length > 0) return jointFix(members, commandFor);
  const commands = cause.rule.issue === undefined ? [] : members.map((member) => commandFor(member));
  const [first] = commands;
  const isCommon = first !== undefined && commands.every((command) => command?.text === first.text);
  const isOwn = own.some(([step]) => step?.text === first?.text);
  return isCommon && !isOwn ? [commandSteps(first), ...own] : own;
}

/**
 * Returns the fixes of several failures of a node as one, in the order of work: all files first, then the components that
 * have to restart, one after the other. Where a command of pki-lint replaces only some of the files, the steps for the
 * others follow it.
 */
export function jointFix(failures: readonly Failure[], commandFor: CommandFor): readonly Fix[] {
  const [first] = failures;
  if (first === undefined) return [];
  const all = failures.map((failure) => ({ failure, command: commandFor(failure), parts: partsOf(failure) }));
  const { pki } = first;
  const after = together(all.map(({ parts }) => parts.after));
  const end = [...stepsAfter(after, pki), ...all.flatMap(({ parts }) => parts.last)];
  const whole = all.map(({ command }) => command?.all).find((command) => command !== undefined);
  const [issued, ...others] = all.flatMap(({ failure, command }) => (command === undefined ? [] : [failure]));
  const one = commandSteps(whole ?? (others.length > 0 ? issued && commandFor(issued, others) : undefined));
  const commands = one.length > 0 ? one : all.flatMap(({ command }) => single(command));
  // Of the alternatives, the last needs the least.
  const left = all.filter(({ command }) => command === undefined).flatMap(({ parts }) => parts.byHand.at(-1) ?? []);
  const byHand = renewedTogether(
    all.map(({ failure, parts }) => ({ role: failure.subject.role, steps: parts.byHand.at(-1) ?? [] })),
    pki,
  );
  const alternatives = [commands.length === 0 ? [] : [...commands, ...left], byHand]
    .filter((steps) => steps.length > 0)
    .map((steps) => [...distinct(steps), ...lastOfEach(end)]);
  return [...alternatives, ...commonTo(all.map(({ parts }) => parts.further))];
}

/** The alternatives that each of several faults has. */
function commonTo([first = [], ...others]: readonly (readonly Fix[])[]): readonly Fix[] {
  const isSame = (one: Fix) => (other: Fix) => JSON.stringify(one) === JSON.stringify(other);
  return first.filter((steps) => others.every((further) => further.some(isSame(steps))));
}

/** The steps of roles, or one for all that kubeadm renews if none of those is left out. */
function renewedTogether(
  all: readonly { readonly role: string | undefined; readonly steps: Fix }[],
  { layout, roles }: Pki,
): Fix {
  const { renewal } = layout.remedies;
  const there = roles.filter(({ id, leaf, applies }) => {
    return leaf !== undefined && applies.answer === 'yes' && renewal.roles.some((one) => one === id);
  });
  const isRenewed = ({ role, steps }: (typeof all)[number]) =>
    there.some(({ id }) => id === role) && steps.length === 1 && steps.every((step) => isByKubeadm(step));
  const [example] = all.filter(isRenewed).flatMap(({ steps }) => steps);
  if (example === undefined || all.filter(isRenewed).length < there.length) return all.flatMap(({ steps }) => steps);
  const step = { ...example, text: renewal.step.command };
  return [step, ...all.filter((one) => !isRenewed(one)).flatMap(({ steps }) => steps)];
}

/** Each command once, with its last comment. */
const distinct = (steps: Fix): Fix => [...new Map(steps.map((step) => [`${step.on} ${step.text}`, step])).values()];

/** Commands may have to be repeated, notes not. */
function lastOfEach(steps: Fix): Fix {
  const last = new Map(steps.map((step, index) => [stepLine(step), index]));
  return steps.filter((step, index) => step.kind === 'command' || last.get(stepLine(step)) === index);
}

/** What a fix is made of, without the commands of pki-lint. */
interface Parts {
  /** Alternatives that replace the files of the role. */
  readonly byHand: readonly Fix[];
  /** What has to be done on the node afterwards. */
  readonly after: Afterwards;
  /** What only the steps by hand need. */
  readonly last: Fix;
  /** Alternatives of the rule that need none of this. */
  readonly further: readonly Fix[];
}

function partsOf(failure: Failure): Parts {
  const { pki, rule, subject, problem } = failure;
  const role = pki.roles.find((one) => one.id === subject.role);
  const other = isOther(subject.value) ? subject.value : undefined;
  const { rows, others } = pki.layout.remedies;
  const hasRemedy = rule.remedy !== null || rule.issue !== undefined;
  const row = !hasRemedy ? undefined : other ? others : rows.find((one) => one.role === subject.role);
  const after = row === undefined ? nothingAfter : afterwards(row, rule.remedy, subject.role, pki);
  const steps = ownSteps(
    problem.fix === undefined ? rule.fix : rule.fixes[problem.fix],
    failure,
    stepsAfter(after, pki),
  );
  if (problem.fix !== undefined) return { byHand: [], after: nothingAfter, last: [], further: alternativesOf(steps) };
  const alternatives = alternativesOf(steps);
  const [own = [], ...further] =
    hasRemedy && alternatives[0]?.[0] && isOr(alternatives[0][0]) ? [[], ...alternatives] : alternatives;
  const remedies = row && rule.remedy ? remedySteps(rule.remedy, row, role ?? other ?? subject.role, pki) : [[]];
  return {
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
  const values = quoted(problem.data);
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

/** The commands of pki-lint, each an alternative. */
function commandSteps(command: Command | undefined): readonly FixStep[] {
  if (command === undefined) return [];
  const { all } = command;
  const others = all === undefined || all.text === command.text ? [] : [stepOfCommand(all, 'or all that ends')];
  return [stepOfCommand(command, null), ...others];
}

const single = (command: Command | undefined) => (command === undefined ? [] : [stepOfCommand(command, null)]);

function stepOfCommand({ text, comment, on }: Command, intro: string | null): FixStep {
  return { on, kind: 'command', text, intro, comment, writes: true };
}

/** Quotes data for shell commands, except for empty values and those that are prose. */
function quoted(data: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const prose = new Set(['fix', 'readers', 'subject', 'others']);
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
