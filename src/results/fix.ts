/** Formats fixes as lines. */

import { inNote, insteadOfCommand } from '../core/command/shell.ts';
import type { Fix, FixClass, FixStep } from './finding.ts';

/** A line of a fix: a command, or words for a shell comment. */
export interface FixLine {
  readonly text: string;
  readonly isCommand: boolean;
}

/**
 * What is pasted at once on one machine: notes, then commands of which each runs only if the one before has succeeded.
 */
export interface FixBlock {
  /** The machine: the name of the node, '' in a finding on no node, or in words. */
  readonly on: string;
  /** What to do between the block before and this one; '' for the first: `Then on cp-2`. */
  readonly start: string;
  readonly steps: Fix;
  readonly lines: readonly FixLine[];
}

/**
 * Returns the blocks of an alternative, without footnotes. A new one begins on each machine, and where a person has to
 * do or to see something first.
 */
export function fixBlocks(steps: Fix): readonly FixBlock[] {
  const parts = partsOf(steps.filter((step) => !step.footnote));
  return parts.map((part, index) => {
    const before = parts[index - 1];
    return {
      on: placeOf(part),
      start: before === undefined ? '' : startOf(part, before),
      steps: part,
      lines: chainLines(part),
    };
  });
}

/** Returns the lines of an alternative for a format without headings: what begins a block is a comment. */
export function fixLines(steps: Fix, node: string): readonly FixLine[] {
  return fixBlocks(steps).flatMap(({ on, start, lines }, index) => {
    const said = index > 0 ? start : on === node ? '' : `on ${inNote(on)}`;
    return [...(said === '' ? [] : [comment(`${said}:`)]), ...lines];
  });
}

const isCommand = ({ kind }: FixStep): boolean => kind === 'command';
const comment = (text: string): FixLine => ({ text, isCommand: false });

/** Whether a person has to do something, or to judge what was printed, before the next command. */
const asksPerson = ({ kind, info, class: own }: FixStep): boolean => (kind === 'note' ? !info : own === 'reads');

function partsOf(steps: Fix): readonly Fix[] {
  const parts: Fix[] = [];
  const part: FixStep[] = [];
  for (const step of steps) {
    const last = part.findLastIndex(isCommand);
    const before = part[last];
    const moved = before !== undefined && machineOfStep(before) !== machineOfStep(step) ? last + 1 : 0;
    // A person may look at once at what a note is about.
    const isLook = step.class === 'reads' && last < 0;
    const end = isCommand(step) && !isLook ? Math.max(part.findLastIndex(asksPerson) + 1, moved) : 0;
    if (end > 0) parts.push(part.splice(0, end));
    part.push(step);
  }
  return part.length === 0 ? parts : [...parts, part];
}

/** The machine of a step: its name, or words. */
export const machineOfStep = ({ on, place }: Pick<FixStep, 'on' | 'place'>): string => on ?? place ?? 'another machine';

function placeOf(steps: Fix): string {
  const step = steps.find(isCommand) ?? steps[0];
  return step === undefined ? '' : machineOfStep(step);
}

function startOf(part: Fix, before: Fix): string {
  const place = placeOf(part);
  const isAsked = before.some(asksPerson);
  const what = part[0]?.intro?.startsWith('or ') ? 'Or' : isAsked ? 'When that is done' : 'Then';
  if (place === placeOf(before)) return what;
  return `${what} on ${inNote(place)}`;
}

/**
 * Returns the lines of steps on one machine. Notes come first: an interactive zsh has no comments, and would take one
 * between two commands as a command that fails. What follows the last command stays behind it.
 */
export function chainLines(steps: Fix): readonly FixLine[] {
  const last = steps.findLastIndex(isCommand);
  const commands = steps.filter(isCommand);
  const end = commands.length === 1 ? ':' : '';
  const said = steps
    .slice(0, last + 1)
    .flatMap(({ kind, text, intro, comment: more }) => [
      ...(intro === null ? [] : [`${intro}${end}`]),
      ...(more === null ? [] : [more]),
      ...(kind === 'note' ? [text] : []),
    ]);
  return [
    ...[...new Set(said)].map(comment),
    ...commands.map(({ text }, index) => {
      return { text: index < commands.length - 1 ? `${text} &&` : text, isCommand: true };
    }),
    ...steps.slice(last + 1).map(({ text }) => comment(text)),
  ];
}

/**
 * Replaces commands that cannot be printed by notes. A note that writes stands for such a command already. What comes
 * after a change that is left out may rely on it, and is left out too.
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
    const text = isCut && index === end ? `${step.text}. What would follow is left out too` : step.text;
    return { ...step, text, writes: false };
  });
}

/** Returns a line in the form in which a whole fix can be pasted into a shell. */
export function shellLine({ text, isCommand }: FixLine): string {
  return isCommand ? text : `# ${text}`;
}

/** The programs that a fix is named after, if it uses them. */
const programs = ['pki-lint', 'kubeadm', 'microk8s', 'k8s', 'kubectl', 'snap'];

/** Returns the short title of an alternative: `with kubeadm`, or `by hand`. */
export function fixTitle(steps: Fix): string {
  const used = new Set(
    steps.flatMap(({ kind, text, writes }) => (kind === 'command' && writes ? text.split(' ', 1) : [])),
  );
  const program = programs.find((name) => used.has(name));
  return program === undefined ? 'by hand' : `with ${program}`;
}

/** Returns lines as one, for a format that has no more: commands of a chain stay together. */
export function inOneLine(lines: readonly FixLine[]): string {
  const joined = lines.map(shellLine).map((line) => (line.endsWith(' &&') ? `${line} ` : `${line} ; `));
  return joined.join('').replace(/ ; $/, '');
}

/** From the most harmless to the worst, in words for a title. */
const classWords = {
  reads: 'reads only',
  edits: 'edits files',
  're-issues': 're-issues',
  'changes-trust': 'changes trust',
  destroys: 'destroys',
} satisfies Readonly<Record<FixClass, string>>;
const harm = Object.keys(classWords) as readonly FixClass[];

/** Returns the class of an alternative: that of its worst step; null if no step has one. */
export function classOf(steps: Fix): FixClass | null {
  return harm.findLast((one) => steps.some((step) => step.class === one)) ?? null;
}

/**
 * Returns what follows the number of an alternative: ` (with kubeadm, re-issues)`.
 *
 * @param isNamed whether to say with which program it is done
 */
export function fixLabel(steps: Fix, isNamed: boolean): string {
  const own = classOf(steps);
  const words = [...(isNamed ? [fixTitle(steps)] : []), ...(own === null ? [] : [classWords[own]])];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** Returns a step as one line: a different machine, its introduction, the step, and a shell comment. */
export function stepLine({
  place,
  intro,
  text,
  comment,
}: Pick<FixStep, 'place' | 'intro' | 'text' | 'comment'>): string {
  const start = [...(place === undefined ? [] : [`on ${place}: `]), ...(intro === null ? [] : [`${intro}: `])].join('');
  return `${start}${text}${comment === null ? '' : `   # ${comment}`}`;
}
