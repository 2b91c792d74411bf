import { expect, test } from 'vitest';
import { isSince } from '../../src/checks/base/component-release.ts';
import { isFrom } from '../../src/model/facts/release.ts';
import { gateInsteadOf, lineRows } from '../../src/tables/etcd-releases.ts';
import { flagRelease, knownFlags } from '../../src/tables/flags.ts';

/** Whether a release of etcd takes a flag, by the tables. */
function takes(release: string, flag: string): boolean {
  const { since, removedIn } = flagRelease('etcd', flag) ?? {};
  const isRemoved = removedIn !== undefined && isFrom(release, removedIn);
  return knownFlags('etcd')?.has(flag) === true && !isRemoved && (since === undefined || isSince(release, since));
}

// The flags of server/embed/config.go and server/etcdmain/config.go at each tag.
test.each([
  ['enable-v2', ['3.4.0', '3.5.33'], ['3.6.0', '3.7.1']],
  ['proxy', ['3.5.16'], ['3.6.8']],
  ['experimental-initial-corrupt-check', ['3.4.0', '3.6.14'], ['3.7.0']],
  ['experimental-warning-unary-request-duration', ['3.6.0', '3.6.14'], ['3.5.33', '3.7.0']],
  ['discovery', ['3.6.14'], ['3.7.0']],
  ['max-snapshots', ['3.4.0', '3.7.1'], []],
  ['feature-gates', ['3.6.0', '3.7.1'], ['3.5.33']],
  ['tls-min-version', ['3.4.25', '3.5.8', '3.6.0'], ['3.4.24', '3.5.0', '3.5.7']],
  ['max-concurrent-streams', ['3.4.20', '3.5.5'], ['3.4.19', '3.5.4']],
  ['next-cluster-version-compatible', ['3.4.31'], ['3.4.30', '3.5.0']],
  ['log-output', ['3.4.31'], ['3.5.0']],
])('--%s is known to etcd %j and not to %j', (flag, known, unknown) => {
  expect(known.filter((release) => !takes(release, flag))).toEqual([]);
  expect(unknown.filter((release) => takes(release, flag))).toEqual([]);
});

test('each flag that etcd 3.7 refuses has another name, is a gate, or is of the v2 API', () => {
  const flags = [...(knownFlags('etcd')?.keys() ?? [])].filter(
    (flag) => takes('3.6.14', flag) && !takes('3.7.0', flag),
  );
  const lost = flags.filter(
    (flag) => gateInsteadOf(flag) === undefined && !takes('3.7.0', flag.replace(/^experimental-/, '')),
  );
  expect(flags.length).toBe(25);
  expect(lost.sort()).toEqual(['discovery', 'discovery-proxy']);
});

test('the lines are those of the upgrade pages', () => {
  expect(lineRows.map(({ from, to }) => [from, to])).toEqual([
    ['3.5.32', '3.6.0'],
    ['3.6.11', '3.7.0'],
  ]);
});
