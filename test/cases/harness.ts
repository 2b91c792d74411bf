import { Readable } from 'node:stream';
import { type LintOptions, lint, type Report } from '../../src/index.ts';
import { buildNode, type NodeOptions } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';

/** A healthy node, one change, and the whole list of what must be found. */
export interface Case {
  readonly name: string;
  /** The healthy node that the change is made to; a plain control plane by default. */
  readonly node?: NodeOptions | (() => NodeTree | Promise<NodeTree>);
  readonly change?: (node: NodeTree) => unknown;
  readonly options?: LintOptions;
  /** Every finding, `rule@subject`, beside those of `always`. Any other fails the case. */
  readonly findings: readonly string[];
  /** Findings of `always` that this node does not have. */
  readonly without?: readonly string[];
}

/** What every node of kubeadm's has: the page lists a name that kubeadm does not write. */
export const always: readonly string[] = ['san/page@kube-apiserver'];

export const at = new Date('2026-12-01T00:00:00Z');

/** Lints a tree as an archive on standard input: modes, owners and links count, and nothing touches the disk. */
export async function lintTree(tree: NodeTree, options: LintOptions = {}): Promise<Report> {
  const archive = await tree.toTar();
  return lint({ at, paths: ['-'], stdin: () => Readable.from([archive]), ...options });
}

export async function treeOf({ node, change }: Pick<Case, 'node' | 'change'>): Promise<NodeTree> {
  const tree = typeof node === 'function' ? await node() : buildNode(node);
  await change?.(tree);
  return tree;
}

/** `rule@subject` of every finding, sorted. */
export function names(report: Report): readonly string[] {
  return report.findings.map((finding) => `${finding.rule}@${finding.subject}`).sort();
}

/** What a case must find, sorted. */
export function expected({ findings, without = [] }: Case): readonly string[] {
  return [...findings, ...always.filter((name) => !without.includes(name))].sort();
}
