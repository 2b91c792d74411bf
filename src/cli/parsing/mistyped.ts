/** Recognizes a mistyped command, which the program would otherwise take for a PATH of `lint`. */
import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { commandOrReason } from '../../core/command/shell.ts';
import { UserError } from '../../core/errors.ts';
import { nearest } from '../../core/text.ts';

/**
 * Throws if the first PATH of `lint` looks like a command and does not exist.
 *
 * @param argv the arguments of the command line
 * @param roots the folders in which a PATH may be
 * @throws UserError with the command line that was probably meant
 */
export function forbidMistyped(
  argv: readonly string[],
  paths: readonly string[],
  commands: readonly string[],
  roots: readonly string[],
): void {
  const [word] = paths;
  const isNamed = argv.includes('lint') || argv.includes('--');
  if (word === undefined || isNamed || !/^[a-z]{2,}$/i.test(word) || roots.some(has(word))) return;
  const typed = word.toLowerCase();
  // Two swapped letters are two changes. A short word that begins with a different letter is a name of its own.
  const alike = commands.filter((name) => word.length > 5 || name.startsWith(typed.charAt(0)));
  const command = nearest(typed, alike, word.length < 4 ? 1 : 2);
  if (command === undefined) return;
  const others = argv.toSpliced(argv.indexOf(word), 1);
  const meant = `did you mean the command "${command}"?`;
  throw new UserError(`${word}: no such file or directory`, [meant, commandOrReason(['pki-lint', command, ...others])]);
}

const has = (word: string) => (root: string) => {
  try {
    return lstatSync(resolve(root, word), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};
