import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Recording } from '../../running/recording.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Member } from './etcd.ts';

const container = 'a1'.repeat(32);
const podUid = '5e'.repeat(16);

/**
 * As a static pod of kubeadm sees its node; the oracle's etcd is in no container, and the paths of its copy are cut.
 */
const mounts = [
  '455 384 0:122 / / rw,relatime - overlay overlay rw',
  '478 455 7:2 /etc/kubernetes/pki/etcd /etc/kubernetes/pki/etcd rw,relatime - ext4 /dev/vda1 rw',
  '479 455 7:2 /var/lib/etcd /var/lib/etcd rw,relatime - ext4 /dev/vda1 rw',
  '',
].join('\n');

/**
 * A copy of a node's files as they are on disk, with their times, and of its running etcd as the kernel shows it at
 * this moment.
 */
export function recorded(node: NodeTree, { pid, root }: Member): Recording {
  const copy = new Recording();
  copy.at = new Date();
  for (const [path, entry] of node.entries) {
    copy.entries.set(path, entry);
    const { mtimeMs, ctimeMs } = lstatSync(join(root, path));
    copy.times.set(path, { mtime: mtimeMs, ctime: ctimeMs });
  }
  const ofKernel = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll(root, '');
  copy.write('/proc/stat', `${/^btime .*$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[0]}\n`, 0o444);
  for (const file of ['cmdline', 'stat', 'status']) copy.write(`/proc/${pid}/${file}`, ofKernel(file), 0o444);
  copy.write(`/proc/${pid}/mountinfo`, mounts, 0o444);
  return copy.write(`/proc/${pid}/cgroup`, `0::/kubepods/burstable/pod${podUid}/${container}\n`, 0o444);
}

/** Changes files of the node, and writes only these to the disk of its running etcd. */
export function changeOnDisk(node: NodeTree, { root }: Member, change: (node: NodeTree) => unknown): void {
  const before = new Map(node.entries);
  change(node);
  for (const [path, entry] of node.entries) {
    if (entry.type === 'file' && before.get(path) !== entry) {
      writeFileSync(join(root, path), entry.content, { mode: entry.mode });
    }
  }
}
