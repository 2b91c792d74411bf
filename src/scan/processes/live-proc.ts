/** The process table of this machine. */
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statfsSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { parseMounts, rootDevice } from './mountinfo.ts';
import { maxStat, type ProcClock, type ProcFiles, pidsAmong, procLimits } from './proc-files.ts';
import { bootTime, uptimeIn } from './stat.ts';

/** PROC_SUPER_MAGIC of statfs(2). */
const procMagic = 0x9fa0;

/**
 * Whether a folder is a mounted procfs, and not a copy of one. Its files have no size, so they are read until their
 * end.
 */
function isProcfs(folder: string): boolean {
  return attempt(() => lstatSync(folder).isDirectory() && statfsSync(folder).type === procMagic) ?? false;
}

/**
 * Whether the procfs in a folder is that of the machine whose root the folder is, as if the root of a host is mounted
 * in a container. It is not if someone works in the copy of a different machine with `chroot`, for which the table of
 * this one is mounted there.
 */
function isProcOfRoot(root: string): boolean {
  const proc = path.join(root, 'proc');
  if (!isProcfs(proc)) return false;
  const own = attempt(() => statSync(root));
  const first = attempt(() => statSync(path.join(proc, '1/root/')));
  if (own === undefined) return false;
  if (first !== undefined) return first.dev === own.dev && first.ino === own.ino;
  // Only who may trace a process sees its root, but everyone sees its device.
  const device = rootDevice(parseMounts(readText(path.join(proc, '1/mountinfo'), procLimits.mountinfo) ?? ''));
  const above = attempt(() => statSync(path.join(root, '..')));
  return device === deviceName(own.dev) && above !== undefined && above.dev !== own.dev;
}

/**
 * Returns the folder of the process table of a node; undefined if it is not this machine, and only a copy of the table
 * can be there. In a container with the root of its host, that of the host may be with it, or the container's own be
 * the host's (`hostPID`).
 */
export function procfsOf(root: string, isLive: boolean): string | undefined {
  if (root !== '/' && isProcOfRoot(root)) return path.join(root, 'proc');
  return isLive ? '/proc' : undefined;
}

/** Returns the number of a device as mountinfo has it (`gnu_dev_major` of the C library). */
const deviceName = (device: number): string =>
  `${(device >>> 8) & 0xfff}:${(device & 0xff) | ((device >>> 12) & 0xfff00)}`;

/**
 * Returns the files of a mounted procfs. Of a process only those of `procLimits` are opened, never its environment or
 * memory.
 *
 * @param now returns the time in milliseconds since the epoch; undefined if it is not known, then starts are known by
 *   the second
 */
export function liveProc(folder: string, now: (() => number) | undefined): ProcFiles {
  return {
    pids: () => {
      const names = attempt(() => readdirSync(folder));
      return names && pidsAmong(names);
    },
    read: (pid, file) => readText(`${folder}/${pid}/${file}`, procLimits[file]),
    executable: (pid) => attempt(() => readlinkSync(`${folder}/${pid}/exe`)),
    clock: () => clockOf(folder, now),
  };
}

/**
 * The seconds of `btime` are rounded down, `uptime` and ticks are hundredths of a second. In a container they may be of
 * two clocks.
 */
function clockOf(folder: string, now: (() => number) | undefined): ProcClock {
  const boot = bootTime(readText(`${folder}/stat`, maxStat) ?? '');
  const time = now?.();
  const uptime = time === undefined ? undefined : uptimeIn(readText(`${folder}/uptime`, procLimits.stat) ?? '');
  const at = undefined;
  if (boot === undefined || time === undefined || uptime === undefined) return { boot, tolerance: 1000, at };
  const exact = time - uptime;
  return Math.abs(exact - boot) > 2000 ? { boot, tolerance: 1000, at } : { boot: exact - 10, tolerance: 20, at };
}

let buffer: Buffer | undefined;

/** Reads a file until its end, or until its limit. */
function readText(file: string, limit: number): string | undefined {
  return attempt(() => {
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      buffer ??= Buffer.alloc(64 * 1024);
      const parts: Buffer[] = [];
      for (let left = limit; left > 0; ) {
        const count = readSync(descriptor, buffer, 0, Math.min(left, buffer.length), null);
        if (count === 0) break;
        parts.push(Buffer.from(buffer.subarray(0, count)));
        // The kernel returns a short line at once. Every process has one, so a second read of each would cost time.
        left = limit <= procLimits.comm ? 0 : left - count;
      }
      return Buffer.concat(parts).toString('utf8');
    } finally {
      closeSync(descriptor);
    }
  });
}

/**
 * What the system refuses is not known: a process ends at any time, and only root sees all of others' (proc(5),
 * `hidepid`).
 */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return undefined;
    throw error;
  }
}
