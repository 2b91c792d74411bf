/** The options of the commands, in groups. Facts, and the options of `issue`, have their rows where they are read. */
import { type Command, Option } from 'commander';
import type { VerificationOptions } from '../api/verify.ts';
import {
  type AnyOptionRows,
  days,
  type OptionRow,
  type OptionRows,
  oneOf,
  repeated,
  time,
  word,
} from '../core/option.ts';
import { severities } from '../core/report.ts';
import { factOptions } from '../model/facts/options.ts';
import type { LintOptions } from './library.ts';
import { goVersion, usage } from './parse.ts';
import { type ColorChoice, colorChoices } from './terminal.ts';

/** Values by commander's names of the options: what their parsers yield. */
export interface OutputFlags {
  readonly color: ColorChoice;
  readonly verbose?: boolean;
}

export interface FormatFlags<Name extends string> extends OutputFlags {
  readonly format: Name;
}

type Place = 'rootfs' | 'manifests' | 'kubeconfigs' | 'kubeletDir' | 'kubeadmConfig';

/** Where a node's files are. */
export const placeRows: OptionRows<Pick<LintOptions, Place>> = {
  rootfs: placeRow('--rootfs', '<dir>', "root of the node's file system"),
  manifests: placeRow('--manifests', '<dir>', 'static pod manifests'),
  kubeconfigs: placeRow('--kubeconfigs', '<dir>', 'kubeconfigs'),
  kubeletDir: placeRow('--kubelet-dir', '<dir>', "the kubelet's folder"),
  kubeadmConfig: placeRow('--kubeadm-config', '<file>', 'kubeadm configuration'),
};

function placeRow(option: string, metavar: string, help: string): OptionRow<string> {
  return { option, metavar, help, group: 'Where things are:', parse: word };
}

/** Where a node's files are, and what they do not tell. */
export const nodeRows: AnyOptionRows = { ...placeRows, ...factOptions };

const group = 'Judging:';
const judgingProfile = oneOf(['kubeadm', 'documented']);

/** As of when. */
export const timeRows = {
  at: { option: '--at', metavar: '<time>', help: 'judge as of this time: RFC 3339, or a date', group, parse: time },
} as const satisfies OptionRows<Pick<LintOptions, 'at'>>;

type Judging =
  | 'at'
  | 'expiresWithinDays'
  | 'targetVersion'
  | 'upgradeWindowDays'
  | 'profile'
  | 'failOn'
  | 'requireComplete';

/** How linting judges. */
export const judgingRows: OptionRows<Pick<LintOptions, Judging>> = {
  ...timeRows,
  expiresWithinDays: {
    option: '--expires-within',
    metavar: '<time>',
    help: 'what ends soon: 30d, 12h, 2w (default: 30d)',
    group,
    parse: days,
  },
  targetVersion: {
    option: '--target-version',
    metavar: '<version>',
    help: 'judge before an upgrade to this release as well',
    group,
    parse: word,
  },
  upgradeWindowDays: {
    option: '--upgrade-window',
    metavar: '<time>',
    help: 'how long the upgrade may take (default: 90d)',
    group,
    parse: days,
  },
  profile: {
    option: '--profile',
    metavar: '<name>',
    help: 'kubeadm: the page, or what kubeadm writes; documented: the page to the letter (default: kubeadm)',
    group,
    parse: judgingProfile,
  },
  failOn: {
    option: '--fail-on',
    metavar: '<severity>',
    help: 'exit with 1 from here on: error, warning, info, never (default: error)',
    group,
    parse: oneOf([...severities, 'never']),
  },
  requireComplete: { option: '--require-complete', help: 'exit with 1 where anything could not be checked', group },
};

/** What linting judges. */
export const selectionRows: OptionRows<{ rule: readonly string[]; only: readonly string[] }> = {
  rule: {
    option: '--rule',
    metavar: '<id=severity>',
    help: 'off, info, warning or error for a rule; repeatable',
    group,
    parse: repeated(word),
  },
  only: {
    option: '--only',
    metavar: '<what>',
    help: 'a rule, a pattern such as cert/*, or a role; repeatable',
    group,
    parse: repeated(word),
  },
};

/** What `expect` expects. */
export const expectRows: OptionRows<Pick<LintOptions, 'profile'>> = {
  profile: {
    option: '--profile',
    metavar: '<name>',
    help: 'kubeadm or documented',
    group: 'Options:',
    parse: judgingProfile,
  },
};

/** What a certificate is verified for. */
export const verifyRows: OptionRows<Omit<VerificationOptions, 'cwd' | 'onWarning'>> = {
  ca: {
    option: '--ca',
    metavar: '<file>',
    help: 'certificates to trust; repeatable',
    group: 'Trust:',
    parse: repeated(word),
    required: true,
  },
  intermediates: {
    option: '--intermediates',
    metavar: '<file>',
    help: 'certificates between; repeatable',
    group: 'Trust:',
    parse: repeated(word),
  },
  host: {
    option: '--host',
    metavar: '<name>',
    help: 'host name or IP address that it must be valid for',
    group,
    parse: word,
  },
  usages: {
    option: '--usage',
    metavar: '<usage>',
    help: 'server, client, any, or an extended key usage by name or OID; repeatable, one suffices (default: server)',
    group,
    parse: repeated(usage),
  },
  ...timeRows,
  go: {
    option: '--go',
    metavar: '<version>',
    help: 'judge as this Go does: 1.24, 1.24.11 (default: the newest known)',
    group,
    parse: goVersion,
  },
  kubernetesVersion: {
    option: factOptions.kubernetesVersion.option,
    metavar: '<version>',
    help: 'judge as the Go does that built this release',
    group,
    parse: factOptions.kubernetesVersion.parse,
  },
};

/** For what may be silent. */
export const quietRows: OptionRows<{ quiet: boolean }> = {
  quiet: { option: '--quiet', help: 'errors only', group: 'Output:' },
};

/** For every command. */
export const outputRows: OptionRows<OutputFlags> = {
  verbose: { option: '--verbose', help: 'everything: passes, skips, full lists', group: 'Output:' },
  color: {
    option: '--color',
    metavar: '<when>',
    help: 'auto, always or never',
    group: 'Output:',
    parse: oneOf(colorChoices),
    initial: 'auto',
  },
};

/** Adds an option for each row to a command. */
export function addRows(command: Command, rows: AnyOptionRows): void {
  for (const row of Object.values(rows)) {
    const { option, metavar, help, group } = row;
    const added = new Option(metavar === undefined ? option : `${option} ${metavar}`, help);
    if (row.parse !== undefined) {
      added.argParser((text, previous) => row.parse(option, text, previous));
      if (row.initial !== undefined) added.default(row.initial);
      if (row.required) added.makeOptionMandatory();
    }
    command.optionsGroup(group).addOption(added);
  }
}

/** `--node-ip` → `nodeIp`, as commander calls it. */
const attributeOf = (option: string) =>
  option.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What was given, by the keys of the rows. */
export function valuesOf<Values extends object>(rows: OptionRows<Values>, flags: object): Partial<Values> {
  const given = flags as Readonly<Record<string, unknown>>;
  const values = Object.entries<OptionRow<unknown>>(rows as never).flatMap(([key, { option }]) => {
    const value = given[attributeOf(option)];
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(values);
}
