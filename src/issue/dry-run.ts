/** Carries out a plan in memory, and judges the node as it would be. */

import { posix } from 'node:path';
import type { JudgedNode } from '../lint/judge.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Action, Plan } from '../results/issue/action.ts';
import type { FileWrite, ModeChange } from '../results/issue/batch.ts';
import { isMlDsa } from '../results/issue/plan.ts';
import type { FoundNode } from '../scan/found-node.ts';
import { resolver } from '../scan/fs/resolve.ts';
import { type Entry, type FileTree, impliedFolder, isMiss } from '../scan/fs/tree.ts';
import type { Layout } from '../tables/layouts/layout.ts';
import { Issuance, type IssuanceInputs } from './build.ts';
import { lintBatch } from './gate/linted-batch.ts';
import { rewrittenNote } from './plan/kubeconfig.ts';

export interface DryRunContext extends IssuanceInputs {
  readonly before: JudgedNode;
  /** What lint reports about the node with other files. */
  readonly judgeAs: (found: FoundNode<Layout>) => JudgedNode;
}

/**
 * Creates the files of a plan in memory, and judges the node as it would be with them. `quick`: the keys are thrown
 * away, so they are of a kind that takes no time: what is wrong with a plan is reported before anyone relies on it.
 *
 * @returns `batch`: the only one that the writer accepts; `after`: the node as it would be; `actions`: those of the
 * plan, with what the dry run found out about them
 * @throws UserError for files that cannot be created, and for a batch that would leave an error behind
 */
export async function dryRun({ actions }: Plan, context: DryRunContext, quick: boolean) {
  const { found, before, judgeAs } = context;
  const issuance = new Issuance(context);
  const units = await issuance.make(quick ? actions.map(withQuickKey) : actions);
  const modes = actions.filter((one) => one.kind === 'chmod');
  const writes = units.flatMap(({ files }) => files);
  const after = judgeAs({ ...found, tree: withWrites(found.tree, writes, modes) });
  return {
    batch: lintBatch({ units, modes }, before, after),
    after,
    actions: actions.map((one) => (issuance.rewritten.has(one.role) ? asWritten(one, before.pki) : one)),
  };
}

/** A kubeconfig whose values could not be replaced in the text. */
function asWritten(action: Action, pki: Pki): Action {
  if (action.kubeconfig === null) return action;
  return {
    ...action,
    kubeconfig: { ...action.kubeconfig, keeps: false },
    notes: [...action.notes, rewrittenNote(pki)],
  };
}

function withQuickKey(action: Action): Action {
  if (action.algorithm === null || action.algorithm === 'kept' || action.kind === 'install') return action;
  // Those of ML-DSA take no time, and whether they are known is part of the judgement.
  if (isMlDsa(action.algorithm)) return action;
  return { ...action, algorithm: 'ecdsa-p256' };
}

/** The node with new files and modes. Files that are kept off the node are not part of it. */
function withWrites(tree: FileTree, writes: readonly FileWrite[], modes: readonly ModeChange[]): FileTree {
  const resolve = resolver(tree);
  const real = (path: string) =>
    posix.join(resolve(posix.dirname(path)).realPath ?? posix.dirname(path), posix.basename(path));
  const files = new Map<string, { readonly bytes: Uint8Array; readonly entry: Entry }>();
  for (const { target, bytes, mode } of writes) {
    if (target.on !== 'node') continue;
    const path = real(target.path);
    files.set(path, { bytes, entry: { type: 'file', mode, ...ownerAt(tree, path), size: bytes.length } });
  }
  const changed = new Map(modes.map(({ target, mode }) => [resolve(target.path).realPath ?? target.path, mode]));
  const holds = (folder: string) => [...files.keys()].some((path) => path.startsWith(`${folder}/`));
  return {
    ...tree,
    lstat(path) {
      const made = files.get(path);
      if (made) return made.entry;
      const entry = tree.lstat(path);
      if (isMiss(entry)) return holds(path) ? impliedFolder : entry;
      const mode = changed.get(path);
      return mode === undefined ? entry : { ...entry, mode };
    },
    list(path) {
      const names = tree.list(path);
      const top = path === '/' ? path : `${path}/`;
      const below = [...files.keys()].filter((file) => file.startsWith(top));
      const own = below.flatMap((file) => file.slice(top.length).split('/')[0] ?? []);
      if (own.length === 0) return names;
      return [...new Set([...(isMiss(names) ? [] : names), ...own])].sort();
    },
    read: (path) => files.get(path)?.bytes ?? tree.read(path),
  };
}

/** A replaced file keeps its owner; a new one belongs to the user who writes it. */
function ownerAt(tree: FileTree, path: string): Pick<Entry, 'uid' | 'gid'> {
  const old = tree.lstat(path);
  return isMiss(old) ? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 } : { uid: old.uid, gid: old.gid };
}
