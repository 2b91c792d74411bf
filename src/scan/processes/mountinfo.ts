/** `/proc/PID/mountinfo`, as in proc_pid_mountinfo(5). */

import { isAtOrBelow } from '../../artifact/paths.ts';
import type { MountLine } from '../../artifact/process.ts';
import { remember } from '../../core/collections.ts';

/** The lines of one process. The kernel allows 100,000 mounts by default (`fs.mount-max`); nodes have some thousands. */
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
 * @param hostMounts what the host mounts, by which the place of the folder in its file system is known; undefined if that is not known
 */
export function isMounted(
  folder: string,
  mounts: readonly MountLine[],
  hostMounts: readonly MountLine[] | undefined,
): boolean {
  const { device: own, root: place } = hostMounts === undefined ? nowhere(folder) : placeOf(hostMounts, folder);
  return mounts.some(
    ({ device, root }) =>
      (own === undefined ? root !== '/' : device === own) && (isAtOrBelow(root, place) || isAtOrBelow(place, root)),
  );
}

/** A folder on a device, and where it is in the file system there. */
interface PlaceOnDevice {
  readonly device: string | undefined;
  readonly root: string;
}

/** A folder of which only its path on the host is known, which most often is that in its file system. */
const nowhere = (folder: string): PlaceOnDevice => ({ device: undefined, root: folder });

/** Returns the place of a folder of a host by its deepest mount, of those at the same path by the last. A host may have thousands. */
const placeOf = remember((hostMounts: readonly MountLine[], folder: string): PlaceOnDevice => {
  let own: MountLine | undefined;
  for (const mount of hostMounts)
    if (isAtOrBelow(folder, mount.path) && mount.path.length >= (own?.path.length ?? 0)) own = mount;
  return own === undefined ? nowhere(folder) : { device: own.device, root: belowRoot(own, folder) };
});

/** Returns the place in its file system of a folder below a mount. */
function belowRoot({ root, path }: MountLine, folder: string): string {
  const rest = path === '/' ? folder : folder.slice(path.length);
  return root === '/' ? rest || '/' : `${root}${rest === '/' ? '' : rest}`;
}
