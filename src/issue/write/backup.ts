/** Copies of files in `.pki-lint/`: what a batch replaces, and what a recovery moves away. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Disk } from './disk.ts';
import {
  attempt,
  attributesOf,
  digestAt,
  makeFolder,
  readIfThere,
  removeTree,
  sync,
  unless,
  writeNew,
} from './files.ts';
import { type Journal, keptAt, type Move } from './journal.ts';
import { nodeFolderMode, privateFolderMode } from './store.ts';

/** Keeps the file that a move replaces. */
export function backUp(disk: Disk, store: string, { path: file, before, saved }: Move): void {
  if (before !== null) keep(disk, store, file, saved);
}

/** Keeps the present file of a target in another folder of the store. */
export function keepPresent(disk: Disk, store: string, folder: string, { path: file, target }: Move): void {
  keep(disk, store, file, keptAt(store, folder, target));
}

/**
 * Gives a file a second name: if it gets its place back, it still has its access control list, security context and
 * other extended attributes. A copy, which is what other file systems get, only has mode, owner and times.
 */
function keep(disk: Disk, store: string, file: string, kept: string): void {
  attempt('write', kept, () => {
    makeWay(disk, store, kept);
    if (unless(['EXDEV', 'EPERM', 'EMLINK'], () => disk.link(file, kept))) sync(disk, kept);
    else copy(disk, file, kept);
    sync(disk, path.dirname(kept));
  });
}

function makeWay(disk: Disk, store: string, file: string): void {
  const names = path.relative(store, path.dirname(file)).split('/');
  for (const index of names.keys()) {
    // Below the private folder, modes are those of the node's folders: a copy of the backup loses no permissions.
    const mode = index === 0 ? privateFolderMode : nodeFolderMode;
    makeFolder(disk, path.join(store, ...names.slice(0, index + 1)), mode);
  }
}

/** Whether the old file of a move can be brought back. */
export function hasBackup(disk: Disk, { saved, before }: Move): boolean {
  return attempt('read', saved, () => isWithoutLinks(saved) && digestAt(disk, saved) === before);
}

/** Whether no folder on the path of a file is a symbolic link. */
function isWithoutLinks(file: string): boolean {
  try {
    return realpathSync(path.dirname(file)) === path.dirname(file);
  } catch {
    return false;
  }
}

/** Copies a file with its attributes, to a path where nothing is. */
export function copy(disk: Disk, from: string, to: string): void {
  const status = disk.lstat(from);
  if (status === undefined) throw Object.assign(new Error(from), { code: 'ENOENT' });
  writeNew(disk, to, disk.readFile(from), attributesOf(status));
}

/** Removes the backups if every file is as it was. What is not a copy of such a file stays. */
export function dropBackup(disk: Disk, store: string, { backup }: Journal, moves: readonly Move[]): void {
  if (backup === null) return;
  const replaced = moves.filter(({ before, after }) => before !== null && before !== after);
  const folder = path.join(store, backup);
  const isDropped = replaced.every(
    (move) => attempt('read', move.path, () => digestAt(disk, move.path)) === move.before,
  );
  if (!isDropped || disk.lstat(folder) === undefined) return;
  const copies = new Map(moves.map((move) => [move.saved, move]));
  const isRedundant = (file: string): boolean => {
    const move = copies.get(file);
    return move !== undefined && move.before !== null && isCopy(disk, move);
  };
  attempt('remove', folder, () => {
    removeTree(disk, folder, isRedundant);
    sync(disk, store);
  });
}

/** Whether the backup is a copy of the present file, or the beginning of one, as a crash leaves it. */
function isCopy(disk: Disk, { path: file, saved }: Move): boolean {
  const [present, copied] = [readIfThere(disk, file), readIfThere(disk, saved)];
  if (present === undefined || copied === undefined) return false;
  return Buffer.compare(copied, present.subarray(0, copied.length)) === 0;
}
