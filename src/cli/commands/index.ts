/**
 * The commands of `pki-lint`: their arguments and options. The implementation of each is loaded when it runs, and what
 * the help has after the options when it is asked for: completion and `--version` start without both.
 */
import { allReporters } from '../../report/index.ts';
import { optionTable, type Rows } from '../../tables/option-table.ts';
import { type CommandOption, nodeRows, timeRows } from '../parsing/flags.ts';
import {
  connectionFormatRows,
  exceptionFormatRows,
  expiryFormatRows,
  formatRows,
  reportFormatRows,
} from '../parsing/format-rows.ts';
import type { CommandContext } from './context.ts';

/**
 * The implementation of a command: receives the options and arguments from the command line, and returns the exit code.
 */
type Run = (context: CommandContext, flags: never, ...words: never[]) => Promise<number>;

export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  /** Each in the notation of commander, with its help. */
  readonly arguments: readonly (readonly [name: string, help: string])[];
  /** Options, in the order of the help. */
  readonly options: () => readonly Rows<string, CommandOption>[];
  /** The help of the program has one line for the commands of a group. */
  readonly group?: 'policy' | 'rules';
  readonly load: () => Promise<Run>;
}

const paths = [
  '[PATH...]',
  'PKI directory, /etc/kubernetes, root of a node, tar archive, or - for stdin (default: this machine)',
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
    load: async () => (await import('./lint.ts')).lintCommand,
  },
  {
    name: 'expiry',
    description: 'list everything that expires, and who renews it',
    arguments: [paths],
    options: () => [expiry, timeRows, exit, expiryFormatRows(), output, nodeRows],
    load: async () => (await import('./expiry.ts')).expiryCommand,
  },
  {
    name: 'connections',
    description: 'show which component connects to which, and why it fails',
    arguments: [paths],
    options: () => [timeRows, exit, connectionFormatRows(), output, nodeRows],
    load: async () => (await import('./connections.ts')).connectionsCommand,
  },
  {
    name: 'blast',
    description: 'show what breaks if a certificate or key is lost or stolen',
    arguments: [
      ['<WHAT>', 'a role, such as kubernetes-ca or admin.conf, or a file on the node, such as pki/ca.key'],
      paths,
    ],
    options: () => [timeRows, formatRows(allReporters.blast), output, nodeRows],
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
    arguments: [['[PATH]', 'PKI directory, /etc/kubernetes, or root of a node (default: this machine)']],
    options: () => [issue, formatRows(allReporters.plan), output, nodeRows],
    load: async () => (await import('./issue.ts')).issueCommand,
  },
  {
    name: 'collect',
    description: 'write a copy of a node without keys, to lint elsewhere',
    arguments: [['[PATH]', 'PKI directory, /etc/kubernetes, root of a node, or tar archive (default: this machine)']],
    options: () => [output, nodeRows],
    load: async () => (await import('./rare.ts')).collectCommand,
  },
  {
    name: 'objects',
    description: 'print the script that reads the objects of a cluster',
    arguments: [],
    options: () => [output],
    load: async () => (await import('./rare.ts')).objectsCommand,
  },
  {
    name: 'verify',
    description: 'verify one certificate as the components do',
    arguments: [['<CERT>', 'PEM file of the certificate, with its intermediates if it has any']],
    options: () => [verify, formatRows(allReporters.verification), output],
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'init',
    description: 'write the policy of a gate',
    group: 'policy',
    arguments: [paths],
    options: () => [init, timeRows, output, nodeRows],
    load: async () => (await import('./rare.ts')).initCommand,
  },
  {
    name: 'diff',
    description: 'compare two JSON reports: what is new, worse or fixed',
    group: 'policy',
    arguments: [
      ['<OLD>', 'JSON report of pki-lint'],
      ['<NEW>', 'a later one'],
    ],
    options: () => [{ failOn: judging.failOn }, formatRows(allReporters.diff), output],
    load: async () => (await import('./rare.ts')).diffCommand,
  },
  {
    name: 'exceptions',
    description: 'list the exceptions of the policy, and when they expire',
    group: 'policy',
    arguments: [paths],
    options: () => [timeRows, exit, exceptionFormatRows(), output, nodeRows],
    load: async () => (await import('./rare.ts')).exceptionsCommand,
  },
  {
    name: 'rules',
    description: 'list all rules',
    group: 'rules',
    arguments: [['[PREFIX]', 'only the rules whose ids begin with this, such as cert']],
    options: () => [formatRows(allReporters.rules), output],
    load: async () => (await import('./rules.ts')).rulesCommand,
  },
  {
    name: 'explain',
    description: 'explain one rule: what it means, why it matters, how to fix it',
    group: 'rules',
    arguments: [['<RULE>', 'id of a rule, such as cert/issuer, or the first part of several, such as cert']],
    options: () => [output],
    load: async () => (await import('./rules.ts')).explainCommand,
  },
  {
    name: 'keys',
    description: 'find private keys in files that must not contain any',
    arguments: [['<FILE...>', 'a file of any kind, such as those that git tracks']],
    options: () => [],
    load: async () => (await import('./rare.ts')).keysCommand,
  },
  {
    name: 'version',
    description: 'print the version',
    arguments: [],
    options: () => [],
    load: async () => (await import('./version.ts')).versionCommand,
  },
  {
    name: 'completion',
    description: 'print the completion script of a shell',
    arguments: [['<SHELL>', 'bash, zsh or fish']],
    options: () => [],
    load: async () => (await import('./rare.ts')).completionCommand,
  },
];
