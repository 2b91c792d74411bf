/** Putting files in place, and taking that back. Both go on where a crash has stopped them. */
import path from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Disk } from './disk.ts';
import { attempt } from './fault.ts';
import { digest, digestAt, makeFolder, removeFile, removeTree, syncFolder, writeNew } from './files.ts';
import type { Journal, Move } from './journal.ts';
import type { Looked } from './look.ts';
import { privateFolderMode } from './store.ts';

/** What stands where a file is to go: the old one (or nothing, as before), the new one, or what somebody put there since. */
export function stateOf(disk: Disk, { path: file, before, after }: Move): 'old' | 'new' | 'changed' {
  const now = attempt('read', file, () => digestAt(disk, file));
  if (now === after) return 'new';
  return now === before ? 'old' : 'changed';
}

export function isStaged(disk: Disk, { staged, after }: Move): boolean {
  return attempt('read', staged, () => digestAt(disk, staged)) === after;
}

/** Keeps a file that is to be replaced, as it is. */
export function keepOld(disk: Disk, store: string, { saved }: Move, { old }: Looked): void {
  if (old === null) return;
  attempt('write', saved, () => {
    const names = path.relative(store, path.dirname(saved)).split('/');
    for (const index of names.keys()) {
      makeFolder(disk, path.join(store, ...names.slice(0, index + 1)), privateFolderMode);
    }
    writeNew(disk, saved, old.bytes, old);
    syncFolder(disk, path.dirname(saved));
  });
}

/** Makes the new file beside its place. It belongs to whom the old one belonged. */
export function stage(disk: Disk, { staged, path: file }: Move, { write, old }: Looked): void {
  attempt('write', file, () => {
    writeNew(disk, staged, write.bytes, { mode: write.mode, owner: old?.owner });
    syncFolder(disk, path.dirname(staged));
  });
}

/** Gives a staged file its name, which is whole or the old one at any time. */
export function putInPlace(disk: Disk, move: Move): void {
  const { path: file, staged, before } = move;
  const state = stateOf(disk, move);
  if (state === 'changed') throw new UserError(`"${file}" was changed meanwhile`, 'run it again');
  attempt('write', file, () => {
    if (before !== null) {
      disk.rename(staged, file);
    } else {
      // Unlike a rename it replaces nothing that came to be there meanwhile.
      if (state === 'old') disk.link(staged, file);
      removeFile(disk, staged);
    }
    syncFolder(disk, path.dirname(file));
  });
}

/** Removes what is new, brings back what was there, the last first; what somebody else put there stays. */
export function takeBack(disk: Disk, moves: readonly Move[]): void {
  for (const move of [...moves].reverse()) {
    const { path: file, staged, before, after } = move;
    const isNew = stateOf(disk, move) === 'new' && before !== after;
    attempt('take back', file, () => {
      const wasStaged = removeFile(disk, staged);
      if (isNew && before === null) disk.unlink(file);
      if (isNew && before !== null) bringBack(disk, move);
      if (isNew || wasStaged) syncFolder(disk, path.dirname(file));
    });
  }
}

function bringBack(disk: Disk, { path: file, staged, saved, before }: Move): void {
  const status = disk.lstat(saved);
  const bytes = status === undefined ? undefined : disk.readFile(saved);
  if (status === undefined || bytes === undefined || digest(bytes) !== before) {
    throw new UserError(`the backup of "${file}" is gone: "${saved}"`, 'look for the old file elsewhere');
  }
  const { mode, uid, gid, atime, mtime } = status;
  writeNew(disk, staged, bytes, { mode: mode & 0o7777, owner: { uid, gid }, times: { atime, mtime } });
  disk.rename(staged, file);
}

/** Removes the backups where everything is as it was. */
export function dropBackup(disk: Disk, store: string, { backup }: Journal, moves: readonly Move[]): void {
  if (backup === null) return;
  const isNeeded = moves.some(
    (move) => move.before !== null && move.before !== move.after && stateOf(disk, move) !== 'old',
  );
  const folder = path.join(store, backup);
  if (isNeeded || disk.lstat(folder) === undefined) return;
  attempt('remove', folder, () => {
    removeTree(disk, folder);
    syncFolder(disk, store);
  });
}
