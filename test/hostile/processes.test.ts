/** Process tables and files of container runtimes that are damaged, huge, or change while they are read. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ScannedNode } from '../../src/artifact/node.ts';
import type { FileTree } from '../../src/scan/fs/tree.ts';
import { parseMounts } from '../../src/scan/processes/mountinfo.ts';
import { runningOn } from '../../src/scan/processes/running.ts';
import { componentsInTable } from '../../src/scan/processes/table.ts';
import {
  changingTable,
  type FakeProcess,
  filesOf,
  groups,
  id,
  node,
  statLine,
  tableOf,
} from '../scan/processes/support.ts';
import { plant, podOf, scanOne } from '../scan/support.ts';
import { type RawMember, rawTar } from '../support/raw-tar.ts';

const etcd: FakeProcess = { words: ['etcd', '--name=a'], group: groups.staticPod('c') };
const manifest = { 'etc/kubernetes/manifests/etcd.yaml': podOf({ name: 'etcd', command: ['etcd'] }) };

const members = (files: Readonly<Record<string, string | Uint8Array>>): RawMember[] =>
  Object.entries(files).map(([name, content]) => ({ name, content }));

async function scanArchive(all: readonly RawMember[]): Promise<ScannedNode> {
  const file = path.join(plant({}), 'node.tar.gz');
  writeFileSync(file, gzipSync(rawTar(all), { level: 1 }));
  return scanOne(file);
}

const pidsOf = ({ running }: ScannedNode) =>
  running?.state === 'seen' ? running.processes.map(({ pid }) => pid) : running?.reason;

describe('an archive', () => {
  test('with 70,000 processes', async () => {
    const others = Array.from({ length: 70_000 }, (_, index) => ({ name: `proc/${index + 100}/stat`, content: 'x' }));
    const own = members({ ...manifest, ...tableOf({ 9: etcd }) });
    expect(pidsOf(await scanArchive([...own, ...others]))).toBe('not in the input');
  }, 60_000);

  test('with more processes than are looked at', async () => {
    const others = Array.from({ length: 50_000 }, (_, index) => ({ name: `proc/${index + 100}/stat`, content: 'x' }));
    const own = members({ ...manifest, ...tableOf({ 9: etcd }) });
    expect(pidsOf(await scanArchive([...own, ...others]))).toBe('more than 50000 processes');
  }, 60_000);

  test('with what all processes of a host mount keeps its other files', async () => {
    const mounts = 'x'.repeat(1_000_000);
    const others = Array.from({ length: 90 }, (_, index) => index + 100).flatMap((pid) =>
      members(filesOf(pid, { words: ['bash'], mounts })),
    );
    const files = { ...tableOf({ 9: etcd }), ...manifest, 'etc/kubernetes/pki/ca.crt': 'x' };
    const scanned = await scanArchive([...others, ...members(files)]);
    expect(pidsOf(scanned)).toEqual([9]);
    expect(scanned.files.get('/etc/kubernetes/pki/ca.crt')?.state).toBe('file');
  }, 60_000);

  test('with more than is kept of a table keeps its other files', async () => {
    const mounts = 'x'.repeat(4_000_000);
    const many = Array.from({ length: 30 }, (_, index) => index + 100).flatMap((pid) =>
      members(filesOf(pid, { ...etcd, mounts })),
    );
    const scanned = await scanArchive([...many, ...members({ ...manifest, 'etc/kubernetes/pki/ca.crt': 'x' })]);
    expect(scanned.files.get('/etc/kubernetes/pki/ca.crt')?.state).toBe('file');
    expect(scanned.running?.state).toBe('seen');
  }, 60_000);

  test('with a command line of 20 MB, and other files of the kernel', async () => {
    const files = {
      ...tableOf({ 8: etcd, 9: etcd }),
      'proc/8/cmdline': Buffer.alloc(20_000_000, 'etcd\0'),
      'proc/9/environ': 'PASSWORD=hunter2',
      'proc/9/task/9/stat': 'x',
      'proc/1/root/proc/7/stat': statLine(7, etcd),
      'proc/kcore': 'x'.repeat(100),
    };
    const scanned = await scanArchive(members({ ...manifest, ...files }));
    expect(pidsOf(scanned)).toEqual([9]);
    expect(JSON.stringify([scanned, [...scanned.files]])).not.toContain('hunter2');
  });

  test('with processes that are links, folders or devices', async () => {
    const odd: RawMember[] = ['1', '2', '3', '5', '6', 'S', '?'].flatMap((type, index) => [
      { name: `proc/${index + 20}/stat`, type, link: '/proc/9/stat' },
      { name: `proc/${index + 20}/cmdline`, type, link: '/proc/9/cmdline' },
    ]);
    const own = members({ ...manifest, ...tableOf({ 9: etcd }) });
    expect(pidsOf(await scanArchive([...own, ...odd]))).toEqual([9]);
  });

  test('in which the files of a process are there twice', async () => {
    const own = members({ ...manifest, ...tableOf({ 9: etcd }) });
    expect(pidsOf(await scanArchive([...own, ...own]))).toEqual([9]);
  });
});

describe('a folder', () => {
  test('with FIFOs and links in place of files', async () => {
    const root = plant({ ...manifest, ...tableOf({ 9: etcd, 10: etcd, 11: etcd }), ...filesOf(12, etcd) });
    for (const [pid, name] of [
      [9, 'stat'],
      [10, 'cmdline'],
    ] as const) {
      rmSync(path.join(root, `proc/${pid}/${name}`));
      execFileSync('mkfifo', [path.join(root, `proc/${pid}/${name}`)]);
    }
    rmSync(path.join(root, 'proc/11/cgroup'));
    symlinkSync('/proc/self/cgroup', path.join(root, 'proc/11/cgroup'));
    expect(pidsOf(await scanOne(root))).toEqual([12]);
  });

  test.each(['file', 'link'])('of which /proc is a %s', async (kind) => {
    const root = plant(manifest);
    if (kind === 'file') writeFileSync(path.join(root, 'proc'), '');
    else symlinkSync('/proc', path.join(root, 'proc'));
    expect(pidsOf(await scanOne(root))).toBe('not in the input');
  });

  test('in which /proc is empty, or only has what is of no process', async () => {
    const root = plant({ ...manifest, 'proc/stat': 'btime 1795880110\n', 'proc/meminfo': 'x' });
    mkdirSync(path.join(root, 'proc/12'));
    expect(pidsOf(await scanOne(root))).toBe('not in the input');
  });

  test('with bytes that are no text', async () => {
    const noise = Buffer.from(Array.from({ length: 2000 }, (_, index) => (index * 7) % 256));
    const files = Object.keys(filesOf(9, etcd)).map((name) => [name, noise]);
    const root = plant({ ...manifest, ...tableOf({ 12: etcd }), ...Object.fromEntries(files), 'proc/stat': noise });
    expect((await scanOne(root)).running).toMatchObject({ processes: [{ pid: 12, started: undefined }] });
  });

  test('with hundreds of containers, and configurations that cannot be read', async () => {
    const folder = (name: string) => `run/containerd/io.containerd.runtime.v2.task/k8s.io/${name}/config.json`;
    const deep = `${'['.repeat(20_000)}`;
    const many = Array.from({ length: 300 }, (_, index) => [
      folder(`${index}`),
      index % 2 ? deep : '{"process":{"args":{}}}',
    ]);
    const root = plant({ ...manifest, ...Object.fromEntries(many) });
    expect(pidsOf(await scanOne(root))).toBe('not in the input');
  }, 60_000);
});

test('thousands of containers without a pod, on a host that mounts tens of thousands of folders', () => {
  const mounts = Array.from({ length: 30_000 }, (_, index) => `1 0 8:1 / /m/${index} rw - ext4 a rw`).join('\n');
  const root = '9 0 0:5 / / rw - overlay a rw\n8 9 8:1 /etc/kubernetes /k rw - ext4 a rw';
  const files: Record<string, string> = {
    ...tableOf({ 5: { words: ['kubelet'], mounts: `0 0 8:1 / / rw - ext4 a rw\n${mounts}` } }),
  };
  for (let pid = 10; pid < 2000; pid += 1)
    Object.assign(files, filesOf(pid, { words: ['etcd'], group: `0::/k8s.io/${pid}`, mounts: root }));
  const start = process.cpuUsage();
  const running = runningOn(node, { tree: treeOf(files), procfs: undefined });
  const { user, system } = process.cpuUsage(start);
  expect(running.state === 'seen' && running.processes).toHaveLength(1991);
  expect((user + system) / 1000).toBeLessThan(5000);
});

/** A tree of which looking up a path takes no time. */
function treeOf(files: Readonly<Record<string, string>>): FileTree {
  const none = { state: 'absent' } as const;
  const pids = [...new Set(Object.keys(files).flatMap((path) => path.split('/')[1] ?? []))];
  return {
    lstat: (path) => {
      const text = files[path.slice(1)];
      return text === undefined ? none : { type: 'file', mode: 0o444, uid: 0, gid: 0, size: text.length };
    },
    list: (path) => (path === '/proc' ? pids : none),
    read: (path) => Buffer.from(files[path.slice(1)] ?? ''),
    readlink: () => none,
    describe: (path) => path,
  };
}

test('thousands of processes with megabytes of mounts that are no lines', () => {
  const mounts = 'x'.repeat(4_000_000);
  const files: Record<string, string> = {};
  for (let pid = 10; pid < 2000; pid += 1) Object.assign(files, filesOf(pid, { ...etcd, mounts: '' }));
  let read = 0;
  const tree = treeOf(files);
  const bytes = Buffer.from(mounts);
  const slow: FileTree = {
    ...tree,
    read: (path) => {
      if (!path.endsWith('/mountinfo')) return tree.read(path);
      read += 1;
      return bytes;
    },
  };
  runningOn(node, { tree: slow, procfs: undefined });
  expect(read).toBeLessThan(100);
});

describe('a process', () => {
  const { programs } = node.layout;
  const files = filesOf(9, etcd);
  const read = (name: string): string | undefined => (name === 'comm' ? 'etcd\n' : files[`proc/9/${name}`]);

  test('whose id is used again while it is read', () => {
    let count = 0;
    const table = changingTable(
      (_, name) => {
        if (name !== 'stat') return read(name);
        count += 1;
        return statLine(9, { ...etcd, ticks: count === 1 ? 1000 : 2000 });
      },
      [9],
    );
    expect(componentsInTable(table, [9], programs)).toEqual([]);
  });

  test.each(['comm', 'stat', 'cmdline', 'cgroup'])('that ends before its %s is read', (last) => {
    const table = changingTable((_, name) => (name === last ? undefined : read(name)), [9]);
    expect(componentsInTable(table, [9], programs).map(({ pid }) => pid)).toEqual(last === 'comm' ? [9] : []);
  });

  test.each([1, 2])('that ends after %d reads of its stat', (reads) => {
    let count = 0;
    const table = changingTable(
      (_, name) => {
        if (name !== 'stat') return read(name);
        count += 1;
        return count > reads ? statLine(9, { ...etcd, state: 'Z' }) : read(name);
      },
      [9],
    );
    expect(componentsInTable(table, [9], programs)).toHaveLength(reads - 1);
  });

  test('among thousands of the same name', () => {
    const table = changingTable((_, name) => read(name), [9]);
    const pids = Array.from({ length: 10_000 }, (_, index) => index + 1);
    expect(componentsInTable(table, pids, programs).length).toBe(2000);
  });
});

test('lines of what a process mounts', () => {
  const line = '1 0 8:1 / / rw - ext4 a rw\n';
  expect(parseMounts(line.repeat(200_000))).toHaveLength(30_000);
  expect(parseMounts(' '.repeat(4_000_000))).toEqual([]);
  expect(parseMounts(`1 0 8:1 /${'\\040'.repeat(500_000)} / rw`)).toHaveLength(1);
  expect(parseMounts(`${'9'.repeat(1_000_000)}:x / /`)).toEqual([]);
  expect(id('c')).toHaveLength(64);
});
