/** A folder that may be a dump. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { lint } from '../../src/index.ts';
import { outsideInFolder } from '../../src/scan/objects/outside.ts';
import { plant } from '../scan/support.ts';

const pki = '/etc/kubernetes/pki';

/** Searches a folder that may be the folder of certificates of a node, or have nodes in it. */
const outsideIn = (root: string, nodes = [{ folder: '', base: pki }]) => outsideInFolder(root, { nodes, pki });

const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n';

it('is one with objects below it', () => {
  const root = plant({ 'apps/a.yaml': service, 'README.md': 'x' });
  expect(outsideIn(root)).toEqual({ texts: ['apps/a.yaml'], nodes: [] });
});

it('is none with a certificate', () => {
  expect(outsideIn(plant({ 'a.yaml': service, 'tls/ca.crt': 'x' })).texts).toEqual([]);
});

it('may be in a folder of its own, which is no node then', async () => {
  const root = plant({ 'must-gather/quay/a.yaml': service });
  const outside = outsideIn(root, [{ folder: 'must-gather', base: pki }]);
  expect(outside).toEqual({ texts: ['must-gather/quay/a.yaml'], nodes: [] });
  const { objects, failures } = await lint({ paths: [root] });
  expect([objects?.map(({ kinds }) => kinds), failures]).toEqual([[{ Service: 1 }], []]);
});

it('may be next to nodes, whose own files are not in it', () => {
  const files = { 'cp-1/etc/a.yaml': service, 'cp-2/tls.crt': 'x', 'cp-2/a.yaml': service, 'objects/a.yaml': service };
  const given = ['cp-1', 'cp-2', 'objects'].map((folder, index) => {
    return { folder, base: index === 0 ? '/' : pki };
  });
  const { texts, nodes } = outsideIn(plant(files), given);
  expect(texts).toEqual(['objects/a.yaml']);
  expect(nodes.map(({ folder }) => folder)).toEqual(['cp-1', 'cp-2']);
});

it('is linted with the nodes next to it', async () => {
  const node = readFileSync(new URL('../../fixtures/corpora/kubeadm-1.36-default.tar.gz', import.meta.url));
  const root = plant({ 'gather/quay/a.yaml': service, 'cp-1': { make: 'folder' } });
  execFileSync('tar', ['-xzf', '-', '-C', path.join(root, 'cp-1')], { input: node });
  const { nodes, objects, failures } = await lint({ paths: [root], at: new Date('2026-12-01') });
  expect([nodes.length, objects?.map(({ kinds }) => kinds), failures]).toEqual([1, [{ Service: 1 }], []]);
});

it('is linted as a node if it cannot be read as a whole', () => {
  const root = plant({ 'a.yaml': service, closed: { make: 'folder' } });
  const closed = path.join(root, 'closed');
  chmodSync(root, 0o755);
  chmodSync(closed, 0);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  onTestFinished(() => {
    if (isRoot) process.seteuid?.(0);
    chmodSync(closed, 0o755);
  });
  expect(outsideIn(root).texts).toEqual([]);
});
