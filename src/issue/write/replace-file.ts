/** Replaces files, and rolls that back. Both continue where a crash interrupted them. */
import path from 'node:path';
import { UserError } from '../../core/errors.ts';
import { copy, hasBackup } from './backup.ts';
import type { Disk } from './disk.ts';
import { attempt, digestAt, removeFile, sync, unless, writeNew } from './files.ts';
import type { Move } from './journal.ts';
import type { TargetState } from './preflight.ts';

/** The state of a target: the old file (or none, as before), the new one, or a change of someone else. */
export function stateOf(disk: Disk, { path: file, before, after }: Move): 'old' | 'new' | 'changed' {
  const now = attempt('read', file, () => digestAt(disk, file));
  if (now === after) return 'new';
  return now === before ? 'old' : 'changed';
}

/** Whether the new file is complete, with its mode and owner, and only needs its final name. */
export function isStaged(disk: Disk, { staged, after, mode, owner }: Move): boolean {
  return attempt('read', staged, () => {
    const status = disk.lstat(staged);
    if (status === undefined || (status.mode & 0o7777) !== mode) return false;
    const isOwned = owner === null || (status.uid === owner.uid && status.gid === owner.gid);
    return isOwned && digestAt(disk, staged) === after;
  });
}

/** Creates the new file in the folder of its target. It gets the owner of the old one. */
export function stage(disk: Disk, { staged, path: file, mode, owner }: Move, { write }: TargetState): void {
  attempt('write', file, () => {
    writeNew(disk, staged, write.bytes, { mode, owner });
    sync(disk, path.dirname(staged));
  });
}

/**
 * Gives a staged file its final name, which at any time has either the whole old file or the whole new one.
 *
 * @param onPlaced called when the file has that name, even if something fails afterwards
 */
export function commit(disk: Disk, move: Move, onPlaced: () => void = () => {}): void {
  const { path: file, staged, before } = move;
  if (stateOf(disk, move) === 'changed') throw new UserError(`"${file}" was changed in the meantime`, 'run it again');
  attempt('write', file, () => {
    if (before !== null) {
      disk.rename(staged, file);
      onPlaced();
    } else {
      // Unlike a rename, a link replaces nothing that was created meanwhile.
      disk.link(staged, file);
      onPlaced();
      removeFile(disk, staged);
    }
    sync(disk, path.dirname(file));
  });
}

/**
 * Prepares the end of a new file that is rolled back, so that nothing is lost. Returns whether it is rolled back: a
 * file of someone else may have the same content.
 */
export type LetGo = (move: Move) => boolean;

/**
 * Removes new files and restores the old ones, the last first; changes of others stay. A file that cannot be restored
 * does not prevent the others.
 *
 * @throws UserError for the first file that could not be restored
 */
export function rollBack(disk: Disk, moves: readonly Move[], letGo: LetGo): void {
  const failures: unknown[] = [];
  for (const move of [...moves].reverse()) {
    try {
      rollBackOne(disk, move, letGo);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function rollBackOne(disk: Disk, move: Move, letGo: LetGo): void {
  const { path: file, staged, saved, before, after } = move;
  const isNew = stateOf(disk, move) === 'new' && before !== after;
  if (isNew && before !== null && !hasBackup(disk, move)) {
    throw new UserError(`the backup of "${file}" is gone: "${saved}"`, 'look for the old file elsewhere');
  }
  attempt('restore', file, () => {
    const wasStaged = removeFile(disk, staged);
    const goes = isNew && letGo(move);
    if (goes && before === null) disk.unlink(file);
    if (goes && before !== null) bringBack(disk, move);
    if (goes || wasStaged) sync(disk, path.dirname(file));
  });
}

function bringBack(disk: Disk, { path: file, staged, saved }: Move): void {
  // A rename needs no space, which may be what is missing.
  if (unless(['EXDEV'], () => disk.rename(saved, file))) return;
  copy(disk, saved, staged);
  disk.rename(staged, file);
}
