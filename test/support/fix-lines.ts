import type { Finding, Fix } from '../../src/index.ts';
import { stepLine } from '../../src/results/fix.ts';

/** The steps of all alternatives of a fix, a line each. */
export const fixLines = (fix: Finding['fix']): readonly string[] => fix.flat().map(stepLine);

/** Whether a step is a command of pki-lint that issues. */
export const isOurs = ({ kind, text }: Fix[number]): boolean =>
  kind === 'command' && text.startsWith('pki-lint issue ');

/** The first alternative with a command of pki-lint, without its footnotes. */
export function byPkiLint(fix: Finding['fix']): Fix {
  const steps = fix.find((one) => one.some(isOurs)) ?? [];
  return steps.filter(({ footnote }) => !footnote);
}
