/** What is said once in a fix that several faults share. */
import type { Fix, FixStep } from '../../results/finding.ts';
import { stepLine } from '../../results/fix.ts';

const keyOf = ({ on, text }: FixStep): string => `${on} ${text}`;

/** Whether steps do something twice: then they only make sense as they are, all of them. */
const isSequence = (steps: Fix): boolean => {
  const commands = steps.filter(({ kind }) => kind === 'command').map(keyOf);
  return new Set(commands).size < commands.length;
};

/** Each command once, with its last comment, but for those of a sequence. */
export function distinct(steps: Fix, sequences: readonly Fix[] = []): Fix {
  const kept = new Set(sequences.flat());
  return [...new Map(steps.map((step) => [kept.has(step) ? step : keyOf(step), step])).values()];
}

/**
 * Returns the steps of several faults without sequences that are those of an earlier fault.
 *
 * @returns `sequences`: those that are left
 */
export function withoutRepetition(all: readonly Fix[]): {
  readonly steps: readonly Fix[];
  readonly sequences: readonly Fix[];
} {
  const known = new Set<string>();
  const steps = all.map((one) => {
    const text = one.map(stepLine).join('\n');
    const isKnown = isSequence(one) && known.has(text);
    known.add(text);
    return isKnown ? [] : one;
  });
  return { steps, sequences: steps.filter(isSequence) };
}

/** Copies into the backup folder before all else: one command of an owner may write the files of several faults. */
export function copiesFirst(steps: Fix): Fix {
  const isCopy = ({ kind, text }: FixStep) => kind === 'command' && /^(?:mkdir -p|cp -p --parents) /.test(text);
  return [...steps.filter(isCopy), ...steps.filter((step) => !isCopy(step))];
}

/** A command that follows itself once: one service may run several components that restart. */
export const withoutEcho = (steps: Fix): Fix =>
  steps.filter((step, index) => {
    const before = steps[index - 1];
    return step.kind !== 'command' || before?.kind !== 'command' || keyOf(before) !== keyOf(step);
  });

/** Commands may have to be repeated, notes not. */
export function lastOfEach(steps: Fix): Fix {
  const last = new Map(steps.map((step, index) => [stepLine(step), index]));
  return steps.filter((step, index) => step.kind === 'command' || last.get(stepLine(step)) === index);
}
