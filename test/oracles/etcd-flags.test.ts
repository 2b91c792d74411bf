/** The real etcd knows the flags that the tables say its release knows, and no others of them. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isSince } from '../../src/checks/base/component-release.ts';
import { isFrom, readRelease } from '../../src/model/facts/release.ts';
import { flagRelease, knownFlags } from '../../src/tables/flags.ts';

const program = 'etcd';

/** Runs etcd, which parses its flags before it prints its version. */
function run(...flags: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, [...flags, '--version'], { encoding: 'utf8', timeout: 60_000 });
  return stdout + stderr;
}

function takes(release: string, flag: string): boolean {
  const { since, removedIn } = flagRelease('etcd', flag) ?? {};
  return (removedIn === undefined || !isFrom(release, removedIn)) && (since === undefined || isSince(release, since));
}

/** Until 3.3, before all releases of the tables. */
const older = ['ca-file', 'peer-ca-file', 'version', 'help'];

test('each flag is known or refused', { timeout: 600_000 }, () => {
  const release = readRelease(/etcd Version: (\S+)/.exec(run())?.[1] ?? '') ?? '';
  expect(release).toMatch(/^3\.\d+\.\d+$/);
  const flags = [...(knownFlags('etcd')?.keys() ?? [])].filter((flag) => !older.includes(flag));
  expect(flags.length).toBeGreaterThanOrEqual(150);
  const refused = flags.filter((flag) => run(`--${flag}=1`).startsWith(`flag provided but not defined: -${flag}\n`));
  expect(refused).toEqual(flags.filter((flag) => !takes(release, flag)));
});
