/** The fix of a finding: commands of pki-lint, the steps of its role's row, and those of its rule. */
import { groupBy } from '../../core/collections.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { keepsOwnCredential } from '../../model/trust/sharing.ts';
import type { Fix, FixStep } from '../../results/finding.ts';
import { stepLine } from '../../results/fix.ts';
import type { Rule } from '../../tables/catalog.ts';
import { stepsOf } from '../../tables/layouts/steps.ts';
import type { Command, CommandFor } from '../rules/command.ts';
import type { Failure } from '../rules/failure.ts';
import { type Afterwards, afterwards, remedyRowOf, stepsAfter, together } from './afterwards.ts';
import { copiesFirst, distinct, lastOfEach, withoutEcho, withoutRepetition } from './distinct.ts';
import { editingSteps } from './editing.ts';
import { newEtcdCa } from './new-etcd-ca.ts';
import { partsOf } from './parts.ts';
import { stepTarget } from './restarts.ts';

/** Returns a finding's `fix`: the command of pki-lint if there is one, then what can be done without it. */
function remedyFor(failure: Failure, commandFor: CommandFor, renewed: readonly Failure[] = []): readonly Fix[] {
  const { pki } = failure;
  const { edits, byHand, last, further, ...own } = partsOf(failure);
  const before = [...own.before, ...editingSteps(edits, pki)];
  const command = failure.problem.fix === undefined ? commandFor(failure) : undefined;
  const others = afterOthers(command?.all, [failure, ...renewed]);
  const after = together([own.after, ...renewed.map((one) => partsOf(one).after), ...others]);
  const commands = commandFixes(command, pki);
  // An alternative may have done already what comes last of all, such as to name the credential of the kubelet.
  const doneAfter = (steps: Fix) =>
    stepsAfter(after.last.some((step) => isIn(steps, step)) ? { ...after, last: [] } : after, pki);
  const isEmpty = byHand.every((steps) => steps.length === 0);
  const alternatives =
    isEmpty && commands.length > 0 ? [] : byHand.map((steps) => [...before, ...steps, ...doneAfter(steps), ...last]);
  const issued = commands.map((steps) => [...before, ...steps, ...doneAfter(steps)]);
  const all = inOrder(issued, alternatives, pki, isWhole([before, ...byHand].some(changes), failure));
  const ways = failure.problem.ownFirst === true ? [...further, ...all] : [...all, ...further];
  return ways.filter((steps) => steps.length > 0).map(withoutEcho);
}

/**
 * What the node surely has comes first, unless pki-lint was run on the node itself, or nothing else does the whole job:
 * then it says how to do without pki-lint on the node.
 *
 * @param isDone whether the alternatives without pki-lint do
 */
function inOrder(ours: readonly Fix[], others: readonly Fix[], pki: Pki, isDone: boolean): readonly Fix[] {
  if (pki.node.rootfs === '/') return [...ours, ...others];
  if (isDone) return [...others, ...ours];
  const about = stepsOf(pki.layout.remedies.copied, {}, stepTarget(pki));
  return [...ours.map((steps) => (steps.length === 0 ? steps : [...about, ...steps])), ...others];
}

/**
 * Whether steps by hand that change something heal a fault: kubeadm writes a certificate again as it was, where that
 * does not follow the documentation to the letter.
 */
const isWhole = (isChanging: boolean, { pki, rule }: Failure): boolean =>
  isChanging && (!pki.judging.documentedOnly || rule.remedy === 'expired');

/** Whether steps contain a command that changes something. */
const isIn = (steps: Fix, { writes, text }: FixStep): boolean => writes && steps.some((step) => step.text === text);

/** Whether commands change something: other steps leave the work to the reader. */
const changes = (steps: Fix): boolean => steps.some(({ kind, writes }) => kind === 'command' && writes);

/** The fix of a cause: that of its rule, else those of its members. A command that fixes all of them comes first. */
export function groupFix(cause: Failure, members: readonly Failure[], commandFor: CommandFor): readonly Fix[] {
  return [...newEtcdCa(cause, members), ...causeFix(cause, members, commandFor)];
}

function causeFix(cause: Failure, members: readonly Failure[], commandFor: CommandFor): readonly Fix[] {
  if (members.length > 0 && partsOf(cause).before.length > 0) return jointFix([cause, ...members], commandFor);
  const isExpired = cause.rule.remedy === 'expired';
  const ofKubelet = isExpired ? members.filter(isOfKubelet) : [];
  if (ofKubelet.length > 0) {
    const others = members.filter((member) => !ofKubelet.includes(member));
    return jointFix([cause, ...ofKubelet], commandFor, others);
  }
  // What an expired CA has signed is renewed with it.
  const own = remedyFor(cause, commandFor, isExpired ? members : []);
  if (own.length === 0 && members.length > 0) return jointFix(members, commandFor);
  const commands = cause.rule.issue === undefined ? [] : members.map((member) => commandFor(member));
  const [first] = commands;
  const isCommon = first !== undefined && commands.every((command) => command?.text === first.text);
  const isOwn = own.some((steps) => steps.some(({ text }) => text === first?.text));
  if (!isCommon || isOwn) return own;
  return inOrder([stepsOfCommand(first, null, cause.pki)], own, cause.pki, isWhole(own.some(changes), cause));
}

/**
 * Returns the fixes of several failures of a node as one, in the order of work: all files first, then the components
 * that have to restart, one after the other. Where a command of pki-lint replaces only some of the files, the steps for
 * the others follow it.
 *
 * @param renewed failures that the steps for the others fix as well
 */
function jointFix(
  failures: readonly Failure[],
  commandFor: CommandFor,
  renewed: readonly Failure[] = [],
): readonly Fix[] {
  const [first] = failures;
  if (first === undefined) return [];
  const { pki } = first;
  const isOfCa = ({ subject }: Failure) => pki.authorities.some(({ id }) => id === subject.role);
  // What a CA signs is made after the CA is put back.
  const [ofCas, ofOthers] = [failures.filter(isOfCa), failures.filter((failure) => !isOfCa(failure))];
  const all = [...ofCas, ...ofOthers].map((failure) => {
    return { failure, command: commandFor(failure), parts: partsOf(failure) };
  });
  const wholes = all.flatMap(({ command }) => command?.all ?? []);
  const whole = wholes.find(({ ofCa }) => ofCa) ?? wholes[0];
  const known = [...all.map(({ parts }) => parts), ...renewed.map(partsOf)].map((parts) => parts.after);
  const after = together([...known, ...afterOthers(whole, [...failures, ...renewed])]);
  const end = [...stepsAfter(after, pki), ...distinct(all.flatMap(({ parts }) => parts.last))];
  const [issued, ...others] = all.flatMap(({ failure, command }) => (command === undefined ? [] : [failure]));
  const joint = whole ?? (others.length > 0 ? issued && commandFor(issued, others) : undefined);
  const commands = (joint ? [joint] : all.flatMap(({ command }) => command ?? [])).flatMap((command) =>
    stepsOfCommand(command, null, pki),
  );
  // Of the alternatives, the last needs the least.
  const isLeft = ({ command }: (typeof all)[number]) => command === undefined;
  const stepsFor = (some: typeof all) => some.filter(isLeft).flatMap(({ parts }) => parts.byHand.at(-1) ?? []);
  const leaves = all.slice(ofCas.length);
  const isKept = ({ failure }: (typeof all)[number]) => ofCas.length > 0 && isOfKubelet(failure);
  const leftCas = stepsFor(all.slice(0, ofCas.length));
  const left = stepsFor(leaves.filter((one) => !isKept(one)));
  const [moved, ofKubelet] = afterMoves(stepsFor(leaves.filter(isKept)));
  const own = withoutRepetition(all.map(({ parts }) => parts.byHand.at(-1) ?? []));
  const byHand = renewedTogether(
    all.map(({ failure, parts }, index) => {
      return { role: failure.subject.role, steps: own.steps[index] ?? [], isSigned: parts.isSigned };
    }),
    pki,
  );
  const edits = all.flatMap(({ parts }) => parts.edits);
  const before = [...all.flatMap(({ parts }) => parts.before), ...editingSteps(edits, pki)];
  // A command for everything also writes what has been moved away.
  const created = whole?.ofCa ? [] : ofKubelet;
  const ours = commands.length === 0 ? [] : [...leftCas, ...moved, ...commands, ...created, ...left];
  const isDone = all.every(({ failure, parts }) => isWhole(changes(parts.byHand.at(-1) ?? []), failure));
  const ways = inOrder([ours], [byHand], pki, isDone).filter((steps) => steps.length > 0);
  const isOwners = pki.layout.remedies.owner !== undefined;
  // A program that makes its files renews them when it restarts: nothing else is to do.
  const isLeftToEnd = before.length > 0 || (isOwners && end.length > 0);
  const alternatives = ways.length === 0 && isLeftToEnd ? [[]] : ways;
  const common = commonTo(all.map(({ parts }) => parts.further));
  return [
    ...alternatives.map((steps) => {
      const all = distinct([...before, ...steps], own.sequences);
      return withoutEcho([...(isOwners ? copiesFirst(all) : all), ...lastOfEach(end)]);
    }),
    ...common,
  ];
}

/**
 * Splits the steps for a credential of the kubelet: it is moved away first, because a new CA would make its expiry an
 * error, and pki-lint writes nothing that leaves a new one.
 */
function afterMoves(steps: Fix): readonly [moves: Fix, others: Fix] {
  const isMove = ({ text }: FixStep) => /^(?:mkdir|mv) /.test(text);
  return [steps.filter(isMove), steps.filter((step) => !isMove(step))];
}

/** What has to be done after a command that renews more than some faults are about. */
function afterOthers(all: Command['all'], failures: readonly Failure[]): readonly Afterwards[] {
  const [first] = failures;
  if (first === undefined || all?.ofCa !== true) return [];
  const { pki } = first;
  const known = new Set(failures.map(({ subject }) => subject.role));
  return (all.needed ?? []).flatMap((id) => {
    const row = remedyRowOf(id, pki);
    return row === undefined || known.has(id) ? [] : [afterwards(row, 'expired', id, pki, false)];
  });
}

/** Whether a fault is about a credential that the kubelet keeps in a file of its own, which pki-lint does not write. */
function isOfKubelet({ pki, subject }: Failure): boolean {
  const role = pki.roles.find(({ id }) => id === subject.role);
  return role !== undefined && keepsOwnCredential(role, pki);
}

/** The alternatives that each of several faults has. */
function commonTo([first = [], ...others]: readonly (readonly Fix[])[]): readonly Fix[] {
  const isSame = (one: Fix) => (other: Fix) => JSON.stringify(one) === JSON.stringify(other);
  return first.filter((steps) => others.every((further) => further.some(isSame(steps))));
}

/**
 * Returns the fix of several failures of one rule. What an expired CA has signed is renewed with the CA, unless the
 * certificate of that is only copied: then it is renewed afterwards.
 */
export function severalFix(rule: Rule, members: readonly Failure[], commandFor: CommandFor): readonly Fix[] {
  const own = members.filter((member) => member.rule === rule);
  const copied = new Set(own.filter((one) => partsOf(one).before.length > 0).map(({ subject }) => subject.role));
  const isLeft = (member: Failure) =>
    isOfKubelet(member) ||
    member.pki.roles.some(({ id, parent }) => id === member.subject.role && copied.has(parent.id));
  const others = groupBy(rule.remedy === 'expired' ? members.filter((member) => member.rule !== rule) : [], isLeft);
  return jointFix([...own, ...(others.get(true) ?? [])], commandFor, others.get(false));
}

/** The steps of roles, or one for all that the installer renews if none of those is left out. */
function renewedTogether(
  all: readonly { readonly role: string | undefined; readonly steps: Fix; readonly isSigned: boolean }[],
  pki: Pki,
): Fix {
  const { renewal } = pki.layout.remedies;
  const there = pki.roles.filter(({ id, leaf, applies }) => {
    return leaf !== undefined && applies.answer === 'yes' && renewal?.roles.includes(id) === true;
  });
  const isRenewed = ({ role, isSigned }: (typeof all)[number]) => isSigned && there.some(({ id }) => id === role);
  const [example] = all.filter(isRenewed).flatMap(({ steps }) => steps);
  if (renewal === undefined || example === undefined || all.filter(isRenewed).length < there.length)
    return withCommonEnd(all.map(({ steps }) => steps));
  const step = { ...example, text: renewal.step.command };
  const files = [pki.node.pki, ...there.flatMap(({ kind, path }) => (kind === 'kubeconfig' ? path : []))];
  const kept = renewal.kept.flatMap((row) => stepsOf(row, { files }, stepTarget(pki)));
  return [...kept, step, ...all.filter((one) => !isRenewed(one)).flatMap(({ steps }) => steps)];
}

/** Joins steps. A note with which all of them end is said once. */
function withCommonEnd(all: readonly Fix[]): Fix {
  const [end, ...others] = all.map((steps) => steps.at(-1));
  const isCommon = end?.kind === 'note' && others.every((one) => one !== undefined && stepLine(one) === stepLine(end));
  return isCommon ? [...all.flatMap((steps) => steps.slice(0, -1)), end] : all.flat();
}

/**
 * The commands of pki-lint, each an alternative. One that leaves what has expired would wait for components without
 * end.
 */
function commandFixes(command: Command | undefined, pki: Pki): readonly Fix[] {
  if (command === undefined) return [];
  const { all } = command;
  const own = stepsOfCommand(command, null, pki);
  if (all === undefined || all.text === command.text) return [own];
  const whole = stepsOfCommand(all, 'everything on this node that has expired or expires soon', pki);
  return all.ofCa && all.needed ? [whole] : [own, whole];
}

/** A command, and the steps that install what it requests. */
function stepsOfCommand(command: Command, intro: string | null, pki: Pki): Fix {
  const { text, copy, comment, on, signed } = command;
  const step: FixStep = { on, kind: 'command', text, copy, intro, comment, writes: true, class: command.class };
  if (signed === undefined) return [step];
  const values = { folder: signed.folder, by: signed.by.join(', ') };
  const note = stepsOf(pki.layout.remedies.requests.signed, values, stepTarget(pki));
  return [step, ...note, ...stepsOfCommand(signed.install, null, pki)];
}
