/**
 * Rules for output:
 * - Only the report goes to stdout.
 * - Everything else goes to stderr as `pki-lint: …`, in lower case, without a full stop. Hints follow, indented.
 * - Colour is used only on a terminal, or on request.
 * - Names from files and from the command line are escaped.
 * - A stdout that is full or closed (`| head`) is an error: exit code 2, without a message if a reader closed the pipe.
 * - `process.exit` is never called, because it discards output that is not yet written.
 */
import { UserError } from '../core/errors.ts';
import { copyable, printable } from '../core/text.ts';

interface Output {
  write(text: string): unknown;
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
}

export const colorChoices = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof colorChoices)[number];

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
export const plainWidth = 100;

/**
 * Returns the columns for output to stdout: at most 140, for readability; at least 80, for which the layouts are
 * designed.
 */
export function widthOf({ stdout }: Terminal): number {
  const columns = stdout.isTTY === true ? stdout.columns : undefined;
  return columns === undefined || columns === 0 ? plainWidth : Math.min(140, Math.max(80, columns));
}

/** Prints a message to stderr, and the lines of a hint. */
export function complain({ stderr }: Terminal, message: string, hint?: string | null): void {
  const hints = hint === undefined || hint === null ? [] : hint.split('\n').map((line) => `  ${copyable(line)}`);
  stderr.write(`${[`pki-lint: ${printable(message)}`, ...hints].join('\n')}\n`);
}

/** Prints to stderr why the program failed, and returns the exit code: 2, or 3 if there is nothing to lint. */
export function explainError(terminal: Terminal, error: unknown, verbose: boolean): 2 | 3 {
  if (error instanceof UserError) {
    complain(terminal, error.message, error.hint);
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
