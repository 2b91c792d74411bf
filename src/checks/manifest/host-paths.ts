/** Checks that the volumes of static pods have the type that they name, and that their files can be opened there. */

import type { CheckedPath } from '../../artifact/component.ts';
import { pkiFolders } from '../../artifact/layout.ts';
import { folderOf, inFolder } from '../../artifact/paths.ts';
import type { Place } from '../../artifact/place.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import { leadsOut } from '../../model/roles/leads-out.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { fileId, slotId, slotName } from '../../model/roles/slots.ts';
import { seenAt } from '../../model/roles/source.ts';
import { check, notApplicable, problem, skip } from '../base/check.ts';
import { onlyAdmin } from './only-admin.ts';

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
const isUnknown = ({ path, type }: CheckedPath, pki: Pki): boolean =>
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

const placeOf = ({ path, line }: Place): string => (line === undefined ? path : `${path}:${line}`);

export const manifestHostPathsChecks = {
  'manifest/host-path': check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not in a container');
    const all = new Map(component.mounts.flatMap(({ checked }) => (checked ? [[checked.path, checked] as const] : [])));
    for (const checked of all.values()) {
      const fault = volumeError(checked, pki);
      const { path, type, at } = checked;
      if (isUnknown(checked, pki)) yield skip(`the input does not show what is at ${path}`);
      if (fault === undefined) continue;
      const inside = pki.slots.filter(
        (slot) => slot.component === component && (slot.path === path || slot.path?.startsWith(inFolder(path, ''))),
      );
      const affects = inside.flatMap((slot) => [slotId(slot), fileId(slot.path ?? '')]).map((id) => idOnNode(pki, id));
      yield problem(
        at,
        { component: component.name, path, type, place: placeOf(at), ...fault },
        { key: path, affects },
      );
    }
  }),
  'manifest/other-host-path': check('file', function* (file, pki) {
    if (file.content?.type !== 'manifest' || !pki.node.manifestFiles.includes(file.path))
      return yield notApplicable('not the manifest of a static pod');
    const { components, pod } = file.content;
    const own = new Set(components.flatMap(({ mounts = [] }) => mounts.flatMap(({ checked }) => checked?.path ?? [])));
    for (const checked of pod.checked ?? []) {
      if (own.has(checked.path)) continue;
      const { path, type, at } = checked;
      const fault = volumeError(checked, pki);
      if (isUnknown(checked, pki)) yield skip(`the input does not show what is at ${path}`);
      if (fault === undefined) continue;
      const data = { pod: pod.name, path, type, place: placeOf(at), ...fault };
      yield problem(at, data, { key: path, ...onlyAdmin(file.path, path, pki) });
    }
  }),
  'manifest/link': check('component', function* (component, pki) {
    if (component.mounts === undefined) return yield notApplicable('not in a container');
    for (const slot of pki.slots) {
      const { path, written = '' } = slot;
      if (slot.component !== component || path === undefined || seenAt(pki.node, path) !== 'present') continue;
      const link = leadsOut(pki.node, component, written);
      if (link === undefined) continue;
      const data = {
        component: component.name,
        flag: slot.row.flag,
        written,
        path,
        target: link.target,
        source: pki.node.files.get(path)?.realPath ?? '',
        copied: link.path === path ? path : '',
        mounted: link.path === path ? '' : path,
      };
      const affects = [slotId(slot), fileId(path)].map((id) => idOnNode(pki, id));
      yield problem(slot.argument?.at ?? component.at, data, { key: slotName(slot), affects });
    }
  }),
};
