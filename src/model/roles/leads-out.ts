/** Symbolic links that lead out of what a container mounts. */
import type { Component, Mount } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { folderOf, hostPath, inFolder, isAtOrBelow, normalizePath } from '../../artifact/paths.ts';

type Link = NodeFile['links'][number];

/**
 * Returns the link in a mounted folder by which a program does not find a file: in its container nothing is mounted
 * where the link leads. Links to the folder itself are followed on the node, when it is mounted.
 *
 * @param written the path of the file in the container
 */
export function leadsOut(
  { files }: Pick<ScannedNode, 'files'>,
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
