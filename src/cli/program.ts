/** The commands of `pki-lint`. The implementation of each is loaded when it runs. */
import { Command, CommanderError, Help, type OutputConfiguration } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { reporters } from '../report/index.ts';
import { optionTable, type Rows } from '../tables/options.ts';
import type { CommandContext } from './context.ts';
import { addRows, nodeRows, type ParsedRow, timeRows } from './flags.ts';
import { connectionFormatRows, formatRows, reportFormatRows } from './formats.ts';
import type { LoadLibrary } from './library.ts';
import { complain, explainError, type Terminal, widthOf } from './terminal.ts';

const examples = `Examples:
  pki-lint                                    this node's /etc/kubernetes/pki
  pki-lint node.tar.gz --at 2026-12-01        a copy of a node, as of a date
  ssh cp1 sudo tar c /etc/kubernetes | pki-lint -
  pki-lint --format json --fail-on warning    for programs
  pki-lint explain cert/issuer                what a rule means
`;

const exitCodes = `
Exit codes:
  0 fine, 1 findings at or above --fail-on, 2 could not do it, 3 nothing to lint`;

const issueHelp = `
Roles:
  kubernetes-ca, etcd-ca, front-proxy-ca;
  kube-apiserver, kube-apiserver-kubelet-client, kube-apiserver-etcd-client,
  front-proxy-client, kube-etcd, kube-etcd-peer, kube-etcd-healthcheck-client;
  service-account; admin.conf, super-admin.conf, kubelet.conf,
  controller-manager.conf, scheduler.conf

Exit codes:
  0 nothing to do, or done (--write); 1 there is something to do, or to look at;
  2 refused, or failed

Recipes: docs/recipes.md`;

/**
 * The implementation of a command: receives the options and arguments from the command line, and returns the exit code.
 */
type Run = (context: CommandContext, flags: never, ...words: never[]) => Promise<number>;

interface CommandRow {
  readonly name: string;
  readonly description: string;
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

const { judging, selection, expect, verify, quiet, output, issue } = optionTable;

/** In the order of the help. The first is the default. */
const commands: readonly CommandRow[] = [
  {
    name: 'lint',
    description: 'judge what is there (the default)',
    arguments: [paths],
    options: () => [judging, selection, reportFormatRows(), quiet, output, nodeRows],
    load: async () => (await import('./lint.ts')).lintCommand,
  },
  {
    name: 'connections',
    description: 'print who dials whom, whether it works, and why not',
    arguments: [paths],
    options: () => [timeRows, connectionFormatRows(), output, nodeRows],
    load: async () => (await import('./connections.ts')).connectionsCommand,
  },
  {
    name: 'blast',
    description: 'say what stops without a certificate or key, and who is a thief who has it',
    arguments: [
      ['<what>', 'a role, such as kubernetes-ca or admin.conf, or a file on the node, such as pki/ca.key'],
      paths,
    ],
    options: () => [timeRows, formatRows(reporters.blast), output, nodeRows],
    load: async () => (await import('./blast.ts')).blastCommand,
  },
  {
    name: 'facts',
    description: 'print what is known about a node, and from where',
    arguments: [paths],
    options: () => [formatRows(reporters.facts), output, nodeRows],
    load: async () => (await import('./facts.ts')).factsCommand,
  },
  {
    name: 'expect',
    description: "print what should be there: the documented tables with a node's facts filled in",
    arguments: [paths],
    options: () => [expect, formatRows(reporters.expectations), output, nodeRows],
    load: async () => (await import('./expect.ts')).expectCommand,
  },
  {
    name: 'issue',
    description: 'fill the gaps that lint finds: the plan first, and with --write the files',
    arguments: [['[path]', 'PKI folder, /etc/kubernetes, or root of a node (default: /etc/kubernetes/pki)']],
    options: () => [issue, formatRows(reporters.plan), output, nodeRows],
    after: issueHelp,
    load: async () => (await import('./issue.ts')).issueCommand,
  },
  {
    name: 'verify',
    description: 'verify one certificate as a Go program would: the chain, or the reason',
    arguments: [['<cert>', 'PEM file of the certificate, with its intermediates if it has any']],
    options: () => [verify, formatRows(reporters.verification), output],
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'rules',
    description: 'list the rules',
    arguments: [],
    options: () => [formatRows(reporters.rules), output],
    load: async () => (await import('./rules.ts')).rulesCommand,
  },
  {
    name: 'explain',
    description: 'say what a rule means, why it matters and what to do',
    arguments: [['<rule>', 'id of a rule, such as cert/issuer']],
    options: () => [output],
    load: async () => (await import('./rules.ts')).explainCommand,
  },
];

/**
 * Runs the program, and returns the exit code: 0 no findings, 1 findings, 2 usage or input error, 3 nothing to lint.
 *
 * @param argv the arguments of the command line, without node and the script
 */
export async function run(argv: readonly string[], terminal: Terminal, load: LoadLibrary): Promise<number> {
  let exitCode = 0;
  const exit = (code: number) => {
    exitCode = code;
  };
  const program = createProgram({ argv, terminal, load, exit });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // commander has already reported the error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return explainError(terminal, error, argv.includes('--verbose'));
  }
}

/** The context of one run, and the function that receives the exit code. */
interface Session extends CommandContext {
  readonly exit: (code: number) => void;
}

function createProgram(session: Session): Command {
  const { terminal } = session;
  const program = new Command('pki-lint')
    .description('Audits the PKI of a Kubernetes node.')
    .usage('[path...] [options]')
    .version(manifest.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput(outputOf(terminal))
    .addHelpText('before', examples)
    .addHelpText('after', exitCodes);
  const [lint] = commands.map((row) => addCommand(program, row, session));
  const help = new Help();
  // `lint` is the default command, so the help of the program includes its arguments and options.
  program.configureHelp({
    visibleArguments: (command) => help.visibleArguments(command === program && lint ? lint : command),
    visibleOptions: (command) => [
      ...(command === program && lint ? lint.options : []),
      ...help.visibleOptions(command),
    ],
  });
  return program;
}

function addCommand(program: Command, row: CommandRow, session: Session): Command {
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
    const run = await row.load();
    const [flags] = all.slice(row.arguments.length);
    session.exit(await run(session, flags as never, ...(all.slice(0, row.arguments.length) as never[])));
  });
}

/** Sends commander's output to the terminal, in the style of our own messages. */
function outputOf(terminal: Terminal): OutputConfiguration {
  return {
    writeOut: (text) => terminal.stdout.write(text),
    writeErr: (text) => terminal.stderr.write(text),
    getOutHelpWidth: () => widthOf(terminal),
    getErrHelpWidth: () => widthOf(terminal),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    outputError: (text) => {
      const [message = '', hint = ''] = text.trim().split('\n');
      // For an option of a different command, commander suggests that same option.
      const [, option = ''] = /^error: unknown option '(--[a-z-]+)'/.exec(message) ?? [];
      const isSame = option !== '' && hint.includes(`(Did you mean ${option}?)`);
      const better = isSame ? `${option} is for another command: see pki-lint COMMAND --help` : 'see pki-lint --help';
      complain(terminal, message.replace(/^error: /, '').replace(/\.$/, ''), isSame || hint === '' ? better : hint);
    },
  };
}
