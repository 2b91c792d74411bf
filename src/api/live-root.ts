/** Whether a root file system is that of this machine, under whatever name. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/** Returns whether a folder is the root of this machine, or that of its first process, as seen from a container. */
export function isLiveRoot(rootfs: string, cwd: string): boolean {
  const folder = identityOf(resolve(cwd, rootfs));
  return folder !== undefined && ['/', '/proc/1/root/'].some((root) => identityOf(root) === folder);
}

function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}
