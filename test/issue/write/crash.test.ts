import { describe, expect, test } from 'vitest';
import { unfinished } from '../../../src/issue/write/writer.ts';
import { sampled } from '../../support/extent.ts';
import { afterDeath } from './support/crashed.ts';
import { Crash, callsOf, crashing, quickDisk } from './support/disks.ts';
import {
  agesOf,
  expectFinished,
  expectOthersUntouched,
  expectSound,
  finish,
  nodeOf,
  now,
  stateOf,
} from './support/node.ts';
import { placeAt, type Scenario, scenarioNames, scenarios } from './support/scenarios.ts';
import { recover, writeBatch } from './support/writing.ts';

async function crash(root: string, { units, modes }: Scenario, at: number, loses: boolean): Promise<void> {
  const writing = writeBatch({ units, modes, place: placeAt(root), now, disk: crashing(at, loses) });
  await expect(writing).rejects.toBeInstanceOf(Crash);
}

/** Checks that all files are old or all are new, and returns which. */
function settledAge(root: string, scenario: Scenario): string {
  const ages = new Set(scenario.units.flatMap((unit) => agesOf(root, scenario, unit)));
  expect(ages.size).toBeLessThanOrEqual(1);
  return [...ages][0] ?? 'old';
}

async function countCalls(scenario: Scenario): Promise<number> {
  const root = nodeOf(scenario);
  const { units, modes } = scenario;
  return (await callsOf((disk) => writeBatch({ units, modes, place: placeAt(root), now, disk }))).length;
}

/**
 * Crashes at every changing call of a scenario; of many, the sample is every thirty-first. Returns the number of
 * crashes.
 */
async function crashEverywhere(scenario: Scenario, loses: boolean): Promise<number> {
  const calls = await countCalls(scenario);
  const outcomes = new Set<string>();
  // A file takes five calls to stage and three to put in place, so a step of 31 does not always skip the same calls.
  const step = calls > 100 ? sampled(31, 1) : 1;
  for (let at = 1; at <= calls; at += step) {
    const root = nodeOf(scenario);
    const before = stateOf(root);
    await crash(root, scenario, at, loses);
    expectSound(root, scenario);
    const said = unfinished({ place: placeAt(root), now, processes: afterDeath, disk: quickDisk });
    const recovered = recover({ place: placeAt(root), now, processes: afterDeath, disk: quickDisk });
    // Without --write, exactly the recoveries that --write performs are reported.
    expect(recovered.length).toBe(said.length);
    outcomes.add(settledAge(root, scenario));
    expect(Object.keys(stateOf(root)).filter((name) => /\.pki-lint(-|\/lock|\/journal)/.test(name))).toEqual([]);
    await finish(root, scenario);
    expectOthersUntouched(before, root, scenario);
  }
  // Some batches were rolled back, some were completed.
  if (scenario.units.length > 0) expect(outcomes).toEqual(new Set(['old', 'new']));
  return Math.ceil(calls / step);
}

describe.each([
  ['killed', false],
  ['without power', true],
] as const)('%s at any system call it leaves whole files, and the next run finishes or takes back', (_, loses) => {
  let points = 0;
  test.each(scenarioNames)(
    '%s',
    async (name) => {
      const calls = await crashEverywhere(scenarios[name], loses);
      points += calls;
      expect(calls).toBeGreaterThan(sampled(4, 10));
    },
    sampled(120_000, 600_000),
  );

  test('there were many of them', () => expect(points).toBeGreaterThan(sampled(60, 200)));
});

test('a crash while an earlier one is being recovered from is recovered from as well', async () => {
  const scenario = scenarios['two pairs are replaced'];
  const calls = await countCalls(scenario);
  for (const first of sampled([0.6, 0.9], [0.3, 0.6, 0.75, 0.9]).map((share) => Math.ceil(share * calls))) {
    for (let second = 1; ; second += 1) {
      const root = nodeOf(scenario);
      await crash(root, scenario, first, true);
      const disk = crashing(second);
      try {
        recover({ place: placeAt(root), now, processes: afterDeath, disk });
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(Crash);
      }
      expectSound(root, scenario);
      recover({ place: placeAt(root), now, processes: afterDeath, disk: quickDisk });
      settledAge(root, scenario);
      await finish(root, scenario);
    }
  }
}, 60_000);

test.each(scenarioNames)('without a crash: %s', async (name) => {
  const scenario: Scenario = scenarios[name];
  const root = nodeOf(scenario);
  const before = stateOf(root);
  const { units, modes } = scenario;
  const result = await writeBatch({ units, modes, place: placeAt(root), now });
  expectFinished(root, scenario);
  expectOthersUntouched(before, root, scenario);
  expect(result.recovered).toEqual([]);
  expect(result.written.map((file) => file.slice(root.length))).toEqual(
    [...units.flatMap(({ files }) => files), ...modes].map(({ target }) => target.path),
  );
  expect(unfinished({ place: placeAt(root), now })).toEqual([]);
});
