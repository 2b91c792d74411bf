/**
 * Words and lines of a POSIX shell. All that quotes is here: values travel as they are until a command is printed, and
 * `test/repository/quoting.test.ts` rejects other callers of `shellWord`.
 */
import { isHidden } from '../shown.ts';
import { copyable, maxCommand, printableList } from '../text.ts';

/** Quotes a word for a POSIX shell, if necessary. zsh replaces a word such as `=ls` by the path of the program. */
export function shellWord(word: string): string {
  return /^(?!=)[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Returns a value for a note of a fix, which is printed as a comment. An interactive zsh knows no comments, and reads a
 * note that is pasted as a command: what it would act on is escaped. Backslashes of escapes stay.
 */
export function inNote(value: string): string {
  return value.replace(/[`$;&|<>(){}'"!]|\\(?![xunrt])/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`);
}

/** Returns the line of a command of pki-lint, which reads its options as it prints them. */
export function lineOfWords(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** Returns an option and its value as words: one word where the value would be an option by itself. */
export function optionWords(option: string, value: string): readonly string[] {
  return value.startsWith('-') ? [`${option}=${value}`] : [option, value];
}

/**
 * Escapes a path on another machine for scp. Before OpenSSH 9 a shell reads it there, since then the patterns of sftp
 * are matched with it; a backslash makes any character an ordinary one in both.
 */
export function remotePath(path: string): string {
  return path.replace(/[^\w@%+=:,./-]/gu, '\\$&');
}

/**
 * Whether a text stands for a name that it is not: with characters that would be printed escaped, with the character
 * that replaces bytes which are not UTF-8, or with such bytes as escapes. In a command it would be the name of a
 * different file.
 */
function isInexact(name: string): boolean {
  return copyable(name) !== name || /\ufffd|\\x[0-9a-f]{2}/.test(name);
}

/** Returns what to say instead of a command with one of these words; undefined if all of them can be printed. */
export function insteadOfWords(words: readonly string[]): string | undefined {
  if (words.some(isHidden)) return 'a command is left out here, because it needs a value that is not shown';
  const names = words.filter(isInexact);
  if (names.length === 0) return undefined;
  const shown = printableList([...new Set(names)].map(inNote));
  return `a command is left out here, because it needs names that cannot be printed: ${shown}. Rename them, also where they are referred to, and run pki-lint again`;
}

/** A word of a command: quoted parts, escaped characters, and others. */
const commandWord = /(?:'[^']*'|\\.|[^\s'\\])+/gs;

/** Returns what to say instead of a command; undefined if it can be printed as it is. */
export function insteadOfCommand(line: string): string | undefined {
  // A part of a command would be a different command.
  if (isHidden(line)) return insteadOfWords([line]);
  if (line.length > maxCommand) return 'a command is left out here, because it is too long to print';
  if (!isInexact(line)) return undefined;
  const words = (line.match(commandWord) ?? []).map((word) => word.replaceAll("'\\''", '\0').replaceAll("'", ''));
  return insteadOfWords(words.map((word) => word.replaceAll('\0', "'")));
}

/** Returns the line of a command of pki-lint, or what to say instead. */
export function commandOrReason(words: readonly string[]): string {
  const line = lineOfWords(words);
  return insteadOfCommand(line) ?? line;
}

/** Returns a path as an argument of a command, which would take one that begins with `-` as an option. */
export function pathArgument(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
