import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../src/scan/fs/archive.ts';
import { archiveLimits } from '../../src/scan/fs/archive-entries.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { paxRecords, rawTar } from '../support/raw-tar.ts';
import { packed, plant, podOf, scanOne, scanPaths, stateOf } from './support.ts';

const pki = 'etc/kubernetes/pki';
const crt = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
type Entries = Parameters<typeof packed>[0];

/** Scans an archive on standard input. */
async function scanTar(entries: Entries, expected: readonly string[] = []) {
  const bytes = await packed(entries);
  return scanPaths(['-'], { stdin: () => Readable.from([bytes]), expected });
}

async function onlyNode(entries: Entries, expected: readonly string[] = []) {
  const { nodes, failures } = await scanTar(entries, expected);
  if (nodes[0] === undefined || nodes.length > 1) throw new Error(JSON.stringify(failures));
  return nodes[0];
}

describe('nodes of an archive', () => {
  it.each<[string, string, string, boolean]>([
    ['at the top', 'etc/kubernetes/pki/', '-', false],
    ['with ./ in front', './etc/kubernetes/pki/', '-', false],
    ['with / in front', '/etc/kubernetes/pki/', '-', false],
    ['in a wrapper', 'cp-1/etc/kubernetes/pki/', '-!/cp-1', false],
    ['kubernetes alone', 'kubernetes/pki/', '-!/kubernetes', false],
    ['its content', 'pki/', '-', false],
    ['bare certificates', '', '-', false],
    ['bare certificates in a wrapper', './certs/', '-!/certs', false],
  ])('%s', async (_, folder, label, beyondPki) => {
    const node = await onlyNode([
      { name: `${folder}ca.crt`, content: crt, mode: 0o640, uid: 7, gid: 9 },
      { name: `${folder}etcd/ca.crt`, content: crt },
    ]);
    expect(node).toMatchObject({
      label,
      rootfs: label,
      beyondPki,
      pki: `/${pki}`,
      pkiFiles: [`/${pki}/ca.crt`, `/${pki}/etcd/ca.crt`],
    });
    expect(node.files.get(`/${pki}/ca.crt`)).toMatchObject({
      state: 'file',
      mode: 0o640,
      uid: 7,
      gid: 9,
      size: crt.length,
      content: { type: 'pem' },
    });
    expect(node.files.get(`/${pki}/ca.crt`)?.file).toBe(
      `-!/${path.posix.normalize(`${folder}ca.crt`).replace(/^\/+/, '')}`,
    );
  });

  it('may be several', async () => {
    const { nodes } = await scanTar([
      { name: `cp-1/${pki}/ca.crt`, content: crt },
      { name: `cp-2/${pki}/ca.crt`, content: crt },
      { name: 'README', content: 'x' },
    ]);
    expect(nodes.map(({ label }) => label)).toEqual(['-!/cp-1', '-!/cp-2']);
  });

  it('reads its manifests, kubeconfigs and kubelet', async () => {
    const node = await onlyNode([
      { name: 'etc/kubernetes/', type: 'directory' },
      { name: `${pki}/ca.crt`, content: crt },
      {
        name: 'etc/kubernetes/manifests/etcd.yaml',
        content: podOf({ command: ['etcd'] }),
      },
      { name: 'var/lib/kubelet/config.yaml', content: 'clusterDomain: x' },
    ]);
    expect(node.components.map(({ name }) => name)).toEqual(['etcd', 'kubelet']);
    expect(node.beyondPki).toBe(true);
  });
});

describe('entries', () => {
  const target = { name: `${pki}/ca.crt`, content: crt };
  const noTarget = { state: 'unreadable', detail: 'a hard link to a file that is not in the archive' };
  it.each<[string, Entries, string, object]>([
    [
      'symbolic links',
      [target, { name: `${pki}/x`, type: 'symlink', linkname: '/etc/kubernetes/pki/ca.crt' }],
      'x',
      { state: 'file', realPath: `/${pki}/ca.crt` },
    ],
    [
      'hard links',
      [target, { name: `${pki}/x`, type: 'link', linkname: `${pki}/ca.crt` }],
      'x',
      { state: 'file', content: { type: 'pem' } },
    ],
    ['hard links to nothing', [target, { name: `${pki}/x`, type: 'link', linkname: 'gone' }], 'x', noTarget],
    [
      'hard links in a ring',
      [
        target,
        { name: `${pki}/x`, type: 'link', linkname: `${pki}/y` },
        { name: `${pki}/y`, type: 'link', linkname: `${pki}/x` },
      ],
      'x',
      noTarget,
    ],
    ['FIFOs', [target, { name: `${pki}/x`, type: 'fifo' }], 'x', { state: 'fifo' }],
    ['devices', [target, { name: `${pki}/x`, type: 'character-device' }], 'x', { state: 'device' }],
    [
      'the last of several',
      [target, { name: `${pki}/x`, content: '' }, { name: `./${pki}//x`, content: crt }],
      'x',
      { size: crt.length, content: { type: 'pem', pem: { blocks: [{ line: 1 }] } } },
    ],
    [
      'a file after a link',
      [target, { name: `${pki}/x`, type: 'symlink', linkname: 'gone' }, { name: `${pki}/x`, content: crt }],
      'x',
      { state: 'file', links: [] },
    ],
    [
      'long names',
      [{ name: `${pki}/${'d'.repeat(120)}/${'f'.repeat(200)}`, content: crt }],
      `${'d'.repeat(120)}/${'f'.repeat(200)}`,
      { state: 'file' },
    ],
    [
      'large ids',
      [{ name: `${pki}/x`, content: crt, pax: { uid: '4294967294' } } as Entries[number]],
      'x',
      { uid: 4294967294 },
    ],
    [
      'too large files',
      [target, { name: `${pki}/x`, content: Buffer.alloc(4 * 1024 * 1024 + 1) }],
      'x',
      { state: 'too-large', detail: 'larger than 4 MiB (4194305 bytes)' },
    ],
    [
      'a file in a folder’s place',
      [target, { name: `${pki}/x`, content: crt }, { name: `${pki}/x/y`, content: crt }],
      'x/y',
      { state: 'unreadable', detail: 'the archive has it as a directory, and as something else' },
    ],
  ])('%s', async (_, entries, name, expected) => {
    expect((await onlyNode(entries, [name])).files.get(`/${pki}/${name}`)).toMatchObject(expected);
  });

  it('that climb out are not read', async () => {
    const node = await onlyNode([
      target,
      { name: `${pki}/../../../../x.crt`, content: crt },
      { name: '../etc/kubernetes/pki/y.crt', content: crt },
    ]);
    expect(node.pkiFiles.map((file) => stateOf(node, file))).toEqual(['file', 'unreadable']);
    expect(stateOf(node, '/x.crt')).toBe('unreadable');
  });

  it('of other places are kept if they are small', async () => {
    const named = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x' },
      spec: {
        containers: [
          {
            name: 'etcd',
            image: 'etcd',
            command: ['etcd', '--cert-file=/opt/a', '--key-file=/opt/b'],
            volumeMounts: [{ name: 'v', mountPath: '/opt' }],
          },
        ],
        volumes: [{ name: 'v', hostPath: { path: '/opt' } }],
      },
    });
    const node = await onlyNode([
      target,
      { name: 'etc/kubernetes/manifests/p', content: named },
      { name: 'opt/a', content: crt },
      { name: 'opt/b', content: Buffer.alloc(300_000) },
    ]);
    expect([stateOf(node, '/opt/a'), stateOf(node, '/opt/b')]).toEqual(['file', 'too-large']);
  });
});

describe('absent or outside', () => {
  const folder = (name: string): Entries[number] => ({ name, type: 'directory' });
  const expected = [`/${pki}/ca.key`, '/etc/kubernetes/admin.conf', '/var/lib/kubelet/pki/x', '/opt/x'];
  const target = { name: `${pki}/ca.crt`, content: crt };
  it.each<[string, Entries, string[]]>([
    ['no folders at all', [target], ['absent', 'outside', 'outside', 'outside']],
    [
      'no folders, but more of /etc/kubernetes',
      [target, { name: 'etc/kubernetes/x.conf' }],
      ['absent', 'absent', 'outside', 'outside'],
    ],
    [
      'folders',
      [folder('etc/kubernetes/'), folder(`${pki}/`), target, { name: 'etc/kubernetes/x.conf' }],
      ['absent', 'absent', 'outside', 'outside'],
    ],
    [
      'other folders',
      [folder('var/lib/kubelet/pki/'), target, { name: 'etc/kubernetes/x.conf' }],
      ['outside', 'outside', 'absent', 'outside'],
    ],
    [
      'folders above only',
      [
        folder('/'),
        folder('etc/'),
        folder('var/'),
        folder('var/lib/'),
        folder('var/lib/kubelet/'),
        folder(`${pki}/`),
        target,
      ],
      ['absent', 'outside', 'outside', 'outside'],
    ],
    ['a whole root', [folder('usr/'), { name: 'etc/passwd' }, target], ['absent', 'absent', 'absent', 'absent']],
  ])('with %s', async (_, entries, states) => {
    const node = await onlyNode(entries, expected);
    expect(expected.map((file) => stateOf(node, file))).toEqual(states);
  });
});

describe('what is not an archive', () => {
  async function failure(bytes: Uint8Array): Promise<string> {
    const { nodes, failures } = await scanPaths(['-'], { stdin: () => Readable.from([bytes]) });
    expect(nodes).toEqual([]);
    return `${failures[0]?.exitCode} ${failures[0]?.message}`;
  }

  it('says so', async () => {
    const good = await packed([{ name: `${pki}/ca.crt`, content: crt }]);
    expect(await failure(Buffer.alloc(0))).toBe('2 empty, not a tar archive');
    expect(await failure(Buffer.from(crt.repeat(100)))).toBe('2 not a tar archive');
    expect(await failure(good.subarray(0, 700))).toBe('2 not a tar archive, or a truncated one');
    expect(await failure(gzipSync(good).subarray(0, 100))).toBe('2 not a tar archive, or a truncated one');
    expect(await failure(gzipSync(Buffer.from(crt.repeat(100))))).toBe('2 not a tar archive');
    expect(await failure(Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))).toMatch(/^2 ./);
    expect(await failure(Buffer.from('(\xb5/\xfd and more', 'latin1'))).toBe('2 compressed with zstd');
    expect(await failure(Buffer.alloc(10_240))).toBe('2 empty, or not a tar archive');
    expect(await failure(await packed([{ name: 'README', content: 'x' }]))).toMatch(/^3 nothing to lint/);
  });

  it('ends, however much of it comes', async () => {
    const zeros = Buffer.alloc(1024 * 1024);
    const endless = Readable.from(
      (function* () {
        for (;;) yield zeros;
      })(),
    );
    await expect(readArchive(endless, layouts)).rejects.toThrow('not a tar archive: an entry is missing');
    const entry = await packed([{ name: 'a', content: 'x' }]);
    const entries = Readable.from(
      (function* () {
        for (;;) yield entry.subarray(0, 1024);
      })(),
    );
    await expect(readArchive(entries, layouts, { ...archiveLimits, entries: 1000 })).rejects.toThrow('too many files');
    const large = await packed([{ name: 'a', size: 0, content: '' }]);
    large.write('77777777777', 124);
    large.write('        ', 148);
    const sum = large.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    large.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const header = Readable.from([Buffer.concat([large.subarray(0, 512), zeros])]);
    await expect(readArchive(header, layouts)).rejects.toThrow('not a tar archive, or a truncated one');
    const bomb = await packed([{ name: 'a', content: Buffer.alloc(4_000_000) }]);
    await expect(
      readArchive(Readable.from([gzipSync(bomb)]), layouts, { ...archiveLimits, readBytes: 1_000_000 }),
    ).rejects.toThrow('more than 1000000 bytes');
  });

  it('counts folders that are only implied, before they take time and memory', async () => {
    const members = Array.from({ length: 15_000 }, (_, index) => ({ name: `${index}/${'a/'.repeat(40)}x` }));
    const bytes = rawTar(members);
    const read = () => readArchive(Readable.from([gzipSync(bytes, { level: 1 })]), layouts);
    const before = process.memoryUsage().rss;
    const cpu = process.cpuUsage();
    await expect(read()).rejects.toThrow('too many files (more than 500000)');
    const { user, system } = process.cpuUsage(cpu);
    expect((user + system) / 1e6).toBeLessThan(5);
    expect((process.memoryUsage().rss - before) / 1024 ** 2).toBeLessThan(500);
  });

  it('keeps only the records of extended headers that count', async () => {
    const records = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`a${index}`, '']));
    const members = Array.from({ length: 5_000 }, (_, index) => ({ name: `${index}` }));
    const bytes = rawTar([paxRecords(records, 'g'), ...members]);
    const cpu = process.cpuUsage();
    expect((await readArchive(Readable.from([gzipSync(bytes)]), layouts)).size).toBe(5_001);
    const { user, system } = process.cpuUsage(cpu);
    expect((user + system) / 1e6).toBeLessThan(3);
  });

  it('keeps no more in memory than it may', async () => {
    const entries = Array.from({ length: 10 }, (_, index) => ({
      name: `${pki}/${index}.crt`,
      content: Buffer.alloc(1000),
    }));
    const archive = await readArchive(Readable.from([await packed(entries)]), layouts, {
      ...archiveLimits,
      keptBytes: 3500,
    });
    expect([...archive.values()].filter(({ bytes }) => bytes !== undefined)).toHaveLength(3);
  });

  it('damage never crashes', async () => {
    const good = await packed([
      { name: `${pki}/ca.crt`, content: crt },
      { name: `${pki}/x`, type: 'symlink', linkname: 'ca.crt' },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), fc.boolean(), async (at, byte, zipped) => {
        const damaged = Buffer.from(good);
        damaged[at] = byte;
        await scanPaths(['-'], { stdin: () => Readable.from([zipped ? gzipSync(damaged) : damaged]) });
      }),
      { seed: firstSeed, numRuns: sampled(200, 2000) },
    );
  });
});

describe('archives on disk', () => {
  const corpus = 'fixtures/corpora/kubeadm-1.36-default.tar.gz';
  it('are called as they were given', async () => {
    const node = await scanOne(corpus, { cwd: process.cwd() });
    expect(node.label).toBe(`${corpus}!/kubeadm-1.36-default`);
    expect(node.files.get(`/${pki}/ca.key`)).toMatchObject({
      file: `${corpus}!/kubeadm-1.36-default/${pki}/ca.key`,
      mode: 0o600,
    });
  });

  it('are read whatever they are called, links to them too', async () => {
    const root = plant({ link: { link: 'node' } });
    writeFileSync(path.join(root, 'node'), readFileSync(corpus));
    expect((await scanOne(path.join(root, 'link'))).pkiFiles).toHaveLength(22);
  });
});
