/** Replaces files, and rolls that back. Both continue where a crash interrupted them. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Disk } from './disk.ts';
import {
  attempt,
  attributesOf,
  digest,
  digestAt,
  makeFolder,
  removeFile,
  removeTree,
  sync,
  unless,
  writeNew,
} from './files.ts';
import type { Journal, Move } from './journal.ts';
import type { TargetState } from './preflight.ts';
import { nodeFolderMode, privateFolderMode } from './store.ts';

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

/** Keeps a file that is to be replaced, as it is. */
export function backUp(disk: Disk, store: string, { saved }: Move, { old }: TargetState): void {
  if (old === null) return;
  attempt('write', saved, () => {
    const names = path.relative(store, path.dirname(saved)).split('/');
    for (const index of names.keys()) {
      // Below the private folder, modes are those of the node's folders: a copy of the backup loses no permissions.
      const mode = index === 0 ? privateFolderMode : nodeFolderMode;
      makeFolder(disk, path.join(store, ...names.slice(0, index + 1)), mode);
    }
    writeNew(disk, saved, old.bytes, old);
    sync(disk, path.dirname(saved));
  });
}

/** Creates the new file in the folder of its target. It gets the owner of the old one. */
export function stage(disk: Disk, { staged, path: file, mode, owner }: Move, { write }: TargetState): void {
  attempt('write', file, () => {
    writeNew(disk, staged, write.bytes, { mode, owner });
    sync(disk, path.dirname(staged));
  });
}

/** Gives a staged file its final name, which at any time has either the whole old file or the whole new one. */
export function commit(disk: Disk, move: Move): void {
  const { path: file, staged, before } = move;
  const state = stateOf(disk, move);
  if (state === 'changed') throw new UserError(`"${file}" was changed meanwhile`, 'run it again');
  attempt('write', file, () => {
    if (before !== null) {
      disk.rename(staged, file);
    } else {
      // Unlike a rename, a link replaces nothing that was created meanwhile.
      if (state === 'old') disk.link(staged, file);
      removeFile(disk, staged);
    }
    sync(disk, path.dirname(file));
  });
}

/**
 * Removes new files and restores the old ones, the last first; changes of others stay. A file that cannot be restored
 * does not prevent the others.
 *
 * @throws UserError for the first file that could not be restored
 */
export function rollBack(disk: Disk, moves: readonly Move[]): void {
  const failures: unknown[] = [];
  for (const move of [...moves].reverse()) {
    try {
      rollBackOne(disk, move);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function rollBackOne(disk: Disk, move: Move): void {
  const { path: file, staged, before, after } = move;
  const isNew = stateOf(disk, move) === 'new' && before !== after;
  attempt('take back', file, () => {
    const wasStaged = removeFile(disk, staged);
    if (isNew && before === null) disk.unlink(file);
    if (isNew && before !== null) bringBack(disk, move);
    if (isNew || wasStaged) sync(disk, path.dirname(file));
  });
}

function bringBack(disk: Disk, { path: file, staged, saved, before }: Move): void {
  const status = isWithoutLinks(saved) ? disk.lstat(saved) : undefined;
  const bytes = status && disk.readFile(saved);
  if (status === undefined || bytes === undefined || digest(bytes) !== before) {
    throw new UserError(`the backup of "${file}" is gone: "${saved}"`, 'look for the old file elsewhere');
  }
  // A rename needs no space, which may be what is missing.
  if (unless(['EXDEV'], () => disk.rename(saved, file))) return;
  writeNew(disk, staged, bytes, attributesOf(status));
  disk.rename(staged, file);
}

/** Whether no folder on the path of a file is a symbolic link. */
function isWithoutLinks(file: string): boolean {
  try {
    return realpathSync(path.dirname(file)) === path.dirname(file);
  } catch {
    return false;
  }
}

/** Removes the backups if every file is as it was. */
export function dropBackup(disk: Disk, store: string, { backup }: Journal, moves: readonly Move[]): void {
  if (backup === null) return;
  const isNeeded = moves.some(
    (move) => move.before !== null && move.before !== move.after && stateOf(disk, move) !== 'old',
  );
  const folder = path.join(store, backup);
  if (isNeeded || disk.lstat(folder) === undefined) return;
  attempt('remove', folder, () => {
    removeTree(disk, folder);
    sync(disk, store);
  });
}
