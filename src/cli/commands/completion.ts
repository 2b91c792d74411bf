/** `pki-lint completion SHELL`: prints the script. */
import { scripts } from '../completion/scripts.ts';
import { oneOf } from '../parsing/parse.ts';
import { writeOut } from '../terminal/terminal.ts';
import type { CommandContext } from './context.ts';

/**
 * Prints the completion script of a shell, and returns the exit code.
 *
 * @throws UserError for an unknown shell
 */
export async function completionCommand({ terminal }: CommandContext, _flags: unknown, name: string): Promise<number> {
  const script = scripts[oneOf(Object.keys(scripts))('shell', name)];
  writeOut(terminal, script ?? '', 'own');
  return 0;
}
