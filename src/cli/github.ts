/** What a job of GitHub Actions reads besides the exit code: commands in its log. */
import type { Destination } from './formats.ts';
import type { Terminal } from './terminal.ts';

type Environment = Pick<Terminal, 'env'>;

/** GitHub sets it in every job. */
const isJob = ({ env }: Environment): boolean => env.GITHUB_ACTIONS === 'true';

/** Returns the default destinations in a job of GitHub Actions: annotations too. Elsewhere they stay as they are. */
export function annotated<Name extends string>(
  all: readonly Destination<Name>[],
  environment: Environment,
): readonly Destination<Name | 'github'>[] {
  return isJob(environment) ? [...all, { format: 'github', file: undefined }] : all;
}

/** A command at the start of a line, after blanks. Those of the lines above it do not count, so that this takes linear time. */
const command = /^[^\S\n\r\u2028\u2029]*::/m;
const commands = /^([^\S\n\r\u2028\u2029]*):(?=:)/gm;

/**
 * Returns a text for the log of a job. Its runner takes a line that begins with `::`, after blanks, as a command, and `##[`
 * anywhere in one (src/Runner.Common/ActionCommand.cs in actions/runner). A text that has either is put between
 * `stop-commands` and its end, which is a token that the text does not contain.
 */
export function withoutCommands(text: string, environment: Environment): string {
  if (!isJob(environment) || !(command.test(text) || text.includes('##['))) return text;
  let number = 1;
  while (text.includes(`::pki-lint-${number}::`)) number++;
  return `::stop-commands::pki-lint-${number}\n${text}::pki-lint-${number}::\n`;
}

/** Returns lines for the log of a job, in which what its runner would take for a command is escaped. For lines that have no commands of their own. */
export function withEscapedCommands(text: string, environment: Environment): string {
  return isJob(environment) ? text.replace(commands, '$1\\x3a').replaceAll('##[', '\\x23#[') : text;
}
