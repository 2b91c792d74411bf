/** Functions over paths on the node and in its containers. */

import { remember } from '../core/collections.ts';
import type { Component } from './component.ts';
import type { Mount } from './mount.ts';

/**
 * Maps a path in a component's container to a path on the node. The mount with the longest matching `mountPath`
 * decides, because the container runtime mounts deeper paths over shallower ones. A relative path starts at `/`, the
 * working directory of the images of the control plane.
 *
 * @returns the path on the node; `not-mounted`: it is in the image; `not-on-disk`: its volume is not a host path
 */
export function hostPath(
  component: Pick<Component, 'mounts'>,
  containerPath: string,
): string | 'not-mounted' | 'not-on-disk' {
  const path = normalizePath(containerPath);
  if (component.mounts === undefined) return path;
  const { lengths, byPath } = mountsOf(component.mounts);
  const folder = foldersAt(path, lengths).find((one) => byPath.has(one));
  if (folder === undefined) return 'not-mounted';
  const onNode = byPath.get(folder)?.hostPath;
  if (onNode === undefined) return 'not-on-disk';
  return normalizePath(`${onNode}/${path.slice(folder.length)}`);
}

/** The mounts of a component by their normalised `mountPath`; the last of equal ones. */
const mountsOf = remember((mounts: readonly Mount[]) => {
  const byPath = new Map(mounts.map((mount) => [normalizePath(mount.mountPath), mount]));
  return { byPath, lengths: lengthsOf(byPath.keys()) };
});

/** Returns the lengths of texts, each once, the longest first. */
export function lengthsOf(texts: Iterable<string>): readonly number[] {
  return [...new Set([...texts].map(({ length }) => length))].sort((one, other) => other - one);
}

/**
 * Returns the path itself and the folders above it that have one of these lengths, in their order. To find which of
 * many folders a path is in, this takes less time than to compare it with each, and than to look up all that are above
 * it.
 */
export function foldersAt(path: string, lengths: readonly number[]): readonly string[] {
  return lengths.flatMap((length) => {
    const folder = path.slice(0, length);
    return length <= path.length && isAtOrBelow(path, folder) ? [folder] : [];
  });
}

/** Returns an absolute path without `.`, `..`, double or trailing slashes; `..` never leaves `/`. */
export function normalizePath(path: string): string {
  // Most paths are normalised already, and checking that is cheaper than splitting them.
  if (path.startsWith('/') && !/\/(?:\.|\/|$)/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Whether a normalised path is the folder, or is below it. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}

/** Resolves a path relative to a folder, and normalises it. */
export function inFolder(folder: string, path: string): string {
  return normalizePath(path.startsWith('/') ? path : `${folder}/${path}`);
}

/** Returns the folder of a path. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** Returns a path below a folder without the folder. */
export function withoutFolder(folder: string, path: string): string {
  return path.slice(folder === '/' ? 1 : folder.length + 1);
}

/** Returns the folders above a path, without the root. */
export function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** Whether a path looks like PEM by its name. Two paths of a file are parsed in the same way if both do, or neither. */
export const isPemName = (path: string): boolean => /\.(?:crt|cer|cert|pem|key|pub|csr)$/.test(path);

/**
 * Returns the name of a program without its folder, and without a release: `kube-apiserver` for
 * `/opt/kube-apiserver-v1.33.2`.
 */
export function unversionedName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const end = name.search(/[-_]v?\d/);
  return end > 0 && /^[\w.+-]*$/.test(name.slice(end)) ? name.slice(0, end) : name;
}

interface Link {
  readonly path: string;
  readonly target: string;
}

/**
 * Returns the link in a mounted folder by which a program does not find a file: in its container nothing is mounted
 * where the link leads. Links to the folder itself are followed on the node, when it is mounted.
 *
 * @param written the path of the file in the container
 */
export function leadsOut(
  { files }: { readonly files: ReadonlyMap<string, { readonly links: readonly Link[] }> },
  container: Pick<Component, 'mounts'>,
  written: string,
): Link | undefined {
  let inside = normalizePath(written);
  let onNode: string = hostPath(container, inside);
  let mount = mountOf(container, inside);
  for (const link of files.get(onNode)?.links ?? []) {
    if (mount?.hostPath === undefined || !isAtOrBelow(onNode, link.path)) return undefined;
    const { mountPath, hostPath: source } = mount;
    const target = followed(onNode, link);
    if (isAtOrBelow(source, link.path)) mount = { mountPath, hostPath: followed(source, link) };
    else {
      const place = normalizePath(`${mountPath}/${link.path.slice(source.length)}`);
      inside = followed(inside, { path: place, target: link.target });
      const found = hostPath(container, inside);
      if (!found.startsWith('/')) return link;
      // What is mounted there is not what the node has there.
      if (found !== target) return undefined;
      mount = mountOf(container, inside);
    }
    onNode = target;
  }
  return undefined;
}

/** Where a path leads by a link that is on its way. */
const followed = (path: string, link: Link): string =>
  normalizePath(`${inFolder(folderOf(link.path), link.target)}/${path.slice(link.path.length)}`);

/** The volume in which a path of a container is: of several, the deepest. */
function mountOf({ mounts = [] }: Pick<Component, 'mounts'>, path: string): Mount | undefined {
  return mounts
    .filter((mount) => isAtOrBelow(path, normalizePath(mount.mountPath)))
    .map((mount) => ({ ...mount, mountPath: normalizePath(mount.mountPath) }))
    .reduce<Mount | undefined>(
      (one, other) => (one && one.mountPath.length > other.mountPath.length ? one : other),
      undefined,
    );
}

/** Whether the kubelet reads a file of that name in the folder of `--config-dir` (cmd/kubelet/app/server.go). */
export const isDropIn = (path: string): boolean => path.endsWith('.conf');

/** Returns the paths of the drop-ins in such a folder, in the order in which Go's filepath.WalkDir comes to them. */
export function dropInPaths(
  files: ReadonlyMap<string, { readonly path: string; readonly state: string }>,
  folder: string,
): readonly string[] {
  const inside = [...files.values()].filter(
    ({ path, state }) => isDropIn(path) && state !== 'directory' && state !== 'absent' && isAtOrBelow(path, folder),
  );
  // A slash comes before every other character of a name.
  const sorted = inside.map(({ path }) => path.replaceAll('/', '\0')).toSorted();
  return sorted.map((path) => path.replaceAll('\0', '/'));
}
