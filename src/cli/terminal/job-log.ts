/**
 * The log of a job of GitHub Actions. Its runner reads both streams of a step, and takes a line that begins with `::`,
 * after white space, for a command, and `##[` anywhere in a line (src/Runner.Common/ActionCommand.cs in
 * actions/runner).
 */
import { UserError } from '../../core/errors.ts';
import type { Syntax } from '../../report/text/reporter.ts';

/** The variables of the process. */
export interface JobEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** GitHub sets it in every job. */
export const isJob = ({ env }: JobEnvironment): boolean => env.GITHUB_ACTIONS === 'true';

/** Lines end as in .NET, whose white space includes U+0085. Each character is looked at once. */
const atStart = /^((?:[^\S\n\r\u2028\u2029]|\x85)*):(?=:)/gm;

/**
 * Returns a function that writes a character of each command as an escape of the format, which a parser reads as that
 * character.
 */
const escaped =
  (written: (character: number) => string) =>
  (text: string): string =>
    text.replace(atStart, (_, blanks: string) => `${blanks}${written(0x3a)}`).replaceAll('##[', `${written(0x23)}#[`);

/**
 * Returns a function that puts a text between a command that stops commands and its end, which is a word that the text
 * does not contain. Case does not count there. `open` and `close` make comments of these lines.
 */
const stopped =
  (open = '', close = '') =>
  (text: string): string => {
    const inText = text.toLowerCase();
    let number = 1;
    while (inText.includes(`pki-lint-${number}`)) number++;
    const line = (words: string) => `${open}::${words}::`;
    return `${line('stop-commands')}pki-lint-${number}\n${close}${text}${line(`pki-lint-${number}`)}\n${close}`;
  };

/** What makes a text safe that has commands, by the syntax of the text. Parsed, it is the same as before. */
const guards = {
  /** For people: the characters stay, so that its commands can be copied. */
  text: stopped(),
  markdown: stopped('<!--\n', '-->\n'),
  /** For one line of many, which come at any time, and for stderr: a stop there could come between annotations. */
  line: escaped((character) => `\\x${character.toString(16)}`),
  /** JSON, and YAML whose texts from files are in double quotes or comments. */
  json: escaped((character) => `\\u00${character.toString(16)}`),
  /** XML, HTML, and DOT, which has the same references in labels. */
  markup: escaped((character) => `&#${character};`),
  mermaid: escaped((character) => `#${character};`),
  /** Commands that are meant, with escaped values, and texts with nothing from files. */
  own: (text: string) => text,
  /** Nothing can be escaped. */
  plain: (_: string, format: string): never => {
    throw new UserError(
      `${format} cannot be printed to the log of a GitHub job: a text in it would run there as a workflow command`,
      `write to a file: --format ${format}:report.${format}`,
    );
  },
} as const satisfies Readonly<Record<Syntax | 'line', (text: string, format: string) => string>>;

/**
 * Returns a text for stdout or stderr. In a job of GitHub Actions nothing in it is a command.
 *
 * @throws UserError if the format cannot write it otherwise
 */
export function withoutCommands(
  text: string,
  syntax: Syntax | 'line',
  environment: JobEnvironment,
  format = '',
): string {
  return isJob(environment) && (text.search(atStart) !== -1 || text.includes('##['))
    ? guards[syntax](text, format)
    : text;
}
