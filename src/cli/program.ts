/** The command line of `pki-lint`: parses it, runs the command, and returns the exit code. */
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { UserError } from '../core/errors.ts';
import type { CommandContext } from './commands/context.ts';
import { type CommandEntry, commands } from './commands/index.ts';
import { addRows } from './parsing/add-options.ts';
import { programHelp } from './parsing/help.ts';
import type { Library } from './parsing/library.ts';
import { forbidMistyped } from './parsing/mistyped.ts';
import { didYouMean } from './parsing/parse.ts';
import { outputOf, withPlainMessages } from './terminal/messages.ts';
import { eraseProgress, explainError, type Terminal, widthOf } from './terminal/terminal.ts';

const names = commands.map(({ name }) => name);
const helpWords = ['help', '--help', '-h'];

/**
 * Runs the program, and returns the exit code: 0 no findings, 1 findings, 2 usage or input error, 3 nothing to lint.
 *
 * @param argv the arguments of the command line, without node and the script
 * @param library what commands call
 */
export async function run(argv: readonly string[], given: Terminal, library: Library): Promise<number> {
  const terminal = withPlainMessages(given, argv);
  let exitCode = 0;
  const exit = (code: number) => {
    exitCode = code;
  };
  try {
    const isHelp = helpWords.some((word) => argv.includes(word));
    const after = isHelp ? (await import('./parsing/environment.ts')).afterOptions : () => '';
    const program = createProgram({ argv, terminal, library, exit, after });
    requireHelped(argv);
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // commander has already reported the error.
    // The exit code of `help COMMAND` is that of the process, which is 2 until the end.
    if (error instanceof CommanderError) return error.exitCode === 0 || error.code === 'commander.help' ? 0 : 2;
    return explainError(terminal, error, argv.includes('--verbose') || argv.includes('-v'));
  } finally {
    eraseProgress(terminal);
  }
}

/** Checks that `help COMMAND` names a command: commander would print the help of the program. */
function requireHelped([first, command]: readonly string[]): void {
  if (first !== 'help' || command === undefined || command.startsWith('-') || names.includes(command)) return;
  throw new UserError(`unknown command "${command}"`, didYouMean(command, names) || 'see pki-lint --help');
}

/** The context of one run, and the function that receives the exit code. */
interface Session extends CommandContext {
  readonly exit: (code: number) => void;
  /** Returns what the help of a command has after the options; nothing if no help is asked for. */
  readonly after: (command: CommandEntry) => string;
}

function createProgram(session: Session): Command {
  const { terminal } = session;
  const program = new Command('pki-lint')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput(outputOf(terminal, session.argv, names));
  // Adding commands takes time at startup, so those that do not occur on the command line are left out.
  const isAsked = ({ name }: CommandEntry) => [name, ...helpWords].some((word) => session.argv.includes(word));
  for (const row of commands.filter((one, index) => index === 0 || isAsked(one))) addCommand(program, row, session);
  const { formatHelp } = program.createHelp();
  program.configureHelp({
    formatHelp(command, helper) {
      if (command !== program) return formatHelp.call(helper, command, helper);
      return programHelp(commands, widthOf(terminal));
    },
  });
  return program;
}

function addCommand(program: Command, row: CommandEntry, session: Session): Command {
  const isDefault = row === commands[0];
  const command = program.command(row.name, { isDefault }).description(row.description);
  for (const [name, help] of row.arguments) command.argument(name, help);
  for (const rows of row.options()) addRows(command, rows);
  // Commander's own usage does not name what is required.
  const required = command.options.filter(({ mandatory }) => mandatory).map(({ flags }) => flags);
  const names = row.arguments.map(([name]) => name);
  if (required.length > 0) command.usage([...names, ...required, '[options]'].join(' '));
  const after = session.after(row);
  if (after !== '') command.addHelpText('after', after);
  return command.action(async (...all: unknown[]) => {
    const [flags] = all.slice(row.arguments.length);
    if (isDefault) forbidMistypedCommand(session, all[0] as string[], flags as { readonly rootfs?: string });
    const run = await row.load();
    session.exit(await run(session, flags as never, ...(all.slice(0, row.arguments.length) as never[])));
  });
}

function forbidMistypedCommand(
  { argv, terminal }: Session,
  given: readonly string[],
  flags: { rootfs?: string },
): void {
  const roots = flags.rootfs === undefined ? [] : [resolve(terminal.cwd, flags.rootfs)];
  forbidMistyped(argv, given, [...names, 'help'], [terminal.cwd, ...roots]);
}
