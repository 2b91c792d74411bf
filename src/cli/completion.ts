/** `pki-lint completion SHELL`: what can be typed after `pki-lint`, from the tables of commands, options, rules and roles. */
import { UserError } from '../core/errors.ts';
import { layouts } from '../tables/layouts.ts';
import type { CommandEntry } from './commands.ts';
import { bashScript } from './completion-bash.ts';
import { fishScript } from './completion-fish.ts';
import { zshScript } from './completion-zsh.ts';
import type { CommandContext } from './context.ts';
import type { ParsedRow } from './flags.ts';
import type { RuleDoc } from './library.ts';
import { levels } from './options.ts';
import { choicesOf, oneOf } from './parse.ts';
import { writeOut } from './terminal.ts';

/** A word, and what it means. */
export interface ListedWord {
  readonly text: string;
  readonly help: string;
}

/**
 * What can be typed as a value: one of some words; `formats`: one of them, or `json:FILE`; a name from the lists of
 * `CommandLine`; `levels`: `RULE=SEVERITY`; `selection`: a rule, a group, or a role; `roles`: some, separated by commas;
 * `role`: one, or a file. `text` cannot be completed.
 */
export type Choices =
  | { readonly kind: 'words' | 'formats'; readonly words: readonly string[] }
  | { readonly kind: 'rules' | 'levels' | 'selection' | 'roles' | 'role' | 'commands' | 'files' | 'folders' | 'text' };

export interface CompletedOption {
  /** `-f`, `--format` */
  readonly names: readonly string[];
  readonly help: string;
  /** undefined: it has no value. */
  readonly values: Choices | undefined;
  /** What the help calls its value. */
  readonly metavar: string;
  readonly isRepeatable: boolean;
}

export interface CompletedCommand extends ListedWord {
  readonly options: readonly CompletedOption[];
  /** What follows the options; undefined: nothing. */
  readonly operand: Choices | undefined;
}

/** All that a script is made of. The first command is the default. */
export interface CommandLine {
  readonly commands: readonly CompletedCommand[];
  readonly rules: readonly ListedWord[];
  /** `cert/*` */
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly levels: readonly string[];
}

export const shells: Readonly<Record<string, (line: CommandLine) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/**
 * Returns the command `completion`, which prints a script and returns the exit code.
 *
 * @throws UserError for an unknown shell
 */
export function completionCommand(commands: readonly CommandEntry[]) {
  return async ({ terminal, load }: CommandContext, _flags: unknown, name: string): Promise<number> => {
    const shell = oneOf(Object.keys(shells))('shell', name);
    const script = shells[shell];
    if (script === undefined) throw new UserError(`unknown shell "${name}"`);
    const { ruleDocs } = await load();
    writeOut(terminal, script(commandLine(commands, ruleDocs)), 'own');
    return 0;
  };
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
export function commandLine(rows: readonly CommandEntry[], ruleDocs: readonly RuleDoc[]): CommandLine {
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
