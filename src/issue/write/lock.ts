/** One writer at a time. */
import path from 'node:path';
import { filledOrReason } from '../../core/command/fill.ts';
import { UserError } from '../../core/errors.ts';
import type { Disk } from './disk.ts';
import { attempt, readIfThere, removeFile, sync, unless, writeNew } from './files.ts';
import { isToken, newToken } from './journal.ts';
import type { Holder, Processes } from './machine.ts';
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
 * Gives a claim the name of the lock. Of the processes that find the lock stale only one may remove it: the one that
 * holds a second lock, named after the token of the stale one and taken in the same way.
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
  throw new UserError('other processes keep writing here', 'run it again when they are done');
}

/** Removes what processes left that died while they took or released a lock. */
function sweep(disk: Disk, processes: Processes, store: string): void {
  for (const name of disk.readdir(store)) {
    if (!/^lock(?:[.-][0-9a-f]{16})+$/.test(name)) continue;
    const file = path.join(store, name);
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
      ? `"${lock}" exists, but does not say which process created it`
      : `another pki-lint is writing here: process ${pid} on ${host}, since ${since}`;
  return new UserError(
    message,
    `wait until it is done; if no process writes any more: ${filledOrReason('rm {path}', { path: lock })}`,
  );
}
