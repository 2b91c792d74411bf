/** Runs of `pki-lint issue --write` that are interrupted, and what must be true of the node afterwards. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../../../src/index.ts';
import { corpus } from '../../support/corpus.ts';
import { facts } from './issued.ts';
import type { Command } from './programs.ts';

const program = new URL('../../../dist/cli.cjs', import.meta.url).pathname;

export interface Interrupted {
  readonly prepare: (root: string) => Promise<void>;
  readonly flags: readonly string[];
  readonly at: string;
  /** Findings that are allowed in between, each at most once. */
  readonly between: RegExp;
}

export const interrupted = {
  'an empty folder becomes a control plane': {
    prepare: async (root) => void mkdirSync(join(root, 'etc/kubernetes'), { recursive: true }),
    flags: ['--node-name', facts.nodeName, '--advertise-address', facts.advertiseAddress],
    at: '2026-12-01',
    between: /^$/,
  },
  'an expired cluster is renewed': {
    prepare: async (root) => (await corpus('kubeadm-1.36-default')).toDisk(root),
    flags: ['--renew'],
    at: '2028-02-01',
    between: /^cert\/pair@/,
  },
  'a CA is replaced': {
    prepare: async (root) => (await corpus('kubeadm-1.36-default')).toDisk(root),
    flags: ['--replace', 'etcd-ca', '--yes'],
    at: '2026-12-01',
    between: /^(?:cert|authority)\/pair@/,
  },
} as const satisfies Readonly<Record<string, Interrupted>>;

/** @param options those of Node */
export function issueCommand(root: string, { flags, at }: Interrupted, ...options: readonly string[]): Command {
  // The clock shows that time: nothing is written as of the future.
  const clock = ['--import', `data:text/javascript,Date.now=()=>${Date.parse(at)}`];
  const issue = [program, 'issue', '--rootfs', root, '--at', at, '--algorithm', 'ecdsa-p256', ...flags, '--write'];
  return [process.execPath, ...clock, ...options, ...issue];
}

/** The paths of all files below a folder. */
export const filesBelow = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Files that contain a key and that other users could read. */
export const openKeys = (root: string): readonly string[] =>
  filesBelow(root).filter(
    (path) => (statSync(path).mode & 0o077) !== 0 && /PRIVATE KEY|client-key-data/.test(readFileSync(path, 'utf8')),
  );

/** Files that have their final name only when they are complete. */
export const isTemporary = (path: string): boolean => /\.pki-lint-[0-9a-f]{16}$/.test(path);

export async function errorsIn(root: string, { at }: Interrupted): Promise<readonly string[]> {
  const { findings } = await lint({ rootfs: root, at: new Date(at), cwd: '/' });
  return findings.filter(({ severity }) => severity === 'error').map(({ rule, subject }) => `${rule}@${subject}`);
}

/**
 * Whether a finding means that something is not created or not renewed yet. Such findings are not about half a pair.
 */
export const isStillToDo = (name: string): boolean =>
  /\/(?:present|present-admin|expired|issued|issuer|key|authority)@|^connection\//.test(name);
