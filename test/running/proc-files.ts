/** The texts of /proc/PID (proc_pid_stat(5)), as far as tests change them. */

export interface NewProcess {
  /** Empty for a zombie. */
  readonly words: readonly string[];
  /** The name in `stat`, if it is not that of the program. */
  readonly comm?: string;
  readonly started: string;
  readonly cgroup: string;
  readonly state?: 'S' | 'Z';
  readonly parent?: number;
  /** Its number in the namespace of its container. */
  readonly inContainer?: number;
  readonly mounts?: string;
}

/** `starttime`, field 22, counted after the name. */
export const startField = 19;

/** Changes a field of `stat` after the name, which may have spaces and parentheses itself. */
export function inField(line: string, index: number, change: (value: string) => string): string {
  const end = line.lastIndexOf(')') + 2;
  const fields = line.slice(end).split(' ');
  return line.slice(0, end) + fields.with(index, change(fields[index] ?? '')).join(' ');
}

/** Ticks of 10 ms since the start of the machine. */
export function startOf(procStat: string, when: string): string {
  const booted = Number(/^btime (\d+)$/m.exec(procStat)?.[1]);
  const ticks = Math.round(Date.parse(when) / 10 - booted * 100);
  if (!(ticks > 0)) throw new Error(`the machine started after ${when}`);
  return String(ticks);
}

export function statLine(pid: number, name: string, ticks: string, { state = 'S', parent = 1 }: NewProcess): string {
  const before = `${pid} (${name}) ${state} ${parent} ${pid} ${pid} 0 -1 4194560 13024 0 76 0 46 9 0 0 20 0 5 0`;
  return `${before} ${ticks} 1466183680 29578 18446744073709551615 ${Array(27).fill(0).join(' ')}\n`;
}

export function newStatus(pid: number, name: string, { state = 'S', parent = 1, inContainer }: NewProcess): string {
  const numbers = inContainer === undefined ? `${pid}` : `${pid}\t${inContainer}`;
  return [
    `Name:\t${name}`,
    `State:\t${state} (${state === 'Z' ? 'zombie' : 'sleeping'})`,
    `Tgid:\t${pid}`,
    `Pid:\t${pid}`,
    `PPid:\t${parent}`,
    'Uid:\t0\t0\t0\t0',
    `NSpid:\t${numbers}`,
    '',
  ].join('\n');
}
