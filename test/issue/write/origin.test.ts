/** A journal counts in any later boot of the machine that wrote it, for the folder that it was written for. */
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { type Disk, machineDisk } from '../../../src/issue/write/disk.ts';
import { machineProcesses, type Processes } from '../../../src/issue/write/machine.ts';
import { type Origin, originOf, whyNotHere } from '../../../src/issue/write/origin.ts';
import { unfinished } from '../../../src/issue/write/writer.ts';
import { afterDeath, crashedBefore, rebooted, renumbered } from './support/crashed.ts';
import { quickDisk } from './support/disks.ts';
import { expectFinished, freshFolder, now, stateOf } from './support/node.ts';
import { placeAt, type Scenario, scenarios } from './support/scenarios.ts';
import { recover } from './support/writing.ts';

const store = 'etc/kubernetes/pki/.pki-lint';
const pairs: Scenario = scenarios['two pairs are replaced'];
const again = (root: string, processes: Processes, disk: Disk = quickDisk) =>
  recover({ place: placeAt(root), now, processes, disk });

/** Recovers where this must be refused without any change. Returns the message and the hint. */
function refusal(root: string, processes: Processes, disk?: Disk): string {
  const before = stateOf(root);
  const reported = unfinished({ place: placeAt(root), now, processes, ...(disk && { disk }) });
  let refused: unknown;
  try {
    again(root, processes, disk);
  } catch (error) {
    refused = error;
  }
  if (!(refused instanceof UserError)) throw refused ?? new Error('it was recovered');
  expect([refused.exitCode, stateOf(root)]).toEqual([2, withoutLock(before)]);
  expect(reported).toEqual([`--write would be refused: ${refused.message}`]);
  return `${refused.message}\n${refused.hint}`;
}

const withoutLock = (state: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(state).filter(([name]) => name !== `${store}/lock`));

const crashed = () => crashedBefore(pairs, 'apiserver.crt');

function copyOf(root: string): string {
  const copy = path.join(freshFolder(), 'copy');
  execFileSync('cp', ['-a', root, copy]);
  return copy;
}

const elsewhere: Processes = { ...rebooted, machineId: () => '0'.repeat(64) };

test('in a later boot, in which the disk has another number, it is finished', async () => {
  const root = await crashed();
  expect(again(root, rebooted, renumbered(quickDisk))).toEqual([
    expect.stringMatching(/^finished what was started at/),
  ]);
  expectFinished(root, pairs);
});

test.each([
  ['in the same boot', afterDeath],
  ['in a later boot', rebooted],
])('a copy is not touched, and the original is still finished, %s', async (_, processes) => {
  const root = await crashed();
  const copy = copyOf(root);
  const journal = path.join(copy, store, 'journal.json');
  expect(refusal(copy, processes)).toBe(
    [
      `"${journal}" is the journal of an interrupted run, but it was written for another directory; nothing was changed`,
      'in a copy of a node, some files may be new and others old: finish that run where it was started (pki-lint issue --write there), and copy again',
      `or compare the PKI with the backups in "${path.join(copy, store)}", then: rm ${journal}`,
    ].join('\n'),
  );
  again(root, processes);
  expectFinished(root, pairs);
});

test('a folder that was moved is still the same one; a copy that took its place is not', async () => {
  const root = await crashed();
  const moved = path.join(freshFolder(), 'moved');
  renameSync(root, moved);
  execFileSync('cp', ['-a', moved, root]);
  expect(refusal(root, rebooted)).toContain('it was written for another directory');
  again(moved, rebooted);
  expectFinished(moved, pairs);
});

test('on another machine it is not touched', async () => {
  const root = await crashed();
  expect(machineProcesses.machineId()).not.toBe('0'.repeat(64));
  const here: Processes = { ...afterDeath, machineId: () => '1'.repeat(64) };
  const journal = path.join(root, store, 'journal.json');
  writeFileSync(journal, readFileSync(journal, 'utf8').replace(/"machine": .*,/, `"machine": "${'1'.repeat(64)}",`));
  expect(refusal(root, elsewhere)).toContain(' but it was written on another machine; nothing was changed');
  again(root, here);
  expectFinished(root, pairs);
});

test.each([1, 3])('version %i is of another release, and not touched', async (version) => {
  const root = await crashed();
  const journal = path.join(root, store, 'journal.json');
  writeFileSync(journal, readFileSync(journal, 'utf8').replace('"version": 2', `"version": ${version}`));
  expect(refusal(root, afterDeath)).toContain(
    `"${journal}" is of a different release of pki-lint: it has version ${version}, not 2; nothing was changed`,
  );
});

test('a journal without its origin is damaged', async () => {
  const root = await crashed();
  const journal = path.join(root, store, 'journal.json');
  const { origin, ...others } = JSON.parse(readFileSync(journal, 'utf8'));
  for (const damaged of [undefined, null, { ...origin, inode: 13 }, { ...origin, machine: 1 }]) {
    writeFileSync(journal, JSON.stringify({ ...others, origin: damaged }));
    expect(refusal(root, afterDeath)).toContain('is damaged');
  }
});

describe('what counts', () => {
  const folder = machineDisk.identify('/');
  /** A disk on which the folder has these numbers. */
  const disk = (changes: object): Disk => ({
    ...machineDisk,
    identify: () =>
      Object.assign(Object.create(folder), { dev: 1n, ino: 2n, birthtimeNs: 3n, ctimeNs: 9n, ...changes }),
  });
  const machine = (machineId: string | null, boot: string): Processes => ({
    ...rebooted,
    machineId: () => machineId,
    self: () => ({ ...machineProcesses.self(), boot }),
  });
  const was = (changes: Partial<Origin> = {}): Origin => ({
    ...originOf(disk({}), '/', machine('m', 'b')),
    ...changes,
  });
  const [otherMachine, otherFolder] = ['it was written on another machine', 'it was written for another directory'];
  const unknown = 'whether it was written on this machine is unknown (there is no /etc/machine-id)';

  test.each<[string, Origin, object, Processes, string | undefined]>([
    ['the same boot', was(), {}, machine('m', 'b'), undefined],
    ['a later boot', was(), {}, machine('m', 'c'), undefined],
    ['another device in a later boot', was(), { dev: 7n }, machine('m', 'c'), undefined],
    ['another device in the same boot', was(), { dev: 7n }, machine('m', 'b'), otherFolder],
    ['another inode', was(), { ino: 7n }, machine('m', 'c'), otherFolder],
    ['an inode that was used again', was(), { birthtimeNs: 7n }, machine('m', 'c'), otherFolder],
    ['inodes above 2^53', was({ inode: `${2n ** 60n}` }), { ino: 2n ** 60n + 1n }, machine('m', 'c'), otherFolder],
    ['another machine', was(), {}, machine('n', 'c'), otherMachine],
    ['another machine-id in the same boot', was(), {}, machine('n', 'b'), otherMachine],
    // A boot id and a time of birth are also unique, so a container without a machine-id recovers as well.
    ['no machine-id, the same boot', was({ machine: null }), {}, machine(null, 'b'), undefined],
    ['no machine-id, a later boot', was({ machine: null }), {}, machine(null, 'c'), undefined],
    [
      'no machine-id in the journal, a folder with another birth',
      was({ machine: null }),
      { birthtimeNs: 7n },
      machine('m', 'c'),
      otherFolder,
    ],
    ['no times of birth', was({ birth: '0' }), { birthtimeNs: 0n }, machine('m', 'c'), undefined],
    ['no times of birth, but those of changes', was(), { birthtimeNs: 9n }, machine('m', 'c'), undefined],
    ['no times of birth, another device', was(), { birthtimeNs: 0n, dev: 7n }, machine('m', 'b'), otherFolder],
    ['a journal that says there are none', was({ birth: '0' }), {}, machine('m', 'c'), otherFolder],
    ['neither, the same boot', was({ machine: null }), { birthtimeNs: 0n }, machine(null, 'b'), undefined],
    ['neither, a later boot', was({ machine: null }), { birthtimeNs: 0n }, machine(null, 'c'), unknown],
    ['neither, and no boot id', was({ machine: null, boot: '' }), { birthtimeNs: 0n }, machine(null, ''), unknown],
  ])('%s', (_, origin, changes, processes, expected) => {
    expect(whyNotHere(origin, disk(changes), '/', processes)).toBe(expected);
  });
});

test('a machine-id is not exposed', async () => {
  const root = await crashed();
  const { origin } = JSON.parse(readFileSync(path.join(root, store, 'journal.json'), 'utf8'));
  expect(origin.machine).toBe(machineProcesses.machineId());
  // As in machine-id(5): 32 hexadecimal digits.
  expect(Object.values(origin).filter((value) => /^[0-9a-f]{32}$/.test(String(value)))).toEqual([]);
});
