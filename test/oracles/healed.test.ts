/**
 * A node on which the first fix is pasted, then the first fix of what is left, and so on, is as it was before something
 * went wrong: not only without findings.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { groups } from '../cases/all.ts';
import { lintTree, treeOf } from '../cases/harness.ts';
import { incidents } from '../incidents/incidents.ts';
import { buildNode } from '../support/build-node.ts';
import { sample } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { chainSeed, chains } from './support/chains.ts';
import { type Fault, faults } from './support/faults.ts';
import type { Faulty } from './support/follow.ts';
import { heal, healthyOf } from './support/healing.ts';
import { writeStandIns } from './support/node-shell.ts';
import { notHealed } from './support/not-healed.ts';
import { onlyNotes, unfinished } from './support/pasted-by-hand.ts';
import { temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
writeStandIns(folder.path);
afterAll(folder.remove);

const healed = { failed: [], worse: [], lost: [], changed: [], left: [] };

/** What is left of a case for a person is listed by the rules whose first fix is not a command. */
const isByHand = (one: Faulty) => (alarm: string) => {
  const [, rule = ''] = alarm.split(' ');
  return onlyNotes[rule] !== undefined || unfinished[`${rule}: ${one.name}`] !== undefined;
};

const seen = new Map<string, boolean>();

async function expectHealed(one: Faulty): Promise<void> {
  const trees = [await treeOf(one), ...((await one.beside?.()) ?? [])];
  const healthy = await healthyOf(one);
  const { failed, worse, lost, changed, left } = await heal({ one, trees, healthy }, folder.path);
  const isLeft = left.some(isByHand(one));
  const outcome = {
    failed,
    worse,
    lost,
    // A node that waits for a person is not done.
    changed: isLeft ? [] : changed,
    left: left.filter((alarm) => !isByHand(one)(alarm)),
  };
  const isHealed = Object.values(outcome).every((list) => list.length === 0);
  seen.set(one.name, isHealed);
  if (notHealed[one.name] === undefined) expect(outcome).toEqual(healed);
}

describe('a node is as it was when its first fixes have been followed', () => {
  const ofIncidents = incidents.map((one) => ({ ...one, name: one.id }));
  const cases = Object.values(groups)
    .flat()
    .filter(({ findings, unreadable }) => findings.length > 0 && unreadable === undefined);

  it.each(sample(ofIncidents, 4))('incident $name', expectHealed);
  it.each(sample(cases, 4))('$name', expectHealed);

  it('but for those that are listed, and are not', () => {
    expect(Object.keys(notHealed).filter((name) => seen.get(name))).toEqual([]);
    const names = new Set([...ofIncidents, ...cases].map(({ name }) => name));
    expect(Object.keys(notHealed).filter((name) => !names.has(name))).toEqual([]);
  });
});

const broken = (all: readonly Fault[]): NodeTree => {
  const tree = buildNode();
  for (const { change } of all) change(tree);
  return tree;
};

describe(`several faults at once, of the seed ${chainSeed} (PKI_LINT_SEED)`, () => {
  it.each(chains)('$name', async ({ name, faults: all }) => {
    const apart = () => Promise.all(all.map((fault) => lintTree(broken([fault]))));
    const tree = broken(all);
    const { rounds, different, ...outcome } = await heal(
      { one: { name }, trees: [tree], healthy: buildNode(), apart },
      folder.path,
    );
    expect({ ...outcome, different }).toEqual({ ...healed, different: [] });
    expect(rounds.length).toBeLessThanOrEqual(all.length + 2);
  });

  const listed = faults.filter(({ byHand }) => byHand !== undefined);

  it.each(listed)('without $name, which only a person finishes', async (fault) => {
    const { different } = await heal(
      { one: { name: fault.name }, trees: [broken([fault])], healthy: buildNode() },
      folder.path,
    );
    expect(different).not.toEqual([]);
  });
});
