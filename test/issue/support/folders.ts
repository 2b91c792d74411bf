/** Folders to issue into, and helpers that inspect them. */
import { createHash, X509Certificate } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  type GivenFacts,
  type IssueOptions,
  type IssueReport,
  issue,
  type LintOptions,
  lint,
  type Report,
} from '../../../src/index.ts';
import { at, names } from '../../cases/harness.ts';
import { buildNode, type NodeOptions } from '../../support/build-node.ts';
import { type CorpusName, corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { removedFolder } from '../../support/removed-folder.ts';

/** Creates an empty folder, which is removed after the tests of the file. */
export const emptyFolder = (): string => removedFolder('i-');

/** The facts that are required for a first control plane. */
export const cp1: GivenFacts = { nodeName: 'cp-1', advertiseAddress: '192.0.2.10' };

/** The roles that kubernetes-ca signs on a first control plane, in the order of a plan. */
export const signedByKubernetesCa: readonly string[] = [
  'kube-apiserver',
  'kube-apiserver-kubelet-client',
  'admin.conf',
  'super-admin.conf',
  'kubelet.conf',
  'controller-manager.conf',
  'scheduler.conf',
];

/** Issues with keys that are fast to generate, at the fixed time of all tests. */
export function issueIn(folder: string, options: IssueOptions = {}): Promise<IssueReport> {
  return issue({ at, cwd: '/', algorithm: 'ecdsa-p256', paths: [folder], ...options });
}

/** Issues and writes; throws the reason if nothing was written. */
export async function write(folder: string, options: IssueOptions = {}): Promise<IssueReport> {
  const report = await issueIn(folder, { ...options, write: true });
  if (report.exitCode !== 0) throw new Error(JSON.stringify([report.failure, report.plan.refusals]));
  return report;
}

function lintIn(folder: string, options: LintOptions = {}): Promise<Report> {
  return lint({ at, cwd: '/', paths: [folder], ...options });
}

/** Every error and warning as `rule@subject`, and every file that could not be read. */
export async function alarmsIn(folder: string, options: LintOptions = {}): Promise<readonly string[]> {
  const { findings, failures } = await lintIn(folder, options);
  return [
    ...names({ findings: findings.filter(({ severity }) => severity !== 'info') }),
    ...failures.map(({ message }) => message),
  ];
}

/** Every file in a folder: its mode, and a hash of its content or the target of a link. */
export function filesIn(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (entry.isDirectory() || name.includes('.pki-lint')) continue;
    const mode = (lstatSync(path).mode & 0o777).toString(8);
    const what = entry.isSymbolicLink()
      ? readlinkSync(path)
      : createHash('sha256').update(readFileSync(path)).digest('hex');
    found.set(name, `${mode} ${what}`);
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Every action of a plan as `kind role`. */
export const actionsOf = ({ plan }: IssueReport): readonly string[] =>
  plan.actions.map(({ kind, role }) => `${kind} ${role}`);

/** Unpacks a real node into a folder. */
export async function unpacked(name: CorpusName): Promise<string> {
  const folder = emptyFolder();
  (await corpus(name)).toDisk(folder);
  return folder;
}

/** The paths of files that differ, sorted. */
export function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .sort();
}

/** The certificate in a file or a kubeconfig. */
export function certificateAt(...path: string[]): X509Certificate {
  const text = readFileSync(join(...path), 'utf8');
  const data = /client-certificate-data: (\S+)/.exec(text)?.[1];
  return new X509Certificate(data === undefined ? text : Buffer.from(data, 'base64'));
}

/** Builds a node with a change, in a folder. */
export async function folderOf(
  options: NodeOptions = {},
  change: (node: NodeTree) => unknown = () => undefined,
): Promise<string> {
  const [node, folder] = [buildNode(options), emptyFolder()];
  await change(node);
  node.toDisk(folder);
  return folder;
}
