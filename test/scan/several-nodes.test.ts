/** Archives and folders that contain several nodes. None of them is lost in silence. */
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findDiskNodes } from '../../src/scan/fs/disk-nodes.ts';
import { layouts } from '../../src/tables/layouts.ts';
import { packed, plant, scanPaths } from './support.ts';

const crt = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const pki = 'etc/kubernetes/pki/ca.crt';
const bareHint = 'a node below a folder of certificates, which was not linted';

/** The same files in a folder and in an archive: what was found, by paths below either. */
async function scanBoth(files: readonly string[]) {
  const bytes = await packed(files.map((name) => ({ name, content: crt })));
  const root = plant(Object.fromEntries(files.map((name) => [name, crt])));
  const archive = await scanPaths(['-'], { stdin: () => Readable.from([bytes]) });
  const folder = await scanPaths([root]);
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
    [
      'a folder that only has the name of one',
      [`x/cp-1/${pki}`, 'x/deploy/manifests/a', 'x/etc/pki/tls/a'],
      ['x/cp-1'],
    ],
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
    expect(failures).toEqual([]);
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
  expect(findDiskNodes(root, layouts, 5)).toEqual({
    folders: ['cp-1'],
    left: [],
    unsearched: [{ folder: '', reason: 'more than 5 folders' }],
  });
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
  const { folders, unsearched } = findDiskNodes(root, layouts);
  expect(folders).toEqual(['cp-1']);
  expect(unsearched).toEqual([{ folder: 'w', reason: 'permission denied' }]);
});
