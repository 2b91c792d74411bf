/**
 * Where tests put their temporary files: in memory if there is room, because what `issue` writes is flushed to the disk
 * file by file, and the tests wait for that.
 */
import { readFileSync, statfsSync } from 'node:fs';

const folder = '/dev/shm';
/** In bytes: images of file systems are among the files. */
const enough = 4e9;

/** Whether the folder is in memory, and programs in it may run, which containers often forbid. */
function isUsable(): boolean {
  try {
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .findLast(([, place]) => place === folder);
    const [, , type, options = ''] = mount ?? [];
    const { bavail, bsize } = statfsSync(folder);
    return type === 'tmpfs' && !/\b(?:noexec|ro)\b/.test(options) && bavail * bsize > enough;
  } catch {
    return false;
  }
}

/** The environment of tests. Who has set TMPDIR has chosen. */
export const inMemory: Readonly<Record<string, string>> =
  process.env.TMPDIR === undefined && isUsable() ? { TMPDIR: folder } : {};
