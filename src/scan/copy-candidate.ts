/** Copies without keys in an archive, as nodes to read. */
import { defaultLayout, type Layouts, type NodeLayout, pkiFolders } from '../artifact/layout.ts';
import { copiesIn, emptyTree } from './collected/find.ts';
import type { FoundCandidate } from './found-node.ts';
import type { Archive } from './fs/archive-entries.ts';
import { isOfCopy } from './fs/copy-files.ts';
import { foldersAbove } from './fs/names.ts';
import { type NestedNodes, pemName } from './fs/nested.ts';
import { relevanceOf } from './fs/relevance.ts';
import type { ScanFailure } from './scan-failure.ts';

type Copy = ReturnType<typeof copiesIn>[number];

interface Separated {
  readonly copies: readonly Copy[];
  /** What the archive contains besides copies. */
  readonly others: NestedNodes;
  /** Folders with a copy that is not judged as a node, because files of a node lie with it or around it. */
  readonly mixed: readonly string[];
}

/**
 * Separates copies from nodes. A copy in a folder of a node would hide the node, so it is not read: files in it can be
 * written by others than root.
 */
export function separateCopies(archive: Archive, found: NestedNodes, layouts: Layouts): Separated {
  const all = copiesIn(archive);
  if (all.length === 0) return { copies: all, others: found, mixed: [] };
  const holding = foldersOfNodes(archive, layouts);
  const nodes = new Set(found.nodes.flatMap(({ folder }) => (holding.has(folder) ? folder : [])));
  const isMixed = ({ folder }: Copy) => holding.has(folder) || foldersAbove(folder).some((one) => nodes.has(one));
  const copies = all.filter((copy) => !isMixed(copy));
  const folders = new Set(['', ...copies.map(({ folder }) => folder)].filter((folder) => !nodes.has(folder)));
  const others = {
    ...found,
    nodes: found.nodes.filter(({ folder }) => !folders.has(folder)),
    unlinted: found.unlinted.filter((folder) => !folders.has(folder)),
  };
  return { copies, others, mixed: all.filter(isMixed).map(({ folder }) => folder) };
}

const configurationName = /\.(?:conf|kubeconfig)$/;

/** The folders of an archive that have a file of a node in them, at any depth. */
function foldersOfNodes(archive: Archive, layouts: Layouts): ReadonlySet<string> {
  const { isRelevant } = relevanceOf(layouts);
  const folders = new Set<string>();
  for (const [path, { entry }] of archive) {
    if (entry.type === 'directory' || isOfCopy(path)) continue;
    if (isRelevant(path) || pemName.test(path) || configurationName.test(path))
      for (const folder of foldersAbove(path)) folders.add(folder);
  }
  return folders;
}

/** Says that a copy is not read. */
export const mixedFailure = (folder: string): ScanFailure => ({
  path: folder,
  message: 'a copy without keys among the files of a node: only the files are judged',
  hint: 'if it is a copy, put its two files into a directory of their own',
  exitCode: 0,
});

/** Returns the candidate of a copy. Its layout is not known before it is read. */
export function copyCandidate<L extends NodeLayout>(
  { folder, ...copy }: Copy,
  given: string,
  layouts: Layouts<L>,
): FoundCandidate<L> {
  const label = folder === '' ? given : `${given}!/${folder}`;
  const layout = defaultLayout(layouts);
  const tree = emptyTree(folder === '' ? `${given}!` : label);
  return { given, label, rootfs: label, beyondPki: true, tree, layout, kind: undefined, pki: pkiFolders(layout), copy };
}
