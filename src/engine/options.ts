/** What a caller may ask of a lint; every command line option that judges has its place here. */
import type { Severity } from '../core/report.ts';
import type { GivenFacts } from '../model/facts.ts';

export interface LintOptions {
  /** PKI directories, `/etc/kubernetes` folders, root file systems, tar archives, `-`; default `/etc/kubernetes/pki`. */
  readonly paths?: readonly string[];
  /** The node's root file system, where it is not to be found out from the paths. */
  readonly rootfs?: string;
  readonly manifests?: string;
  readonly kubeconfigs?: string;
  readonly kubeletDir?: string;
  readonly kubeadmConfig?: string;
  readonly facts?: GivenFacts;
  /** The time of judging; default now. */
  readonly at?: Date;
  /** Days before its end from which a certificate is told of; default 30. */
  readonly expiresWithinDays?: number;
  readonly profile?: 'kubeadm' | 'documented';
  /** `v1.37.0`: the release that the nodes are to be upgraded to. */
  readonly targetVersion?: string;
  /** Days within which that is to happen; default 90. */
  readonly upgradeWindowDays?: number;
  readonly failOn?: Severity | 'never';
  /** Whether anything that could not be checked fails. */
  readonly requireComplete?: boolean;
  /** Grades by rule id. */
  readonly rules?: Readonly<Record<string, 'off' | Severity>>;
  /** Rule ids, globs over them, role names. */
  readonly only?: readonly string[];
  readonly cwd?: string;
  /** Where an archive called `-` comes from. */
  readonly stdin?: () => NodeJS.ReadableStream;
}
