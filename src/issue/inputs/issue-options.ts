/** The options of issuing: those of the library, and a row for each option of the command line. */

import type { LintOptions } from '../../lint/rules/lint-options.ts';
import type { KeyAlgorithm } from '../../results/issue/plan.ts';
import { type IssueOptionRow, optionTable, type Rows } from '../../tables/option-table.ts';

/** Options that every command has that reads a node. */
type NodeOption = keyof typeof optionTable.places | 'paths' | 'facts' | 'cwd';

/** The input and the facts of a node are given as for linting. */
export interface IssueOptions extends Pick<LintOptions, NodeOption | 'profile' | 'at' | 'policy'> {
  /** Executes the plan; without it nothing is touched. */
  readonly write?: boolean;
  /** Roles; by default every role of the node. */
  readonly only?: readonly string[];
  /** Reissues certificates that have expired, or expire within `withinDays` (default 30). */
  readonly renew?: boolean;
  readonly withinDays?: number;
  /** Roles that are reissued although their files exist. */
  readonly replace?: readonly string[];
  /** Reissued certificates keep their keys. */
  readonly keepKey?: boolean;
  readonly fixModes?: boolean;
  /** Confirms the replacement of a CA. */
  readonly yes?: boolean;
  /** Default rsa-2048, as kubeadm's. */
  readonly algorithm?: KeyAlgorithm;
  /** Default 365 and 3650, as kubeadm's. */
  readonly days?: number;
  readonly caDays?: number;
  /** Milliseconds by which the validity starts earlier; default five minutes, as kubeadm's. */
  readonly backdateMs?: number;
  /** One root above the three CAs, kept in `rootDir`, off the node. */
  readonly rootCa?: boolean;
  readonly rootDir?: string;
  /** The folder of the CAs' certificates and keys, if they are not on the node. */
  readonly caDir?: string;
  /** Keys and requests are written there, for another CA to sign. */
  readonly csr?: string;
  /** Installs certificates from there that another CA has signed. */
  readonly import?: string;
  /** Called before something that takes long. */
  readonly onProgress?: (message: string) => void;
}

/** The options that `issue` does not share with other commands that read nodes. Only the library has `onProgress`. */
export type OwnIssueOptions = Omit<IssueOptions, NodeOption | 'policy' | 'onProgress'>;

export type IssueOption = keyof OwnIssueOptions;

/**
 * What applies if an option is not given; kubeadm's configuration may say something else about lifetimes and the
 * algorithm.
 */
export const issueDefaults = {
  withinDays: 30,
  algorithm: 'rsa-2048',
  days: 365,
  caDays: 3650,
  backdateMs: 5 * 60 * 1000,
} as const satisfies OwnIssueOptions;

/** A missing row is a compile error. */
const rows: Rows<IssueOption, IssueOptionRow> = optionTable.issue;

/** In the order of the help. */
export const issueOptions = rows as Rows<IssueOption, IssueOptionRow<IssueOption>>;
