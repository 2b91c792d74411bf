/** Writing a batch: everything or nothing. */

import { hintLines, UserError } from '../../core/errors.ts';
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
  /** The files that it put in place. */
  readonly placed: Set<Move>;
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
  const done: Done = { folders: [], modes: [], placed: new Set() };
  try {
    if (files.length > 0) saveJournal(disk, store, journal);
    prepareFolders(work, done);
    for (const { move } of files) backUp(disk, store, move);
    for (const file of files) {
      stage(disk, file.move, file);
      await stopIfAsked(work);
    }
    // From here to the end nothing waits, and no signal interrupts.
    for (const { move } of files) commit(disk, move, () => done.placed.add(move));
    for (const change of changes) {
      done.modes.push(change);
      changeMode(disk, change, change.mode);
    }
  } catch (error) {
    undo(work, done, error);
    throw error instanceof UserError
      ? new UserError(`${error.message}; nothing was changed`, hintLines(error.hint))
      : error;
  }
  if (files.length > 0) removeJournal(disk, store, journal);
}

function prepareFolders({ disk, root, files }: Work, done: Done): void {
  for (const { missing, write, move } of files) {
    // Only the user who runs this may read what is kept off the node.
    const mode = write.target.on === 'node' ? nodeFolderMode : privateFolderMode;
    makeFolders(disk, missing, mode, done.folders);
    if (locate(root, write.target).path === move.path) continue;
    throw new UserError(`the path to "${move.path}" was changed in the meantime`, 'run it again');
  }
}

/** Lets pending signals be delivered first. */
async function stopIfAsked({ stopSignal }: Work): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  const signal = stopSignal();
  if (signal !== undefined) throw new UserError(`stopped by ${signal}`, 'run it again');
}

function undo({ disk, store, journal, files }: Work, done: Done, cause: unknown): void {
  const moves = files.map(({ move }) => move);
  try {
    for (const change of done.modes) changeMode(disk, change, change.before);
    // What was in place for a moment is not kept. Someone else may have created a file with the same content.
    rollBack(disk, moves, (move) => done.placed.has(move));
    dropBackup(disk, store, journal, moves);
    attempt('remove', store, () => removeEmpty(disk, done.folders));
    removeJournal(disk, store, journal);
  } catch (error) {
    if (!(error instanceof UserError && cause instanceof UserError)) throw error;
    throw new UserError(`${cause.message}; what was done until then could not be undone: ${error.message}`, [
      ...(hintLines(cause.hint) ?? ['check what is there']),
      'then: pki-lint issue --write, which recovers first',
    ]);
  }
}
