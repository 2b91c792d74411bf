/**
 * Two tables know which components read a file once: what a process holds, and what has to restart after a replacement.
 */
import { describe, expect, it } from 'vitest';
import { reloadOf } from '../../src/model/trust/reloads.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { readOnceRows } from '../../src/tables/read-once.ts';
import { pkiOf } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';

const [kubeadm] = layouts;

/**
 * The components that read the file of a role once, by the flags that name it, in a release that reads all the rest
 * again.
 */
const readersOf = (role: string) =>
  readOnceRows
    .filter(({ before, authority }) => before === undefined && authority === undefined)
    .filter(({ component, flag }) =>
      kubeadm.arguments.some((row) => row.component === component && row.flag === flag && row.role === role),
    )
    .map(({ component }) => component);

const roles = [...new Set(kubeadm.remedies.reloads.flatMap(({ role }) => role ?? []))];

describe('what has to restart after a replacement', () => {
  it.each(roles)('of %s is what has read it once', async (role) => {
    const { restarts = [] } = reloadOf(await pkiOf(buildNode({ release: '1.36' })), role) ?? {};
    expect([...new Set(restarts)].sort()).toEqual([...new Set(readersOf(role))].sort());
  });

  it('is in the table for every flag of which the file is known', () => {
    const known = readOnceRows.filter(({ component, flag }) =>
      kubeadm.arguments.some((row) => row.component === component && row.flag === flag && row.role !== null),
    );
    expect(known.length).toBeGreaterThan(10);
  });
});
