/** PEM from a file or from a kubeconfig's embedded data, and whether it was seen at all. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { Component } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import type { FileState } from '../../artifact/file-state.ts';
import type { Reference } from '../../artifact/kubeconfig.ts';
import { notUtf8, permissionDenied } from '../../artifact/left-out.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { hostPath } from '../../artifact/paths.ts';
import type { Pem } from '../../artifact/pem-blocks.ts';
import type { Place } from '../../artifact/place.ts';
import type { Unreadable } from '../../results/reported-node.ts';
import type { Layout } from '../../tables/layouts/layout.ts';
import type { Holds } from '../../tables/tables.ts';
import { type Loaded, loadEtcdPool, loadKubePool, loadSignerCertificate } from '../../x509/load.ts';
import type { Slot } from './slots.ts';

/** What is known about a path: a file, nothing, something else, or unknown (outside the input, or unreadable). */
export type Seen = 'present' | 'absent' | 'irregular' | 'unseen';

export interface PemSource {
  readonly seen: Seen;
  /** The path of the file, or of the kubeconfig if the data is embedded. */
  readonly path: string;
  /** The entry of a kubeconfig: `users[kubernetes-admin].client-certificate-data`. */
  readonly entry?: string;
  readonly at: Place;
  readonly file?: NodeFile;
  readonly pem?: Pem;
  /** Why it is unseen or irregular, or why embedded data could not be decoded. */
  readonly reason?: string | undefined;
}

const seenOf: Readonly<Record<FileState, Seen>> = {
  file: 'present',
  absent: 'absent',
  'broken-link': 'absent',
  'link-loop': 'irregular',
  directory: 'irregular',
  fifo: 'irregular',
  socket: 'irregular',
  device: 'irregular',
  'too-large': 'irregular',
  outside: 'unseen',
  unreadable: 'unseen',
};

const emptyPem: Pem = { blocks: [], oddity: 'no-pem' };

/** Returns how a file was seen. A path that scanning did not look at is unseen. */
export function seenOfFile(file: NodeFile | undefined): Seen {
  return file === undefined ? 'unseen' : seenOf[file.state];
}

/** Returns how the file at a path of the node was seen. */
export const seenAt = ({ files }: Pick<ScannedNode, 'files'>, path: string): Seen => seenOfFile(files.get(path));

/** Error codes of paths that this user may not read. */
const denied = new Set(['EACCES', 'EPERM']);

/** Returns why a file cannot be judged: `outside what was given`, `permission denied`, `not readable: EIO`. */
export function unseenReason(file: NodeFile | undefined): string {
  if (file === undefined || file.state === 'outside') return file?.detail ?? 'not in the input';
  if (file.detail === undefined || denied.has(file.detail)) return permissionDenied;
  return `not readable: ${file.detail}`;
}

/** Counts the paths of a node that could not be read, but may be by root, and the files that were read. */
export function unreadableOf({ node }: { readonly node: ScannedNode }): Unreadable {
  const counts = { paths: 0, files: 0 };
  for (const { state, detail } of node.files.values()) {
    if (state === 'unreadable' && detail !== notUtf8) counts.paths += 1;
    if (state === 'file') counts.files += 1;
  }
  return counts;
}

/** Returns the PEM of a file on the node. Other content counts as PEM without blocks. */
export function sourceAt(node: ScannedNode, path: string): PemSource {
  const file = node.files.get(path);
  const seen = seenOfFile(file);
  const at = { path };
  if (seen === 'unseen' || file === undefined) return { path, at, seen: 'unseen', reason: unseenReason(file) };
  if (seen !== 'present') return { path, at, seen, file, reason: irregularity(file) };
  return { path, at, seen, file, pem: file.content?.type === 'pem' ? file.content.pem : emptyPem };
}

/** Returns the PEM that a kubeconfig refers to or embeds. */
export function sourceOf(node: ScannedNode, { path, at, entry, embedded, error }: Reference): PemSource {
  if (path !== undefined) return { ...sourceAt(node, path), at };
  return { seen: 'present', path: at.path, entry, at, pem: embedded ?? emptyPem, reason: error };
}

/**
 * Returns the path on the node of a file to which a component's kubeconfig refers: an absolute path is one of its
 * container, a relative one was resolved from the path of the kubeconfig.
 */
export function referredPath(node: ScannedNode, component: Component, path: string): string {
  const inContainer = hostPath(component, path);
  return inContainer.startsWith('/') && seenAt(node, inContainer) !== 'absent' ? inContainer : path;
}

/** Returns what is at a path instead of a file: `a directory`. */
export function irregularity(file: NodeFile): string {
  const detail = file.detail === undefined ? '' : ` (${file.detail})`;
  return `${irregularities[file.state] ?? 'not a regular file'}${detail}`;
}

const irregularities: Partial<Record<FileState, string>> = {
  absent: 'no such file',
  'broken-link': 'a symbolic link to nothing',
  'link-loop': 'a loop of symbolic links',
  directory: 'a directory',
  fifo: 'a named pipe',
  socket: 'a socket',
  device: 'a device',
  'too-large': 'something that pki-lint does not read',
};

/** The certificates in a trust file; undefined if there is nothing to read. */
type Pool = Loaded<readonly Certificate[]> | undefined;

const loaders: Partial<Record<Holds, (source: PemSource) => Pool>> = {
  pool: (source) => source.pem && loadKubePool(source.pem),
  'etcd-pool': (source) => source.pem && atLeastOne(loadEtcdPool(source.pem)),
  signer: (source) => {
    const signer = source.pem && loadSignerCertificate(source.pem);
    return signer?.ok ? { ok: true, value: [signer.value] } : signer;
  },
};

/** Whether an argument of this kind names certificates to trust or to sign with. */
export function holdsPool(holds: Holds): boolean {
  return loaders[holds] !== undefined;
}

/** Returns the certificates in a slot's file, loaded as its component loads them. */
export function poolOfSlot(node: ScannedNode, slot: Slot, path: string): { source: PemSource; loaded: Pool } {
  const source = sourceAt(node, path);
  return { source, loaded: loaders[slot.row.holds]?.(source) };
}

/** Returns the certificates in the file of an authority, loaded as the components load it that verify with it. */
export function poolOfAuthority(layout: Pick<Layout, 'arguments'>, role: string, source: PemSource): Pool {
  const row = layout.arguments.find((one) => one.role === role && holdsPool(one.holds));
  return loaders[row?.holds ?? 'pool']?.(source);
}

/** Turns an empty pool into an error: etcd loads such a file, but then trusts no client. */
function atLeastOne(pool: Loaded<readonly Certificate[]>): Loaded<readonly Certificate[]> {
  if (!pool.ok || pool.value.length > 0) return pool;
  return { ok: false, error: 'x509: certificate signed by unknown authority: the file contains no certificate' };
}
