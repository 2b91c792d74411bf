/**
 * The rules of the terminal:
 * - the report goes to stdout, and nothing else does;
 * - everything else goes to stderr as `pki-lint: …`, lower case, without a full stop; what to do about it stands below,
 *   indented;
 * - colour only where a terminal reads along, or where it was asked for;
 * - names from files and from the command line are escaped;
 * - a reader that goes away (`| head`) is no error;
 * - there is no `process.exit`: what is written must get out first.
 */
import { UserError } from '../core/errors.ts';
import { printable } from '../core/text.ts';

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The world that a command runs in. */
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

/** Whether stdout gets colour. The option wins, then NO_COLOR (no-color.org), then FORCE_COLOR, then the terminal. */
export function usesColor({ env, stdout }: Terminal, choice: ColorChoice): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stdout.isTTY === true && TERM !== 'dumb';
}

/** Columns to fit where no terminal says how many it has. */
export const plainWidth = 100;

/** Columns of stdout: at most 140, which the eye can still follow; at least 80, for which everything is made. */
export function widthOf({ stdout }: Terminal): number {
  const columns = stdout.isTTY === true ? stdout.columns : undefined;
  return columns === undefined || columns === 0 ? plainWidth : Math.min(140, Math.max(80, columns));
}

/** Says on stderr what is wrong, and what to do. */
export function complain({ stderr }: Terminal, message: string, hint?: string | null): void {
  const hints = hint === undefined || hint === null ? [] : hint.split('\n').map((line) => `  ${printable(line)}`);
  stderr.write(`${[`pki-lint: ${printable(message)}`, ...hints].join('\n')}\n`);
}

/** Says on stderr why the program failed, and yields the exit code for it: 2, or 3 where there is nothing to lint. */
export function explainError(terminal: Terminal, error: unknown, verbose: boolean): 2 | 3 {
  if (error instanceof UserError) {
    complain(terminal, error.message, error.hint);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const advice = 'run it again with --verbose to see where, and please report it';
  complain(terminal, `internal error, this is a bug: ${message}`, verbose ? stack : advice);
  return 2;
}
