/** This machine, and the processes that run on it. */
import { createHmac } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errnoOf } from './files.ts';

/**
 * A process, distinguished from others with the same number, earlier or elsewhere. Fields that the system does not
 * report are empty.
 */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Identifies the current boot of the machine (random(4): boot_id). */
  readonly boot: string;
  /** The PID namespace; containers have their own (pid_namespaces(7)). */
  readonly namespace: string;
  /** When the process started, in clock ticks since boot (proc_pid_stat(5), field 22). */
  readonly start: string;
}

/** The processes of this machine. */
export const machineProcesses = {
  machineId,
  self: (): Holder => ({ pid: process.pid, ...surroundings(), start: statOf(process.pid)?.start ?? '' }),
  /** Whether a process may still run: true if that cannot be known. */
  mayRun(holder: Holder): boolean {
    const here = surroundings();
    if (holder.host !== here.host) return true;
    // The machine was rebooted since.
    if (holder.boot !== '' && here.boot !== '' && holder.boot !== here.boot) return false;
    if (holder.namespace !== here.namespace) return true;
    if (!exists(holder.pid)) return false;
    const status = statOf(holder.pid);
    if (status === undefined) return true;
    // Dead, and not yet waited for by its parent.
    if (status.state === 'Z' || status.state === 'X') return false;
    return holder.start === '' || holder.start === status.start;
  },
};

export type Processes = typeof machineProcesses;

/** The second one is that of systems without systemd (dbus-uuidgen(1)). */
const idFiles = ['/etc/machine-id', '/var/lib/dbus/machine-id'];

/**
 * Identifies this machine in any boot; null if it has no machine-id, like many containers. The id itself must not be
 * exposed (machine-id(5)), so this is a hash of it, like that of sd_id128_get_machine_app_specific(3).
 */
function machineId(): string | null {
  const id = idFiles
    .map((file) => textOf(() => readFileSync(file, 'utf8')))
    .find((text) => /^(?!0{32})[0-9a-f]{32}$/.test(text));
  return id === undefined ? null : createHmac('sha256', id).update('pki-lint journal').digest('hex');
}

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
    // EPERM: the process exists, and belongs to another user.
    return errnoOf(error) !== 'ESRCH';
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
