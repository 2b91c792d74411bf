/** Finishes or rolls back what an earlier run left unfinished. */
import path from 'node:path';
import { isAtOrBelow } from '../../artifact/paths.ts';
import { filledOrReason } from '../../core/command/fill.ts';
import { UserError } from '../../core/errors.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import { dropBackup, hasBackup, keepPresent } from './backup.ts';
import type { Disk } from './disk.ts';
import { attempt, removeEmpty, removeFile, sync, unless } from './files.ts';
import { isTemporary, type Journal, type Move, moveOf, readJournal, removeJournal, sweepJournals } from './journal.ts';
import type { Processes } from './machine.ts';
import { commit, isStaged, rollBack, stateOf } from './replace-file.ts';
import { freeName, journalOf } from './store.ts';

/** Where a journal may be. */
interface Place {
  readonly disk: Disk;
  readonly root: DiskRoot;
  readonly store: string;
  readonly processes: Processes;
}

/** What was recovered: lines for people, and the roles that are done now. */
interface Recovery {
  readonly lines: readonly string[];
  readonly finished: readonly string[];
}

/**
 * Finishes what a journal lists if all new files and the backups of the old ones are at hand, and otherwise rolls it
 * back. A unit with a file that was changed since is left as it is. Needs the lock.
 *
 * @param folders folders off the node that may be written
 * @throws UserError if that fails, or the journal does not count here; it stays, and the next run tries again
 */
export function finishOrRollBack(place: Place, folders: readonly string[]): Recovery {
  const { disk, root, store, processes } = place;
  const journal = readJournal(disk, store, processes);
  sweepJournals(disk, store);
  if (journal === undefined) return { lines: [], finished: [] };
  requireNamed(journal, folders, store);
  const units = movesOf(root, store, journal);
  const isForeign = (unit: readonly Move[]): boolean => unit.some((move) => stateOf(disk, move) === 'changed');
  const foreign = units.filter(isForeign).flat();
  const ours = units.filter((unit) => !isForeign(unit));
  const isFinished = ours.flat().every((move) => isAtHand(disk, move));
  const what = isFinished ? finish(disk, ours.flat()) : undo(place, journal, ours);
  syncFolders(disk, units.flat());
  for (const { staged } of foreign) attempt('remove', staged, () => removeFile(disk, staged));
  dropBackup(disk, store, journal, [...ours.flat(), ...foreign]);
  removeJournal(disk, store, journal);
  const paths = (moves: readonly Move[]) => moves.map((move) => move.path).join(', ');
  return {
    lines: [
      ...(ours.length === 0
        ? []
        : [`${what.verb} what was started at ${journal.begun}: ${paths(ours.flat())}${what.more}`]),
      ...(foreign.length === 0
        ? []
        : [`not changed, because it or its pair was changed after ${journal.begun}: ${paths(foreign)}`]),
    ],
    finished: isFinished
      ? journal.units.filter((_, index) => !isForeign(units[index] ?? [])).map(({ role }) => role)
      : [],
  };
}

/** The earlier run may have been killed before it synced them, and nothing remembers that once the journal is gone. */
function syncFolders(disk: Disk, moves: readonly Move[]): void {
  for (const folder of new Set(moves.map((move) => path.dirname(move.path)))) {
    attempt('sync', folder, () => unless(['ENOENT', 'ENOTDIR'], () => sync(disk, folder)));
  }
}

/** A file is not replaced without its backup, even if a journal says that there is one. */
function isAtHand(disk: Disk, move: Move): boolean {
  if (stateOf(disk, move) === 'new') return true;
  return isStaged(disk, move) && (move.before === null || hasBackup(disk, move));
}

/** What was done, in words. */
interface Outcome {
  readonly verb: string;
  /** Added after the paths. */
  readonly more: string;
}

function finish(disk: Disk, moves: readonly Move[]): Outcome {
  const left = moves.filter((move) => isStaged(disk, move));
  // The earlier run may have been killed before they were synced.
  for (const { staged } of left) attempt('sync', staged, () => sync(disk, staged));
  for (const move of left) {
    // The earlier run was killed after the file had got its name.
    const isPlaced = move.before === null && stateOf(disk, move) === 'new';
    if (isPlaced) attempt('remove', move.staged, () => removeFile(disk, move.staged));
    else commit(disk, move);
  }
  return { verb: 'finished', more: '' };
}

/**
 * New files are kept in a folder of the store: only the journal says that they are of the earlier run, and they may
 * have been used since.
 */
function undo({ disk, store }: Place, journal: Journal, units: readonly (readonly Move[])[]): Outcome {
  // A complete root may have signed for another node since.
  const isWhole = (unit: readonly Move[]) =>
    unit.every((one) => one.target.on === 'machine' && stateOf(disk, one) === 'new');
  const folder = freeName(disk, store, 'rolled-back', journal.begun);
  let isKept = false;
  rollBack(disk, units.filter((unit) => !isWhole(unit)).flat(), (move) => {
    keepPresent(disk, store, folder, move);
    isKept = true;
    return true;
  });
  attempt('remove', store, () => removeEmpty(disk, foldersOf(journal, units.flat())));
  return { verb: 'undid', more: isKept ? `; the new files are in "${path.join(store, folder)}"` : '' };
}

/** Folders off the node must be named in the options: a journal may have come with a copy of a node, from anywhere. */
function requireNamed({ units }: Journal, folders: readonly string[], store: string): void {
  const away = units.flatMap(({ steps }) =>
    steps.flatMap(({ target }) => (target.on === 'machine' ? target.path : [])),
  );
  const other = away.find((file) => !folders.some((folder) => isAtOrBelow(file, folder)));
  if (other === undefined) return;
  throw new UserError(
    `an earlier run was not finished, and wrote "${other}" too`,
    `name the same directory again: --root-dir or --csr; or clean up by hand, and then: ${filledOrReason('rm {path}', { path: journalOf(store) })}`,
  );
}

/** The folders that a batch created for these files. */
function foldersOf({ folders }: Journal, moves: readonly Move[]): readonly string[] {
  return folders.filter((folder) => moves.some((move) => move.path.startsWith(`${folder}/`)));
}

export function movesOf(root: DiskRoot, store: string, journal: Journal): readonly (readonly Move[])[] {
  return journal.units.map(({ steps }) => steps.map((step) => moveOf(root, store, journal, step)));
}

/** Removes temporary files without a journal. Needs the lock. */
export function sweepTemporaries(disk: Disk, folders: Iterable<string>): readonly string[] {
  const removed: string[] = [];
  for (const folder of new Set(folders)) {
    attempt('look into', folder, () => {
      if (disk.lstat(folder) === undefined) return;
      for (const name of disk.readdir(folder).filter(isTemporary)) {
        const file = path.join(folder, name);
        if (!disk.lstat(file)?.isFile()) continue;
        disk.unlink(file);
        removed.push(`removed what an earlier run had left: ${file}`);
      }
    });
  }
  return removed;
}
