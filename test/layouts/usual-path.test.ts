/** Commands without PATH: they are about the node that this machine is, whichever layout it has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { issue } from '../../src/api/issue.ts';
import { lint } from '../../src/index.ts';
import { givenPaths } from '../../src/scan/fs/roots.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { at } from '../cases/harness.ts';
import { oneOfEach } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { homeMadeControlPlane } from './kits/home-made.ts';
import { type Cluster, type KitName, kits } from './kits/index.ts';

function onDisk(tree: NodeTree): string {
  const root = mkdtempSync(join(tmpdir(), 'usual-path-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  tree.toDisk(root);
  return root;
}

/** A node whose PKI root is not there, and whose units have names of their own. */
function nodeWithOwnUnits(): NodeTree {
  const node = homeMadeControlPlane();
  const units = [...node.entries.keys()].filter((path) => dirname(path) === '/etc/systemd/system');
  for (const path of units) node.move(path, join(dirname(path), `our-${basename(path)}`));
  return node;
}

/** One of each layout and kind of node. */
const single = oneOfEach(
  (Object.entries(kits) as [KitName, Cluster][]).filter(([, { nodes }]) => nodes.length === 1),
  ([, { layout, kinds }]) => [`${layout} ${kinds[0]}`],
);

describe('lint without PATH', () => {
  it.each(single)('%s', async (_, { layout, kinds, nodes: [make] }) => {
    const { nodes, failures } = await lint({ at, rootfs: onDisk(make?.() as NodeTree) });
    expect(failures).toEqual([]);
    expect(nodes.map((node) => [node.layout, node.role])).toEqual([[layout, kinds[0]]]);
  });

  it('finds a node by units of any name, though its PKI root is not there', async () => {
    const { nodes, failures, findings } = await lint({ at, rootfs: onDisk(nodeWithOwnUnits()) });
    expect(failures).toEqual([]);
    expect(nodes.map(({ layout, role }) => [layout, role])).toEqual([['systemd', 'control-plane']]);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});

it('is about the root of this machine, not only about the folder of its PKI', () => {
  expect(givenPaths({}, { cwd: '/', layouts })).toMatchObject({ rootfs: '/' });
  expect(givenPaths({ paths: ['/etc'] }, { cwd: '/', layouts })).toEqual({ paths: ['/etc'] });
});

it('issue without PATH creates nothing on a node whose files are elsewhere', async () => {
  const { plan, exitCode } = await issue({ at, rootfs: onDisk(nodeWithOwnUnits()) });
  expect({ actions: plan.actions, exitCode }).toEqual({ actions: [], exitCode: 0 });
});
