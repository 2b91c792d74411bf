import { Readable } from 'node:stream';
import { expectedPaths, judgingOf } from '../../src/api/load-nodes.ts';
import { type LintOptions, lint, type Report } from '../../src/index.ts';
import { commandsOfPlans } from '../../src/issue/fix-command.ts';
import { judgeConnections } from '../../src/lint/connections.ts';
import { type Judgement, judgeNode } from '../../src/lint/judge.ts';
import { runRules } from '../../src/lint/run.ts';
import { select } from '../../src/lint/selection.ts';
import { findConnections } from '../../src/model/handshake/index.ts';
import { buildPki, type Pki } from '../../src/model/roles/pki.ts';
import { readArchive } from '../../src/scan/fs/archive.ts';
import { archiveTree, listArchive } from '../../src/scan/fs/archive-tree.ts';
import type { FileTree } from '../../src/scan/fs/tree.ts';
import { scanNode } from '../../src/scan/node.ts';
import { knownFlags } from '../../src/tables/flags.ts';
import { buildNode, type NodeOptions } from '../support/build-node.ts';
import { NodeTree } from '../support/node-tree.ts';

/** A healthy node, one change, and the whole list of what must be found. */
export interface Case {
  readonly name: string;
  /** The healthy node that the change is made to; a plain control plane by default. */
  readonly node?: NodeOptions | (() => NodeTree | Promise<NodeTree>);
  readonly change?: (node: NodeTree) => unknown;
  /** Further nodes that are linted in the same run; each control plane has the findings of `always`. */
  readonly beside?: () => readonly NodeTree[] | Promise<readonly NodeTree[]>;
  readonly options?: LintOptions;
  /** Paths that whoever lints may not read; `options` do not count then. */
  readonly unreadable?: (path: string) => boolean;
  /** Every finding, `rule@subject`, beside those of `always`. Any other fails the case. */
  readonly findings: readonly string[];
  /** Findings of `always` that this node does not have. */
  readonly without?: readonly string[];
}

/** What every node of kubeadm's has: the page lists a name that kubeadm does not write. */
const always: readonly string[] = ['san/page@kube-apiserver'];

export const at = new Date('2026-12-01T00:00:00Z');

/** Lints a tree as an archive on standard input: modes, owners and links count, and nothing touches the disk. */
export async function lintTree(tree: NodeTree, options: LintOptions = {}): Promise<Report> {
  const archive = await tree.toTar();
  return lint({ at, paths: ['-'], stdin: () => Readable.from([archive]), ...options });
}

/** Lints several nodes in one run, each as a folder of one archive: `node-1`, `node-2`, … */
export async function lintTrees(trees: readonly NodeTree[], options: LintOptions = {}): Promise<Report> {
  const all = new NodeTree();
  for (const [index, tree] of trees.entries()) {
    for (const [path, entry] of tree.entries) all.entries.set(`/node-${index + 1}${path}`, entry);
  }
  return lintTree(all, options);
}

/** What a case finds. */
export async function findingsOf(one: Case): Promise<Pick<Report, 'findings'>> {
  const tree = await treeOf(one);
  if (one.beside !== undefined) return lintTrees([tree, ...(await one.beside())], one.options);
  return one.unreadable === undefined ? lintTree(tree, one.options) : judged(await pkiOf(tree, one.unreadable));
}

/** A node as the model has it, seen by somebody who may not read everything. Root may, and so may tests; hence not by modes. */
export async function pkiOf(node: NodeTree, unreadable: (path: string) => boolean = () => false): Promise<Pki> {
  const archive = await readArchive(Readable.from([await node.toTar()]));
  const whole = archiveTree(archive, listArchive(archive), { folder: '', base: '/' }, 'node!');
  const denied = { state: 'unreadable', detail: 'EACCES' } as const;
  const tree: FileTree = {
    ...whole,
    list: (path) => (unreadable(path) ? denied : whole.list(path)),
    read: (path) => (unreadable(path) ? denied : whole.read(path)),
  };
  const found = { label: 'node', rootfs: '/', beyondPki: true, tree, pki: ['/etc/kubernetes/pki'] } as const;
  const scanned = scanNode(found, { flagType: (name, flag) => knownFlags(name)?.get(flag), expected: expectedPaths });
  return buildPki(scanned, {}, judgingOf({ at }));
}

function judged(pki: Pki): Judgement {
  const run = runRules(pki, () => true);
  const connections = judgeConnections(findConnections(pki, [pki]), run.failures, () => true);
  return judgeNode({ pki, run, ahead: [], connections, commandFor: commandsOfPlans() }, select({}, []), new Set());
}

export async function treeOf({ node, change }: Pick<Case, 'node' | 'change'>): Promise<NodeTree> {
  const tree = typeof node === 'function' ? await node() : buildNode(node);
  await change?.(tree);
  return tree;
}

/** `rule@subject` of every finding, sorted. */
export function names(report: Pick<Report, 'findings'>): readonly string[] {
  return report.findings.map((finding) => `${finding.rule}@${finding.subject}`).sort();
}

/** What a case must find, sorted. */
export async function expected({ findings, without = [], beside }: Case): Promise<readonly string[]> {
  const others = ((await beside?.()) ?? []).filter((node) => node.has('pki/apiserver.crt'));
  const own = always.filter((name) => !without.includes(name));
  return [...findings, ...own, ...others.flatMap(() => always)].sort();
}
