/** The only writer: nothing else in this program changes a node. */
import path from 'node:path';
import type { Batch } from '../../core/batch.ts';
import { UserError } from '../../core/errors.ts';
import type { WriteResult } from '../../core/plan.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import type { LintedBatch } from '../gate/linted-batch.ts';
import { journalFor, movesFor, writeAll } from './batch.ts';
import { type Disk, machineDisk } from './disk.ts';
import { attempt, removeEmpty } from './files.ts';
import { readJournal } from './journal.ts';
import { isLocked, machineProcesses, type Processes, takeLock } from './lock.ts';
import { inspectModes, inspectTargets } from './preflight.ts';
import { finishOrRollBack, movesOf, sweepTemporaries } from './recover.ts';
import { openStore, storePath } from './store.ts';

export interface WriterOptions {
  /** The part of the node that may be written; its folder need not be there yet. */
  readonly place: DiskRoot;
  /** Folders of this machine that are no part of the node, and may be written too; absolute. */
  readonly folders?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly disk?: Disk;
  readonly processes?: Processes;
}

/** Holds the node's lock. */
export interface Writer {
  /** What an earlier run had left half done, and what became of it. */
  readonly recovered: readonly string[];
  /** Roles that it had begun, and that are done now. */
  readonly finished: readonly string[];
  /**
   * Writes all or nothing.
   *
   * @throws UserError where that cannot be; nothing is changed then
   */
  write(batch: LintedBatch): Promise<WriteResult & { readonly swept: readonly string[] }>;
  /**
   * Gives the lock back. To be called on every way out.
   *
   * @returns what of ours could not be removed, and why
   */
  close(): readonly string[];
}

/**
 * Takes the lock of the node, and finishes or takes back what an earlier run has left half done. Open it before the node
 * is read: then nobody else's run comes between what was read and what is written.
 *
 * @throws UserError where another writes there, or nothing may be written
 */
export function openWriter(options: WriterOptions): Writer {
  const { place, folders = [], now, disk = machineDisk, processes = machineProcesses } = options;
  const { folder: store, made } = openStore(disk, place);
  const undoMade = () => attempt('remove', store, () => removeEmpty(disk, [store, ...made]));
  const closing: (() => void)[] = [undoMade];
  // What is written is written, whatever becomes of the lock.
  const close = (): readonly string[] =>
    closing
      .splice(0)
      .reverse()
      .flatMap((act) => {
        try {
          act();
          return [];
        } catch (error) {
          if (error instanceof UserError) return error.message;
          throw error;
        }
      });
  try {
    closing.push(takeLock({ disk, processes, now }, store).release);
    const signals = watchSignals(() => void close());
    closing.push(signals.stop);
    const { lines: recovered, finished } = finishOrRollBack(disk, place, store, folders);
    const write = (batch: LintedBatch) => writeWith(batch, { place, now, disk }, store, signals);
    return { recovered, finished, write, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function writeWith(
  { units, modes }: Batch,
  { place, now, disk }: { readonly place: DiskRoot; readonly now: number; readonly disk: Disk },
  store: string,
  { begin, asked }: Signals,
) {
  const states = inspectTargets(disk, place, units);
  const changes = inspectModes(disk, place, modes);
  const journal = journalFor(disk, store, units, states, now);
  const files = movesFor(place, store, journal, states.flat());
  const swept = sweepTemporaries(
    disk,
    // Folders off the node may be those of another node's run too.
    files.flatMap(({ move }) => (move.target.on === 'node' ? path.dirname(move.path) : [])),
  );
  const end = begin();
  try {
    await writeAll({ disk, root: place, store, journal, files, changes, madeFolders: [], changed: [], asked });
  } finally {
    end();
  }
  return {
    written: [...files.map(({ move }) => move.path), ...changes.map((change) => change.path)],
    backup: journal.backup === null ? null : path.join(store, journal.backup),
    swept,
  };
}

/** What an earlier run has left half done, which the next writer would see to. Only reads. */
export function unfinished({
  place,
  disk = machineDisk,
  processes = machineProcesses,
}: WriterOptions): readonly string[] {
  const { folder: store } = storePath(place);
  try {
    return attempt('look into', store, () => {
      if (disk.lstat(store) === undefined || isLocked(disk, processes, store)) return [];
      const journal = readJournal(disk, store);
      if (journal === undefined) return [];
      const paths = movesOf(place, store, journal).flatMap((moves) => moves.map((move) => move.path));
      return [`begun at ${journal.begun}, and not finished: ${paths.join(', ')}`];
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [`whether there is one is not known: ${error.message}`];
  }
}

const asking = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Signals {
  /** Work that is not to be cut off begins; when it ends, call what is returned. */
  begin(): () => void;
  /** The signal that came since then. */
  asked(): NodeJS.Signals | undefined;
  /** Signals do again what they do without us. */
  stop(): void;
}

/** @param whenIdle what to do before a signal ends the program, where no work was begun */
function watchSignals(whenIdle: () => void): Signals {
  let isBusy = false;
  let asked: NodeJS.Signals | undefined;
  const stop = (): void => {
    for (const signal of asking) process.off(signal, listener);
  };
  const listener = (signal: NodeJS.Signals): void => {
    asked = signal;
    if (isBusy) return;
    stop();
    try {
      whenIdle();
    } finally {
      process.kill(process.pid, signal);
    }
  };
  for (const signal of asking) process.on(signal, listener);
  return {
    stop,
    asked: () => asked,
    begin() {
      isBusy = true;
      return () => {
        isBusy = false;
      };
    },
  };
}
