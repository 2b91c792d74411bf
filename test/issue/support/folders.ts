/** Folders to issue into, and what tests ask of them. */
import { createHash, X509Certificate } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
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

const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** A new empty folder, removed when the file's tests are done. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'issue-'));
  made.push(folder);
  return folder;
}

/** What a first control plane is told. */
export const cp1: GivenFacts = { nodeName: 'cp-1', advertiseAddress: '192.0.2.10' };

/** What kubernetes-ca signs on a first control plane, in the order of a plan. */
export const signedByKubernetesCa: readonly string[] = [
  'kube-apiserver',
  'kube-apiserver-kubelet-client',
  'admin.conf',
  'super-admin.conf',
  'kubelet.conf',
  'controller-manager.conf',
  'scheduler.conf',
];

/** Issues with keys that take no time, at the time of all tests. */
export function issueIn(folder: string, options: IssueOptions = {}): Promise<IssueReport> {
  return issue({ at, cwd: '/', algorithm: 'ecdsa-p256', paths: [folder], ...options });
}

/** The same, written; fails the test with the reason where it was not. */
export async function write(folder: string, options: IssueOptions = {}): Promise<IssueReport> {
  const report = await issueIn(folder, { ...options, write: true });
  if (report.exitCode !== 0) throw new Error(JSON.stringify([report.failure, report.plan.refusals]));
  return report;
}

function lintIn(folder: string, options: LintOptions = {}): Promise<Report> {
  return lint({ at, cwd: '/', paths: [folder], ...options });
}

/** `rule@subject` of every error and warning, and what could not be read at all. */
export async function alarmsIn(folder: string, options: LintOptions = {}): Promise<readonly string[]> {
  const { findings, failures } = await lintIn(folder, options);
  return [
    ...names({ findings: findings.filter(({ severity }) => severity !== 'info') }),
    ...failures.map(({ message }) => message),
  ];
}

/** Every file below a folder: its mode, and a hash of its bytes or the target of its link. */
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

/** `kind role` of every action of a plan. */
export const actionsOf = ({ plan }: IssueReport): readonly string[] =>
  plan.actions.map(({ kind, role }) => `${kind} ${role}`);

/** A real node unpacked into a folder of its own. */
export async function unpacked(name: CorpusName): Promise<string> {
  const folder = emptyFolder();
  (await corpus(name)).toDisk(folder);
  return folder;
}

/** Paths of the files that differ, sorted. */
export function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .sort();
}

/** The certificate of a file, or of a kubeconfig. */
export function certificateAt(...path: string[]): X509Certificate {
  const text = readFileSync(join(...path), 'utf8');
  const data = /client-certificate-data: (\S+)/.exec(text)?.[1];
  return new X509Certificate(data === undefined ? text : Buffer.from(data, 'base64'));
}

/** A node that a test builds, with a change, in a folder of its own. */
export async function folderOf(
  options: NodeOptions = {},
  change: (node: NodeTree) => unknown = () => undefined,
): Promise<string> {
  const [node, folder] = [buildNode(options), emptyFolder()];
  await change(node);
  node.toDisk(folder);
  return folder;
}
