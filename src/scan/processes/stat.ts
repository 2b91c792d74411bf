/** `/proc/PID/stat` and `/proc/stat`, as in proc_pid_stat(5) and proc_stat(5). */

/** What is known of a process by its `stat`. */
export interface ProcessStat {
  /** The first 15 bytes of the name of its program: field 2. */
  readonly name: string;
  /** One letter, such as `S`: field 3. */
  readonly state: string;
  readonly parent: number;
  /**
   * When it started, in clock ticks since the boot: field 22. It identifies a process together with its id, which is
   * used again.
   */
  readonly ticks: number;
  readonly isKernelThread: boolean;
}

/** PF_KTHREAD of the kernel's include/linux/sched.h. */
const kernelThread = 0x200000;

/** Reads the `stat` of a process; undefined if it is damaged. A name may contain anything, also `)` and newlines. */
export function parseStat(text: string): ProcessStat | undefined {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  if (open === -1 || close < open) return undefined;
  const fields = text
    .slice(close + 1)
    .trim()
    .split(/\s+/);
  const [state = ''] = fields;
  const [parent, flags, ticks] = [1, 6, 19].map((index) => wholeNumber(fields[index]));
  if (!/^[A-Za-z]$/.test(state) || parent === undefined || flags === undefined || ticks === undefined) return undefined;
  const isKernelThread = Math.floor(flags / kernelThread) % 2 === 1;
  return { name: text.slice(open + 1, close), state, parent, ticks, isKernelThread };
}

/** Returns the time of the boot in milliseconds since the epoch, rounded down to a second: `btime` of `/proc/stat`. */
export function bootTime(text: string): number | undefined {
  const seconds = wholeNumber(/^btime (\d{1,12})$/m.exec(text)?.[1]);
  return seconds === undefined || seconds === 0 ? undefined : seconds * 1000;
}

/** Returns the milliseconds since the boot: the first number of `/proc/uptime` (proc_uptime(5)). */
export function uptimeIn(text: string): number | undefined {
  const seconds = /^(\d{1,12}\.\d{1,9}) /.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function wholeNumber(digits: string | undefined): number | undefined {
  const value = /^\d{1,16}$/.test(digits ?? '') ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
