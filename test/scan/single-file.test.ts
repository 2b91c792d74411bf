/** A PATH that is one file of a node is answered with what to type, and that works. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { corpus } from '../support/corpus.ts';
import type { NodeTree } from '../support/node-tree.ts';

const textOf = (node: NodeTree, path: string) => Buffer.from(node.bytes(path)).toString();

let root = '';
beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'single-')));
  const node = await corpus('kubeadm-1.36-finalized');
  node.toDisk(join(root, 'node'));
  const admin = textOf(node, '/etc/kubernetes/admin.conf');
  writeFileSync(join(root, 'admin.conf'), admin);
  writeFileSync(join(root, 'config'), admin);
  writeFileSync(join(root, 'kubeadm.yaml'), 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n');
  writeFileSync(join(root, 'lone.crt'), textOf(node, '/etc/kubernetes/pki/apiserver.crt'));
  writeFileSync(join(root, 'a\nb.crt'), textOf(node, '/etc/kubernetes/pki/apiserver.crt'));
  writeFileSync(join(root, '-x.crt'), textOf(node, '/etc/kubernetes/pki/apiserver.crt'));
  mkdirSync(join(root, 'etcd'));
  writeFileSync(join(root, 'etcd/ca.key'), textOf(node, '/etc/kubernetes/pki/etcd/ca.key'));
  writeFileSync(join(root, 'notes.txt'), 'nothing of a node\n');
  writeFileSync(join(root, 'other.yaml'), 'kind: Service\n');
});
afterAll(() => rmSync(root, { recursive: true }));

async function answer(path: string): Promise<{ message: string; hint: string }> {
  const { failures, exitCode, nodes } = await lint({ at, cwd: root, paths: [path] });
  expect({ exitCode, nodes }).toEqual({ exitCode: 2, nodes: [] });
  const [failure] = failures;
  return { message: failure?.message ?? '', hint: failure?.hint ?? '' };
}

const etc = 'node/etc/kubernetes';

describe('a PATH that is one file', () => {
  it.each([
    [`${etc}/pki/apiserver.crt`, 'a certificate', `pki-lint verify ${etc}/pki/apiserver.crt --ca ${etc}/pki/ca.crt`],
    [
      `${etc}/pki/apiserver-etcd-client.crt`,
      'a certificate',
      `pki-lint verify ${etc}/pki/apiserver-etcd-client.crt --ca ${etc}/pki/etcd/ca.crt --usage client`,
    ],
    [
      `${etc}/pki/etcd/peer.crt`,
      'a certificate',
      `pki-lint verify ${etc}/pki/etcd/peer.crt --ca ${etc}/pki/etcd/ca.crt`,
    ],
    [`${etc}/pki/ca.crt`, 'a certificate', `pki-lint verify ${etc}/pki/ca.crt --ca ${etc}/pki/ca.crt --usage any`],
    ['lone.crt', 'a certificate', 'pki-lint verify lone.crt --ca CA'],
    [`${etc}/pki/etcd/peer.crt`, 'a certificate', `pki-lint ${etc}/pki`],
    [`${etc}/pki/etcd/ca.key`, 'a private key', `pki-lint ${etc}/pki`],
    ['etcd/ca.key', 'a private key', 'pki-lint etcd'],
    [`${etc}/pki/ca.key`, 'a private key', `pki-lint ${etc}/pki`],
    [`${etc}/admin.conf`, 'a kubeconfig', `pki-lint ${etc}`],
    ['admin.conf', 'a kubeconfig', 'pki-lint /etc/kubernetes/pki --kubeconfigs .'],
    ['config', 'a kubeconfig', 'pki-lint'],
    ['kubeadm.yaml', 'a kubeadm configuration', 'pki-lint /etc/kubernetes/pki --kubeadm-config kubeadm.yaml'],
    [`${etc}/manifests/etcd.yaml`, 'the manifest of a pod', `pki-lint ${etc}/manifests`],
    ['node/var/lib/kubelet/config.yaml', "the kubelet's configuration", 'pki-lint node/var/lib/kubelet'],
  ])('%s is %s', async (path, what, command) => {
    const { message, hint } = await answer(path);
    expect(message).toBe(`${what}, not a directory or a tar archive`);
    expect(hint.split('\n')).toContain(command);
  });

  it.each(['notes.txt', 'other.yaml'])('%s is only not an archive', async (path) => {
    expect((await answer(path)).hint).toMatch(/a directory, or an archive/);
  });

  it.each([
    'pki/apiserver.crt',
    'pki/apiserver-kubelet-client.crt',
    'pki/etcd/server.crt',
    'pki/front-proxy-client.crt',
    'pki/ca.crt',
    'admin.conf',
    'manifests/etcd.yaml',
  ])('each command of the answer about %s runs', async (path) => {
    const lines = (await answer(`${etc}/${path}`)).hint.split('\n').filter((line) => line.startsWith('pki-lint '));
    expect(lines.length).toBeGreaterThan(0);
    const program = new URL('../../dist/cli.cjs', import.meta.url).pathname;
    for (const line of lines) {
      const argv = [program, ...line.split(' ').slice(1), '--at', '2026-12-01'];
      expect(execFileSync(process.execPath, argv, { cwd: root, encoding: 'utf8', env: {} })).toMatch(/\S/);
    }
  });
});

it('a name with a line feed stays on its line, and no command suggests it', async () => {
  const { message, hint } = await answer('a\nb.crt');
  expect(message).toBe('a certificate, not a directory or a tar archive');
  expect(hint.split('\n')).toEqual([
    'to verify it, with the file of its CA for CA:',
    expect.stringMatching(/^a command is left out here, .* cannot be printed: a\\nb\.crt\. Rename/),
    'to check the node that it belongs to:',
    'pki-lint .',
  ]);
});

it('a name that begins with a dash is not an option', async () => {
  expect((await answer('./-x.crt')).hint.split('\n')[1]).toMatch(/^pki-lint verify \.\/-x\.crt --ca CA/);
  expect((await answer('-x.crt')).hint.split('\n')[1]).toMatch(/^pki-lint verify \.\/-x\.crt --ca CA/);
});
