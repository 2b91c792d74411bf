/** One writer at a time. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { UserError } from '../../core/errors.ts';
import { shellWord } from '../../core/text.ts';
import type { Disk } from './disk.ts';
import { attempt, errnoOf, readIfThere, removeFile, sync, unless, writeNew } from './files.ts';
import { isToken, newToken } from './journal.ts';
import { lockOf } from './store.ts';

/** The content of a lock. */
interface Claim extends Holder {
  /** When the lock was taken, for people. */
  readonly since: string;
  /** Unique for each claim; empty if the content of the lock cannot be read. */
  readonly token: string;
}

/**
 * Takes the lock of a store, and returns what releases it. A lock whose holder is dead is taken over.
 *
 * @param now milliseconds since the epoch
 * @throws UserError that says who holds the lock
 */
export function takeLock(disk: Disk, processes: Processes, store: string, now: number): () => void {
  const token = newToken();
  const claim: Claim = { ...processes.self(), since: new Date(now).toISOString(), token };
  const own = `${lockOf(store)}-${token}`;
  try {
    // Complete before it gets its name: a lock is never half written.
    attempt('write', own, () => writeNew(disk, own, Buffer.from(`${JSON.stringify(claim)}\n`), { mode: 0o600 }));
    attempt('take', lockOf(store), () => acquire(disk, processes, own, lockOf(store)));
  } finally {
    attempt('remove', own, () => removeFile(disk, own));
  }
  const release = (): void => {
    attempt('remove', lockOf(store), () => {
      if (readClaim(disk, lockOf(store))?.token === token) disk.unlink(lockOf(store));
    });
    attempt('sync', store, () => sync(disk, store));
  };
  try {
    attempt('look into', store, () => sweep(disk, processes, store));
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

const maxTries = 5;

/**
 * Gives a claim the name of the lock. Of the processes that find the lock stale only one may remove it: the one that holds
 * a second lock, named after the token of the stale one and taken in the same way.
 */
function acquire(disk: Disk, processes: Processes, own: string, lock: string): void {
  for (let left = maxTries; left > 0; left -= 1) {
    if (unless(['EEXIST'], () => disk.link(own, lock))) return;
    const held = readClaim(disk, lock);
    if (held === undefined) continue;
    if (isHeld(held, processes)) throw heldBy(held, lock);
    const secondLock = `${lock}.${held.token}`;
    acquire(disk, processes, own, secondLock);
    try {
      if (readClaim(disk, lock)?.token === held.token) removeFile(disk, lock);
    } finally {
      removeFile(disk, secondLock);
    }
  }
  throw new UserError('others write here again and again', 'run it again when they are done');
}

/** Removes what processes left that died while they took or released a lock. */
function sweep(disk: Disk, processes: Processes, store: string): void {
  const lock = lockOf(store);
  for (const name of disk.readdir(store)) {
    const file = path.join(store, name);
    if (!file.startsWith(`${lock}.`) && !file.startsWith(`${lock}-`)) continue;
    const claim = readClaim(disk, file);
    if (claim === undefined || claim.token === '' || !processes.mayRun(claim)) removeFile(disk, file);
  }
}

/** Whether a process that may still run holds the lock. */
export function isLocked(disk: Disk, processes: Processes, store: string): boolean {
  const held = readClaim(disk, lockOf(store));
  return held !== undefined && isHeld(held, processes);
}

/** An unreadable claim may be that of a running process. */
const isHeld = (claim: Claim, processes: Processes): boolean => claim.token === '' || processes.mayRun(claim);

/** The content of a lock; undefined if there is none, and without a token if it cannot be read. */
function readClaim(disk: Disk, lock: string): Claim | undefined {
  const bytes = readIfThere(disk, lock);
  if (bytes === undefined) return undefined;
  try {
    const claim: Partial<Claim> | null = JSON.parse(Buffer.from(bytes).toString());
    const { pid, ...words } = { ...unreadable, ...claim };
    const isWhole = Number.isInteger(pid) && Object.values(words).every((word) => typeof word === 'string');
    return isWhole && isToken(words.token) ? { pid, ...words } : unreadable;
  } catch {
    return unreadable;
  }
}

const unreadable: Claim = { pid: 0, host: '', boot: '', namespace: '', start: '', since: '', token: '' };

function heldBy({ pid, host, since, token }: Claim, lock: string): UserError {
  const message =
    token === ''
      ? `"${lock}" is there, and does not say who holds it`
      : `another pki-lint writes here: process ${pid} on ${host}, since ${since}`;
  return new UserError(message, `wait until it is done; if nobody writes any more: rm ${shellWord(lock)}`);
}

/** A process, distinguished from others with the same number, earlier or elsewhere. Fields that the system does not report are empty. */
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
