/** What programs read is the same, wherever the copy of a node is. */
import { createReadStream, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { lint, type Report, reporters, ruleDocs } from '../../../src/index.ts';
import { formats } from '../../../src/report/formats/index.ts';
import { at } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { corpus } from '../../support/corpus.ts';
import { NodeTree } from '../../support/node-tree.ts';

const forPrograms = Object.keys(formats) as (keyof typeof formats)[];
const neutral = [...forPrograms, 'html'] as const;
const picture = true;

/** Lints a tree as two folders, as an archive, and from standard input. */
async function everywhere(tree: NodeTree): Promise<readonly Report[]> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'same-bytes-')));
  onTestFinished(() => rmSync(top, { recursive: true }));
  const folders = [join(top, 'one'), join(top, 'a/deeper/copy')];
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    tree.toDisk(folder);
  }
  const archive = await tree.toTar();
  writeFileSync(join(top, 'copy.tar'), archive);
  const given = [...folders, join(top, 'copy.tar')];
  const reports = await Promise.all(given.map((path) => lint({ at, paths: [path], picture })));
  return [...reports, await lint({ at, paths: ['-'], stdin: () => Readable.from([archive]), picture })];
}

/** Only the PKI folder of a node: no file says what the node is called. */
function onlyPki(node: NodeTree): NodeTree {
  const pki = new NodeTree();
  for (const [path, entry] of node.entries) {
    if (path.startsWith('/etc/kubernetes/pki')) pki.entries.set(path.slice('/etc/kubernetes'.length), entry);
  }
  return pki;
}

it.each([
  ['a node with a name', () => corpus('kubeadm-1.36-ha')],
  ['a PKI folder, which has none', () => onlyPki(buildNode())],
  ['a PKI folder with faults', () => onlyPki(buildNode().issue('kube-etcd', { issuer: 'kubernetes-ca' }))],
] as const)('%s', async (_, make) => {
  const reports = await everywhere(await make());
  for (const format of neutral) {
    const texts = await Promise.all(reports.map((report) => reporters[format](report)));
    expect(
      texts.map((text) => text === texts[0]),
      format,
    ).toEqual([true, true, true, true]);
  }
});

/**
 * Two control planes and a worker: an exchanged key, an expired certificate, a leftover manifest, and a wrong address.
 */
async function brokenCluster(): Promise<readonly NodeTree[]> {
  const [first, second, worker] = await Promise.all(
    (['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2', 'kubeadm-1.36-worker'] as const).map(corpus),
  );
  if (!first || !second || !worker) throw new Error('no corpus');
  const pki = '/etc/kubernetes/pki';
  first.write(`${pki}/apiserver.key`, first.read(`${pki}/front-proxy-client.key`));
  first.write(
    '/etc/kubernetes/manifests/etcd.yaml.bak',
    first.read('/etc/kubernetes/manifests/etcd.yaml').replace('2379', '2479'),
  );
  second.write(`${pki}/sa.pub`, worker.read(`${pki}/ca.crt`));
  second.remove(`${pki}/front-proxy-ca.key`);
  worker.edit('/etc/kubernetes/kubelet.conf', (text) => text.replace(/server: .*/, 'server: https://192.0.2.99:6443'));
  return [first, second, worker];
}

it('a broken cluster, in every format, as in golden/', async () => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'broken-cluster-')));
  onTestFinished(() => rmSync(top, { recursive: true }));
  const folders: string[] = [];
  const archives: string[] = [];
  for (const [index, node] of (await brokenCluster()).entries()) {
    folders.push(join(top, `folder-${index}`));
    archives.push(join(top, `${index}.tar`));
    node.toDisk(folders[index] ?? '');
    writeFileSync(archives[index] ?? '', await node.toTar());
  }
  const stdin = () => createReadStream(archives[0] ?? '');
  const reports = await Promise.all([
    lint({ at, paths: folders, passes: true, picture }),
    lint({ at, paths: archives, passes: true, picture }),
    lint({ at, paths: ['-', ...archives.slice(1)], passes: true, stdin, picture }),
  ]);
  const fired = new Set(reports[0]?.findings.map(({ rule }) => rule));
  const rules = ruleDocs.filter(({ id }) => fired.has(id));
  expect(fired.size).toBeGreaterThan(3);
  for (const format of neutral) {
    const texts = await Promise.all(reports.map((report) => reporters[format](report, { rules, junitPasses: 'rule' })));
    expect(
      texts.map((text) => text === texts[0]),
      format,
    ).toEqual([true, true, true]);
    if (format !== 'html') await expect(texts[0]).toMatchFileSnapshot(`golden/cluster.${format}.txt`);
  }
});
