/** Who holds the lock, and whether that process still runs. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told from those that had its number before or have it elsewhere. Empty where the system does not say. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Identifies the time since the machine was started (random(4): boot_id). */
  readonly boot: string;
  /** The pid namespace, which containers have of their own (pid_namespaces(7)). */
  readonly namespace: string;
  /** When the process began, in ticks since the machine was started (proc_pid_stat(5), field 22). */
  readonly start: string;
}

/** The processes of this machine. */
export interface Processes {
  self(): Holder;
  /** Whether it may still run: true where that cannot be known. */
  mayRun(holder: Holder): boolean;
}

export const machineProcesses: Processes = {
  self: () => ({ pid: process.pid, ...surroundings(), start: statOf(process.pid)?.start ?? '' }),
  mayRun(holder) {
    const here = surroundings();
    if (holder.host !== here.host) return true;
    // The machine has been started anew since.
    if (holder.boot !== '' && here.boot !== '' && holder.boot !== here.boot) return false;
    if (holder.namespace !== here.namespace) return true;
    if (!exists(holder.pid)) return false;
    const status = statOf(holder.pid);
    if (status === undefined) return true;
    // Dead, and its parent has not asked for it yet.
    if (status.state === 'Z' || status.state === 'X') return false;
    return holder.start === '' || holder.start === status.start;
  },
};

function surroundings(): Pick<Holder, 'host' | 'boot' | 'namespace'> {
  return {
    host: hostname(),
    boot: textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    namespace: textOf(() => readlinkSync('/proc/self/ns/pid')),
  };
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** `42 (any (name) at all) S 1 …`: fields 3 and 22 of proc_pid_stat(5). */
function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  const text = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return state === undefined || start === undefined ? undefined : { state, start };
}

function textOf(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}
