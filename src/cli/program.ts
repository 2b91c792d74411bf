/** The commands of `pki-lint`; the body of each is loaded when it runs. */
import { Command, CommanderError, Help, type OutputConfiguration } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import type { ExpectFlags } from './expect.ts';
import {
  addConnectionOptions,
  addIssueOptions,
  addJudgingOptions,
  addNodeOptions,
  addOutputOptions,
  addReportOptions,
  addTableOptions,
  addTimeOption,
  addVerifyOptions,
  type BlastFlags,
  type ConnectionFlags,
  type IssueFlags,
  type LintFlags,
  type NodeFlags,
  type OutputFlags,
  type TableFlags,
  type VerifyFlags,
} from './flags.ts';
import type { LoadLibrary } from './library.ts';
import { oneOf } from './parse.ts';
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

const paths = 'PKI folder, /etc/kubernetes, root of a node, tar archive, or - for stdin (default: /etc/kubernetes/pki)';

/**
 * Runs the program with the arguments of a command line (without node and script), and yields the exit code: 0 fine,
 * 1 findings, 2 could not do it, 3 nothing to lint.
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
    // commander has said what is wrong already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return explainError(terminal, error, argv.includes('--verbose'));
  }
}

/** One command line: what was typed, where it speaks, what does the work, and who is told how it ended. */
interface Session {
  readonly argv: readonly string[];
  readonly terminal: Terminal;
  readonly load: LoadLibrary;
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
  const lint = addLint(program, session);
  const help = new Help();
  // Linting needs no name: the help of the program is its help.
  program.configureHelp({
    visibleArguments: (command) => help.visibleArguments(command === program ? lint : command),
    visibleOptions: (command) => [...(command === program ? lint.options : []), ...help.visibleOptions(command)],
  });
  addConnections(program, session);
  addBlast(program, session);
  addNodeCommands(program, session);
  addIssue(program, session);
  addVerify(program, session);
  addRuleCommands(program, session);
  return program;
}

/** Options of a command that nobody asks for cost a start as much as those of one that runs. */
function addOptions(command: Command, argv: readonly string[], adds: readonly ((command: Command) => Command)[]): void {
  if ([command.name(), 'help', '--help', '-h'].some((word) => argv.includes(word)))
    for (const add of adds) add(command);
}

function addLint(program: Command, { terminal, load, exit }: Session): Command {
  const lint = program
    .command('lint', { isDefault: true })
    .description('judge what is there (the default)')
    .argument('[path...]', paths);
  for (const add of [addJudgingOptions, addReportOptions, addOutputOptions, addNodeOptions]) add(lint);
  return lint.action(async (given: string[], flags: LintFlags) => {
    const { lintCommand } = await import('./lint.ts');
    exit(await lintCommand(given, flags, terminal, load));
  });
}

function addConnections(program: Command, { argv, terminal, load, exit }: Session): void {
  const connections = program
    .command('connections')
    .description('print who dials whom, whether it works, and why not')
    .argument('[path...]', paths);
  addOptions(connections, argv, [addConnectionOptions, addOutputOptions, addNodeOptions]);
  connections.action(async (given: string[], flags: ConnectionFlags) => {
    const { connectionsCommand } = await import('./connections.ts');
    exit(await connectionsCommand(given, flags, terminal, load));
  });
}

function addBlast(program: Command, { argv, terminal, load, exit }: Session): void {
  const blast = program
    .command('blast')
    .description('say what stops without a certificate or key, and who is a thief who has it')
    .argument('<what>', 'a role, such as kubernetes-ca or admin.conf, or a file on the node, such as pki/ca.key')
    .argument('[path...]', paths);
  addOptions(blast, argv, [addTimeOption, addTableOptions, addOutputOptions, addNodeOptions]);
  blast.action(async (what: string, given: string[], flags: BlastFlags) => {
    const { blastCommand } = await import('./blast.ts');
    exit(await blastCommand(what, given, flags, terminal, load));
  });
}

function addNodeCommands(program: Command, { argv, terminal, load, exit }: Session): void {
  const facts = program
    .command('facts')
    .description('print what is known about a node, and from where')
    .argument('[path...]', paths);
  addOptions(facts, argv, [addTableOptions, addOutputOptions, addNodeOptions]);
  facts.action(async (given: string[], flags: NodeFlags & TableFlags) => {
    const { factsCommand } = await import('./facts.ts');
    exit(await factsCommand(given, flags, terminal, load));
  });
  const expect = program
    .command('expect')
    .description("print what should be there: the documented tables with a node's facts filled in")
    .argument('[path...]', paths)
    .option('--profile <name>', 'kubeadm or documented', oneOf('--profile', ['kubeadm', 'documented']));
  addOptions(expect, argv, [addTableOptions, addOutputOptions, addNodeOptions]);
  expect.action(async (given: string[], flags: ExpectFlags) => {
    const { expectCommand } = await import('./expect.ts');
    exit(await expectCommand(given, flags, terminal, load));
  });
}

function addIssue(program: Command, { argv, terminal, load, exit }: Session): void {
  const issue = program
    .command('issue')
    .description('fill the gaps that lint finds: the plan first, and with --write the files')
    .argument('[path]', 'PKI folder, /etc/kubernetes, or root of a node (default: /etc/kubernetes/pki)')
    .addHelpText('after', issueHelp);
  addOptions(issue, argv, [addIssueOptions, addTableOptions, addOutputOptions, addNodeOptions]);
  issue.action(async (given: string | undefined, flags: IssueFlags) => {
    const { issueCommand } = await import('./issue.ts');
    exit(await issueCommand(given === undefined ? [] : [given], flags, terminal, load));
  });
}

function addVerify(program: Command, { argv, terminal, exit }: Session): void {
  const verify = program
    .command('verify')
    .description('verify one certificate as a Go program would: the chain, or the reason')
    .argument('<cert>', 'PEM file of the certificate, with its intermediates if it has any');
  addOptions(verify, argv, [addVerifyOptions, addTableOptions, addOutputOptions]);
  verify.action(async (cert: string, flags: VerifyFlags) => {
    const { verifyCommand } = await import('./verify.ts');
    exit(await verifyCommand(cert, flags, terminal));
  });
}

function addRuleCommands(program: Command, { argv, terminal, load, exit }: Session): void {
  const rules = program.command('rules').description('list the rules');
  addOptions(rules, argv, [addTableOptions, addOutputOptions]);
  rules.action(async (flags: TableFlags) => {
    const { rulesCommand } = await import('./rules.ts');
    exit(await rulesCommand(flags, terminal, load));
  });
  const explain = program
    .command('explain')
    .description('say what a rule means, why it matters and what to do')
    .argument('<rule>', 'id of a rule, such as cert/issuer');
  addOptions(explain, argv, [addOutputOptions]);
  explain.action(async (rule: string, flags: OutputFlags) => {
    const { explainCommand } = await import('./explain.ts');
    exit(await explainCommand(rule, flags, terminal, load));
  });
}

/** commander speaks through the terminal, and in its words. */
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
      // An option of another command is suggested to itself.
      const [, option = ''] = /^error: unknown option '(--[a-z-]+)'/.exec(message) ?? [];
      const isSame = option !== '' && hint.includes(`(Did you mean ${option}?)`);
      const better = isSame ? `${option} is for another command: see pki-lint COMMAND --help` : 'see pki-lint --help';
      complain(terminal, message.replace(/^error: /, '').replace(/\.$/, ''), isSame || hint === '' ? better : hint);
    },
  };
}
