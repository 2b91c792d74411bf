/** Changes of permission bits. */
import type { Disk } from './disk.ts';
import { attempt } from './fault.ts';
import type { Change } from './look.ts';

/** Changes one, and yields what changes it back. A link that came to be there meanwhile is not followed. */
export function changeMode(disk: Disk, { path, mode }: Change): Change {
  return attempt('change the mode of', path, () => {
    const descriptor = disk.open(path);
    try {
      const status = disk.fstat(descriptor);
      if (!status.isFile() && !status.isDirectory()) throw Object.assign(new Error(path), { code: 'EFTYPE' });
      disk.fchmod(descriptor, mode);
      disk.fsync(descriptor);
      return { path, mode: status.mode & 0o7777 };
    } finally {
      disk.close(descriptor);
    }
  });
}
