/** Formats fixes as lines. */
import type { Fix, FixStep } from './report.ts';
import { inNote, insteadOfCommand } from './shell.ts';

/** A line of a fix: a command, or words for a shell comment. */
export interface FixLine {
  readonly text: string;
  readonly isCommand: boolean;
}

/**
 * Returns the lines of an alternative: before each command, when and why to run it. A step that is done elsewhere than the one
 * before is preceded by the name of that place.
 *
 * @param start name of the node on which the first step is done unless it says otherwise; null: a different machine
 */
export function fixBlock(steps: Fix, start: string | null): readonly FixLine[] {
  let place = start;
  return steps.flatMap((step) => {
    const { on, kind, text, intro, comment } = step;
    const moved = on !== place;
    place = on;
    const before = [
      ...(moved && on !== null ? [`on ${inNote(on)}:`] : []),
      ...(moved && on === null && intro === null ? ['on another machine:'] : []),
      ...(intro === null ? [] : [`${intro}:`]),
      ...(comment === null ? [] : [comment]),
      ...(kind === 'note' ? [text] : []),
    ].map((line): FixLine => ({ text: line, isCommand: false }));
    return kind === 'note' ? before : [...before, { text, isCommand: true }];
  });
}

/**
 * Replaces commands that cannot be printed by notes. A note that writes stands for such a command already. What comes after
 * a change that is left out may rely on it, and is left out too.
 */
export function typable(steps: Fix): Fix {
  const printed = steps.map((step): FixStep => {
    if (step.kind === 'note') return step;
    const note = insteadOfCommand(step.text);
    if (note !== undefined) return { ...step, kind: 'note', text: note, copy: null };
    return step.copy !== null && insteadOfCommand(step.copy) !== undefined ? { ...step, copy: null } : step;
  });
  const end = printed.findIndex(({ kind, writes }) => kind === 'note' && writes);
  const isCut = end >= 0 && printed.slice(end + 1).some(({ kind }) => kind === 'command');
  const kept = isCut ? printed.slice(0, end + 1) : printed;
  return kept.map((step, index) => {
    if (step.kind === 'command') return step;
    const text = isCut && index === end ? `${step.text}; what would follow is left out too` : step.text;
    return { ...step, text, writes: false };
  });
}

/** Returns a line in the form in which a whole fix can be pasted into a shell. */
export function shellLine({ text, isCommand }: FixLine): string {
  return isCommand ? text : `# ${text}`;
}

/** The programs that a fix is named after, if it uses them. */
const programs = ['pki-lint', 'kubeadm', 'kubectl'];

/** Returns the short title of an alternative: `with kubeadm`, or `by hand`. */
export function fixTitle(steps: Fix): string {
  const used = new Set(
    steps.flatMap(({ kind, text, writes }) => (kind === 'command' && writes ? text.split(' ', 1) : [])),
  );
  const program = programs.find((name) => used.has(name));
  return program === undefined ? 'by hand' : `with ${program}`;
}

/** Returns a step as one line: its introduction, the step, and a shell comment. */
export function stepLine({ intro, text, comment }: Pick<FixStep, 'intro' | 'text' | 'comment'>): string {
  return `${intro === null ? '' : `${intro}: `}${text}${comment === null ? '' : `   # ${comment}`}`;
}
