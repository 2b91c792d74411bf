/** Cases of rules about objects of a cluster. */
import { Readable } from 'node:stream';
import type { LintOptions, Report } from '../../src/index.ts';
import { lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { NodeTree } from '../support/node-tree.ts';

export interface ObjectCase {
  readonly name: string;
  /** The dump, as YAML or JSON. */
  readonly objects: string;
  /** The nodes of the same run; by default the dump is judged alone. */
  readonly nodes?: () => readonly NodeTree[];
  readonly options?: LintOptions;
  /** Where it was seen: the address of an issue, or of a page. */
  readonly source?: string;
  /** Every finding as `rule@subject`; any other finding fails the case. */
  readonly findings: readonly string[];
}

/** Lints a case. */
export async function lintObjects({ objects, nodes, options }: ObjectCase): Promise<Report> {
  const trees = nodes?.() ?? [];
  const input = trees.length === 0 ? Buffer.from(objects) : await archiveOf(objects, trees);
  return lint({ at, paths: ['-'], stdin: () => Readable.from([input]), ...options });
}

async function archiveOf(objects: string, trees: readonly NodeTree[]): Promise<Buffer> {
  const all = new NodeTree();
  all.write('/objects.yaml', objects);
  for (const [index, tree] of trees.entries()) {
    for (const [path, entry] of tree.entries) all.entries.set(`/node-${index + 1}${path}`, entry);
  }
  return all.toTar();
}
