import { rmSync, statSync, symlinkSync } from 'node:fs';
import { uptime } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Running } from '../../../src/artifact/process.ts';
import { liveProc, procfsOf } from '../../../src/scan/processes/live-proc.ts';
import { runningOn } from '../../../src/scan/processes/running.ts';
import { memoryTree, plant } from '../support.ts';
import { type FakeProcess, groups, node, tableOf } from './support.ts';

const first: FakeProcess = { words: ['/sbin/init'], name: 'systemd', group: '0::/init.scope' };
const thread: FakeProcess = { words: [], name: 'kthreadd', flags: 2129984, group: '0::/' };
const etcd: FakeProcess = { words: ['etcd', '--name=a'], group: groups.staticPod('c'), ticks: 12_345 };

/** Whether the root of this test is that of the first process; undefined if it may not see that. */
const isOwnRoot = (() => {
  try {
    const [own, first] = ['/', '/proc/1/root/'].map((root) => statSync(root));
    return own?.ino === first?.ino && own?.dev === first?.dev;
  } catch {
    return undefined;
  }
})();

const now = 1_795_880_110_450 + 200_000;

/** A table on disk, with `comm` as the kernel has it. */
function planted(
  processes: Readonly<Record<number, FakeProcess>>,
  others: Readonly<Record<string, string>> = {},
): string {
  const comms = Object.entries(processes).map(([pid, { name, words }]) => [
    `proc/${pid}/comm`,
    `${name ?? words[0]}\n`,
  ]);
  return path.join(
    plant({ 'proc/uptime': '200.00 350.00\n', ...tableOf(processes), ...Object.fromEntries(comms), ...others }),
    'proc',
  );
}

const live = (procfs: string, clock?: () => number): Running =>
  runningOn(node, { tree: memoryTree({}), procfs, now: clock });

describe('the process table of this machine', () => {
  test('starts are known by the uptime, to some hundredths of a second', () => {
    const running = live(planted({ 1: first, 2: thread, 9: etcd }), () => now);
    expect(running).toMatchObject({
      at: undefined,
      from: 'proc',
      processes: [{ pid: 9, words: ['--name=a'], started: 1_795_880_110_450 - 10 + 123_450, tolerance: 20 }],
    });
  });

  test('without the time, to a second', () => {
    const running = live(planted({ 1: first, 2: thread, 9: etcd }));
    expect(running).toMatchObject({ processes: [{ started: 1_795_880_110_000 + 123_450, tolerance: 1000 }] });
  });

  test('an uptime of a different clock does not count', () => {
    const running = live(planted({ 1: first, 2: thread, 9: etcd }, { 'proc/uptime': '7.00 1.00\n' }), () => now);
    expect(running).toMatchObject({ processes: [{ started: 1_795_880_110_000 + 123_450, tolerance: 1000 }] });
  });

  test('a process cannot have started in the future', () => {
    const running = live(planted({ 1: first, 2: thread, 9: { ...etcd, ticks: 60_000 } }), () => now);
    expect(running).toMatchObject({ processes: [{ pid: 9, started: undefined }] });
  });

  test('a program with a different file is not the component', () => {
    const table = planted({ 1: first, 2: thread, 9: etcd, 10: { ...etcd, group: groups.staticPod('d') } });
    symlinkSync('/usr/bin/python3', path.join(table, '9/exe'));
    symlinkSync('/usr/local/bin/etcd (deleted)', path.join(table, '10/exe'));
    expect(live(table)).toMatchObject({ processes: [{ pid: 10 }] });
  });

  test('what the host mounts is known by the first process, or by the kubelet', () => {
    const running = live(planted({ 1: first, 2: thread, 9: etcd }));
    expect(running.state === 'seen' && running.hostMounts?.map(({ path: at }) => at)).toEqual(['/', '/var']);
  });

  test('no component runs', () => {
    expect(live(planted({ 1: first, 2: thread }))).toMatchObject({ state: 'seen', processes: [] });
  });
});

describe('processes that are not seen', () => {
  test.each<[string, string, Record<number, FakeProcess>]>([
    ['others are hidden', '/proc does not show the processes of other users', { 9: etcd }],
    ['in a container', '/proc is that of a container', { 1: { words: ['pki-lint'] }, 12: { words: ['sh'] } }],
  ])('%s', (_, reason, processes) => {
    expect(live(planted(processes))).toEqual({ state: 'unseen', reason });
  });

  test('a node in a container has a first process of its own', () => {
    expect(live(planted({ 1: first, 12: { words: ['sh'] } }))).toMatchObject({ state: 'seen', processes: [] });
    expect(live(planted({ 1: { words: ['tini'] }, 12: etcd }))).toMatchObject({ processes: [{ pid: 12 }] });
  });

  test('there is no table', () => {
    const unseen = { state: 'unseen', reason: '/proc cannot be read' };
    expect(live('/nonexistent')).toEqual(unseen);
    // Nothing is mounted there.
    expect(live(planted({}))).toEqual(unseen);
  });

  test('the first process is listed and cannot be read', () => {
    const table = planted({ 1: first, 9: etcd });
    rmSync(path.join(table, '1'), { recursive: true });
    symlinkSync('/nonexistent', path.join(table, '1'));
    expect(live(table)).toMatchObject({ state: 'unseen', reason: '/proc does not show the processes of other users' });
  });

  test('files that lead elsewhere, or are none', () => {
    const table = planted({ 1: first, 2: thread, 9: etcd, 10: etcd });
    rmSync(path.join(table, '9/cmdline'));
    symlinkSync('/etc/passwd', path.join(table, '9/cmdline'));
    rmSync(path.join(table, '10'), { recursive: true });
    expect(live(table)).toMatchObject({ state: 'seen', processes: [] });
  });
});

describe('whose table it is', () => {
  test('this machine is seen by its own table, a copy is not', () => {
    expect(procfsOf('/', true)).toBe('/proc');
    expect(procfsOf('/copy', false)).toBeUndefined();
    expect(procfsOf(path.dirname(planted({ 1: first })), false)).toBeUndefined();
  });

  test('the root of a host that is mounted somewhere has its table, if its first process has that root', () => {
    const own = '/proc/self/root/proc';
    const possible = { true: [own], false: [undefined], undefined: [own, undefined] }[`${isOwnRoot}`];
    expect(possible).toContain(procfsOf('/proc/self/root', false));
  });

  test('a link to the table of this machine in a copy does not count', () => {
    const root = plant({ 'etc/x': '' });
    symlinkSync('/proc', path.join(root, 'proc'));
    expect(procfsOf(root, false)).toBeUndefined();
  });
});

test('this process is in its own table', () => {
  const proc = liveProc('/proc', Date.now);
  expect(proc.pids()).toContain(process.pid);
  expect(proc.read(process.pid, 'cmdline')).toContain('\0');
  expect(proc.executable(process.pid)).toBe(process.execPath);
  const { boot = 0 } = proc.clock();
  expect(Math.abs(Date.now() - uptime() * 1000 - boot)).toBeLessThan(3000);
});

describe('time that it takes', () => {
  test.each([
    [150, 60],
    [5000, 1500],
  ])('%d processes', (count, limit) => {
    const others = Array.from({ length: count }, (_, index) => [`proc/${index + 10}/comm`, 'bash\n']);
    const table = planted({ 1: first, 2: thread, 9: etcd }, Object.fromEntries(others));
    const start = process.cpuUsage();
    expect(live(table)).toMatchObject({ processes: [{ pid: 9 }] });
    const { user, system } = process.cpuUsage(start);
    // Several times the 6 and 120 ms that it takes, because other tests run at the same time.
    expect((user + system) / 1000).toBeLessThan(limit);
  });
});
