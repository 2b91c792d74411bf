/** The commands of `pki-lint`; the body of each is loaded when it runs. */
import { Command, CommanderError, Help, type OutputConfiguration } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import type { AnyOptionRows } from '../core/option.ts';
import { issueOptions } from '../issue/inputs/options.ts';
import { reporters } from '../report/index.ts';
import type { ConnectionFlags } from './connections.ts';
import type { CommandContext } from './context.ts';
import {
  addRows,
  expectRows,
  type FormatFlags,
  judgingRows,
  nodeRows,
  type OutputFlags,
  outputRows,
  quietRows,
  selectionRows,
  timeRows,
  verifyRows,
} from './flags.ts';
import { connectionFormatRows, formatRows, reportFormatRows } from './formats.ts';
import type { LoadLibrary } from './library.ts';
import type { LintFlags } from './lint.ts';
import { complain, explainError, type Terminal, widthOf } from './terminal.ts';
import type { VerifyFlags } from './verify.ts';

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

/** One command line: what was typed, where it speaks, what does the work, and what receives the exit code. */
interface Session extends CommandContext {
  readonly argv: readonly string[];
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

/** A command with the options of its rows; those of a command that is not asked for would cost a start as much as others. */
function addCommand(program: Command, { argv }: Session, name: string, rows: () => readonly AnyOptionRows[]): Command {
  const command = program.command(name, { isDefault: name === 'lint' });
  if (name === 'lint' || [name, 'help', '--help', '-h'].some((word) => argv.includes(word))) {
    for (const group of rows()) addRows(command, group);
  }
  return command;
}

function addLint(program: Command, session: Session): Command {
  return addCommand(program, session, 'lint', () => [
    judgingRows,
    selectionRows,
    reportFormatRows(),
    quietRows,
    outputRows,
    nodeRows,
  ])
    .description('judge what is there (the default)')
    .argument('[path...]', paths)
    .action(async (given: string[], flags: LintFlags) => {
      const { lintCommand } = await import('./lint.ts');
      session.exit(await lintCommand(session, flags, given));
    });
}

function addConnections(program: Command, session: Session): void {
  addCommand(program, session, 'connections', () => [timeRows, connectionFormatRows(), outputRows, nodeRows])
    .description('print who dials whom, whether it works, and why not')
    .argument('[path...]', paths)
    .action(async (given: string[], flags: ConnectionFlags) => {
      const { connectionsCommand } = await import('./connections.ts');
      session.exit(await connectionsCommand(session, flags, given));
    });
}

function addBlast(program: Command, session: Session): void {
  addCommand(program, session, 'blast', () => [timeRows, formatRows(reporters.blast), outputRows, nodeRows])
    .description('say what stops without a certificate or key, and who is a thief who has it')
    .argument('<what>', 'a role, such as kubernetes-ca or admin.conf, or a file on the node, such as pki/ca.key')
    .argument('[path...]', paths)
    .action(async (what: string, given: string[], flags: FormatFlags<keyof typeof reporters.blast>) => {
      const { blastCommand } = await import('./blast.ts');
      session.exit(await blastCommand(session, flags, what, given));
    });
}

function addNodeCommands(program: Command, session: Session): void {
  addCommand(program, session, 'facts', () => [formatRows(reporters.facts), outputRows, nodeRows])
    .description('print what is known about a node, and from where')
    .argument('[path...]', paths)
    .action(async (given: string[], flags: FormatFlags<keyof typeof reporters.facts>) => {
      const { factsCommand } = await import('./facts.ts');
      session.exit(await factsCommand(session, flags, given));
    });
  addCommand(program, session, 'expect', () => [expectRows, formatRows(reporters.expectations), outputRows, nodeRows])
    .description("print what should be there: the documented tables with a node's facts filled in")
    .argument('[path...]', paths)
    .action(async (given: string[], flags: FormatFlags<keyof typeof reporters.expectations>) => {
      const { expectCommand } = await import('./expect.ts');
      session.exit(await expectCommand(session, flags, given));
    });
}

function addIssue(program: Command, session: Session): void {
  addCommand(program, session, 'issue', () => [issueOptions, formatRows(reporters.plan), outputRows, nodeRows])
    .description('fill the gaps that lint finds: the plan first, and with --write the files')
    .argument('[path]', 'PKI folder, /etc/kubernetes, or root of a node (default: /etc/kubernetes/pki)')
    .addHelpText('after', issueHelp)
    .action(async (given: string | undefined, flags: FormatFlags<keyof typeof reporters.plan>) => {
      const { issueCommand } = await import('./issue.ts');
      session.exit(await issueCommand(session, flags, given === undefined ? [] : [given]));
    });
}

function addVerify(program: Command, session: Session): void {
  addCommand(program, session, 'verify', () => [verifyRows, formatRows(reporters.verification), outputRows])
    .description('verify one certificate as a Go program would: the chain, or the reason')
    .argument('<cert>', 'PEM file of the certificate, with its intermediates if it has any')
    .action(async (cert: string, flags: VerifyFlags) => {
      const { verifyCommand } = await import('./verify.ts');
      session.exit(await verifyCommand(session, flags, cert));
    });
}

function addRuleCommands(program: Command, session: Session): void {
  addCommand(program, session, 'rules', () => [formatRows(reporters.rules), outputRows])
    .description('list the rules')
    .action(async (flags: FormatFlags<keyof typeof reporters.rules>) => {
      const { rulesCommand } = await import('./rules.ts');
      session.exit(await rulesCommand(session, flags));
    });
  addCommand(program, session, 'explain', () => [outputRows])
    .description('say what a rule means, why it matters and what to do')
    .argument('<rule>', 'id of a rule, such as cert/issuer')
    .action(async (rule: string, flags: OutputFlags) => {
      const { explainCommand } = await import('./rules.ts');
      session.exit(await explainCommand(session, flags, rule));
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
