/** `/proc/PID/mountinfo`, as in proc_pid_mountinfo(5). */

import { isAtOrBelow } from '../../artifact/paths.ts';
import { type MountLine, placeOnHost } from '../../artifact/process.ts';

/**
 * The lines of one process. The kernel allows 100,000 mounts by default (`fs.mount-max`); nodes have some thousands.
 */
const maxLines = 30_000;

/** Follows the place of a mounted file or folder that was removed (`seq_dentry` of the kernel). */
const deleted = '//deleted';

/** Reads the lines of a process. Lines that are damaged are left out. */
export function parseMounts(text: string): readonly MountLine[] {
  return text.split('\n', maxLines).flatMap((line): MountLine[] => {
    const [, , device, root, path] = line.split(' ', 5);
    if (!/^\d+:\d+$/.test(device ?? '') || device === undefined || root === undefined || !path?.startsWith('/'))
      return [];
    const isDeleted = root.endsWith(deleted);
    const place = unescaped(isDeleted ? root.slice(0, -deleted.length) : root);
    return [{ device, root: place || '/', path: unescaped(path), isDeleted }];
  });
}

/** Space, tab, newline and backslash are octal numbers. */
const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(040|011|012|134)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
    : text;

/** Returns the device of the root of a process. What is mounted last is on top. */
export function rootDevice(mounts: readonly MountLine[]): string | undefined {
  return mounts.findLast(({ path }) => path === '/')?.device;
}

/**
 * Whether something of a folder of the host is mounted, or what contains it.
 *
 * @param hostMounts what the host mounts, by which the place of the folder in its file system is known; undefined if
 *   that is not known
 */
export function isMounted(
  folder: string,
  mounts: readonly MountLine[],
  hostMounts: readonly MountLine[] | undefined,
): boolean {
  // Without it, the path on the host is most often that in its file system.
  const { device: own, root: place = folder } = (hostMounts && placeOnHost(hostMounts, folder)) ?? {};
  return mounts.some(
    ({ device, root }) =>
      (own === undefined ? root !== '/' : device === own) && (isAtOrBelow(root, place) || isAtOrBelow(place, root)),
  );
}
