/** The only writer: nothing else in this program changes a node. */
import path from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Batch } from '../../results/issue/batch.ts';
import type { WriteResult } from '../../results/issue/plan.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import type { LintedBatch } from '../gate/linted-batch.ts';
import { journalFor, type Occasion, writeAll } from './batch.ts';
import { type Disk, machineDisk } from './disk.ts';
import { attempt, removeEmpty } from './files.ts';
import { moveOf, readJournal } from './journal.ts';
import { isLocked, takeLock } from './lock.ts';
import { machineProcesses, type Processes } from './machine.ts';
import { inspectModes, inspectTargets } from './preflight.ts';
import { finishOrRollBack, movesOf, sweepTemporaries } from './recover.ts';
import { locateStore, openStore } from './store.ts';

export interface WriterOptions {
  /** The part of the node that may be written; its folder need not exist yet. */
  readonly place: DiskRoot;
  /** Folders of this machine outside of the node that may be written too; absolute. */
  readonly folders?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly disk?: Disk;
  readonly processes?: Processes;
}

/** Holds the lock of the node. */
export interface Writer {
  /** What an earlier run left unfinished, and whether it was finished or rolled back. */
  readonly recovered: readonly string[];
  /** Roles that the earlier run had begun, and that are done now. */
  readonly finished: readonly string[];
  /**
   * Writes all or nothing.
   *
   * @throws UserError if the batch cannot be written; nothing is changed then
   */
  write(batch: LintedBatch): Promise<WriteResult & { readonly swept: readonly string[] }>;
  /**
   * Releases the lock. Must be called on every way out.
   *
   * @returns which of the writer's own files could not be removed, and why
   */
  close(): readonly string[];
}

/**
 * Takes the lock of the node, and finishes or rolls back what an earlier run left unfinished. Open the writer before
 * the node is read: then no other run writes between reading and writing.
 *
 * @throws UserError if another process writes there, or nothing may be written
 */
export function openWriter(options: WriterOptions): Writer {
  const { place, folders = [], now, disk = machineDisk, processes = machineProcesses } = options;
  const { folder: store, made } = openStore(disk, place);
  const undoMade = () => attempt('remove', store, () => removeEmpty(disk, [store, ...made]));
  const closing: (() => void)[] = [undoMade];
  // A lock that cannot be released does not undo what was written.
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
    closing.push(takeLock(disk, processes, store, now));
    const signals = watchSignals(() => void close());
    closing.push(signals.stop);
    const { lines: recovered, finished } = finishOrRollBack({ disk, root: place, store, processes }, folders);
    const write = (batch: LintedBatch) => writeWith(batch, { root: place, now, disk, store, processes, signals });
    return { recovered, finished, write, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** An open writer. */
interface Session extends Occasion {
  readonly root: DiskRoot;
  readonly signals: ReturnType<typeof watchSignals>;
}

async function writeWith({ units, modes }: Batch, session: Session) {
  const { disk, root, store, signals } = session;
  const inspected = inspectTargets(disk, root, units);
  const changes = inspectModes(disk, root, modes);
  const journal = journalFor(session, inspected);
  const states = inspected.flatMap(({ files }) => files);
  const files = states.map((file) => ({ ...file, move: moveOf(root, store, journal, file.step) }));
  const swept = sweepTemporaries(
    disk,
    // Folders off the node may be in use by a run for another node.
    files.flatMap(({ move }) => (move.target.on === 'node' ? path.dirname(move.path) : [])),
  );
  const end = signals.begin();
  try {
    await writeAll({ disk, root, store, journal, files, changes, stopSignal: signals.received });
  } finally {
    end();
  }
  return {
    written: [...files.map(({ move }) => move.path), ...changes.map((change) => change.path)],
    backup: journal.backup === null ? null : path.join(store, journal.backup),
    swept,
  };
}

/** What an earlier run left unfinished, which the next writer would finish or roll back. Only reads. */
export function unfinished({
  place,
  disk = machineDisk,
  processes = machineProcesses,
}: WriterOptions): readonly string[] {
  const { path: store } = locateStore(place);
  try {
    return attempt('look into', store, () => {
      if (disk.lstat(store) === undefined || isLocked(disk, processes, store)) return [];
      const journal = readJournal(disk, store, processes);
      if (journal === undefined) return [];
      const paths = movesOf(place, store, journal).flatMap((moves) => moves.map((move) => move.path));
      return [`started at ${journal.begun}, and not finished: ${paths.join(', ')}`];
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [`--write would be refused: ${error.message}`];
  }
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Catches signals until `stop`. @param whenIdle called before a signal ends the program outside of `begin` and its end
 */
function watchSignals(whenIdle: () => void) {
  let isBusy = false;
  let received: NodeJS.Signals | undefined;
  const stop = (): void => {
    for (const signal of stopSignals) process.off(signal, listener);
  };
  const listener = (signal: NodeJS.Signals): void => {
    received = signal;
    if (isBusy) return;
    stop();
    try {
      whenIdle();
    } finally {
      process.kill(process.pid, signal);
    }
  };
  for (const signal of stopSignals) process.on(signal, listener);
  return {
    /** Signals have their usual effect again. */
    stop,
    /** The signal that was caught, if any. */
    received: () => received,
    /** Starts work that must not be interrupted, and returns what ends it. */
    begin() {
      isBusy = true;
      return () => {
        isBusy = false;
      };
    },
  };
}
