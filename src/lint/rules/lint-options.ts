/** Options of linting: one for each command line option that affects the result. */

import { UserError } from '../../core/errors.ts';
import { day } from '../../core/time.ts';
import type { GivenFacts } from '../../model/facts/facts.ts';
import { readRelease } from '../../model/facts/release.ts';
import type { Judging } from '../../model/roles/pki.ts';
import type { Severity } from '../../results/finding.ts';
import type { Policy } from '../../settings/policy.ts';
import type { Profile } from '../../settings/profile.ts';
import { kubernetesRows, newestMinor, newestPatch } from '../../tables/go-releases.ts';

export interface LintOptions {
  /**
   * PKI directories, `/etc/kubernetes` folders, root file systems, tar archives, `-`; default `/etc/kubernetes/pki`.
   */
  readonly paths?: readonly string[];
  /** The layout of the nodes, if their files do not show it: `kubeadm`, `kubespray`, `systemd`. */
  readonly layout?: string;
  /** The node's root file system, if the paths do not show it. */
  readonly rootfs?: string;
  readonly manifests?: string;
  readonly kubeconfigs?: string;
  readonly kubeletDir?: string;
  readonly kubeadmConfig?: string;
  readonly facts?: GivenFacts;
  /** The time of judging; default now. */
  readonly at?: Date;
  /** Days before expiry from which a certificate is reported; default 30. */
  readonly expiresWithinDays?: number;
  readonly profile?: Profile;
  /**
   * The release that the nodes are to be upgraded to: `v1.37.0`; `v1.37` for the newest patch release of it that is
   * known, or `latest`. Each minor release on the way is judged.
   */
  readonly targetVersion?: string;
  /** Days until the upgrade; default 90. */
  readonly upgradeWindowDays?: number;
  readonly failOn?: Severity | 'never';
  /** Whether to fail if anything could not be checked. */
  readonly requireComplete?: boolean;
  /** Severities by rule id. */
  readonly rules?: Readonly<Record<string, 'off' | Severity>>;
  /** Rule ids, globs over them, role names. */
  readonly only?: readonly string[];
  /** Whether to list the checks that passed. */
  readonly passes?: boolean;
  /** Whether to judge nodes by the items of the CIS Kubernetes Benchmark too. */
  readonly cis?: boolean;
  /** Whether to add what a page shows: the trust graph, expiry dates, expected files, and what breaks without a CA. */
  readonly picture?: boolean;
  /** What differs because of `pki-lint.config.yaml` (`loadConfig`). Options of this call outweigh it. */
  readonly policy?: Policy;
  /**
   * Whether comments in a file that was read may excuse its findings, unless `exceptionPolicy.inline` says it; by
   * default those of no file. Those on this machine itself and in archives never do.
   */
  readonly trustsComments?: (file: string) => boolean;
  readonly cwd?: string;
  /**
   * Receives what is done at the moment, and how far that is: `Reading nodes: 120 of 300`. It is called for each node
   * and each directory that is searched, before that is done; paths are as given.
   */
  readonly onProgress?: (message: string) => void;
  /** The source of an archive called `-`. */
  readonly stdin?: () => NodeJS.ReadableStream;
}

/**
 * Returns the target of an upgrade; undefined if the options name none.
 *
 * @throws UserError for a release that the tables do not know, and for a window without one
 */
export function targetOf({ targetVersion, upgradeWindowDays }: LintOptions): Judging['target'] {
  if (targetVersion === undefined) {
    if (upgradeWindowDays === undefined) return undefined;
    throw new UserError(
      '--upgrade-window has no effect without --target-version',
      'add --target-version, or leave it out',
    );
  }
  const release = releaseOf(targetVersion);
  if (release !== undefined) return { release, windowMs: (upgradeWindowDays ?? 90) * day };
  const [first, last] = [kubernetesRows[0]?.kubernetes, kubernetesRows.at(-1)?.kubernetes];
  throw new UserError(
    `invalid --target-version "${targetVersion}": expected a known release such as v${newestMinor}, or latest`,
    `known releases: v${first} to v${last}`,
  );
}

function releaseOf(targetVersion: string): string | undefined {
  if (targetVersion === 'latest') return newestPatch();
  const [, minor, patch] = /^v?(\d+\.\d+)(\..*)?$/.exec(targetVersion) ?? [];
  const newest = newestPatch(minor ?? '');
  return newest !== undefined && patch !== undefined ? readRelease(targetVersion) : newest;
}
