/** The files of a process table: of this machine, or of a copy. */

/**
 * Bytes that are read of one file. Nothing that the kernel writes is longer, but a program may rewrite its command
 * line.
 */
export const procLimits = {
  cgroup: 64 * 1024,
  cmdline: 256 * 1024,
  comm: 64,
  mountinfo: 4 * 1024 * 1024,
  stat: 4 * 1024,
} as const;

/** Bytes that are read of `/proc/stat`: machines with hundreds of processors have some ten thousand. */
export const maxStat = 1024 * 1024;

export type ProcFile = keyof typeof procLimits;

/** Files of a process table. Nothing throws: a process may end at any time, and other users' may be hidden. */
export interface ProcFiles {
  /** Returns the ids of the processes, in order; undefined if there is no table. */
  readonly pids: () => readonly number[] | undefined;
  /** Returns the text of a file of a process; undefined if it cannot be read. */
  readonly read: (pid: number, file: ProcFile) => string | undefined;
  /** Returns the file that a process runs; undefined if it is not known. */
  readonly executable: (pid: number) => string | undefined;
  /** Returns when processes started. */
  readonly clock: () => ProcClock;
}

/** How to get from the clock ticks of a process to the time of its start. */
export interface ProcClock {
  /** The time of the boot, in milliseconds since the epoch: at the earliest. undefined if it is not known. */
  readonly boot: number | undefined;
  /** By how many milliseconds it may have been later. */
  readonly tolerance: number;
  /** When the files were read or copied; undefined: now. */
  readonly at: number | undefined;
}

/** Returns the ids among the names in `/proc`. */
export function pidsAmong(names: readonly string[]): readonly number[] {
  return names.flatMap((name) => (/^[1-9]\d{0,9}$/.test(name) ? Number(name) : [])).sort((one, other) => one - other);
}
