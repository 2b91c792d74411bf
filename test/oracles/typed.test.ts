/**
 * People without context were shown the terminal's report of a broken node: what they typed is typed again on a copy.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { at, treeOf } from '../cases/harness.ts';
import { differences, lost } from '../support/equal-to-healthy.ts';
import { sample } from '../support/extent.ts';
import { alarmsOf, copyOf, labelOf, lintRoots, pasteOn } from './support/follow.ts';
import { treeOnDisk } from './support/healing.ts';
import { originalConfiguration } from './support/kubeadm-configuration.ts';
import { furnishRoot, writeStandIns } from './support/node-shell.ts';
import { temporaryFolder } from './support/programs.ts';
import { shownNodes } from './support/shown-nodes.ts';

const folder = temporaryFolder();
writeStandIns(folder.path);
afterAll(folder.remove);

/**
 * By node, in the order in which they were shown: the machine, and the lines as they were pasted, with their indent.
 */
const typed: readonly (readonly { readonly on: string; readonly paste: string }[])[] = JSON.parse(
  readFileSync(new URL('support/typed.json', import.meta.url), 'utf8'),
);

const numbered = shownNodes.map((one, index) => ({ ...one, index }));

it.each(sample(numbered, 12))('$name', async ({ index, becomes = 'healthy', because, ...one }) => {
  const trees = [await treeOf(one), ...((await one.beside?.()) ?? [])];
  const healthy = await treeOf({ ...(one.node !== undefined && { node: one.node }) });
  const roots = trees.map(copyOf);
  const before = await lintRoots(roots, one);
  const names = before.nodes.map(({ name }) => name);
  for (const root of roots) furnishRoot(root, names.map(labelOf));
  const broken = await treeOnDisk(roots[0] ?? '');
  const failed: string[] = [];
  for (const { on, paste } of typed[index] ?? []) {
    const node = Math.max(names.indexOf(on), 0);
    const root = roots[node] ?? expect.fail(`no node ${on}`);
    for (const name of ['kubeadm', 'etcd'])
      writeFileSync(join(root, `root/${name}.yaml`), originalConfiguration(healthy));
    const machine = { root, healthy: trees[node] ?? healthy, options: { at: one.options?.at ?? at } };
    const done = await pasteOn(
      node,
      paste.split('\n').map((line) => line.trim()),
      machine,
      { one, names, roots, trees, standIns: folder.path },
    );
    failed.push(...done.failed);
  }
  const after = await lintRoots(roots, one);
  const healed = await treeOnDisk(roots[0] ?? '');
  const trouble = { failed, left: alarmsOf(after, after.findings), lost: lost(broken, healed) };
  const different = differences(healthy, healed);
  if (becomes === 'alarms') expect(trouble.left).not.toEqual([]);
  else expect(trouble).toEqual({ failed: [], left: [], lost: [] });
  if (becomes === 'healthy') expect(different).toEqual([]);
  else expect([because, different]).not.toEqual([undefined, []]);
});
