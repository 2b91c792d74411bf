/** Parses the command line of a process. */
import type { Argument } from '../../artifact/argument.ts';
import type { Programs } from '../../artifact/layout.ts';
import type { Place } from '../../artifact/place.ts';
import { asWord, lineBudget, parseFlags, takeWords } from './words.ts';

/**
 * Returns the flags in the words of a process, parsed as those of a manifest or a unit are.
 *
 * @param words its command line without the program
 * @param at the file that has them
 */
export function argumentsOfProcess(
  component: string,
  words: readonly string[],
  at: Place,
  programs: Programs,
): readonly Argument[] {
  const taken = takeWords(
    words.map((text) => asWord(text, at)),
    lineBudget(),
  );
  return parseFlags(component, taken, programs).arguments;
}
