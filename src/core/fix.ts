/** Formats fixes as lines. */
import type { Fix, FixStep } from './report.ts';

/** Returns a step as one line: its introduction, the step, and a shell comment. */
export function stepLine({ intro, text, comment }: Pick<FixStep, 'intro' | 'text' | 'comment'>): string {
  return `${intro === null ? '' : `${intro}: `}${text}${comment === null ? '' : `   # ${comment}`}`;
}

/** A line of a fix: a command to run as it is, or words about it. */
export interface FixLine {
  readonly text: string;
  readonly isCommand: boolean;
}

/** Returns the lines of one alternative: before each command, where to run it unless it is the same place, why and when. */
export function fixBlock(steps: Fix): readonly FixLine[] {
  return steps.flatMap(({ kind, text, intro, comment }) => {
    const words = [intro, comment].flatMap((one) => (one === null ? [] : [{ text: one, isCommand: false }]));
    return [...words, { text, isCommand: kind === 'command' }];
  });
}

/**
 * Returns the lines of all alternatives. A step that a later alternative has too is printed only there. An alternative
 * is preceded by `or:`, unless it starts with "or" itself.
 */
export function fixLines(fix: readonly Fix[]): readonly string[] {
  return fix.flatMap((steps, index) => {
    const later = new Set(
      fix
        .slice(index + 1)
        .flat()
        .map(stepLine),
    );
    const lines = steps.map(stepLine).filter((line) => !later.has(line));
    const [first = ''] = lines;
    return index === 0 || first.startsWith('or ') || lines.length === 0 ? lines : ['or:', ...lines];
  });
}
