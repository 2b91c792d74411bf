/** A folder and an archive of it give the same report, whatever is in them. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LintOptions, lint } from '../../src/index.ts';
import { groups } from '../cases/all.ts';
import { at, treeOf } from '../cases/harness.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { sampled } from '../support/extent.ts';
import { NodeTree } from '../support/node-tree.ts';
import { dice } from '../support/random.ts';
import { comparable } from './comparable.ts';

/** Lints a tree as a folder and as an archive. */
async function both(tree: NodeTree, options: LintOptions = {}): Promise<[unknown, unknown]> {
  const top = join(realpathSync(mkdtempSync(join(tmpdir(), 'both-'))), 'top');
  onTestFinished(() => rmSync(join(top, '..'), { recursive: true }));
  tree.toDisk(top);
  const common = { at, cwd: '/', ...options };
  const folder = await lint({ ...common, paths: [top] });
  const archive = await tree.toTar();
  const archived = await lint({ ...common, paths: ['-'], stdin: () => Readable.from([archive]) });
  return [comparable(folder, top), comparable(archived, top)];
}

/** The tree as it is on disk if the user of this process writes it; in a folder if `wrapper` is given. */
function owned(tree: NodeTree, wrapper = ''): NodeTree {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const all = new NodeTree().directory('/');
  if (wrapper !== '') all.directory(`/${wrapper}`);
  for (const [path, entry] of tree.entries) {
    all.entries.set(`${wrapper && `/${wrapper}`}${path}`, entry.type === 'link' ? entry : { ...entry, uid, gid });
  }
  return all;
}

describe.each(corpora)('%s', (name) => {
  const wrappers = ['', 'cp-1', 'a/b'];
  // The sample is one place of each node.
  const own = wrappers.filter((_, index) => index === corpora.indexOf(name) % wrappers.length);
  it.each(sampled(own, wrappers))('below "%s"', async (wrapper) => {
    const [folder, archive] = await both(owned(await corpus(name), wrapper));
    expect(folder).toEqual(archive);
  });
});

/** A part of the cases, which is a different one whenever a case is added. */
const some = Object.values(groups)
  .flat()
  .filter((_, index) => index % sampled(110, 11) === 0);

it.each(some)('$name', async (one) => {
  const tree = owned(await treeOf(one));
  if ([...tree.entries.values()].some(({ type }) => !['file', 'directory', 'link'].includes(type))) return;
  const [folder, archive] = await both(tree, one.options);
  expect(folder).toEqual(archive);
});

/** What can be in a folder: nodes, parts and copies of nodes, and files that look like parts. */
const things = [
  ...['etc/kubernetes/pki/ca.crt', 'etc/kubernetes/manifests/kube-apiserver.yaml', 'etc/kubernetes/admin.conf'],
  ...['pki/ca.crt', 'pki/etcd/ca.crt', 'manifests/kube-apiserver.yaml', 'etcd/ca.crt', 'ca.crt', 'admin.conf'],
  ...['etc/passwd', 'usr/x', 'var/lib/kubelet/config.yaml', 'cp-1.tar.gz', '.pki-lint/backup-1/pki/ca.crt', 'README'],
];
const wheres = ['', '', 'cp-1', 'cp-2', 'a/b', 'a/b/cp-3', '1/2/3/4/5/6/7/8', '1/2/3/4/5/6/7/8/9'];
const targets = ['/etc/kubernetes', '..', 'cp-1', '/data', 'pki', 'ca.crt'];

const node = await corpus('kubeadm-1.36-default');
const contentOf = (thing: string) => {
  const found = [...node.entries.keys()].find((path) => path.endsWith(`/${thing}`));
  return found === undefined ? 'x' : node.bytes(found);
};

/** A folder with a few of these things, some of which are empty folders or links. */
function strewn(seed: number): NodeTree {
  const { some, pick, chance } = dice(seed);
  const tree = new NodeTree().directory('/');
  for (const thing of some(things, 7)) {
    const path = `/${[pick(wheres), thing].filter(Boolean).join('/')}`;
    const parts = path.split('/').slice(1, -1);
    const folders = parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
    if (
      tree.entries.has(path) ||
      folders.some((folder) => (tree.entries.get(folder)?.type ?? 'directory') !== 'directory')
    )
      continue;
    const parent = folders.at(-1);
    const isNew = parent !== undefined && !tree.entries.has(parent);
    for (const folder of isNew && chance(0.1) ? folders.slice(0, -1) : folders) tree.directory(folder);
    if (isNew && !tree.entries.has(parent)) tree.link(parent, pick(targets));
    else tree.write(path, contentOf(thing));
  }
  return owned(tree);
}

it.each(Array.from({ length: sampled(8, 40) }, (_, seed) => seed))('things strewn about, %i', async (seed) => {
  const [folder, archive] = await both(strewn(seed));
  expect(folder).toEqual(archive);
});
