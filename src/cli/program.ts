/** The commands of `pki-lint`. The implementation of each is loaded when it runs. */
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { UserError } from '../core/errors.ts';
import { allReporters } from '../report/index.ts';
import { optionTable, type Rows } from '../tables/options.ts';
import type { CommandContext } from './context.ts';
import { addRows, nodeRows, type ParsedRow, timeRows } from './flags.ts';
import {
  connectionFormatRows,
  exceptionFormatRows,
  expiryFormatRows,
  formatRows,
  reportFormatRows,
} from './formats.ts';
import { commandExamples, issueHelp, lintHelp, programHelp } from './help.ts';
import type { LoadLibrary } from './library.ts';
import { outputOf, withPlainMessages } from './messages.ts';
import { forbidMistyped } from './mistyped.ts';
import { didYouMean } from './parse.ts';
import { explainError, type Terminal, widthOf } from './terminal.ts';

/**
 * The implementation of a command: receives the options and arguments from the command line, and returns the exit code.
 */
type Run = (context: CommandContext, flags: never, ...words: never[]) => Promise<number>;

export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  /** The help of the program has one line for the commands of a group. */
  readonly group?: 'policy' | 'rules';
  /** Each in the notation of commander, with its help. */
  readonly arguments: readonly (readonly [name: string, help: string])[];
  /** Options, in the order of the help. */
  readonly options: () => readonly Rows<string, ParsedRow>[];
  /** Printed below the options in the help. */
  readonly after?: string;
  readonly load: () => Promise<Run>;
}

const paths = [
  '[path...]',
  'PKI folder, /etc/kubernetes, root of a node, tar archive, or - for stdin (default: /etc/kubernetes/pki)',
] as const;

const {
  judging,
  policy,
  selection,
  baseline,
  exit,
  view,
  init,
  expiry,
  expect,
  verify,
  formats,
  quiet,
  output,
  issue,
} = optionTable;

/** In the order of the help. The first is the default. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'lint',
    description: 'check nodes (the default command)',
    arguments: [paths],
    options: () => [
      judging,
      selection,
      baseline,
      exit,
      policy,
      reportFormatRows(),
      formats,
      view,
      quiet,
      output,
      nodeRows,
    ],
    after: lintHelp,
    load: async () => (await import('./lint.ts')).lintCommand,
  },
  {
    name: 'expiry',
    description: 'list everything that expires, and who renews it',
    arguments: [paths],
    options: () => [expiry, timeRows, exit, expiryFormatRows(), output, nodeRows],
    after: commandExamples.expiry,
    load: async () => (await import('./expiry.ts')).expiryCommand,
  },
  {
    name: 'connections',
    description: 'show which component connects to which, and why it fails',
    arguments: [paths],
    options: () => [timeRows, exit, connectionFormatRows(), output, nodeRows],
    after: commandExamples.connections,
    load: async () => (await import('./connections.ts')).connectionsCommand,
  },
  {
    name: 'blast',
    description: 'show what breaks if a certificate or key is lost or stolen',
    arguments: [
      ['<what>', 'a role, such as kubernetes-ca or admin.conf, or a file on the node, such as pki/ca.key'],
      paths,
    ],
    options: () => [timeRows, formatRows(allReporters.blast), output, nodeRows],
    after: commandExamples.blast,
    load: async () => (await import('./blast.ts')).blastCommand,
  },
  {
    name: 'facts',
    description: 'show what is known about a node, and from which file',
    arguments: [paths],
    options: () => [formatRows(allReporters.facts), output, nodeRows],
    load: async () => (await import('./facts.ts')).factsCommand,
  },
  {
    name: 'expect',
    description: 'show the files that the documentation requires on a node',
    arguments: [paths],
    options: () => [expect, formatRows(allReporters.expectations), output, nodeRows],
    load: async () => (await import('./expect.ts')).expectCommand,
  },
  {
    name: 'issue',
    description: 'plan what is missing or expired, and with --write create it',
    arguments: [['[path]', 'PKI folder, /etc/kubernetes, or root of a node (default: /etc/kubernetes/pki)']],
    options: () => [issue, formatRows(allReporters.plan), output, nodeRows],
    after: issueHelp,
    load: async () => (await import('./issue.ts')).issueCommand,
  },
  {
    name: 'verify',
    description: 'verify one certificate as the components do',
    arguments: [['<cert>', 'PEM file of the certificate, with its intermediates if it has any']],
    options: () => [verify, formatRows(allReporters.verification), output],
    after: commandExamples.verify,
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'init',
    description: 'write the policy of a gate',
    group: 'policy',
    arguments: [paths],
    options: () => [init, output, nodeRows],
    after: commandExamples.init,
    load: async () => (await import('./rare.ts')).initCommand,
  },
  {
    name: 'diff',
    description: 'compare two JSON reports: what is new, worse or fixed',
    group: 'policy',
    arguments: [
      ['<old>', 'JSON report of pki-lint'],
      ['<new>', 'a later one'],
    ],
    options: () => [{ failOn: judging.failOn }, formatRows(allReporters.diff), output],
    after: commandExamples.diff,
    load: async () => (await import('./rare.ts')).diffCommand,
  },
  {
    name: 'exceptions',
    description: 'list the exceptions of the policy, and when they expire',
    group: 'policy',
    arguments: [paths],
    options: () => [timeRows, exit, exceptionFormatRows(), output, nodeRows],
    after: commandExamples.exceptions,
    load: async () => (await import('./rare.ts')).exceptionsCommand,
  },
  {
    name: 'rules',
    description: 'list all rules',
    group: 'rules',
    arguments: [],
    options: () => [formatRows(allReporters.rules), output],
    load: async () => (await import('./rules.ts')).rulesCommand,
  },
  {
    name: 'explain',
    description: 'explain one rule: what it means, why it matters, how to fix it',
    group: 'rules',
    arguments: [['<rule>', 'id of a rule, such as cert/issuer']],
    options: () => [output],
    after: commandExamples.explain,
    load: async () => (await import('./rules.ts')).explainCommand,
  },
  {
    name: 'keys',
    description: 'find private keys in files that must not contain any',
    arguments: [['<file...>', 'a file of any kind, such as those that git tracks']],
    options: () => [],
    after: commandExamples.keys,
    load: async () => (await import('./rare.ts')).keysCommand,
  },
  {
    name: 'completion',
    description: 'print the completion script of a shell',
    arguments: [['<shell>', 'bash, zsh or fish']],
    options: () => [],
    after: commandExamples.completion,
    load: async () => (await import('./rare.ts')).completionCommand(commands),
  },
];

const names = commands.map(({ name }) => name);

/**
 * Runs the program, and returns the exit code: 0 no findings, 1 findings, 2 usage or input error, 3 nothing to lint.
 *
 * @param argv the arguments of the command line, without node and the script
 */
export async function run(argv: readonly string[], given: Terminal, load: LoadLibrary): Promise<number> {
  const terminal = withPlainMessages(given, argv);
  let exitCode = 0;
  const exit = (code: number) => {
    exitCode = code;
  };
  const program = createProgram({ argv, terminal, load, exit });
  try {
    requireHelped(argv);
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // commander has already reported the error.
    // The exit code of `help COMMAND` is that of the process, which is 2 until the end.
    if (error instanceof CommanderError) return error.exitCode === 0 || error.code === 'commander.help' ? 0 : 2;
    return explainError(terminal, error, argv.includes('--verbose') || argv.includes('-v'));
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
}

function createProgram(session: Session): Command {
  const { terminal } = session;
  const program = new Command('pki-lint')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput(outputOf(terminal, session.argv, names));
  for (const row of commands) addCommand(program, row, session);
  const rows = () => (commands[0]?.options() ?? []).flatMap((group) => Object.values(group));
  const { formatHelp } = program.createHelp();
  program.configureHelp({
    formatHelp(command, helper) {
      if (command !== program) return formatHelp.call(helper, command, helper);
      return programHelp({ commands, options: rows(), width: widthOf(terminal) });
    },
  });
  return program;
}

function addCommand(program: Command, row: CommandEntry, session: Session): Command {
  const isDefault = row === commands[0];
  const command = program.command(row.name, { isDefault }).description(row.description);
  for (const [name, help] of row.arguments) command.argument(name, help);
  // Adding options takes time at startup, so commands that do not occur on the command line get none.
  if (isDefault || [row.name, 'help', '--help', '-h'].some((word) => session.argv.includes(word))) {
    for (const rows of row.options()) addRows(command, rows);
  }
  // Commander's own usage does not name what is required.
  const required = command.options.filter(({ mandatory }) => mandatory).map(({ flags }) => flags);
  const names = row.arguments.map(([name]) => name);
  if (required.length > 0) command.usage([...names, ...required, '[options]'].join(' '));
  if (row.after !== undefined) command.addHelpText('after', row.after);
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
