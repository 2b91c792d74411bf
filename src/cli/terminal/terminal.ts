/**
 * Rules for output:
 * - Only the report goes to stdout.
 * - Everything else goes to stderr as `pki-lint: …`, in lower case, without a full stop. Hints follow, indented.
 * - Colour is used only on a terminal, or on request; characters outside ASCII only where they can be shown.
 * - Names from files and from the command line are escaped.
 * - A stdout that is full, or whose reader has ended (`| head`), is an error: exit code 2, for a pipe without a
 *   message.
 * - In a job of GitHub Actions, no text is a command (`job-log.ts`). So nothing else writes to either stream, except
 *   the line of progress, which is not there in a job (`progress.ts`).
 * - `process.exit` is never called, because it discards output that is not yet written.
 */

import { UserError } from '../../core/errors.ts';
import { copyable, printable } from '../../core/text.ts';
import type { Syntax } from '../../report/text/reporter.ts';
import type { ColorChoice } from './color.ts';
import { withoutCommands } from './job-log.ts';

interface Output {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The environment of a command. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Opens standard input. */
  stdin(): NodeJS.ReadableStream;
  /** The clock of the machine, in milliseconds since the epoch. */
  readonly now: number;
  /** Whether the last thing on stderr is a line of progress (`progress.ts`). Without it none is shown. */
  readonly progress?: { isShown: boolean };
}

/**
 * Whether output to stdout has colour. The option takes precedence over NO_COLOR (no-color.org), then FORCE_COLOR, then
 * whether stdout is a terminal.
 */
export function usesColor({ env, stdout }: Terminal, choice: ColorChoice): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stdout.isTTY === true && TERM !== 'dumb';
}

/** Columns of output that does not go to a terminal. */
const plainWidth = 100;

/**
 * Returns the columns for output: COLUMNS, as in coreutils, else those of the terminal if it goes to one, or if stderr
 * does: a pager reads the pipe; at most 140, for readability; at least 60, which the layouts need.
 */
export function widthOf(terminal: Pick<Terminal, 'env' | 'stdout' | 'stderr'>, toFile = false): number {
  const { env, stdout } = terminal;
  const given = /^[1-9]\d*$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : undefined;
  const shown = () => [stdout, terminal.stderr].find(({ isTTY }) => isTTY === true)?.columns;
  const columns = given ?? (toFile ? undefined : shown());
  return columns === undefined || columns === 0 ? plainWidth : Math.min(140, Math.max(60, columns));
}

/**
 * Whether only ASCII may be printed: on request, where the locale names a character set other than UTF-8, and on the
 * console of Linux, whose font has no marks. The locale is the first of LC_ALL, LC_CTYPE and LANG that is not empty
 * (POSIX.1-2017, XBD 8.2). Without any of them the character set is not known, and UTF-8 is assumed, as in systemd
 * (src/basic/locale-util.c, is_locale_utf8).
 */
export function usesAscii({ env, stdout }: Pick<Terminal, 'env' | 'stdout'>, requested = false): boolean {
  if (requested) return true;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  if (locale !== undefined && !/utf-?8/i.test(locale)) return true;
  return stdout.isTTY === true && env.TERM === 'linux';
}

/** Moves to the start of the line, and erases it (ECMA-48, EL). */
const startOfLine = '\r\x1b[K';

/** Writes a line of progress over the one before. The caller has made it printable. */
export function showProgress(terminal: Terminal, line: string): void {
  if (terminal.progress === undefined) return;
  terminal.progress.isShown = true;
  terminal.stderr.write(`${startOfLine}${line}`);
}

/** Erases the line of progress: before anything else is written, and at the end. */
export function eraseProgress(terminal: Terminal): void {
  if (!terminal.progress?.isShown) return;
  terminal.progress.isShown = false;
  terminal.stderr.write(startOfLine);
}

/**
 * Writes a text to stdout.
 *
 * @throws UserError in a job of GitHub Actions, if a text of this format would be a command there
 */
export function writeOut(terminal: Terminal, text: string, syntax: Syntax | 'line', format?: string): void {
  eraseProgress(terminal);
  terminal.stdout.write(withoutCommands(text, syntax, terminal, format));
}

/** Writes an archive to stdout. Its bytes are no text that a job acts on. */
export function writeBytes(terminal: Terminal, bytes: Uint8Array): void {
  eraseProgress(terminal);
  terminal.stdout.write(bytes);
}

/** Writes lines to stderr. */
export function writeError(terminal: Terminal, text: string): void {
  eraseProgress(terminal);
  terminal.stderr.write(withoutCommands(text, 'line', terminal));
}

/** Prints a message to stderr, and the lines of a hint. */
export function complain(terminal: Terminal, message: string, hint?: string | null): void {
  const hints = hint === undefined || hint === null ? [] : hint.split('\n').map((line) => `  ${copyable(line)}`);
  const text = [`pki-lint: ${printable(message)}`, ...hints].join('\n');
  writeError(terminal, `${text}\n`);
}

/** Prints to stderr why the program failed, and returns the exit code: 2, or 3 if there is nothing to lint. */
export function explainError(terminal: Terminal, error: unknown, verbose: boolean): 2 | 3 {
  if (error instanceof UserError) {
    for (const { message, hint } of [error, ...error.others]) complain(terminal, message, hint);
    return error.exitCode;
  }
  if (error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd') {
    complain(terminal, 'the working directory does not exist any more', 'change to another one, or use absolute paths');
    return 2;
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const advice = 'run it again with --verbose to see where, and please report it';
  complain(terminal, `internal error, this is a bug: ${message}`, verbose ? stack : advice);
  return 2;
}
