/** The fix of a finding: commands of pki-lint, the steps of its role's row, and those of its rule. */
import { stepLine } from '../core/fix.ts';
import type { Fix, FixStep } from '../core/report.ts';
import { shellWord } from '../core/text.ts';
import type { OtherCertificate } from '../model/roles/other-certificates.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import type { Rule } from '../tables/catalog.ts';
import type { Remedy } from '../tables/remedies.ts';
import { noteStep, restartRowOf, stepOf } from '../tables/steps.ts';
import type { Command, CommandFor } from './command.ts';
import type { Failure } from './run.ts';
import { pathsOf, type Subject } from './subjects.ts';

/** Returns a finding's `fix`: the command of pki-lint if there is one, then what can be done without it. */
export function remedyFor(failure: Failure, commandFor: CommandFor): readonly Fix[] {
  const { pki, rule, subject, problem } = failure;
  const role = pki.roles.find((one) => one.id === subject.role);
  const hasRemedy = rule.remedy !== null || rule.issue !== undefined;
  const other = isOther(subject.value) ? subject.value : undefined;
  const { rows, others: ofOthers } = pki.layout.remedies;
  const row = !hasRemedy ? undefined : other ? ofOthers : rows.find((one) => one.role === subject.role);
  const [own = [], ...further] = alternativesOf(rule.fix.map((one) => stepOf(one, quoted(problem.data), pki)));
  const remedy = remedySteps(rule, row, role ?? other, pki);
  const after = row ? [stepOf((pki.kind === 'worker' ? row.worker : undefined) ?? row.after, {}, pki)] : [];
  const commands = commandSteps(commandFor(failure));
  const others = [...remedy, ...movedNote(remedy, role, pki), ...own];
  const last = [...after, ...configurationNotes(remedy, pki), ...restartOf(rule, problem.data.component, pki)];
  const byHand = others.length === 0 && commands.length > 0 ? [] : [...others, ...last];
  return [...commands.map((step) => [step, ...after]), byHand, ...further].filter((steps) => steps.length > 0);
}

/** The fixes of several failures of one rule as one: the command for all of them, then the steps of each. */
export function jointFix(failures: readonly Failure[], commandFor: CommandFor): readonly Fix[] {
  const all = failures.map(commandFor).find((command) => command?.all !== undefined)?.all;
  const fixes = failures.map((failure) => remedyFor(failure, commandFor).filter(([step]) => step?.text !== all?.text));
  const most = Math.max(...fixes.map((fix) => fix.length));
  const joint = Array.from({ length: most }, (_, index) => distinct(fixes.flatMap((fix) => fix[index] ?? [])));
  return [...(all === undefined ? [] : [commandSteps(all)]), ...joint];
}

const distinct = (steps: readonly FixStep[]): Fix => [...new Map(steps.map((step) => [stepLine(step), step])).values()];

const isOther = (value: Subject['value']): value is OtherCertificate => 'kind' in value && value.kind === 'other';

/** A command that begins with "or" begins another alternative. */
function alternativesOf(steps: readonly FixStep[]): readonly Fix[] {
  const isOther = ({ intro }: FixStep, index: number) => index > 0 && intro?.startsWith('or ') === true;
  const starts = steps.flatMap((step, index) => (index === 0 || isOther(step, index) ? [index] : []));
  return starts.map((start, index) => steps.slice(start, starts[index + 1]));
}

/** The commands of pki-lint, each an alternative. */
function commandSteps(command: Command | undefined): readonly FixStep[] {
  if (command === undefined) return [];
  const step = ({ text, comment, on }: Command, intro: string | null): FixStep => {
    return { on, kind: 'command', text, intro, comment, writes: true };
  };
  return [step(command, null), ...(command.all === undefined ? [] : [step(command.all, 'or all that ends')])];
}

/** Quotes data for shell commands, except for empty values and the two that are prose. */
function quoted(data: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const prose = new Set(['fix', 'subject']);
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, prose.has(key) || value === '' ? value : shellWord(value)]),
  );
}

/** The steps of a role's row for this kind of fault. Those that need the CA's key run where that key is. */
function remedySteps(
  rule: Rule,
  row: Remedy | undefined,
  role: Role | OtherCertificate | undefined,
  pki: Pki,
): readonly FixStep[] {
  if (row === undefined || rule.remedy === null) return [];
  const external = pki.facts.etcd?.value === 'external' ? row.external : undefined;
  const steps = (external ?? row[rule.remedy]).map((one) => stepOf(one, fillings(role, pki), pki));
  // Without the CA's key kubeadm can sign nothing here.
  const isSigned = role !== undefined && role.kind !== 'other' && role.parent.key.seen === 'absent';
  if (steps.length === 0 || external !== undefined || !isSigned) return steps;
  const where = `where the key of ${role.parent.id} is kept (it is not on this node):`;
  return [noteStep(where, null), ...steps.map((step) => (isByKubeadm(step) ? { ...step, on: null } : step))];
}

/** The values of placeholders in the steps of a remedy. */
export function fillings(role: Role | OtherCertificate | undefined, pki: Pki): Readonly<Record<string, string>> {
  const files = (role ? pathsOf(role) : [])
    .filter((path) => pki.node.files.get(path)?.state === 'file')
    .map(shellWord)
    .join(' ');
  const certificate = shellWord(role?.certificate?.path ?? '');
  return { files: files || 'its files', certificate, node: shellWord(pki.facts.nodeName?.value ?? 'NAME') };
}

const isByKubeadm = ({ intro, text }: FixStep): boolean => intro === null && text.startsWith('kubeadm');

function movedNote(remedy: Fix, role: Role | undefined, { name }: Pki): readonly FixStep[] {
  const moved = role !== undefined && role.path !== role.recommended;
  if (!moved || !remedy.some(isByKubeadm)) return [];
  return [noteStep(`kubeadm works on ${role.recommended}; this node uses ${role.path}`, name)];
}

/** The configuration of kubeadm is that of the first node. What it says about the node must be changed for this one. */
function configurationNotes(remedy: Fix, pki: Pki): readonly FixStep[] {
  if (!remedy.some(({ text }) => text.includes('--config kubeadm.yaml'))) return [];
  const { advertiseAddress, nodeName } = pki.facts;
  const own = [
    ...(advertiseAddress ? [`localAPIEndpoint.advertiseAddress: ${advertiseAddress.value}`] : []),
    ...(nodeName ? [`nodeRegistration.name: ${nodeName.value}`] : []),
  ];
  const note = `its InitConfiguration must say, for this node: ${own.join(', ')}`;
  return [stepOf(pki.layout.remedies.configuration, {}, pki), ...(own.length > 0 ? [noteStep(note, pki.name)] : [])];
}

/** The restart after which a changed flag takes effect. */
function restartOf(rule: Rule, component: string | undefined, pki: Pki): readonly FixStep[] {
  if (component === undefined || !rule.restarts) return [];
  const row = restartRowOf(component, pki.layout.remedies);
  return row === undefined ? [] : [stepOf(row.changed, { component }, pki)];
}
