/** Node trees for tests: on disk, in an archive, and in memory. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import * as tar from 'tar-stream';
import { onTestFinished } from 'vitest';
import type { Component } from '../../src/artifact/component.ts';
import type { Programs } from '../../src/artifact/layout.ts';
import type { ScannedNode } from '../../src/artifact/node.ts';
import { strictest } from '../../src/artifact/strictness.ts';
import type { Entry, FileTree } from '../../src/scan/fs/tree.ts';
import type { Reading } from '../../src/scan/read.ts';
import { scan } from '../../src/scan/scan.ts';
import type { ScanFailure } from '../../src/scan/scan-failure.ts';
import type { ScanOptions } from '../../src/scan/scan-options.ts';
import { knownFields } from '../../src/tables/configurations.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { podTable } from '../../src/tables/pod-fields.ts';

const [kubeadm] = layouts;

/** The kind of file at a path. */
export type Planted = string | Uint8Array | { readonly link: string } | { readonly make: 'fifo' | 'folder' };

/** Writes files to a temporary folder that is removed after the test. */
export function plant(files: Readonly<Record<string, Planted>>): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'scan-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, planted] of Object.entries(files)) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    if (typeof planted === 'string' || planted instanceof Uint8Array) {
      writeFileSync(file, planted);
      chmodSync(file, 0o600);
    } else if ('link' in planted) symlinkSync(planted.link, file);
    else if (planted.make === 'fifo') execFileSync('mkfifo', [file]);
    else mkdirSync(file, { recursive: true });
  }
  return root;
}

/** A tar archive with these entries, in order. */
export async function packed(
  entries: readonly (Parameters<tar.Pack['entry']>[0] & { content?: string | Uint8Array })[],
): Promise<Buffer> {
  const pack = tar.pack();
  for (const { content, ...header } of entries) pack.entry(header, content ?? '');
  pack.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of pack) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const bools = ['allow-privileged', 'anonymous-auth', 'client-cert-auth', 'leader-elect', 'rotate-certificates'];
const values = [
  ...['tls-cert-file', 'cert-file', 'name', 'kubeconfig', 'config', 'v', 'config-file', 'peer-cert-file', 'a', 'b'],
  ...['peer-cert-allowed-cn', 'cluster-dns', 'cluster-domain', 'hostname-override'],
];
const flags = new Map([
  ...bools.map((name) => [name, 'bool'] as const),
  ...values.map((name) => [name, 'value'] as const),
]);
const programs: Programs = new Map([...kubeadm.programs].map(([name, program]) => [name, { ...program, flags }]));

/** Options that know no flags and parse as strictly as the newest Go. */
export const newestGo: Reading = {
  programs: new Map(),
  podTable,
  strictness: () => strictest,
  authorities: new Map(),
  settings: new Map(),
};

/** Scans with defaults for the options that a test does not care about. */
export function scanPaths(
  paths: readonly string[],
  { expected = [], ...options }: Partial<ScanOptions> & { readonly expected?: readonly string[] } = {},
): Promise<{ nodes: ScannedNode[]; failures: ScanFailure[] }> {
  return scan({
    paths,
    cwd: '/',
    stdin: () => Readable.from([]),
    knownFields,
    podTable,
    layouts: [{ ...kubeadm, expected, programs }],
    ...options,
  });
}

/** The only node in a scan; throws if there is not exactly one. */
export async function scanOne(given: string, options: Parameters<typeof scanPaths>[1] = {}): Promise<ScannedNode> {
  const { nodes, failures } = await scanPaths([given], options);
  if (nodes[0] === undefined || nodes.length !== 1 || failures.length > 0) throw new Error(JSON.stringify(failures));
  return nodes[0];
}

export function stateOf(node: ScannedNode, file: string): string | undefined {
  return node.files.get(file)?.state;
}

export function componentOf(node: ScannedNode, name: string): Component {
  const found = node.components.find((component) => component.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** Arguments as `name=value`, with `?variable` for an unknown value. */
export function flagsOf(component: Component): string[] {
  return component.arguments.map(({ name, value, unknownVariable }) => `${name}=${value ?? `?${unknownVariable}`}`);
}

/** A pod with one container, whose name and image start no component. */
export function podOf(container: object, pod: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x' },
    spec: { containers: [{ name: 'x', image: 'x', ...container }], ...pod },
  });
}

/** A tree in memory: file contents by path, and the paths that must not be read. */
export function memoryTree(
  files: Readonly<Record<string, string>>,
  forbidden: ReadonlySet<string> = new Set(),
): FileTree {
  const names = (folder: string): string[] => [
    ...new Set(
      Object.keys(files)
        .filter((file) => file.startsWith(folder === '/' ? '/' : `${folder}/`))
        .map((file) => file.slice(folder === '/' ? 1 : folder.length + 1).split('/')[0] ?? ''),
    ),
  ];
  const entry = (type: Entry['type'], size: number): Entry => ({ type, mode: 0o600, uid: 0, gid: 0, size });
  const refused = { state: 'unreadable', detail: 'EACCES' } as const;
  return {
    lstat(file) {
      if ([...forbidden].some((folder) => file.startsWith(`${folder}/`))) return refused;
      const text = files[file];
      if (text !== undefined) return entry('file', text.length);
      return names(file).length > 0 ? entry('directory', 0) : { state: 'absent' };
    },
    list: (folder) => (forbidden.has(folder) ? refused : names(folder).sort()),
    read: (file) => (forbidden.has(file) ? refused : Buffer.from(files[file] ?? '')),
    readlink: () => ({ state: 'absent' }),
    describe: (file) => file,
  };
}
