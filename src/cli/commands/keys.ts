/** `pki-lint keys FILE…` */
import { privateKeysIn } from '../../api/private-keys.ts';
import { UserError } from '../../core/errors.ts';
import { printable } from '../../core/text.ts';
import { asciiOnly } from '../../report/text/ascii.ts';
import { complain, usesAscii, writeOut } from '../terminal/terminal.ts';
import type { CommandContext } from './context.ts';

/** Prints a line for each private key in the files, and returns the exit code: 1 if there is one. */
export async function keysCommand(
  { terminal }: CommandContext,
  _flags: unknown,
  files: readonly string[],
): Promise<number> {
  let exitCode = 0;
  for (const file of files) {
    try {
      for (const { line, form } of privateKeysIn(file, terminal.cwd)) {
        const text = `${printable(file)}:${line}: ${form}\n`;
        writeOut(terminal, usesAscii(terminal) ? asciiOnly(text) : text, 'line');
        exitCode ||= 1;
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complain(terminal, error.message, error.hint);
      exitCode = 2;
    }
  }
  return exitCode;
}
