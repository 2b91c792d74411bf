/** `pki-lint completion SHELL`: prints the script. */
import { UserError } from '../../core/errors.ts';
import { commandLine, type ListedCommand, shells } from '../completion/index.ts';
import { oneOf } from '../parsing/parse.ts';
import { writeOut } from '../terminal/terminal.ts';
import type { CommandContext } from './context.ts';

/**
 * Returns the command `completion`, which prints a script and returns the exit code.
 *
 * @throws UserError for an unknown shell
 */
export function completionCommand(commands: readonly ListedCommand[]) {
  return async ({ terminal, load }: CommandContext, _flags: unknown, name: string): Promise<number> => {
    const shell = oneOf(Object.keys(shells))('shell', name);
    const script = shells[shell];
    if (script === undefined) throw new UserError(`unknown shell "${name}"`);
    const { ruleDocs } = await load();
    writeOut(terminal, script(commandLine(commands, ruleDocs)), 'own');
    return 0;
  };
}
