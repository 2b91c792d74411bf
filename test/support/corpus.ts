import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { NodeTree } from './node-tree.ts';

const folder = new URL('../../fixtures/corpora/', import.meta.url);

export const corpora = [
  'intermediate-root',
  'kubeadm-1.22-default',
  'kubeadm-1.22-renewed',
  'kubeadm-1.32-default',
  'kubeadm-1.36-aged',
  'kubeadm-1.36-default',
  'kubeadm-1.36-external-ca',
  'kubeadm-1.36-external-etcd',
  'kubeadm-1.36-finalized',
  'kubeadm-1.36-ha',
  'kubeadm-1.36-ha-node2',
  'kubeadm-1.36-intermediate',
  'kubeadm-1.36-worker',
  'kubeadm-1.36-worker-bootstrapped',
] as const;
export type CorpusName = (typeof corpora)[number];

const corpusFile = (name: CorpusName): string => new URL(`${name}.tar.gz`, folder).pathname;

/** Reads a real node, without its wrapper folder, as a tree that tests can change. */
export async function corpus(name: CorpusName): Promise<NodeTree> {
  const node = new NodeTree();
  const archive = createReadStream(corpusFile(name)).pipe(createGunzip()).pipe(extract());
  for await (const entry of archive) {
    const { name: path, type, mode = 0, linkname } = entry.header;
    const at = path.replace(/^(\.\/)?[^/]+/, '').replace(/\/$/, '');
    if (type === 'directory' && at !== '') node.directory(at, mode);
    if (type === 'symlink' && linkname) node.link(at, linkname);
    if (type === 'file') node.write(at, await text(entry), mode);
    entry.resume();
  }
  return node;
}
