/** Copies without keys of nodes in memory. */
import { Readable } from 'node:stream';
import { type CollectedCopy, collectNode } from '../../src/api/collect.ts';
import type { LintOptions, Report } from '../../src/index.ts';
import { at, lintTree } from '../cases/harness.ts';
import { sampled } from '../support/extent.ts';
import { NodeTree } from '../support/node-tree.ts';

/** Collects a node as `pki-lint collect -` does. */
export async function copyOf(tree: NodeTree, options: LintOptions = {}): Promise<CollectedCopy> {
  const archive = await tree.toTar();
  return collectNode({ ...options, paths: ['-'], stdin: () => Readable.from([archive]) }, at.getTime());
}

/** Lints copies of nodes, as `lintTrees` lints the nodes. */
export async function lintCopies(trees: readonly NodeTree[], options: LintOptions = {}): Promise<Report> {
  const all = new NodeTree();
  for (const [index, tree] of trees.entries()) {
    const folder = trees.length === 1 ? '' : `/node-${index + 1}`;
    for (const [name, content] of (await copyOf(tree, options)).files) all.write(`${folder}/${name}`, content);
  }
  return lintTree(all, options);
}

/** What a report finds and decides, without what names the copy. */
export function verdictsOf({ findings, connections, skipped, notChecked, checklist, inventory, upgrades }: Report) {
  const all = { findings, connections, skipped, notChecked, checklist, inventory, upgrades };
  // Equal files are one object in the sample (`remembered.ts`), and then all of them count as judged.
  const left = sampled(['file', 'judged'], ['file']);
  return JSON.parse(JSON.stringify(all, (key, value) => (left.includes(key) ? undefined : value)));
}
