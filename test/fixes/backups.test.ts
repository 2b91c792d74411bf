/** What the commands of fixes keep, as a shell runs them. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { otherCa } from '../cases/cause-states.ts';
import { at } from '../cases/harness.ts';
import { onDisk } from '../issue/support/remedy.ts';
import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { backup } from './fix-case.ts';

/** Returns a node on disk, and the first alternative of each finding of a rule there, as one chain of commands. */
async function chainsOf(tree: NodeTree, rule: string) {
  const root = onDisk(tree);
  const { findings } = await lint({ at, cwd: '/', rootfs: root });
  const chains = findings
    .filter((one) => one.rule === rule)
    .map(({ fix: [first = []] }) =>
      first.flatMap(({ kind, text }) => (kind === 'command' ? [text] : [])).join(' &&\n'),
    );
  return { root, chains };
}

const paste = (root: string, commands: string) =>
  execFileSync('sh', ['-c', commands.replace(/(?<=^|\s)\/(?=(?:etc\/kubernetes|root)\b)/g, `${root}/`)], {
    stdio: 'pipe',
  });

it('two fixes of one manifest keep what it was before both', async () => {
  const tree = buildNode().edit('manifests/kube-apiserver.yaml', (text) =>
    text
      .replace('--tls-cert-file=/etc/kubernetes/pki/apiserver.crt', '--tls-cert-file=/etc/kubernetes/pki/apiserver.key')
      .replace(
        '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key',
        '--tls-private-key-file=/etc/kubernetes/pki/apiserver.crt',
      ),
  );
  const { root, chains } = await chainsOf(tree, 'argument/load');
  expect(chains).toHaveLength(2);
  const manifest = join(root, 'etc/kubernetes/manifests/kube-apiserver.yaml');
  const before = readFileSync(manifest, 'utf8');
  for (const chain of chains) paste(root, chain);
  expect(readFileSync(manifest, 'utf8')).not.toBe(before);
  const kept = join(root, backup);
  const names = readdirSync(kept).sort();
  expect(names).toEqual(['kube-apiserver.yaml', 'kube-apiserver.yaml.~1~']);
  expect(readFileSync(join(kept, 'kube-apiserver.yaml.~1~'), 'utf8')).toBe(before);
});

it('a CA file that is reordered is replaced at once, and has both CAs and its mode', async () => {
  const tree = buildNode().edit('pki/etcd/ca.crt', (text) => otherCa('etcd-ca', '2027-01-01') + text);
  const { root, chains } = await chainsOf(tree.chmod('pki/etcd/ca.crt', 0o640), 'authority/order');
  const file = join(root, 'etc/kubernetes/pki/etcd/ca.crt');
  const [before, number] = [readFileSync(file, 'utf8'), statSync(file).ino];
  const [chain = ''] = chains;
  // Nothing is written to the file itself.
  expect(chain.split(' &&\n').filter((line) => />>? \S*etcd\/ca\.crt$/.test(line))).toEqual([]);
  paste(root, chain);
  const [one = '', other = ''] = before.split(/(?<=-----END CERTIFICATE-----\n)/);
  expect(readFileSync(file, 'utf8')).toBe(other + one);
  expect([statSync(file).mode & 0o777, statSync(file).ino === number]).toEqual([0o640, false]);
  expect(readFileSync(join(root, backup, 'ca.crt'), 'utf8')).toBe(before);
  expect(readdirSync(join(root, 'etc/kubernetes/pki/etcd')).filter((name) => name.includes('.new'))).toEqual([]);
});
