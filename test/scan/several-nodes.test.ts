/** Archives and folders that contain several nodes. None of them is lost in silence. */
import { chmodSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findDiskNodes } from '../../src/scan/fs/disk-nodes.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { packed, plant, scanPaths } from './support.ts';

const crt = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const pki = 'etc/kubernetes/pki/ca.crt';
const bareHint = 'a node below a directory of certificates';

/** The same files in a folder and in an archive: what was found, by paths below either. */
async function scanBoth(files: readonly string[], options: Parameters<typeof scanPaths>[1] = {}) {
  const bytes = await packed(files.map((name) => ({ name, content: crt })));
  const root = plant(Object.fromEntries(files.map((name) => [name, crt])));
  const archive = await scanPaths(['-'], { ...options, stdin: () => Readable.from([bytes]) });
  const folder = await scanPaths([root], options);
  const summary = ({ nodes, failures }: typeof archive, top: string) => ({
    nodes: nodes.map(({ label }) => label.replace(top, '').replace(/^[!/]+/, '')),
    failures: failures.map((one) => [one.path.replace(top, '').replace(/^[!/]+/, ''), one.message, one.exitCode]),
  });
  return [summary(archive, '-'), summary(folder, root)];
}

describe.each([
  ['at different depths', [`cp-1/${pki}`, `cp-2/${pki}`, `w/worker-0/${pki}`, `w/x/y/worker-1/${pki}`]],
  ['all of them deep', [`a/b/cp-1/${pki}`, `a/c/worker-1/${pki}`]],
  ['of which some are copies of /etc/kubernetes', [`cp-1/${pki}`, 'copies/worker-0/pki/ca.crt', 'worker-1/pki/ca.crt']],
])('nodes %s', (_, files) => {
  it('are all found, in an archive and in a folder', async () => {
    const nodes = files.map((name) => name.replace(/\/(?:etc\/kubernetes\/)?pki\/ca\.crt$/, '')).sort();
    expect(await scanBoth(files)).toEqual([
      { nodes, failures: [] },
      { nodes, failures: [] },
    ]);
  });
});

describe('not a node of its own', () => {
  it.each([
    ['what is below a node', [`cp-1/${pki}`, `cp-1/root/backup/${pki}`], ['cp-1']],
    ['what pki-lint has replaced', [`x/cp-1/${pki}`, `x/.pki-lint/backup-1/${pki}`], ['x/cp-1']],
  ])('%s', async (_, files, nodes) => {
    expect(await scanBoth(files)).toEqual([
      { nodes, failures: [] },
      { nodes, failures: [] },
    ]);
  });

  it('a link to one', async () => {
    const root = plant({
      [`cp-1/${pki}`]: crt,
      latest: { link: 'cp-1' },
      'all/up': { link: '..' },
      gone: { link: 'nowhere' },
    });
    const { nodes, failures } = await scanPaths([root]);
    expect(nodes.map(({ label }) => label)).toEqual([path.join(root, 'cp-1')]);
    expect(failures.map((one) => one.path.slice(root.length + 1))).toEqual(['all', 'gone']);
  });
});

const unlinted = 'next to nodes, but not recognized as one';

describe('next to nodes, a folder that is not recognized as one is named', () => {
  it.each([
    ['without certificates', [`cp-1/${pki}`, 'cp-2/var/lib/kubelet/config.yaml'], ['cp-1'], ['cp-2']],
    ['with only static pods', [`cp-1/${pki}`, 'cp-2/manifests/etcd.yaml'], ['cp-1'], ['cp-2']],
    [
      'with the name of a part',
      [`x/cp-1/${pki}`, 'x/deploy/manifests/a', 'x/etc/pki/tls/a'],
      ['x/cp-1'],
      ['x/deploy', 'x/etc'],
    ],
    ['but not one above the nodes', [`nodes/cp-1/${pki}`, 'docs/a.md', 'src/b/c.go'], ['nodes/cp-1'], []],
    ['but not one with further nodes', [`cp-1/${pki}`, `w/w-1/${pki}`], ['cp-1', 'w/w-1'], []],
    ['but not a hidden one', [`cp-1/${pki}`, '.git/config', 'lost+found/x'], ['cp-1'], []],
    ['but not one on the same node', ['kubernetes/pki/ca.crt', 'systemd/x.conf'], ['kubernetes'], []],
  ])('%s', async (_, files, nodes, folders) => {
    const found = { nodes, failures: folders.map((folder) => [folder, unlinted, 0]) };
    expect(await scanBoth(files)).toEqual([found, found]);
  });

  it('without files', async () => {
    const root = plant({ [`cp-1/${pki}`]: crt, 'cp-2': { make: 'folder' } });
    const bytes = await packed([
      { name: `cp-1/${pki}`, content: crt },
      { name: 'cp-2', type: 'directory' },
    ]);
    const hint = 'give it as a PATH';
    expect((await scanPaths([root])).failures).toEqual([
      { path: path.join(root, 'cp-2'), message: unlinted, hint: `if it is a node, ${hint}`, exitCode: 0 },
    ]);
    expect((await scanPaths(['-'], { stdin: () => Readable.from([bytes]) })).failures).toEqual([
      { path: '-!/cp-2', message: unlinted, hint: `if it is a node, unpack the archive, and ${hint}`, exitCode: 0 },
    ]);
  });

  it('or a link that leads to no node or file in it', async () => {
    const links = { latest: 'cp-1', now: 'latest', part: './cp-1/etc/', text: 'README', cp2: '../cp-2', me: 'me' };
    const root = plant({
      [`cp-1/${pki}`]: crt,
      README: 'x',
      ...Object.fromEntries(Object.entries(links).map(([name, link]) => [name, { link }])),
    });
    const bytes = await packed([
      { name: `cp-1/${pki}`, content: crt },
      { name: 'README', content: 'x' },
      ...Object.entries(links).map(([name, linkname]) => ({ name, linkname, type: 'symlink' as const })),
    ]);
    const archive = await scanPaths(['-'], { stdin: () => Readable.from([bytes]) });
    const folder = await scanPaths([root]);
    expect(folder.failures.map((one) => one.path.slice(root.length + 1))).toEqual(['cp2', 'me']);
    expect(archive.failures.map((one) => one.path)).toEqual(['-!/cp2', '-!/me']);
  });

  it('but not an absolute link to a node in the same folder', async () => {
    const root = plant({ [`cp-1/${pki}`]: crt });
    symlinkSync(path.join(root, 'cp-1'), path.join(root, 'latest'));
    expect((await scanPaths([root])).failures).toEqual([]);
  });
});

it('a node in a folder of certificates is not linted with it, and the report says so', async () => {
  const failures = [['old/cp-1', bareHint, 2]];
  expect(await scanBoth(['ca.crt', `old/cp-1/${pki}`])).toEqual([
    { nodes: [''], failures },
    { nodes: [''], failures },
  ]);
});

it('a node that fails does not stop the others', async () => {
  const root = plant({ [`a/cp-1/${pki}`]: crt, 'a/cp-2/etc/kubernetes/x': { make: 'folder' } });
  const { nodes, failures } = await scanPaths([root]);
  expect(nodes.map(({ label }) => label)).toEqual([path.join(root, 'a/cp-1')]);
  expect(failures.map((one) => [one.path, one.exitCode])).toEqual([[path.join(root, 'a/cp-2'), 3]]);
});

it('the search ends after very many folders, and says so', () => {
  const empty = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`x${index}`, { make: 'folder' } as const]));
  const root = plant({ [`cp-1/${pki}`]: crt, ...empty });
  expect(findDiskNodes(root, layouts, { folders: 5 })).toMatchObject({
    nodes: [{ folder: 'cp-1', base: '/' }],
    stoppedAfter: 5,
  });
});

it('the search says so too if it found nothing, and only then', () => {
  const empty = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`x${index}`, { make: 'folder' } as const]));
  expect(findDiskNodes(plant(empty), layouts, { folders: 5 })).toMatchObject({ unsearched: [], stoppedAfter: 5 });
  expect(findDiskNodes(plant(empty), layouts, { folders: 10 })).not.toHaveProperty('stoppedAfter');
});

it.each([
  ['a certificate', { 'a/ca.crt': crt }],
  ['a folder with the name of that of certificates', { 'pki/x': { make: 'folder' } as const }],
])('the search says so too if it found only %s', (_, found) => {
  const empty = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`x${index}`, { make: 'folder' } as const]));
  expect(findDiskNodes(plant({ ...found, ...empty }), layouts, { folders: 5 }).stoppedAfter).toBe(5);
});

it('a search that ended early is a failure', async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `${index % 100}/${index}/x`);
  const bytes = await packed([`0/0/${pki}`, ...names].map((name) => ({ name, content: crt })));
  const { nodes, failures } = await scanPaths(['-'], { stdin: () => Readable.from([bytes]) });
  expect(nodes.map(({ label }) => label)).toEqual(['-!/0/0']);
  expect(failures.filter(({ path }) => path === '-')).toEqual([
    {
      path: '-',
      message: 'stopped searching for nodes after 10000 directories',
      hint: 'unpack the archive, and give each node as a PATH',
      exitCode: 2,
    },
  ]);
});

it('a folder that cannot be searched is reported', async () => {
  const root = plant({ [`cp-1/${pki}`]: crt, 'w/worker-1': { make: 'folder' } });
  chmodSync(root, 0o755);
  chmodSync(path.join(root, 'w'), 0);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  onTestFinished(() => {
    if (isRoot) process.seteuid?.(0);
    chmodSync(path.join(root, 'w'), 0o755);
  });
  const { nodes, unsearched } = findDiskNodes(root, layouts);
  expect(nodes).toEqual([{ folder: 'cp-1', base: '/' }]);
  expect(unsearched).toEqual([{ folder: 'w', reason: 'permission denied' }]);
});

it('nodes are found down to 8 levels, and the report says that there may be more', async () => {
  const [deep, deeper] = ['1/2/3/4/5/6/7/8', 'a/2/3/4/5/6/7/8/9'];
  const failures = [['a/2/3/4/5/6/7/8', 'not searched for nodes: directories are nested more than 8 levels deep', 2]];
  const found = { nodes: ['cp-1', deep].sort(), failures };
  expect(await scanBoth([`cp-1/${pki}`, `${deep}/${pki}`, `${deeper}/${pki}`])).toEqual([found, found]);
});

describe('beside the nodes', () => {
  it.each([
    [
      'certificates',
      ['root-ca.crt', 'w/old/x.pem'],
      ['certificates or keys next to its nodes: root-ca.crt, w/old/x.pem'],
    ],
    ['archives', ['cp-3.tar.gz', 'w/w.tgz'], ['archives in it: cp-3.tar.gz, w/w.tgz']],
    ['what is no part of a PKI', ['README.md', 'w/deploy/manifests/a.yaml'], []],
  ])('%s are reported, and do not change the exit code', async (_, files, messages) => {
    const failures = messages.map((message) => ['', message, 0]);
    const found = { nodes: ['cp-1', 'cp-2', 'w/x/w-1'], failures };
    expect(await scanBoth([...['cp-1', 'cp-2', 'w/x/w-1'].map((node) => `${node}/${pki}`), ...files])).toEqual([
      found,
      found,
    ]);
  });
});

it('a folder of archives says what to type', async () => {
  const root = plant({ 'cp-1.tar.gz': 'x', 'cp-2.tar': 'x' });
  expect(await scanPaths([root])).toMatchObject({
    nodes: [],
    failures: [
      {
        path: root,
        message: 'archives in it: cp-1.tar.gz, cp-2.tar',
        hint: `type: pki-lint ${root}/*.tar.gz ${root}/*.tar`,
        exitCode: 3,
      },
    ],
  });
  expect((await scanPaths([plant({ 'a b.tar': 'x' })])).failures[0]?.hint).toBe('give each archive as a PATH');
});

describe('what a node is', () => {
  it.each([
    ['a folder with a folder of static pods in it', ['a/manifests/x.crt', 'b/manifests/y.crt'], ['a', 'b']],
    ['not a folder with a common name, next to certificates', ['a/manifests/x', 'b/c.crt'], ['']],
    ['a root file system, whatever is below it', ['usr/lib/x', `backup/cp-1/${pki}`, 'etc/x.crt'], ['']],
    ['what is in the only folder', ['x/ca.crt', 'x/sub/y.crt'], ['x']],
    ['not the folder of etcd', ['etcd/ca.crt'], ['']],
  ])('%s', async (_, files, nodes) => {
    const [archive, folder] = await scanBoth(files, { expected: ['etcd/ca.crt'] });
    expect(archive?.nodes).toEqual(nodes);
    expect(folder?.nodes).toEqual(nodes);
    expect(archive?.failures).toEqual(folder?.failures);
  });

  it('one whose home is a link, also where its target is not there', async () => {
    const root = plant({
      'cp-1/etc/kubernetes': { link: '/data/kubernetes' },
      'cp-1/data/kubernetes/pki/ca.crt': crt,
      [`cp-2/${pki}`]: crt,
    });
    const bytes = await packed([
      { name: 'cp-1/etc/kubernetes', type: 'symlink', linkname: '/data/kubernetes' },
      { name: 'cp-1/data/kubernetes/pki/ca.crt', content: crt },
      { name: `cp-2/${pki}`, content: crt },
    ]);
    const labels = async (given: string, stdin?: () => Readable) =>
      (await scanPaths([given], stdin && { stdin })).nodes.map(({ label }) => label.split('/').at(-1));
    expect(await labels(root)).toEqual(['cp-1', 'cp-2']);
    expect(await labels('-', () => Readable.from([bytes]))).toEqual(['cp-1', 'cp-2']);
  });

  it('not one that only a link leads to', async () => {
    const elsewhere = plant({ [`cp-9/${pki}`]: crt });
    const root = plant({ [`cp-1/${pki}`]: crt, 'cp-9': { link: path.join(elsewhere, 'cp-9') } });
    const { nodes } = await scanPaths([root]);
    expect(nodes.map(({ label }) => label)).toEqual([path.join(root, 'cp-1')]);
  });
});
