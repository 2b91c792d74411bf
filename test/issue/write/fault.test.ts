import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import type { Disk } from '../../../src/issue/write/disk.ts';
import { sampled } from '../../support/extent.ts';
import { afterDeath } from './support/crashed.ts';
import { type Call, type Changing, callsOf, changing, failing, quickDisk } from './support/disks.ts';
import { agesOf, expectOthersUntouched, expectSound, finish, nodeOf, now, stateOf } from './support/node.ts';
import { placeAt, type Scenario, scenarios } from './support/scenarios.ts';
import { recover, writeBatch } from './support/writing.ts';

const needSpace: readonly string[] = ['create', 'write', 'mkdir', 'link'];

const mixed: Scenario = scenarios['a CA and its leaves, a gap, a kubeconfig and a mode'];
const gaps: Scenario = scenarios['gaps beside what is there'];

async function writeOn(root: string, { units, modes }: Scenario, refuses: (call: Call) => string | undefined) {
  return writeBatch({ units, modes, place: placeAt(root), now, disk: failing(refuses) }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const callsFor = async (scenario: Scenario) =>
  callsOf((disk) => writeBatch({ ...scenario, place: placeAt(nodeOf(scenario)), now, disk }));

/** A file takes five and then three calls, so every kind of call is still included. */
const some = (calls: readonly Call[]) => calls.filter((_, index) => index % sampled(7, 2) === 0);

describe.each(Object.entries({ gaps, mixed }))('%s', (_, scenario) => {
  test('a disk that is full from any call on changes nothing', async () => {
    const calls = (await callsFor(scenario)).filter(({ name }) => needSpace.includes(name));
    expect(calls.length).toBeGreaterThan(20);
    for (const { number } of calls) {
      const root = nodeOf(scenario);
      const before = stateOf(root);
      const error = await writeOn(root, scenario, (call) =>
        call.number >= number && needSpace.includes(call.name) ? 'ENOSPC' : undefined,
      );
      expectRefused(error, 'no space left on the file system', before, root, scenario);
    }
  });

  test('a disk that turns read only at any call leaves what the next run finishes or takes back', async () => {
    const calls = await callsFor(scenario);
    for (const { number } of some(calls)) {
      const root = nodeOf(scenario);
      const before = stateOf(root);
      const error = await writeOn(root, scenario, (call) =>
        call.number >= number && changing.includes(call.name as Changing) ? 'EROFS' : undefined,
      );
      if (error !== undefined) expect((error as Error).message).toContain('the file system is read-only');
      expectSound(root, scenario);
      await settle(root, scenario, before);
    }
  });

  test('one call that fails is rolled back, or does not matter any more', async () => {
    const calls = await callsFor(scenario);
    for (const { number, name } of some(calls)) {
      const root = nodeOf(scenario);
      const before = stateOf(root);
      const error = await writeOn(root, scenario, (call) =>
        call.number === number && call.name === name ? 'EIO' : undefined,
      );
      if (error !== undefined) expect(error).toBeInstanceOf(UserError);
      if (error instanceof Error && error.message.endsWith('nothing was changed'))
        expect(stateOf(root)).toEqual(before);
      expectSound(root, scenario);
      await settle(root, scenario, before);
    }
  });
});

function expectRefused(
  error: unknown,
  words: string,
  before: ReturnType<typeof stateOf>,
  root: string,
  scenario: Scenario,
) {
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toContain(words);
  expect((error as UserError).hint).toBeDefined();
  expect(stateOf(root)).toEqual(before);
  expectSound(root, scenario);
}

/** Runs the program again on a working disk: all files must be old or all new, without leftovers. */
async function settle(root: string, scenario: Scenario, before: ReturnType<typeof stateOf>): Promise<void> {
  recover({ place: placeAt(root), now, disk: quickDisk, processes: afterDeath });
  const ages = new Set(scenario.units.flatMap((unit) => agesOf(root, scenario, unit)));
  expect(ages.size).toBe(1);
  await finish(root, scenario);
  expectOthersUntouched(before, root, scenario);
}

describe('what the system says, in words', () => {
  const saying = async (name: Changing, code: string) => {
    const root = nodeOf(mixed);
    const before = stateOf(root);
    const error = await writeOn(root, mixed, (call) => (call.name === name && call.number > 40 ? code : undefined));
    expect(error).toBeInstanceOf(UserError);
    expect(stateOf(root)).toEqual(before);
    return error instanceof UserError ? `${error.message} ${error.hint}` : '';
  };

  test.each([
    ['rename', 'EXDEV', 'it is on another file system'],
    ['rename', 'EBUSY', 'it is a mount point'],
    ['rename', 'EPERM', 'operation not permitted; nothing was changed'],
    ['create', 'EACCES', 'permission denied; nothing was changed run it as root (sudo)'],
    ['link', 'EPERM', 'a file system without hard links does not work'],
    ['write', 'EDQUOT', 'the disk quota is used up'],
    ['fchmod', 'ENOLCK', 'ENOLCK; nothing was changed'],
  ] as const)('%s: %s', async (name, code, words) => {
    expect(await saying(name, code)).toContain(words);
  });
});

test('nothing is put in place before all of it, its journal and its backups last', async () => {
  const calls = await everyCall(mixed);
  const first = calls.findIndex(
    ({ name, args }) => /^(link|rename)$/.test(name) && !String(args[1]).includes('.pki-lint'),
  );
  const start = calls.findIndex(
    ({ args }) => /\.pki-lint-[0-9a-f]{16}$/.test(String(args[0])) && !String(args[0]).includes('/.pki-lint/'),
  );
  expect([start > 0, first > start]).toEqual([true, true]);
  const journal = calls.findIndex(({ name, args }) => name === 'link' && String(args[1]).endsWith('journal.json'));
  expect(journal).toBeLessThan(start);
  expect(unsynced(calls.slice(0, start))).toEqual([]);
  expect(unsynced(calls.slice(0, first))).toEqual([]);
  expect(unsynced(calls)).toEqual([]);
});

/** Every successful call of a batch, with descriptors replaced by paths. */
async function everyCall(scenario: Scenario): Promise<readonly Done[]> {
  const calls: Done[] = [];
  const paths = new Map<unknown, string>();
  const recording =
    (name: string, act: (...args: never[]) => unknown) =>
    (...args: never[]): unknown => {
      const result = act(...args);
      if (name === 'create' || name === 'open') paths.set(result, String(args[0]));
      calls.push({ name, args: args.map((arg) => paths.get(arg) ?? String(arg)) });
      return result;
    };
  const disk = Object.fromEntries(Object.entries(quickDisk).map(([name, act]) => [name, recording(name, act)]));
  await writeBatch({ ...scenario, place: placeAt(nodeOf(scenario)), now, disk: disk as unknown as Disk });
  return calls;
}

interface Done {
  readonly name: string;
  readonly args: readonly string[];
}

/** Files with unsynced writes, and folders with unsynced changes to their names. Removals need not be synced. */
function unsynced(calls: readonly Done[]): readonly string[] {
  const files = new Set<string>();
  for (const { name, args } of calls) {
    const [file = '', to = ''] = args;
    if (name === 'create' || name === 'mkdir') files.add(path.dirname(file));
    if (name === 'write' || name === 'fchmod') files.add(file);
    if (name === 'link' || name === 'rename') files.add(path.dirname(to));
    if (name === 'fsync') files.delete(file);
  }
  return [...files];
}
