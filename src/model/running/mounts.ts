/** Files and folders that were replaced below a mount: the container still has what was mounted when it was made. */
import { componentNamed } from '../../artifact/arguments.ts';
import type { NodeFile } from '../../artifact/file.ts';
import type { Mount } from '../../artifact/mount.ts';
import { folderOf, isAtOrBelow, normalizePath } from '../../artifact/paths.ts';
import { type ComponentProcess, type MountLine, placeOnHost } from '../../artifact/process.ts';
import { remember } from '../../core/collections.ts';
import type { Pki } from '../roles/pki.ts';
import { lookAtRunning } from './pairing.ts';
import { processOf } from './processes.ts';

/** A mount of a process that is not what is at its path on the node. */
export interface OldMount {
  readonly component: string;
  /** The path on the node. */
  readonly path: string;
  /** Where what it sees is now, in its file system; undefined if it was removed. */
  readonly now: string | undefined;
}

/**
 * Returns the mounts of the components of a node that still show what was replaced or moved (proc_pid_mountinfo(5)).
 */
export const oldMounts = remember((pki: Pki): readonly OldMount[] => {
  const { components } = pki.node;
  return [...new Set(components.map(({ name }) => name))].flatMap((name) => {
    const running = processOf(pki, name);
    const mounts = componentNamed(pki.node, name)?.mounts ?? [];
    return running?.mounts === undefined ? [] : mounts.flatMap((mount) => oldMount(mount, name, running, pki));
  });
});

function oldMount(
  { mountPath, hostPath }: Mount,
  component: string,
  running: ComponentProcess,
  pki: Pki,
): readonly OldMount[] {
  const inside = normalizePath(mountPath);
  const line = running.mounts?.findLast(({ path }) => path === inside);
  const file = pki.node.files.get(hostPath ?? '');
  // What the kubelet makes by itself, and what is no longer there, is judged elsewhere.
  if (hostPath === undefined || line === undefined || file === undefined) return [];
  if (file.state !== 'file' && file.state !== 'directory') return [];
  const old = { component, path: hostPath };
  if (line.isDeleted) return [{ ...old, now: undefined }];
  const place = followed(hostPath, file);
  const onHost = placeOnHost(lookAtRunning(pki).seen?.hostMounts ?? [], place);
  // Where it is in another file system than what the container has mounted, nothing is known.
  const onDevice = onHost?.device === line.device ? onHost.root : undefined;
  const expected = onDevice ?? (file.links.length > 0 ? undefined : placeBeside(place, line));
  return expected === undefined || expected === line.root ? [] : [{ ...old, now: line.root }];
}

/** Returns where the links of a path lead: a container mounts what was there when it was made. */
function followed(path: string, { realPath, links }: NodeFile): string {
  if (realPath !== undefined) return realPath;
  return links.reduce((at, link) => {
    if (!isAtOrBelow(at, link.path)) return at;
    const target = link.target.startsWith('/') ? link.target : `${folderOf(link.path)}/${link.target}`;
    return normalizePath(target + at.slice(link.path.length));
  }, path);
}

/** Without what the host mounts, one that lies in the same folder under another name has been moved. */
const placeBeside = (path: string, { root }: MountLine): string | undefined =>
  folderOf(root) === folderOf(path) ? path : undefined;
