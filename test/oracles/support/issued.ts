import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type IssueOptions, type IssueReport, issue } from '../../../src/index.ts';
import { buildNode, type NodeOptions } from '../../support/build-node.ts';
import { NodeTree } from '../../support/node-tree.ts';

/** The facts that are required for a new control plane. */
export const facts = { nodeName: 'cp-1', advertiseAddress: '192.0.2.10' } as const;

/** The facts about the first control plane that are required to join it. */
export const joined = {
  nodeName: 'cp-2',
  advertiseAddress: '192.0.2.11',
  controlPlaneEndpoint: '192.0.2.10',
  serviceCidrs: ['10.96.0.0/12'],
  dnsDomain: 'cluster.local',
  etcd: 'stacked',
} as const;

/** Issues into a node's root on disk; throws if anything was refused. Keys are P-256, which are fast to generate. */
export async function issueInto(root: string, options: IssueOptions): Promise<IssueReport> {
  const kubernetes = join(root, 'etc/kubernetes');
  mkdirSync(kubernetes, { recursive: true });
  const report = await issue({ paths: [kubernetes], write: true, algorithm: 'ecdsa-p256', ...options });
  const { exitCode, failure, plan } = report;
  expect({ exitCode, failure, refusals: plan.refusals }).toEqual({ exitCode: 0, failure: null, refusals: [] });
  return report;
}

/** Reads a node's root on disk as a tree. */
export function nodeAt(root: string): NodeTree {
  const node = new NodeTree();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const at = file.slice(root.length);
    if (at.includes('/.pki-lint')) continue;
    if (entry.isDirectory()) node.directory(at, statSync(file).mode & 0o7777);
    if (entry.isFile()) node.write(at, readFileSync(file, 'utf8'), statSync(file).mode & 0o7777);
    if (entry.isSymbolicLink()) node.link(at, readlinkSync(file));
  }
  return node;
}

/** Adds kubeadm's static pods, which read the issued files. */
export function withManifests(node: NodeTree, options: NodeOptions = {}): NodeTree {
  const pods = buildNode({ release: '1.32', ip: facts.advertiseAddress, ...options });
  for (const [path, entry] of pods.entries) if (path.includes('/manifests')) node.entries.set(path, entry);
  return node;
}
