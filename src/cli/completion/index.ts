/** What can be typed after `pki-lint`, from the tables of commands, options, rules and roles, and the scripts that complete it. */
import { layouts } from '../../tables/layouts/index.ts';
import type { Rows } from '../../tables/option-table.ts';
import type { ParsedRow } from '../parsing/flags.ts';
import { levels } from '../parsing/given-options.ts';
import type { RuleDoc } from '../parsing/library.ts';
import { choicesOf } from '../parsing/parse.ts';
import { bashScript } from './bash.ts';
import type { Choices, CommandLine, CompletedCommand, CompletedOption } from './command-line.ts';
import { fishScript } from './fish.ts';
import { zshScript } from './zsh.ts';

export const shells: Readonly<Record<string, (line: CommandLine) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** What the scripts need of a command. */
export interface ListedCommand {
  readonly name: string;
  readonly description: string;
  /** Each in the notation of commander, with its help. */
  readonly arguments: readonly (readonly [name: string, help: string])[];
  /** Options, in the order of the help. */
  readonly options: () => readonly Rows<string, ParsedRow>[];
}

/** Values by what the help calls them, of options and of what follows them. `test/cli/completion.test.ts` lists the others. */
const byMetavar: Readonly<Record<string, Choices>> = {
  '<file>': { kind: 'files' },
  '<dir>': { kind: 'folders' },
  '<id=severity>': { kind: 'levels' },
  '<role,...>': { kind: 'roles' },
};

const byOperand: Readonly<Record<string, Choices>> = {
  '[path...]': { kind: 'files' },
  '[path]': { kind: 'files' },
  '<cert>': { kind: 'files' },
  '<file...>': { kind: 'files' },
  '<old>': { kind: 'files' },
  '<rule>': { kind: 'rules' },
  '<what>': { kind: 'role' },
  '<shell>': { kind: 'words', words: ['bash', 'zsh', 'fish'] },
};

/** Returns what can be typed. */
export function commandLine(rows: readonly ListedCommand[], ruleDocs: readonly RuleDoc[]): CommandLine {
  const commands = rows.map(({ name, description, ...row }): CompletedCommand => {
    const options = row.options().flatMap((group) => Object.values(group));
    const [operand] = row.arguments.map(([one]) => byOperand[one]);
    const own = name === rows[0]?.name ? [version, help] : [help];
    return { text: name, help: description, options: [...options.map(completedOption), ...own], operand };
  });
  const helpCommand = {
    text: 'help',
    help: 'show all options of a command',
    options: [],
    operand: { kind: 'commands' },
  } as const;
  return {
    commands: [...commands, helpCommand],
    rules: ruleDocs.map(({ id, title }) => ({ text: id, help: title })),
    groups: [...new Set(ruleDocs.map(({ id }) => id.replace(/\/.*/, '/*')))],
    roles: [...new Set(layouts.flatMap(({ roles }) => roles))],
    levels,
  };
}

const [version, help] = [
  ['-V', '--version', 'print the version'],
  ['-h', '--help', 'print this help'],
].map(([short = '', long = '', text = '']): CompletedOption => {
  return { names: [short, long], help: text, values: undefined, metavar: '', isRepeatable: false };
}) as [CompletedOption, CompletedOption];

function completedOption(row: ParsedRow): CompletedOption {
  const { option, short, metavar, type = '' } = row;
  return {
    names: short === undefined ? [option] : [short, option],
    help: row.help,
    values: metavar === undefined ? undefined : valuesOf(row),
    metavar: metavar?.replace(/^<|>$/g, '') ?? '',
    isRepeatable: ['texts', 'usages'].includes(type) || hasDestination(row),
  };
}

const hasDestination = ({ metavar }: ParsedRow) => metavar === '<format[:file]>';

function valuesOf(row: ParsedRow): Choices {
  const { metavar = '', type = '' } = row;
  const choices =
    row.choices ?? (Object.hasOwn(choicesOf, type) ? choicesOf[type as keyof typeof choicesOf] : undefined);
  if (choices !== undefined) return { kind: hasDestination(row) ? 'formats' : 'words', words: choices };
  // Of `blast` it is a role or a file.
  if (metavar === '<what>') return { kind: 'selection' };
  return byMetavar[metavar] ?? { kind: 'text' };
}
