/** The time that is written into what is released, so that two builds of a commit are equal. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Returns SOURCE_DATE_EPOCH (reproducible-builds.org), or the time of the commit if the environment does not have it.
 * @returns {number} seconds since the epoch
 */
export function sourceDate() {
  const { SOURCE_DATE_EPOCH } = process.env;
  if (SOURCE_DATE_EPOCH !== undefined) return Number(SOURCE_DATE_EPOCH);
  return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }));
}
