/** The lines of a fix, as they are printed. */
import type { Fix, FixStep } from './report.ts';

/** A step in one line: what introduces it, the step, and a comment as the shell has it. */
export function stepLine({ intro, text, comment }: Pick<FixStep, 'intro' | 'text' | 'comment'>): string {
  return `${intro === null ? '' : `${intro}: `}${text}${comment === null ? '' : `   # ${comment}`}`;
}

/**
 * The lines of all alternatives. Steps that a later alternative has as well are printed there alone, and `or:` stands in
 * front of an alternative that does not say "or" itself.
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
