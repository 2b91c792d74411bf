/** The process table in a copy of a node. */
import { type FileTree, isMiss } from '../fs/tree.ts';
import { maxStat, type ProcFiles, pidsAmong, procLimits } from './proc-files.ts';
import { bootTime, parseStat } from './stat.ts';

/**
 * Processes of which one must have a `stat`: a procfs that is not this machine's is there, but nothing is read of it.
 */
const looksAt = 100;

/**
 * Returns the files below the `/proc` of a copy. There is no table without a process in it: some programs that collect
 * files only copy `/proc/stat`.
 */
export function copiedProc(tree: FileTree): ProcFiles {
  const readText = (path: string, limit: number): string | undefined => {
    const entry = tree.lstat(path);
    if (isMiss(entry) || entry.type !== 'file') return undefined;
    const bytes = tree.read(path);
    return isMiss(bytes) ? undefined : Buffer.from(bytes.subarray(0, limit)).toString('utf8');
  };
  const pids = (): readonly number[] | undefined => {
    const names = tree.list('/proc');
    const all = isMiss(names) ? [] : pidsAmong(names);
    const isProcess = (pid: number) => parseStat(readText(`/proc/${pid}/stat`, procLimits.stat) ?? '') !== undefined;
    return all.slice(0, looksAt).some(isProcess) ? all : undefined;
  };
  const timeOf = (path: string): number | undefined => {
    const entry = tree.lstat(path);
    return isMiss(entry) ? undefined : entry.times?.mtime;
  };
  return {
    pids,
    read: (pid, file) => readText(`/proc/${pid}/${file}`, procLimits[file]),
    // A link to the program would lead out of the copy.
    executable: () => undefined,
    clock: () => ({
      boot: bootTime(readText('/proc/stat', maxStat) ?? ''),
      tolerance: 1000,
      at: timeOf('/proc/stat') ?? timeOf(`/proc/${pids()?.[0]}/stat`),
    }),
  };
}
