/** The release that a node is to be upgraded to. */

import { UserError } from '../core/errors.ts';
import { day } from '../core/time.ts';
import type { Judging } from '../model/pki.ts';
import { readRelease } from '../model/release.ts';
import { kubernetesRows } from '../spec/go-releases.ts';
import type { LintOptions } from './options.ts';

/**
 * What the options say of an upgrade; undefined where they say nothing.
 *
 * @throws UserError for a release that the tables do not know, and for a window without one
 */
export function targetOf({ targetVersion, upgradeWindowDays }: LintOptions): Judging['target'] {
  if (targetVersion === undefined) {
    if (upgradeWindowDays === undefined) return undefined;
    throw new UserError('--upgrade-window is the time of an upgrade', 'say with --target-version to which release');
  }
  const release = /^v?\d+\.\d+/.test(targetVersion) ? readRelease(targetVersion) : undefined;
  const minor = release?.split('.').slice(0, 2).join('.');
  if (release !== undefined && kubernetesRows.some((row) => row.kubernetes === minor)) {
    return { release, windowMs: (upgradeWindowDays ?? 90) * day };
  }
  const [first, last] = [kubernetesRows[0]?.kubernetes, kubernetesRows.at(-1)?.kubernetes];
  throw new UserError(
    `--target-version is "${targetVersion}", which is no release that is known`,
    `known are v${first} to v${last}`,
  );
}
