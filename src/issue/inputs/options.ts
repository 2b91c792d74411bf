/** What issuing may be asked for: the options of the library, and a row for each that the command line has. */

import { UserError } from '../../core/errors.ts';
import { days, listed, type OptionRow, type OptionRows, oneOf, time, wholeDays, word } from '../../core/option.ts';
import { type Algorithm, algorithms, noEd25519 } from '../../core/plan.ts';
import type { LintOptions } from '../../lint/options.ts';

/** Where things are and what is known of the node is said as for linting. */
export interface IssueOptions
  extends Pick<
    LintOptions,
    | 'paths'
    | 'rootfs'
    | 'kubeconfigs'
    | 'manifests'
    | 'kubeletDir'
    | 'kubeadmConfig'
    | 'facts'
    | 'profile'
    | 'at'
    | 'cwd'
  > {
  /** Executes the plan; without it nothing is touched. */
  readonly write?: boolean;
  /** Roles; every role of the node where none are named. */
  readonly only?: readonly string[];
  /** Re-issues what has expired, or ends within `withinDays` (default 30). */
  readonly renew?: boolean;
  readonly withinDays?: number;
  /** Roles that are re-issued although their files are there. */
  readonly replace?: readonly string[];
  /** Certificates that are re-issued keep their keys. */
  readonly keepKey?: boolean;
  readonly fixModes?: boolean;
  /** Confirms the replacement of a CA. */
  readonly yes?: boolean;
  /** Default rsa-2048, as kubeadm's. */
  readonly algorithm?: Algorithm;
  /** Default 365 and 3650, as kubeadm's. */
  readonly days?: number;
  readonly caDays?: number;
  /** Milliseconds by which certificates begin earlier; default five minutes, as kubeadm's. */
  readonly backdateMs?: number;
  /** One root above the three CAs, kept in `rootDir`, off the node. */
  readonly rootCa?: boolean;
  readonly rootDir?: string;
  /** Where the CAs' certificates and keys lie, if not on the node. */
  readonly caDir?: string;
  /** Keys and requests are written there, for another CA to sign. */
  readonly csr?: string;
  /** Takes certificates from there that another CA has signed. */
  readonly import?: string;
  /** Told of what takes long. */
  readonly onProgress?: (message: string) => void;
}

/** The options that `issue` does not share with every command which reads nodes; the library alone takes `onProgress`. */
export type OwnIssueOptions = Omit<
  IssueOptions,
  'paths' | 'rootfs' | 'kubeconfigs' | 'manifests' | 'kubeletDir' | 'kubeadmConfig' | 'facts' | 'cwd' | 'onProgress'
>;

export type IssueOption = keyof OwnIssueOptions;

/** What else must be given with an option, and what must not. */
interface Company {
  /** Of these at least one is needed. */
  readonly needs?: readonly IssueOption[];
  /** What it does not go together with: messages name that first. */
  readonly excludes?: readonly IssueOption[];
}

const doing = 'Doing:';
const certificates = 'Certificates:';
const authorities = 'Authorities:';

/** What holds where an option is not given; kubeadm's configuration has a say in the life of certificates and the algorithm. */
export const issueDefaults = {
  withinDays: 30,
  algorithm: 'rsa-2048',
  days: 365,
  caDays: 3650,
  backdateMs: 5 * 60 * 1000,
  profile: 'kubeadm',
} as const satisfies OwnIssueOptions;

/** In the order of the help. */
export const issueOptions: { readonly [Key in IssueOption]-?: OptionRows<OwnIssueOptions>[Key] & Company } = {
  write: { option: '--write', help: 'do what the plan says; without it nothing is touched', group: doing },
  only: { option: '--only', metavar: '<role,…>', help: 'these roles alone', group: doing, parse: listed(word) },
  renew: { option: '--renew', help: 'issue anew what has expired or ends soon', group: doing },
  withinDays: {
    option: '--within',
    metavar: '<time>',
    help: `with --renew: how soon (default: ${issueDefaults.withinDays}d)`,
    group: doing,
    parse: days,
    needs: ['renew'],
  },
  replace: {
    option: '--replace',
    metavar: '<role,…>',
    help: 'issue these roles anew although their files are there',
    group: doing,
    parse: listed(word),
  },
  keepKey: {
    option: '--keep-key',
    help: 'what is issued anew keeps its key',
    group: doing,
    needs: ['renew', 'replace'],
  },
  fixModes: { option: '--fix-modes', help: 'put modes right that lint calls wrong', group: doing },
  yes: { option: '--yes', help: 'confirm the replacement of a CA', group: doing },
  algorithm: {
    option: '--algorithm',
    metavar: '<name>',
    help: `of new keys: ${algorithms.join(', ')} (default: ${issueDefaults.algorithm})`,
    group: certificates,
    parse: algorithm,
  },
  days: {
    option: '--days',
    metavar: '<n>',
    help: `life of a certificate (default: ${issueDefaults.days})`,
    group: certificates,
    parse: wholeDays,
  },
  caDays: {
    option: '--ca-days',
    metavar: '<n>',
    help: `life of a CA (default: ${issueDefaults.caDays})`,
    group: certificates,
    parse: wholeDays,
  },
  backdateMs: {
    option: '--backdate',
    metavar: '<time>',
    help: 'how much earlier it begins (default: five minutes)',
    group: certificates,
    parse: (option, text) => Math.round(days(option, text) * 24 * 60 * 60) * 1000,
  },
  profile: {
    option: '--profile',
    metavar: '<name>',
    help: 'names as kubeadm writes them, or as documented',
    group: certificates,
    parse: oneOf(['kubeadm', 'documented']),
  },
  at: {
    option: '--at',
    metavar: '<time>',
    help: 'issue as of this time: RFC 3339, or a date',
    group: certificates,
    parse: time,
  },
  rootCa: {
    option: '--root-ca',
    help: 'one root above the three CAs, kept in --root-dir',
    group: authorities,
    excludes: ['csr'],
  },
  rootDir: folder('--root-dir', 'where that root is kept, off the node'),
  caDir: folder('--ca-dir', 'where the CAs and their keys are kept, off the node'),
  csr: folder('--csr', 'make keys and requests there, for another CA to sign'),
  import: {
    ...folder('--import', 'take what that CA has signed from there'),
    excludes: ['csr', 'renew', 'keepKey', 'rootCa'],
  },
};

function folder(option: string, help: string): OptionRow<string> {
  return { option, metavar: '<dir>', help, group: authorities, parse: word };
}

/** The algorithm of new keys. */
function algorithm(option: string, text: string): Algorithm {
  if (/^ed-?25519$/i.test(text)) throw new UserError(`${option} is "${text}"`, `no keys of that kind: ${noEd25519}`);
  return oneOf(algorithms)(option, text);
}
