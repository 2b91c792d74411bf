/** Which files of processes are opened. */
import fs, { mkdirSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { plant, podOf, scanOne } from '../support.ts';

const opened: string[] = [];

beforeAll(() => {
  const functions = fs as unknown as Record<string, (...given: unknown[]) => unknown>;
  for (const name of ['openSync', 'readFileSync', 'readdirSync', 'readlinkSync', 'opendirSync', 'createReadStream']) {
    const call = functions[name];
    vi.spyOn(functions, name).mockImplementation((...given) => {
      opened.push(String(given[0]));
      return call?.(...given);
    });
  }
  // The program imports them by name.
  syncBuiltinESMExports();
});
afterAll(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});
beforeEach(() => void opened.splice(0));

const ofProcesses = () => opened.filter((one) => one.startsWith('/proc') && !one.startsWith('/proc/self/fd/'));
const etcd = podOf({ name: 'etcd', command: ['etcd'] });
const asLive = { isLive: () => true };

test('only the files that say what runs, of this process too', async () => {
  const title = process.title;
  process.title = 'kubelet';
  try {
    const root = plant({ 'etc/kubernetes/manifests/etcd.yaml': etcd });
    expect((await scanOne(root, asLive)).running).toBeDefined();
  } finally {
    process.title = title;
  }
  const names = new Set(ofProcesses().map((one) => one.replace(/^\/proc\/\d+\//, '')));
  expect(
    [...names].filter(
      (name) =>
        !['cgroup', 'cmdline', 'comm', 'exe', 'mountinfo', 'stat', '/proc', '/proc/stat', '/proc/uptime'].includes(
          name,
        ),
    ),
  ).toEqual([]);
  expect(ofProcesses().length).toBeGreaterThan(1);
});

test('none, if there is no component', async () => {
  const root = plant({ 'etc/kubernetes/pki/ca.crt': 'x', 'etc/passwd': '' });
  mkdirSync(path.join(root, 'etc/kubernetes/manifests'));
  expect((await scanOne(root, asLive)).running).toBeUndefined();
  expect(ofProcesses()).toEqual([]);
});

test('none of this machine, for a copy', async () => {
  const root = plant({
    'etc/kubernetes/manifests/etcd.yaml': etcd,
    'proc/7/environ': 'SECRET=1',
    'proc/7/stat': '7 (sh) S 1 7 7 0 -1 4194560 9 0 1 0 76 29 0 0 20 0 1 0 600 1 2\n',
  });
  expect((await scanOne(root)).running).toMatchObject({ state: 'seen', processes: [] });
  expect(ofProcesses()).toEqual([]);
  expect(opened.filter((one) => /environ|maps|\/mem$/.test(one))).toEqual([]);
});
