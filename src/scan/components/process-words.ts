/** Parses the command line of a process. */
import type { Argument } from '../../artifact/argument.ts';
import type { Programs } from '../../artifact/layout.ts';
import { asWord, lineBudget, parseFlags, takeWords } from './words.ts';

/**
 * Returns the flags in the words of a process, parsed as those of a manifest or a unit are.
 *
 * @param words its command line without the program
 */
export function argumentsOfProcess(
  component: string,
  words: readonly string[],
  programs: Programs,
): readonly Argument[] {
  // They are in no file of the node that has lines.
  const taken = takeWords(
    words.map((text) => asWord(text, { path: '/proc' })),
    lineBudget(),
  );
  const at = { words: `the process of ${component}` };
  return parseFlags(component, taken, programs).arguments.map((argument) => ({ ...argument, at }));
}
