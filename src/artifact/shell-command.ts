/** Commands of containers that are written as for a shell. */
import type { Argument } from './argument.ts';
import type { Placed } from './place.ts';
import type { Correction } from './pod-document.ts';

/** What is in a list of words as if a shell read it. The component is known by what was meant. */
export interface ShellCommand {
  /** The first word, if it has arguments or a backslash in it: no program has such a name. */
  readonly program?: Placed<string>;
  /** The arguments that end with a backslash, as the component gets them. */
  readonly continued: readonly Argument[];
  /** What lines of the manifest must say instead; none if a person has to write one of them. */
  readonly corrections: readonly Correction[];
  /** Whether a command may remove the backslash at the end of every line that has one. */
  readonly isContinued: boolean;
}
