/** What issuing may be asked for: the options of the library, and a row for each that the command line has. */

import type { KeyAlgorithm } from '../../core/plan.ts';
import type { LintOptions } from '../../lint/options.ts';
import { type IssueOptionRow, optionTable, type Rows } from '../../tables/options.ts';

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
  readonly algorithm?: KeyAlgorithm;
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

/** What applies if an option is not given; kubeadm's configuration may say something else about lifetimes and the algorithm. */
export const issueDefaults = {
  withinDays: 30,
  algorithm: 'rsa-2048',
  days: 365,
  caDays: 3650,
  backdateMs: 5 * 60 * 1000,
  profile: 'kubeadm',
} as const satisfies OwnIssueOptions;

/** A missing row is a compile error. */
const rows: Rows<IssueOption, IssueOptionRow> = optionTable.issue;

/** In the order of the help. */
export const issueOptions = rows as Rows<IssueOption, IssueOptionRow<IssueOption>>;
