/** The metrics and the bill of materials are the same, wherever the copy of a node is. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { lint, type Report } from '../../../src/index.ts';
import { allReporters } from '../../../src/report/index.ts';
import { at } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { corpus } from '../../support/corpus.ts';
import { NodeTree } from '../../support/node-tree.ts';

const plain = { width: 80, color: false, quiet: false, verbose: false };

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
  const reports = await Promise.all(given.map((path) => lint({ at, paths: [path] })));
  return [...reports, await lint({ at, paths: ['-'], stdin: () => Readable.from([archive]) })];
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
  for (const format of ['openmetrics', 'cyclonedx'] as const) {
    const texts = await Promise.all(reports.map((report) => allReporters.report[format](report, plain)));
    expect(texts[0]).toContain('kube-apiserver');
    expect(texts.map((text) => text === texts[0])).toEqual([true, true, true, true]);
  }
});
