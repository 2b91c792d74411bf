/** The only writer: nothing else in this program changes a node. */
import path from 'node:path';
import type { DiskRoot } from '../../scan/roots.ts';
import type { ModeChange, WriteResult, WriteUnit } from '../types.ts';
import { filesOf, journalFor, writeAll } from './batch.ts';
import { type Disk, machineDisk } from './disk.ts';
import { attempt, errnoOf } from './fault.ts';
import { removeEmpty } from './files.ts';
import { machineProcesses, type Processes } from './holder.ts';
import { readJournal } from './journal.ts';
import { isLocked, takeLock } from './lock.ts';
import { lookAt, lookAtModes } from './look.ts';
import { finishOrTakeBack, movesOf, sweepTemporaries } from './recover.ts';
import { type Signals, watchSignals } from './signals.ts';
import { openStore, storePath } from './store.ts';

export interface WriterOptions {
  /** The part of the node that may be written; its folder need not be there yet. */
  readonly place: DiskRoot;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly disk?: Disk;
  readonly processes?: Processes;
}

export interface Batch {
  /** In the order of writing: issuers before leaves. */
  readonly units: readonly WriteUnit[];
  readonly modes: readonly ModeChange[];
}

/** Holds the node's lock. */
export interface Writer {
  /** What an earlier run had left half done, and what became of it. */
  readonly recovered: readonly string[];
  /**
   * Writes all or nothing.
   *
   * @throws UserError where that cannot be; nothing is changed then
   */
  write(batch: Batch): Promise<WriteResult>;
  /** Gives the lock back. To be called on every way out. */
  close(): void;
}

/**
 * Takes the lock of the node, and finishes or takes back what an earlier run has left half done. Open it before the node
 * is read: then nobody else's run comes between what was read and what is written.
 *
 * @throws UserError where another writes there, or nothing may be written
 */
export function openWriter(options: WriterOptions): Writer {
  const { place, now, disk = machineDisk, processes = machineProcesses } = options;
  const { folder: store, made } = openStore(disk, place);
  const undoMade = () => attempt('remove', store, () => removeEmpty(disk, [store, ...made]));
  const closing: (() => void)[] = [undoMade];
  const close = (): void => {
    for (const act of closing.splice(0).reverse()) act();
  };
  try {
    closing.push(takeLock({ disk, processes, now }, store).release);
    const signals = watchSignals(close);
    closing.push(signals.stop);
    const recovered = finishOrTakeBack(disk, place, store);
    const write = (batch: Batch) => writeWith(batch, { place, now, disk }, store, signals, recovered);
    return { recovered, write, close };
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
  recovered: readonly string[],
): Promise<WriteResult> {
  const looked = lookAt(disk, place, units);
  const changes = lookAtModes(disk, place, modes);
  const journal = journalFor(disk, store, units, looked, now);
  const files = filesOf(place, store, journal, looked.flat());
  const swept = sweepTemporaries(
    disk,
    files.map(({ move }) => path.dirname(move.path)),
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
    recovered: [...recovered, ...swept],
  };
}

/** Opens, writes and closes. */
export async function writeBatch({ units, modes, ...options }: Batch & WriterOptions): Promise<WriteResult> {
  const writer = openWriter(options);
  try {
    return await writer.write({ units, modes });
  } finally {
    writer.close();
  }
}

/** Finishes or takes back what an earlier run has left half done; makes nothing where there is nothing of the kind. */
export function recover(options: WriterOptions): readonly string[] {
  const { place, disk = machineDisk } = options;
  const { folder } = storePath(place);
  if (attempt('look at', folder, () => disk.lstat(folder)) === undefined) return [];
  const writer = openWriter(options);
  writer.close();
  return writer.recovered;
}

/** What an earlier run has left half done, which `recover` would see to. Only reads. */
export function unfinished({
  place,
  disk = machineDisk,
  processes = machineProcesses,
}: WriterOptions): readonly string[] {
  const { folder: store } = storePath(place);
  try {
    if (disk.lstat(store) === undefined || isLocked(disk, processes, store)) return [];
    const journal = readJournal(disk, store);
    const moves = journal === undefined ? [] : movesOf(place, store, journal).flat();
    return moves.map((move) => `begun at ${journal?.begun}, and not finished: ${move.path}`);
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
    return [`whether an earlier run was finished is not known: "${store}" may not be read`];
  }
}
