/** A folder that may be a dump. */
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dumpInFolder } from '../../src/scan/objects/find.ts';
import { plant } from '../scan/support.ts';

const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n';

it('is one with objects below it', () => {
  const root = plant({ 'apps/a.yaml': service, 'README.md': 'x' });
  expect(dumpInFolder(root, 'git')?.services).toHaveLength(1);
});

it('is none with a certificate', () => {
  expect(dumpInFolder(plant({ 'a.yaml': service, 'tls/ca.crt': 'x' }), 'git')).toBeUndefined();
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
  expect(dumpInFolder(root, 'copy')).toBeUndefined();
});
