/** Writing a batch: everything or nothing. */

import type { WriteUnit } from '../../core/batch.ts';
import { UserError } from '../../core/errors.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import type { Disk } from './disk.ts';
import { attempt, makeFolder, removeEmpty } from './files.ts';
import { type Journal, type Move, moveOf, newToken, removeJournal, saveJournal } from './journal.ts';
import { locate } from './locate.ts';
import type { Change, TargetState } from './preflight.ts';
import { changeMode } from './preflight.ts';
import { backUp, commit, dropBackup, rollBack, stage } from './replace-file.ts';
import { nodeFolderMode, privateFolderMode } from './store.ts';

/** What is being written, and what must be taken back if it fails. */
export interface Work {
  readonly disk: Disk;
  readonly root: DiskRoot;
  readonly store: string;
  readonly journal: Journal;
  readonly files: readonly (TargetState & { readonly move: Move })[];
  readonly changes: readonly Change[];
  readonly madeFolders: string[];
  readonly changed: Change[];
  /** The signal that asks to stop. */
  readonly asked: () => NodeJS.Signals | undefined;
}

/** @param now milliseconds since the epoch */
export function journalFor(
  disk: Disk,
  store: string,
  units: readonly WriteUnit[],
  states: readonly (readonly TargetState[])[],
  now: number,
): Journal {
  const begun = new Date(now).toISOString();
  const replaces = states.flat().some(({ old }) => old !== null);
  return {
    version: 1,
    begun,
    token: newToken(),
    backup: replaces ? freeName(disk, store, begun) : null,
    folders: [...new Set(states.flat().flatMap(({ missing }) => missing))],
    units: units.map(({ role }, index) => ({ role, steps: (states[index] ?? []).map(({ step }) => step) })),
  };
}

/** `backup-2026-12-01T08-00-00Z`; another in the same second has a number. */
function freeName(disk: Disk, store: string, begun: string): string {
  const name = `backup-${begun.replace(/\.\d+/, '').replaceAll(':', '-')}`;
  const taken = new Set(attempt('look into', store, () => disk.readdir(store)));
  for (let number = 2, free = name; ; number += 1) {
    if (!taken.has(free)) return free;
    free = `${name}-${number}`;
  }
}

export function movesFor(
  root: DiskRoot,
  store: string,
  journal: Journal,
  states: readonly TargetState[],
): Work['files'] {
  return states.map((file) => ({ ...file, move: moveOf(root, store, journal, file.step) }));
}

/** @throws UserError where it cannot be done; nothing is changed then */
export async function writeAll(work: Work): Promise<void> {
  const { disk, store, journal, files, changes, changed } = work;
  try {
    if (files.length > 0) saveJournal(disk, store, journal);
    prepareFolders(work);
    for (const file of files) backUp(disk, store, file.move, file);
    for (const file of files) {
      stage(disk, file.move, file);
      await stopIfAsked(work);
    }
    // From here on to the end nothing waits, and no signal comes between.
    for (const { move } of files) commit(disk, move);
    for (const change of changes) {
      changed.push(change);
      changeMode(disk, change, change.mode);
    }
  } catch (error) {
    undo(work, error);
    throw error instanceof UserError ? new UserError(`${error.message}; nothing was changed`, error.hint) : error;
  }
  if (files.length > 0) removeJournal(disk, store);
}

function prepareFolders({ disk, root, files, madeFolders }: Work): void {
  for (const { missing, write, move } of files) {
    // What is kept off the node is nobody else's business.
    const mode = write.target.on === 'node' ? nodeFolderMode : privateFolderMode;
    for (const folder of missing) {
      attempt('make', folder, () => {
        if (makeFolder(disk, folder, mode)) madeFolders.push(folder);
      });
    }
    if (locate(root, write.target).path === move.path) continue;
    throw new UserError(`the way to "${move.path}" was changed meanwhile`, 'run it again');
  }
}

/** Lets a signal come in. */
async function stopIfAsked({ asked }: Work): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  const signal = asked();
  if (signal !== undefined) throw new UserError(`stopped by ${signal}`, 'run it again');
}

function undo({ disk, store, journal, files, madeFolders, changed }: Work, cause: unknown): void {
  const moves = files.map(({ move }) => move);
  try {
    for (const change of changed) changeMode(disk, change, change.before);
    rollBack(disk, moves);
    dropBackup(disk, store, journal, moves);
    attempt('remove', store, () => removeEmpty(disk, madeFolders));
    removeJournal(disk, store);
  } catch (error) {
    if (!(error instanceof UserError && cause instanceof UserError)) throw error;
    throw new UserError(
      `${cause.message}; what was done until then could not be taken back: ${error.message}`,
      `${cause.hint ?? 'look at what stands there'}\nthen: pki-lint issue --write, which sees to that first`,
    );
  }
}
