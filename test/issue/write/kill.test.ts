import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampled, spread } from '../../support/extent.ts';
import { rebooted, renumbered } from './support/crashed.ts';
import { callsOf, quickDisk } from './support/disks.ts';
import { expectFinished, expectOthersUntouched, expectSound, finish, nodeOf, now, stateOf } from './support/node.ts';
import { buildChild, startChild } from './support/processes.ts';
import { placeAt, type Scenario, type ScenarioName, scenarios } from './support/scenarios.ts';
import { recover, writeBatch } from './support/writing.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'issue-write-child-'));
afterAll(() => rmSync(folder, { recursive: true }));

let program: string;
beforeAll(() => {
  program = buildChild(folder);
});

const callsFor = (scenario: Scenario) =>
  callsOf((disk) => writeBatch({ ...scenario, place: placeAt(nodeOf(scenario)), now, disk }));

test.each<[ScenarioName, number]>([
  ['gaps beside what is there', 4],
  ['two pairs are replaced', 4],
  ['a CA and its leaves, a gap, a kubeconfig and a mode', 4],
  ['an empty folder becomes a control plane', 4],
])('SIGKILL, and the next run puts it right: %s', async (name, points) => {
  const scenario: Scenario = scenarios[name];
  const calls = (await callsFor(scenario)).map(({ number }) => number);
  for (const [index, at] of spread(calls, sampled(points, 80)).entries()) {
    const root = nodeOf(scenario);
    const before = stateOf(root);
    const { signal } = await startChild(program, { root, scenario: name, at, what: 'SIGKILL' }).ended;
    expect(signal).toBe('SIGKILL');
    expectSound(root, scenario);
    // Every other time in a later boot. In this one the operating system confirms that the lock's holder is dead.
    if (index % 2 === 0) recover({ place: placeAt(root), now, disk: quickDisk });
    else recover({ place: placeAt(root), now, disk: renumbered(quickDisk), processes: rebooted });
    await finish(root, scenario);
    expectOthersUntouched(before, root, scenario);
  }
});

describe('SIGTERM', () => {
  const name = 'two pairs are replaced';
  const scenario: Scenario = scenarios[name];

  test('before anything is put in place: nothing is changed', async () => {
    const calls = await callsFor(scenario);
    const staging = calls.findIndex(
      ({ args }) => String(args[0]).endsWith('.key') === false && /server\.crt\.pki-lint/.test(String(args[0])),
    );
    const root = nodeOf(scenario);
    const before = stateOf(root);
    const { outcome, code } = await startChild(program, { root, scenario: name, at: staging, what: 'SIGTERM' }).ended;
    expect([outcome, code]).toEqual([{ refused: 'stopped by SIGTERM; nothing was changed' }, 2]);
    expect(stateOf(root)).toEqual(before);
  });

  test('while it is put in place: that is finished', async () => {
    const calls = await callsFor(scenario);
    const first = calls.findIndex(({ name, args }) => name === 'rename' && String(args[1]).endsWith('apiserver.crt'));
    const root = nodeOf(scenario);
    const { outcome } = await startChild(program, { root, scenario: name, at: first + 1, what: 'SIGTERM' }).ended;
    expect(outcome.written).toHaveLength(4);
    expectFinished(root, scenario);
  });
});

describe('several writers', () => {
  const name = 'two pairs are replaced';
  const scenario: Scenario = scenarios[name];

  test('the second is refused while the first writes, and may when it is done', async () => {
    const root = nodeOf(scenario);
    const first = startChild(program, { root, scenario: name, at: 25, what: 1500 });
    await first.there;
    await expect(writeBatch({ ...scenario, place: placeAt(root), now })).rejects.toThrow(
      /^another pki-lint is writing here: process \d+ on .*, since 2026-12-01T08:00:00.000Z$/,
    );
    expect((await first.ended).outcome.written).toHaveLength(4);
    expectFinished(root, scenario);
  });

  test('of many that find a dead one, one at a time writes', async () => {
    const gaps = 'gaps beside what is there';
    const root = nodeOf(scenarios[gaps]);
    await startChild(program, { root, scenario: gaps, at: 12, what: 'SIGKILL' }).ended;
    const children = Array.from({ length: 6 }, () => startChild(program, { root, scenario: gaps, at: 0, what: 0 }));
    const outcomes = (await Promise.all(children.map(({ ended }) => ended))).map(({ outcome }) => outcome);
    expect(outcomes.filter(({ written }) => written !== undefined)).toHaveLength(1);
    expectFinished(root, scenarios[gaps]);
  });
});
