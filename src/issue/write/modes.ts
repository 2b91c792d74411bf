/** Changes of permission bits. */
import type { Disk } from './disk.ts';
import { attempt } from './fault.ts';
import type { Change } from './look.ts';

/** A link that came to be there meanwhile is not followed. */
export function changeMode(disk: Disk, { path }: Change, mode: number): void {
  attempt('change the mode of', path, () => {
    const descriptor = disk.open(path);
    try {
      const status = disk.fstat(descriptor);
      if (!status.isFile() && !status.isDirectory()) throw Object.assign(new Error(path), { code: 'EFTYPE' });
      disk.fchmod(descriptor, mode);
      disk.fsync(descriptor);
    } finally {
      disk.close(descriptor);
    }
  });
}
