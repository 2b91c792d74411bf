/** Writing a batch: everything or nothing. */

import { UserError } from '../../core/errors.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import { backUp, dropBackup } from './backup.ts';
import type { Disk } from './disk.ts';
import { attempt, makeFolders, removeEmpty } from './files.ts';
import { type Journal, journalVersion, type Move, newToken, removeJournal, saveJournal } from './journal.ts';
import { locate } from './locate.ts';
import type { Processes } from './machine.ts';
import { originOf } from './origin.ts';
import { type Change, changeMode, type InspectedUnit, type TargetState } from './preflight.ts';
import { commit, rollBack, stage } from './replace-file.ts';
import { freeName, nodeFolderMode, privateFolderMode } from './store.ts';

/** A batch in writing. */
export interface Work {
  readonly disk: Disk;
  readonly root: DiskRoot;
  readonly store: string;
  readonly journal: Journal;
  readonly files: readonly (TargetState & { readonly move: Move })[];
  readonly changes: readonly Change[];
  /** The signal that asks to stop, if any. */
  readonly stopSignal: () => NodeJS.Signals | undefined;
}

/** What a batch has done so far, and a failure must undo. */
interface Done {
  readonly folders: string[];
  readonly modes: Change[];
  /** The inodes of the files that it staged, by the path of their target. */
  readonly inodes: Map<string, bigint>;
}

/** Where and when a batch is written. */
export interface Occasion {
  readonly disk: Disk;
  readonly store: string;
  readonly processes: Processes;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function journalFor({ disk, store, processes, now }: Occasion, units: readonly InspectedUnit[]): Journal {
  const begun = new Date(now).toISOString();
  const states = units.flatMap(({ files }) => files);
  return {
    version: journalVersion,
    origin: originOf(disk, store, processes),
    begun,
    token: newToken(),
    backup: states.some(({ step }) => step.before !== null) ? freeName(disk, store, 'backup', begun) : null,
    folders: [...new Set(states.flatMap(({ missing }) => missing))],
    units: units.map(({ role, files }) => ({ role, steps: files.map(({ step }) => step) })),
  };
}

/** @throws UserError if the batch cannot be written; nothing is changed then */
export async function writeAll(work: Work): Promise<void> {
  const { disk, store, journal, files, changes } = work;
  const done: Done = { folders: [], modes: [], inodes: new Map() };
  try {
    if (files.length > 0) saveJournal(disk, store, journal);
    prepareFolders(work, done);
    for (const { move } of files) backUp(disk, store, move);
    for (const file of files) {
      done.inodes.set(file.move.path, stage(disk, file.move, file));
      await stopIfAsked(work);
    }
    // From here to the end nothing waits, and no signal interrupts.
    for (const { move } of files) commit(disk, move);
    for (const change of changes) {
      done.modes.push(change);
      changeMode(disk, change, change.mode);
    }
  } catch (error) {
    undo(work, done, error);
    throw error instanceof UserError ? new UserError(`${error.message}; nothing was changed`, error.hint) : error;
  }
  if (files.length > 0) removeJournal(disk, store, journal);
}

function prepareFolders({ disk, root, files }: Work, done: Done): void {
  for (const { missing, write, move } of files) {
    // Only the user who runs this may read what is kept off the node.
    const mode = write.target.on === 'node' ? nodeFolderMode : privateFolderMode;
    makeFolders(disk, missing, mode, done.folders);
    if (locate(root, write.target).path === move.path) continue;
    throw new UserError(`the way to "${move.path}" was changed meanwhile`, 'run it again');
  }
}

/** Lets pending signals be delivered first. */
async function stopIfAsked({ stopSignal }: Work): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  const signal = stopSignal();
  if (signal !== undefined) throw new UserError(`stopped by ${signal}`, 'run it again');
}

/**
 * Whether the file is the one that was staged. If so, it is not kept: it had its name only for a moment. Someone else may
 * have created a file with the same content, such as a copy of a CA.
 */
function isStagedHere(disk: Disk, { path: file }: Move, { inodes }: Done): boolean {
  return attempt('look at', file, () => disk.identify(file).ino === inodes.get(file));
}

function undo({ disk, store, journal, files }: Work, done: Done, cause: unknown): void {
  const moves = files.map(({ move }) => move);
  try {
    for (const change of done.modes) changeMode(disk, change, change.before);
    rollBack(disk, moves, (move) => isStagedHere(disk, move, done));
    dropBackup(disk, store, journal, moves);
    attempt('remove', store, () => removeEmpty(disk, done.folders));
    removeJournal(disk, store, journal);
  } catch (error) {
    if (!(error instanceof UserError && cause instanceof UserError)) throw error;
    throw new UserError(
      `${cause.message}; what was done until then could not be taken back: ${error.message}`,
      `${cause.hint ?? 'look at what stands there'}\nthen: pki-lint issue --write, which sees to that first`,
    );
  }
}
