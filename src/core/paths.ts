/** From a path as a container sees it to a path on the node. */
import type { Component } from './artifact.ts';

/**
 * Where a component's path lies on the node: the mount with the longest matching `mountPath` decides, as the container
 * runtime mounts the deeper over the shallower. A relative path starts at `/`, the working directory of the images of
 * the control plane.
 *
 * @returns the node's path; `not-mounted`: it lies in the image; `not-on-disk`: it lies in a volume that is no host path.
 */
export function hostPath(component: Component, containerPath: string): string | 'not-mounted' | 'not-on-disk' {
  const path = normalizePath(containerPath);
  if (component.mounts === undefined) return path;
  let best: { readonly mountPath: string; readonly hostPath: string | undefined } | undefined;
  for (const mount of component.mounts) {
    const mountPath = normalizePath(mount.mountPath);
    if (isAtOrBelow(path, mountPath) && mountPath.length >= (best?.mountPath.length ?? 0)) {
      best = { mountPath, hostPath: mount.hostPath };
    }
  }
  if (best === undefined) return 'not-mounted';
  if (best.hostPath === undefined) return 'not-on-disk';
  return normalizePath(`${best.hostPath}/${path.slice(best.mountPath.length)}`);
}

/** An absolute path without `.`, `..`, doubled or trailing slashes; `..` never leaves `/`. */
export function normalizePath(path: string): string {
  // Most paths are in order, and telling is cheaper than taking them apart.
  if (path.startsWith('/') && !/\/(?:\.|\/|$)/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Whether a normalised path is the folder or lies below it. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}

/** A path that may be relative to a folder, absolute and normalised. */
export function inFolder(folder: string, path: string): string {
  return normalizePath(path.startsWith('/') ? path : `${folder}/${path}`);
}
