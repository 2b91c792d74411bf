/**
 * The journal of a batch, written before anything is changed: after a crash, the next run finishes the batch or rolls
 * it back. It contains paths, digests and modes, and nothing secret.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { filledOrReason } from '../../core/command/fill.ts';
import { UserError } from '../../core/errors.ts';
import type { Target } from '../../results/issue/plan.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import type { Disk } from './disk.ts';
import { attempt, type Owner, readIfThere, removeFile, sync, writeNew } from './files.ts';
import { locate } from './locate.ts';
import type { Processes } from './machine.ts';
import { type Origin, whyNotHere } from './origin.ts';
import { journalOf } from './store.ts';

/** Raised by every change of what a journal contains or means. Version 1 had no origin. */
export const journalVersion = 2;

/** A file of a batch. */
export interface JournalStep {
  readonly target: Target;
  /** SHA-256 of the old file; null: there was none. */
  readonly before: string | null;
  /** SHA-256 of the new file. */
  readonly after: string;
  /** Octal: that of the new file. */
  readonly mode: number;
  /** The owner of the old file, and so of the new one; null: the user who writes it. */
  readonly owner: Owner | null;
}

export interface Journal {
  readonly version: typeof journalVersion;
  readonly origin: Origin;
  /** When the batch began: ISO 8601. */
  readonly begun: string;
  /** Part of the names of its temporary files. */
  readonly token: string;
  /** The name of its backup folder; null if it replaces nothing. */
  readonly backup: string | null;
  /** Folders that it creates for its files, absolute on this machine. */
  readonly folders: readonly string[];
  /** In the order of writing. */
  readonly units: readonly { readonly role: string; readonly steps: readonly JournalStep[] }[];
}

/** A random name part, 16 hexadecimal digits long. */
export const newToken = (): string => randomBytes(8).toString('hex');
export const isToken = (text: string): boolean => /^[0-9a-f]{16}$/.test(text);

/** Whether a file is temporary: only temporary files have such names. */
export const isTemporary = (name: string): boolean => /^\..+\.pki-lint-[0-9a-f]{16}$/.test(name);

const isUnfinishedJournal = (name: string): boolean => /^journal\.json-[0-9a-f]{16}$/.test(name);

/** A step with its places on this machine, all absolute. */
export interface Move extends JournalStep {
  readonly path: string;
  /** The new file until it is committed: in the same folder, because a rename must not cross file systems. */
  readonly staged: string;
  /** The backup of the old file. */
  readonly saved: string;
}

/** @throws UserError for a target outside of the root */
export function moveOf(root: DiskRoot, store: string, { token, backup }: Journal, step: JournalStep): Move {
  const { path: file } = locate(root, step.target);
  const staged = path.join(path.dirname(file), `.${path.basename(file)}.pki-lint-${token}`);
  return { ...step, path: file, staged, saved: keptAt(store, backup ?? '', step.target) };
}

/** Where a folder of the store keeps a file: it is laid out like the node. */
export function keptAt(store: string, folder: string, { on, path: file }: Target): string {
  return path.join(store, folder, on === 'machine' ? 'machine' : '', file);
}

/** Writes the journal, whole, where there is none. Unlike a rename, a link replaces nothing. */
export function saveJournal(disk: Disk, store: string, journal: Journal): void {
  const file = journalOf(store);
  const fresh = `${file}-${journal.token}`;
  attempt('write', file, () => {
    try {
      writeNew(disk, fresh, Buffer.from(`${JSON.stringify(journal, null, 1)}\n`), { mode: 0o600 });
      disk.link(fresh, file);
    } finally {
      removeFile(disk, fresh);
    }
    sync(disk, store);
  });
}

/** Removes a journal. One of a different batch stays: a link may have replaced the folder. */
export function removeJournal(disk: Disk, store: string, { token }: Journal): void {
  const file = journalOf(store);
  attempt('remove', file, () => {
    if (fieldOf(readIfThere(disk, file), 'token') !== token) return;
    disk.unlink(file);
    sync(disk, store);
  });
}

/** Removes what is left of a journal that was never completed. Needs the lock. */
export function sweepJournals(disk: Disk, store: string): void {
  attempt('look into', store, () => {
    for (const name of disk.readdir(store).filter(isUnfinishedJournal)) disk.unlink(path.join(store, name));
  });
}

/** A field of a journal that may be damaged, or of another release. */
function fieldOf(bytes: Uint8Array | undefined, name: 'version' | 'token'): unknown {
  try {
    return JSON.parse(Buffer.from(bytes ?? []).toString())[name];
  } catch {
    return undefined;
  }
}

/**
 * The journal of an earlier run; undefined if it left nothing unfinished.
 *
 * @throws UserError for a journal that is damaged, of another release, or written on another machine or for another
 * folder
 */
export function readJournal(disk: Disk, store: string, processes: Processes): Journal | undefined {
  const file = journalOf(store);
  const bytes = attempt('read', file, () => readIfThere(disk, file));
  if (bytes === undefined) return undefined;
  const byHand = `compare the PKI with the backups in "${store}", then: ${filledOrReason('rm {path}', { path: file })}`;
  const version = fieldOf(bytes, 'version');
  if (typeof version === 'number' && version !== journalVersion) {
    throw new UserError(
      `"${file}" is of a different release of pki-lint: it has version ${version}, not ${journalVersion}; nothing was changed`,
      ['an interrupted run left it, and only that release can finish it: pki-lint issue --write', `or ${byHand}`],
    );
  }
  const journal = parseJournal(Buffer.from(bytes).toString());
  if (journal === undefined) {
    throw new UserError(`"${file}" is damaged: it does not show what an earlier run left unfinished`, byHand);
  }
  const why = whyNotHere(journal.origin, disk, store, processes);
  if (why === undefined) return journal;
  throw new UserError(`"${file}" is the journal of an interrupted run, but ${why}; nothing was changed`, [
    'in a copy of a node, some files may be new and others old: finish that run where it was started (pki-lint issue --write there), and copy again',
    `or ${byHand}`,
  ]);
}

function parseJournal(text: string): Journal | undefined {
  try {
    const journal: Journal = JSON.parse(text);
    const { version, origin, begun, token, backup, folders, units } = journal;
    const steps = units.flatMap((unit) => unit.steps);
    const isWhole =
      version === journalVersion &&
      isOrigin(origin) &&
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(begun) &&
      isToken(token) &&
      (backup === null || /^backup-[0-9A-Za-z-]+$/.test(backup)) &&
      steps.length > 0 &&
      steps.every(isStep) &&
      folders.every((folder) => typeof folder === 'string' && path.isAbsolute(folder)) &&
      // That folder has the old files.
      (backup !== null || steps.every(({ before }) => before === null));
    return isWhole ? journal : undefined;
  } catch {
    return undefined;
  }
}

function isOrigin({ machine, ...others }: Origin): boolean {
  const texts = [others.boot, others.device, others.inode, others.birth];
  return (machine === null || typeof machine === 'string') && texts.every((text) => typeof text === 'string');
}

const isDigest = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function isStep({ target, before, after, mode, owner }: JournalStep): boolean {
  const isTarget = ['node', 'machine'].includes(target.on) && typeof target.path === 'string';
  const isOwner = owner === null || (Number.isInteger(owner.uid) && Number.isInteger(owner.gid));
  return isTarget && (before === null || isDigest(before)) && isDigest(after) && Number.isInteger(mode) && isOwner;
}
