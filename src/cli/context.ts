/** The context of every command. */
import type { LoadLibrary } from './library.ts';
import type { Terminal } from './terminal.ts';

export interface CommandContext {
  readonly terminal: Terminal;
  readonly load: LoadLibrary;
}
