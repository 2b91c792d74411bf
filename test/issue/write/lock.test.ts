import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { takeLock } from '../../../src/issue/write/lock.ts';
import { type Holder, machineProcesses, type Processes } from '../../../src/issue/write/machine.ts';
import { openWriter, unfinished } from '../../../src/issue/write/writer.ts';
import { Crash, crashing, failing, quickDisk } from './support/disks.ts';
import { freshFolder, now } from './support/node.ts';
import { placeAt } from './support/scenarios.ts';

const self = machineProcesses.self();

describe('who may still run', () => {
  const gone = 2 ** 22 + 1;
  test.each<[string, Partial<Holder>, boolean]>([
    ['this process', {}, true],
    ['its number, had by another before', { start: '1' }, false],
    ['a number that nobody has', { pid: gone }, false],
    ['the number of process 1, which is another', { pid: 1 }, false],
    ['a process of another machine', { host: 'elsewhere', pid: gone }, true],
    ['a process of another container', { namespace: 'pid:[1]', pid: gone }, true],
    ['a process of before the machine was started again', { boot: 'b00t' }, false],
  ])('%s', (_, changes, expected) => {
    expect(machineProcesses.mayRun({ ...self, ...changes })).toBe(expected);
  });
});

const asProcess = (pid: number, dead: readonly number[] = []): Processes => ({
  ...machineProcesses,
  self: () => ({ ...self, pid }),
  mayRun: (holder) => !dead.includes(holder.pid),
});

/** Tries to take the lock. Any error other than a UserError is rethrown. */
function tryLock(store: string, processes: Processes, disk = quickDisk): 'held' | 'refused' {
  try {
    takeLock(disk, processes, store, now);
    return 'held';
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
}

test('a second writer reports who writes, and does not touch the lock', () => {
  const root = freshFolder();
  const writer = openWriter({ place: placeAt(root), now, disk: quickDisk });
  const second = () => openWriter({ place: placeAt(root), now, disk: quickDisk });
  const held = `another pki-lint is writing here: process ${process.pid} on ${self.host}, since 2026-12-01T08:00:00.000Z`;
  expect(second).toThrow(held);
  expect(second).toThrow(held);
  expect(unfinished({ place: placeAt(root), now })).toEqual([]);
  writer.close();
  writer.close();
  second().close();
  expect(readdirSync(root)).toEqual([]);
});

test('a lock says who holds it, and nothing else', () => {
  const root = freshFolder();
  const lock = path.join(root, 'etc/kubernetes/pki/.pki-lint/lock');
  const writer = openWriter({ place: placeAt(root), now, disk: quickDisk });
  expect(Object.keys(JSON.parse(readFileSync(lock, 'utf8')))).toEqual([
    'pid',
    'host',
    'boot',
    'namespace',
    'start',
    'since',
    'token',
  ]);
  writer.close();
  expect(existsSync(lock)).toBe(false);
});

test('a lock that does not say who holds it is held', () => {
  const store = freshFolder();
  for (const text of ['', '{', '{"pid":1}', 'null']) {
    writeFileSync(path.join(store, 'lock'), text);
    expect(() => takeLock(quickDisk, asProcess(1), store, now)).toThrow('does not say which process created it');
  }
});

test('a lock of the dead is taken over, with what the dead left', () => {
  const store = freshFolder();
  expect(tryLock(store, asProcess(1))).toBe('held');
  writeFileSync(path.join(store, 'lock-0000000000000000'), '{"pi');
  writeFileSync(path.join(store, 'lock-notes'), 'of a user');
  takeLock(quickDisk, asProcess(2, [1]), store, now)();
  expect(readdirSync(store)).toEqual(['lock-notes']);
});

test('of two who find the lock stale one gets it, whenever the other comes between', () => {
  for (let at = 1, isBetween = true; isBetween; at += 1) {
    const store = freshFolder();
    tryLock(store, asProcess(1));
    isBetween = false;
    let other: string | undefined;
    let calls = 0;
    const disk = failing(() => {
      calls += 1;
      if (calls !== at) return undefined;
      isBetween = true;
      other = tryLock(store, asProcess(3, [1]));
      return undefined;
    });
    const outcomes = [tryLock(store, asProcess(2, [1]), disk), other];
    expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(1);
  }
});

test('a process that dies while it takes the lock over is taken over as well', () => {
  for (let at = 1, died = true; died; at += 1) {
    const store = freshFolder();
    tryLock(store, asProcess(1));
    try {
      tryLock(store, asProcess(2, [1]), crashing(at));
      died = false;
    } catch (error) {
      expect(error).toBeInstanceOf(Crash);
    }
    takeLock(quickDisk, asProcess(3, [1, 2]), store, now)();
    expect(readdirSync(store)).toEqual([]);
  }
});

test('a signal while nothing is written gives the lock back, and ends the program as ever', () => {
  const root = freshFolder();
  const listeners = process.listenerCount('SIGTERM');
  openWriter({ place: placeAt(root), now, disk: quickDisk });
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  onTestFinished(() => kill.mockRestore());
  process.listeners('SIGTERM').at(-1)?.('SIGTERM');
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGTERM']]);
  expect([readdirSync(root), process.listenerCount('SIGTERM')]).toEqual([[], listeners]);
});

test('a lock that another process now holds is not released', () => {
  const store = freshFolder();
  const release = takeLock(quickDisk, asProcess(1), store, now);
  mkdirSync(path.join(store, 'x'));
  takeLock(quickDisk, asProcess(2, [1]), store, now);
  release();
  expect(readdirSync(store)).toEqual(['lock', 'x']);
});
