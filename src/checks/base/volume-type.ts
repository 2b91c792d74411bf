/** The types of volumes, which the kubelet checks before it mounts them. */

import { pkiFolders } from '../../artifact/layout.ts';
import type { CheckedPath } from '../../artifact/mount.ts';
import { folderOf } from '../../artifact/paths.ts';
import type { Pki } from '../../model/roles/pki.ts';

/** What is at a path, as the kubelet's check of a type sees it; undefined if that is not known. */
function typeAt(path: string, { node }: Pki): string | undefined {
  const file = node.files.get(path);
  if (file?.state === 'absent') return isAbsent(path, node) ? 'nothing' : undefined;
  // In a copy, a link may lead to what was not copied.
  if (file?.state === 'broken-link') return node.rootfs === '/' ? 'nothing' : undefined;
  return file && { file: 'File', directory: 'Directory', socket: 'Socket' }[file.state as string];
}

/**
 * Whether nothing is at a path. A copy has the folders that its layout names, such as /etc/kubernetes, and of others
 * only what is on the way to them, such as /etc: what is not in those may not have been copied.
 */
function isAbsent(path: string, { rootfs, files, layout, pki }: Pki['node']): boolean {
  const copied = [layout.home, layout.manifests, layout.kubelet.folder, ...pkiFolders({ ...layout, pki })];
  const isCopied = copied.some((folder) => path.startsWith(`${folder}/`));
  return rootfs === '/' || (isCopied && files.get(folderOf(path))?.state === 'directory');
}

/** Whether a copy does not show what is at a path that must exist. */
export const isUnknown = ({ path, type }: CheckedPath, pki: Pki): boolean =>
  !type.endsWith('OrCreate') && wanted[type] !== undefined && type !== 'Socket' && typeAt(path, pki) === undefined;

const wanted: Readonly<Record<string, readonly [type: string, words: string]>> = {
  Directory: ['Directory', 'is not a directory'],
  DirectoryOrCreate: ['Directory', 'is not a directory'],
  File: ['File', 'is not a file'],
  FileOrCreate: ['File', 'is not a file'],
  Socket: ['Socket', 'is not a socket file'],
};

const noun: Readonly<Record<string, string>> = { Directory: 'directory', File: 'file', Socket: 'socket' };

/** The error of the kubelet about a volume (pkg/volume/hostpath/host_path.go, `checkTypeInternal`). */
export function volumeError(
  { path, type }: CheckedPath,
  pki: Pki,
): Readonly<Record<'found' | 'wanted' | 'error', string>> | undefined {
  const [right, words] = wanted[type] ?? [];
  const there = typeAt(path, pki);
  if (right === undefined || there === undefined || there === right) return undefined;
  // Archives and copies have no sockets.
  if (there === 'nothing' && right === 'Socket' && pki.node.rootfs !== '/') return undefined;
  if (there === 'nothing' && type.endsWith('OrCreate')) return undefined;
  const found =
    { nothing: 'nothing is there', File: 'it is a file', Directory: 'it is a directory' }[there] ?? 'it is a socket';
  return { found, wanted: noun[right] ?? right, error: `hostPath type check failed: ${path} ${words}` };
}
