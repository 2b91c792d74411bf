/** Writing a batch: everything or nothing. */

import { UserError } from '../../core/errors.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import type { Disk } from './disk.ts';
import { attempt, makeFolders, removeEmpty } from './files.ts';
import { type Journal, type Move, newToken, removeJournal, saveJournal } from './journal.ts';
import { locate } from './locate.ts';
import { type Change, changeMode, type InspectedUnit, type TargetState } from './preflight.ts';
import { backUp, commit, dropBackup, rollBack, stage } from './replace-file.ts';
import { nodeFolderMode, privateFolderMode } from './store.ts';

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
}

/** @param now milliseconds since the epoch */
export function journalFor(disk: Disk, store: string, units: readonly InspectedUnit[], now: number): Journal {
  const begun = new Date(now).toISOString();
  const states = units.flatMap(({ files }) => files);
  return {
    version: 1,
    begun,
    token: newToken(),
    backup: states.some(({ old }) => old !== null) ? freeName(disk, store, begun) : null,
    folders: [...new Set(states.flatMap(({ missing }) => missing))],
    units: units.map(({ role, files }) => ({ role, steps: files.map(({ step }) => step) })),
  };
}

/** `backup-2026-12-01T08-00-00Z`; a second one in the same second gets a number. */
function freeName(disk: Disk, store: string, begun: string): string {
  const name = `backup-${begun.replace(/\.\d+/, '').replaceAll(':', '-')}`;
  const taken = new Set(attempt('look into', store, () => disk.readdir(store)));
  for (let number = 2, free = name; ; number += 1) {
    if (!taken.has(free)) return free;
    free = `${name}-${number}`;
  }
}

/** @throws UserError if the batch cannot be written; nothing is changed then */
export async function writeAll(work: Work): Promise<void> {
  const { disk, store, journal, files, changes } = work;
  const done: Done = { folders: [], modes: [] };
  try {
    if (files.length > 0) saveJournal(disk, store, journal);
    prepareFolders(work, done);
    for (const file of files) backUp(disk, store, file.move, file);
    for (const file of files) {
      stage(disk, file.move, file);
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
  if (files.length > 0) removeJournal(disk, store);
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

function undo({ disk, store, journal, files }: Work, done: Done, cause: unknown): void {
  const moves = files.map(({ move }) => move);
  try {
    for (const change of done.modes) changeMode(disk, change, change.before);
    rollBack(disk, moves);
    dropBackup(disk, store, journal, moves);
    attempt('remove', store, () => removeEmpty(disk, done.folders));
    removeJournal(disk, store);
  } catch (error) {
    if (!(error instanceof UserError && cause instanceof UserError)) throw error;
    throw new UserError(
      `${cause.message}; what was done until then could not be taken back: ${error.message}`,
      `${cause.hint ?? 'look at what stands there'}\nthen: pki-lint issue --write, which sees to that first`,
    );
  }
}
