/** A folder that is exchanged for a link while it is read: nothing outside the root is read. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LintOptions, lint } from '../../src/index.ts';
import { actBeneath, actBetweenChecks, changed, releaseFolders, rootOf } from '../../src/scan/fs/beneath.ts';
import { diskTree } from '../../src/scan/fs/disk.ts';
import { plant } from '../scan/support.ts';
import { buildNode } from '../support/build-node.ts';
import { corpus } from '../support/corpus.ts';
import { sampled } from '../support/extent.ts';
import { at } from './support/shown.ts';

/** A part of the names of files outside, which no report may have. */
const secret = 'outside-of-the-root';

const certificate = buildNode().read('pki/ca.crt');

/** A node, and next to it a folder that a link leads to in its place. */
async function nodeAndOutside(): Promise<{ readonly root: string; readonly outside: string }> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'exchanged-')));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const [root, outside] = [join(top, 'node'), join(top, 'outside')];
  (await corpus('kubeadm-1.36-default')).toDisk(root);
  const other = buildNode().chmod('pki/ca.key', 0o666);
  for (const folder of ['pki', 'pki/etcd']) other.write(`${folder}/${secret}.crt`, certificate);
  other.write(`manifests/${secret}.yaml`, `kind: ${secret}`).write(`${secret}.conf`, `kind: ${secret}`);
  other.toDisk(outside);
  return { root, outside };
}

/** Exchanges a folder and a link for each other, again and again, until the test is over. */
function exchange(folder: string, target: string): void {
  const code = `
    const { renameSync, symlinkSync } = require('node:fs');
    const [folder, target] = process.argv.slice(1);
    symlinkSync(target, folder + '.link');
    for (;;) {
      renameSync(folder, folder + '.own');
      renameSync(folder + '.link', folder);
      renameSync(folder, folder + '.link');
      renameSync(folder + '.own', folder);
    }`;
  const child = spawn(process.execPath, ['-e', code, folder, target], { stdio: 'ignore' });
  // The folder is removed afterwards: by then the process must be gone, not only be asked to go.
  onTestFinished(async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
}

describe('a lint of a folder that is exchanged all the time', () => {
  it.each([
    ['the PKI', 'etc/kubernetes/pki'],
    ['a folder in it', 'etc/kubernetes/pki/etcd'],
    ['the folder of manifests', 'etc/kubernetes/manifests'],
    ['the home', 'etc/kubernetes'],
  ])('%s', { timeout: 120_000 }, async (_, folder) => {
    const { root, outside } = await nodeAndOutside();
    exchange(join(root, folder), join(outside, folder));
    const options: LintOptions = { at, cwd: '/', paths: [root] };
    const reports = [];
    for (let count = 0; count < sampled(4, 15); count += 1)
      reports.push(await lint(options), await lint({ ...options, rootfs: root, paths: [] }));
    const leaks = reports.filter((report) => JSON.stringify(report).includes(secret));
    expect(leaks).toEqual([]);
    const crashes = reports
      .flatMap(({ failures }) => failures)
      .filter(({ message }) => message.includes('internal error'));
    expect(crashes).toEqual([]);
  });
});

describe.each([
  ['with paths to open folders', actBeneath],
  ['with checks before and after', actBetweenChecks],
])('%s', (_, act) => {
  const tree = () => {
    const top = plant({ 'root/a/b/own': '', 'outside/b/other': '' });
    onTestFinished(releaseFolders);
    return { top, root: rootOf(join(top, 'root')) };
  };

  it('a folder is reached', () => {
    const { root } = tree();
    expect(act(root, ['a', 'b'], 'own', (path) => realpathSync(path))).toBe(join(root.folder, 'a/b/own'));
    expect(act(root, [], '.', (path) => realpathSync(path))).toBe(root.folder);
    expect(act(root, ['a'], 'b', (path) => realpathSync(path))).toBe(join(root.folder, 'a/b'));
  });

  it('a link in the place of a folder is not followed', () => {
    const { top, root } = tree();
    renameSync(join(top, 'root/a'), join(top, 'root/c'));
    symlinkSync(join(top, 'outside'), join(top, 'root/a'));
    expect(() => act(root, ['a', 'b'], 'other', realpathSync)).toThrow(expect.objectContaining({ code: changed }));
    expect(() => act(root, ['a'], 'b', realpathSync)).toThrow(expect.objectContaining({ code: changed }));
  });

  it('nor is one in the place of the root, or a different folder in its place', () => {
    const { top, root } = tree();
    renameSync(join(top, 'root'), join(top, 'moved'));
    symlinkSync(join(top, 'outside'), join(top, 'root'));
    expect(() => act(root, ['b'], 'other', realpathSync)).toThrow(expect.objectContaining({ code: changed }));
    rmSync(join(top, 'root'));
    mkdirSync(join(top, 'root/b'), { recursive: true });
    expect(() => act(root, ['b'], 'other', realpathSync)).toThrow(expect.objectContaining({ code: changed }));
  });

  it('what is not there has the error of the system', () => {
    const { root } = tree();
    expect(() => act(root, ['gone'], 'x', realpathSync)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});

it('without paths to open folders, an exchange in between is noticed', () => {
  const top = plant({ 'root/a/own': '', 'outside/other': '' });
  const root = rootOf(join(top, 'root'));
  const exchangeAndRead = (path: string) => {
    renameSync(join(top, 'root/a'), join(top, 'root/c'));
    symlinkSync(join(top, 'outside'), join(top, 'root/a'));
    return realpathSync(path);
  };
  expect(() => actBetweenChecks(root, ['a'], '.', exchangeAndRead)).toThrow(expect.objectContaining({ code: changed }));
});

it('what a tree shows of a folder stays in the root when a link takes its place', () => {
  const top = plant({ 'root/a/own': '', 'outside/other': 'x' });
  symlinkSync('x', join(top, 'outside/link'));
  onTestFinished(releaseFolders);
  const tree = diskTree({ folder: join(top, 'root'), base: '/', cwd: '/', layouts: [] });
  expect(tree.lstat('/a')).toMatchObject({ type: 'directory' });
  renameSync(join(top, 'root/a'), join(top, 'root/c'));
  symlinkSync(join(top, 'outside'), join(top, 'root/a'));
  const refused = { state: 'unreadable', detail: changed };
  expect([tree.list('/a'), tree.lstat('/a/other'), tree.read('/a/other'), tree.readlink('/a/link')]).toEqual(
    Array.from({ length: 4 }, () => refused),
  );
});

it('what vanishes after its folder was listed is not taken for absent', () => {
  const top = plant({ 'root/a/own': '' });
  onTestFinished(releaseFolders);
  const tree = diskTree({ folder: join(top, 'root'), base: '/', cwd: '/', layouts: [] });
  expect(tree.list('/a')).toEqual(['own']);
  rmSync(join(top, 'root/a/own'));
  expect([tree.lstat('/a/own'), tree.lstat('/a/gone')]).toEqual([
    { state: 'unreadable', detail: changed },
    { state: 'absent' },
  ]);
});
