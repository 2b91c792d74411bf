/** The context of every command. */
import type { Library } from '../parsing/library.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface CommandContext {
  /** The arguments of the command line. */
  readonly argv: readonly string[];
  readonly terminal: Terminal;
  readonly library: Library;
}
