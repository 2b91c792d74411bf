/** The options of the commands, and the values that they come to. Their texts are the help. */
import { type Command, Option } from 'commander';
import { type Algorithm, algorithms } from '../core/plan.ts';
import { type Severity, severities } from '../core/report.ts';
import { type ConnectionFormat, connectionFormats, type Destination, destination, reportFormats } from './formats.ts';
import {
  address,
  algorithm,
  days,
  goVersion,
  listed,
  oneOf,
  range,
  release,
  repeated,
  time,
  usage,
  wholeNumber,
  word,
} from './parse.ts';
import { type ColorChoice, colorChoices } from './terminal.ts';

export interface NodeFlags {
  readonly rootfs?: string;
  readonly manifests?: string;
  readonly kubeconfigs?: string;
  readonly kubeletDir?: string;
  readonly kubeadmConfig?: string;
  readonly nodeName?: string;
  readonly nodeIp?: string[];
  readonly advertiseAddress?: string;
  readonly serviceCidr?: string[];
  readonly dnsDomain?: string;
  readonly controlPlaneEndpoint?: string;
  readonly san?: string[];
  readonly kubernetesVersion?: string;
  readonly etcd?: 'stacked' | 'external';
}

export interface OutputFlags {
  readonly color: ColorChoice;
  readonly verbose?: boolean;
}

export interface LintFlags extends NodeFlags, OutputFlags {
  readonly at?: Date;
  readonly expiresWithin?: number;
  readonly profile?: 'kubeadm' | 'documented';
  readonly targetVersion?: string;
  readonly upgradeWindow?: number;
  readonly failOn?: Severity | 'never';
  readonly requireComplete?: boolean;
  readonly rule?: string[];
  readonly only?: string[];
  readonly format?: Destination[];
  readonly quiet?: boolean;
}

export interface TableFlags extends OutputFlags {
  readonly format: 'table' | 'json';
}

export interface ConnectionFlags extends NodeFlags, OutputFlags {
  readonly at?: Date;
  readonly format?: Destination<ConnectionFormat>[];
}

export interface BlastFlags extends NodeFlags, TableFlags {
  readonly at?: Date;
}

export interface VerifyFlags extends TableFlags {
  readonly ca: string[];
  readonly intermediates?: string[];
  readonly host?: string;
  readonly usage?: string[];
  readonly at?: Date;
  readonly go?: string;
  readonly kubernetesVersion?: string;
}

export interface IssueFlags extends NodeFlags, TableFlags {
  readonly at?: Date;
  readonly profile?: 'kubeadm' | 'documented';
  readonly write?: boolean;
  readonly only?: string[];
  readonly renew?: boolean;
  readonly within?: number;
  readonly replace?: string[];
  readonly keepKey?: boolean;
  readonly fixModes?: boolean;
  readonly yes?: boolean;
  readonly algorithm?: Algorithm;
  readonly days?: number;
  readonly caDays?: number;
  readonly backdate?: number;
  readonly rootCa?: boolean;
  readonly rootDir?: string;
  readonly caDir?: string;
  readonly csr?: string;
  readonly import?: string;
}

const given = (flag: string) => (text: string) => word(flag, text);

const atOption = () => new Option('--at <time>', 'judge as of this time: RFC 3339, or a date').argParser(time);

/** Where a node's files are, and what they do not tell. */
export function addNodeOptions(command: Command): Command {
  return command
    .optionsGroup('Where things are:')
    .option('--rootfs <dir>', "root of the node's file system", given('--rootfs'))
    .option('--manifests <dir>', 'static pod manifests', given('--manifests'))
    .option('--kubeconfigs <dir>', 'kubeconfigs', given('--kubeconfigs'))
    .option('--kubelet-dir <dir>', "the kubelet's folder", given('--kubelet-dir'))
    .option('--kubeadm-config <file>', 'kubeadm configuration', given('--kubeadm-config'))
    .optionsGroup('Facts, which win over what files say:')
    .option('--node-name <name>', 'name of the node', given('--node-name'))
    .option('--node-ip <ip,…>', 'addresses of the node', listed('--node-ip', address))
    .option('--advertise-address <ip>', 'address of its API server', (text) => address('--advertise-address', text))
    .option('--service-cidr <cidr,…>', 'ranges of service addresses', listed('--service-cidr', range))
    .option('--dns-domain <domain>', 'domain of the cluster', given('--dns-domain'))
    .option('--control-plane-endpoint <host:port>', 'how clients reach it', given('--control-plane-endpoint'))
    .option('--san <name,…>', 'more names of the API server', listed('--san', word))
    .option('--kubernetes-version <version>', 'release of its components', release)
    .option('--etcd <where>', 'stacked (on control planes) or external', oneOf('--etcd', ['stacked', 'external']));
}

/** How linting judges. */
export function addJudgingOptions(command: Command): Command {
  return command
    .optionsGroup('Judging:')
    .addOption(atOption())
    .option('--expires-within <time>', 'what ends soon: 30d, 12h, 2w (default: 30d)', days('--expires-within'))
    .option('--target-version <version>', 'judge before an upgrade to this release as well', given('--target-version'))
    .option('--upgrade-window <time>', 'how long the upgrade may take (default: 90d)', days('--upgrade-window'))
    .option(
      '--profile <name>',
      'kubeadm: the page, or what kubeadm writes; documented: the page to the letter (default: kubeadm)',
      oneOf('--profile', ['kubeadm', 'documented']),
    )
    .option(
      '--fail-on <severity>',
      'exit with 1 from here on: error, warning, info, never (default: error)',
      oneOf('--fail-on', [...severities, 'never']),
    )
    .option('--require-complete', 'exit with 1 where anything could not be checked')
    .option('--rule <id=severity>', 'off, info, warning or error for a rule; repeatable', repeated(given('--rule')))
    .option('--only <what>', 'a rule, a pattern such as cert/*, or a role; repeatable', repeated(given('--only')));
}

/** What a certificate is verified for. */
export function addVerifyOptions(command: Command): Command {
  return command
    .optionsGroup('Trust:')
    .requiredOption('--ca <file>', 'certificates to trust; repeatable', repeated(given('--ca')))
    .option('--intermediates <file>', 'certificates between; repeatable', repeated(given('--intermediates')))
    .optionsGroup('Judging:')
    .option('--host <name>', 'host name or IP address that it must be valid for', given('--host'))
    .option(
      '--usage <usage>',
      'server, client, any, or an extended key usage by name or OID; repeatable, one suffices (default: server)',
      repeated(usage),
    )
    .addOption(atOption())
    .option('--go <version>', 'judge as this Go does: 1.24, 1.24.11 (default: the newest known)', goVersion)
    .option('--kubernetes-version <version>', 'judge as the Go does that built this release', release);
}

/** What is to be issued, and how. */
export function addIssueOptions(command: Command): Command {
  return command
    .optionsGroup('Doing:')
    .option('--write', 'do what the plan says; without it nothing is touched')
    .option('--only <role,…>', 'these roles alone', listed('--only', word))
    .option('--renew', 'issue anew what has expired or ends soon')
    .option('--within <time>', 'with --renew: how soon (default: 30d)', days('--within'))
    .option('--replace <role,…>', 'issue these roles anew although their files are there', listed('--replace', word))
    .option('--keep-key', 'what is issued anew keeps its key')
    .option('--fix-modes', 'put modes right that lint calls wrong')
    .option('--yes', 'confirm the replacement of a CA')
    .optionsGroup('Certificates:')
    .option('--algorithm <name>', `of new keys: ${algorithms.join(', ')} (default: rsa-2048)`, algorithm)
    .option('--days <n>', 'life of a certificate (default: 365)', wholeNumber('--days'))
    .option('--ca-days <n>', 'life of a CA (default: 3650)', wholeNumber('--ca-days'))
    .option('--backdate <time>', 'how much earlier it begins (default: five minutes)', days('--backdate'))
    .option(
      '--profile <name>',
      'names as kubeadm writes them, or as documented',
      oneOf('--profile', ['kubeadm', 'documented']),
    )
    .option('--at <time>', 'issue as of this time: RFC 3339, or a date', time)
    .optionsGroup('Authorities:')
    .option('--root-ca', 'one root above the three CAs, kept in --root-dir')
    .option('--root-dir <dir>', 'where that root is kept, off the node', given('--root-dir'))
    .option('--ca-dir <dir>', 'where the CAs and their keys are kept, off the node', given('--ca-dir'))
    .option('--csr <dir>', 'make keys and requests there, for another CA to sign', given('--csr'))
    .option('--import <dir>', 'take what that CA has signed from there', given('--import'));
}

/** How a report looks, and where it goes. */
export function addReportOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option(
      '--format <format[:file]>',
      'table or json, to stdout or a file; repeatable',
      repeated(destination(reportFormats)),
    )
    .option('--quiet', 'errors only');
}

/** When connections are made, and how they are shown. */
export function addConnectionOptions(command: Command): Command {
  return command
    .optionsGroup('Judging:')
    .addOption(atOption())
    .optionsGroup('Output:')
    .option(
      '--format <format[:file]>',
      'table, json, or a graph: mermaid, dot; to stdout or a file; repeatable',
      repeated(destination(connectionFormats)),
    );
}

/** As of when, for what judges nothing else. */
export function addTimeOption(command: Command): Command {
  return command.optionsGroup('Judging:').addOption(atOption());
}

/** For what prints one table. */
export function addTableOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('--format <format>', 'table or json', oneOf('--format', ['table', 'json']), 'table');
}

/** For every command. */
export function addOutputOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('--verbose', 'everything: passes, skips, full lists')
    .option('--color <when>', 'auto, always or never', oneOf('--color', colorChoices), 'auto');
}
