/** The process table in a copy of a node. */
import { type FileTree, isMiss } from '../fs/tree.ts';
import { type ProcFiles, pidsAmong, procLimits } from './proc-files.ts';
import { bootTime } from './stat.ts';

/**
 * Returns the files below the `/proc` of a copy. There is no table without a process in it: some programs that collect files only copy
 * `/proc/stat`.
 */
export function copiedProc(tree: FileTree): ProcFiles {
  const readText = (path: string, limit: number): string | undefined => {
    const entry = tree.lstat(path);
    if (isMiss(entry) || entry.type !== 'file') return undefined;
    const bytes = tree.read(path);
    return isMiss(bytes) ? undefined : Buffer.from(bytes.subarray(0, limit)).toString('utf8');
  };
  return {
    pids: () => {
      const names = tree.list('/proc');
      const pids = isMiss(names) ? [] : pidsAmong(names);
      const isThere = pids.some((pid) => !isMiss(tree.lstat(`/proc/${pid}/stat`)));
      return isThere ? pids : undefined;
    },
    read: (pid, file) => readText(`/proc/${pid}/${file}`, procLimits[file]),
    // A link to the program would lead out of the copy.
    executable: () => undefined,
    clock: () => {
      const boot = bootTime(readText('/proc/stat', Number.POSITIVE_INFINITY) ?? '');
      const entry = tree.lstat('/proc/stat');
      const at = isMiss(entry) ? undefined : entry.times?.mtime;
      return boot === undefined ? undefined : { boot, tolerance: 1000, at };
    },
  };
}
