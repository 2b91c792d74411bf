import { Readable } from 'node:stream';
import { type Audit, audit } from '../../src/api/lint.ts';
import { parseOptions } from '../../src/api/parse-options.ts';
import { type Finding, type LintOptions, lint, type Report } from '../../src/index.ts';
import { commandsOfPlans } from '../../src/issue/fix-command.ts';
import { judgeAlone } from '../../src/lint/judge.ts';
import { buildPki } from '../../src/model/roles/build-pki.ts';
import type { Pki } from '../../src/model/roles/pki.ts';
import type { FoundNode } from '../../src/scan/found-node.ts';
import { readArchive } from '../../src/scan/fs/archive.ts';
import { archiveTree, listArchive } from '../../src/scan/fs/archive-tree.ts';
import type { FileTree } from '../../src/scan/fs/tree.ts';
import { scanNode } from '../../src/scan/node.ts';
import { withhold } from '../../src/scan/withhold.ts';
import { knownFields } from '../../src/tables/configurations.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import type { LaidOutNode, Layout } from '../../src/tables/layouts/layout.ts';
import { podTable } from '../../src/tables/pod-fields.ts';
import { buildNode, type NodeOptions } from '../support/build-node.ts';
import { fixLines } from '../support/fix-lines.ts';
import { NodeTree } from '../support/node-tree.ts';

/** A healthy node, one change, and the complete list of expected findings. */
export interface Case {
  readonly name: string;
  /** The healthy node to change; a plain control plane by default. */
  readonly node?: NodeOptions | (() => NodeTree | Promise<NodeTree>);
  readonly change?: (node: NodeTree) => unknown;
  /** Further nodes for the same run. */
  readonly beside?: () => readonly NodeTree[] | Promise<readonly NodeTree[]>;
  readonly options?: LintOptions;
  /** Paths that the user may not read. `options` are ignored then. */
  readonly unreadable?: (path: string) => boolean;
  /** Every finding as `rule@subject`; any other finding fails the case. */
  readonly findings: readonly string[];
  /** Every fault that a finding stands for, as `rule@subject`; not checked if it is left out. */
  readonly members?: readonly string[];
}

export const at = new Date('2026-12-01T00:00:00Z');

async function inArchive(tree: NodeTree, options: LintOptions): Promise<LintOptions> {
  const archive = await tree.toTar();
  return { at, paths: ['-'], stdin: () => Readable.from([archive]), ...options };
}

/** Lints a tree as an archive on standard input, so that modes, owners and links count and nothing touches the disk. */
export async function lintTree(tree: NodeTree, options: LintOptions = {}): Promise<Report> {
  return lint(await inArchive(tree, options));
}

/** Like `lintTree`, with the PKI that was judged. */
export async function auditTree(tree: NodeTree, options: LintOptions = {}): Promise<Audit> {
  return audit(await inArchive(tree, options));
}

/** Lints several nodes in one run, each as a folder of the same archive: `node-1`, `node-2`, … */
export async function lintTrees(trees: readonly NodeTree[], options: LintOptions = {}): Promise<Report> {
  const all = new NodeTree();
  for (const [index, tree] of trees.entries()) {
    for (const [path, entry] of tree.entries) all.entries.set(`/node-${index + 1}${path}`, entry);
  }
  return lintTree(all, options);
}

/** The report of a case; of one with unreadable paths only its findings. Of one node that can be read, also its PKI. */
export async function auditCase(
  one: Case,
): Promise<{ readonly report: Report | Pick<Report, 'findings'>; readonly pkis: readonly Pki[] }> {
  const tree = await treeOf(one);
  if (one.beside !== undefined)
    return { report: await lintTrees([tree, ...(await one.beside())], one.options), pkis: [] };
  return one.unreadable === undefined
    ? auditTree(tree, one.options)
    : { report: judgeAlone(await pkiOf(tree, one.unreadable), commandsOfPlans()), pkis: [] };
}

/** The report of a case, as of `auditCase`. */
export const findingsOf = async (one: Case): Promise<Report | Pick<Report, 'findings'>> =>
  (await auditCase(one)).report;

/**
 * A tree as scanned by a user who may not read everything. File modes would not do: tests may run as root, who can read
 * all.
 */
export async function scanTree(node: NodeTree, unreadable?: (path: string) => boolean): Promise<LaidOutNode> {
  return withhold(scanNode(await foundTree(node, unreadable), { podTable }), knownFields);
}

/** A tree as it is found, before it is scanned. */
export async function foundTree(
  node: NodeTree,
  unreadable: (path: string) => boolean = () => false,
): Promise<FoundNode<Layout>> {
  const archive = await readArchive(Readable.from([await node.toTar()]), layouts);
  const whole = archiveTree(archive, listArchive(archive), { folder: '', base: '/', layouts }, 'node!');
  const denied = { state: 'unreadable', detail: 'EACCES' } as const;
  const tree: FileTree = {
    ...whole,
    list: (path) => (unreadable(path) ? denied : whole.list(path)),
    read: (path) => (unreadable(path) ? denied : whole.read(path)),
  };
  return {
    label: 'node',
    rootfs: '/',
    beyondPki: true,
    tree,
    layout: layouts[0],
    kind: undefined,
    pki: [layouts[0].pki],
  };
}

/** The PKI of a tree. */
export async function pkiOf(node: NodeTree, unreadable?: (path: string) => boolean): Promise<Pki> {
  return buildPki(await scanTree(node, unreadable), {}, parseOptions({ at }).judging.context);
}

export async function treeOf({ node, change }: Pick<Case, 'node' | 'change'>): Promise<NodeTree> {
  const tree = typeof node === 'function' ? await node() : buildNode(node);
  await change?.(tree);
  return tree;
}

interface NamedFaults {
  readonly findings: readonly Pick<Finding, 'rule' | 'subject'>[];
}

/** `rule@subject` of every finding, sorted. */
export function names({ findings }: NamedFaults): readonly string[] {
  return findings.map((finding) => `${finding.rule}@${finding.subject}`).sort();
}

/** The expected findings of a case, sorted. */
export const expected = ({ findings }: Case): readonly string[] => [...findings].sort();

/** Words for a certificate that could be any, and placeholders without a value. Go prints durations as `{15s}`. */
const vague = /\bthe (?:server|client|serving) certificate\b(?! of)|\{[a-z]\w*\}|\bundefined\b/i;

/** The texts of findings that do not say which certificate they mean. */
export function vagueTexts({ findings }: Pick<Report, 'findings'>): readonly string[] {
  const texts = findings.flatMap(({ message, expected, found, why, fix }) => [
    message,
    expected,
    found,
    why,
    ...fixLines(fix),
  ]);
  return texts.filter((text) => vague.test(text));
}
