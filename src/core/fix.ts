/** Formats fixes as lines. */
import type { Fix, FixStep } from './report.ts';

/** A line of a fix: a command, or a shell comment that begins with `# `. */
export interface FixLine {
  readonly text: string;
  readonly isCommand: boolean;
}

/**
 * Returns the lines of an alternative in the form in which all of them can be pasted into a shell: commands as they are,
 * everything else as comments. A step that is done elsewhere than the one before is preceded by the name of that place.
 *
 * @param node name of the node on which a step is done unless it says otherwise
 */
export function fixBlock(steps: Fix, node: string): readonly FixLine[] {
  let place: string | null = node;
  return steps.flatMap((step) => {
    const { on, kind, text, intro, comment } = step;
    const moved = on !== place;
    place = on;
    const before = [
      ...(moved && on !== null ? [`on ${on}:`] : []),
      ...(moved && on === null && intro === null ? ['on another machine:'] : []),
      ...(intro === null ? [] : [`${intro}:`]),
      ...(comment === null ? [] : [comment]),
      ...(kind === 'note' ? [text] : []),
    ].map((line): FixLine => ({ text: `# ${line}`, isCommand: false }));
    return kind === 'note' ? before : [...before, { text, isCommand: true }];
  });
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
