/**
 * The journal of a batch, written before anything is changed: after a crash, the next run finishes the batch or rolls
 * it back. It contains paths, digests and modes, and nothing secret.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Target } from '../../core/plan.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import type { Disk } from './disk.ts';
import { attempt, type Owner, readIfThere, removeFile, sync, writeNew } from './files.ts';
import { locate } from './locate.ts';
import { journalOf } from './store.ts';

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
  readonly version: 1;
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
  const within = step.target.on === 'machine' ? 'machine' : '';
  return { ...step, path: file, staged, saved: path.join(store, backup ?? '', within, step.target.path) };
}

/** Writes the journal, whole. */
export function saveJournal(disk: Disk, store: string, journal: Journal): void {
  const file = journalOf(store);
  attempt('write', file, () => {
    const fresh = `${file}-${journal.token}`;
    try {
      writeNew(disk, fresh, Buffer.from(`${JSON.stringify(journal, null, 1)}\n`), { mode: 0o600 });
      disk.rename(fresh, file);
      sync(disk, store);
    } catch (error) {
      removeFile(disk, fresh);
      throw error;
    }
  });
}

/** Removes the journal, and the remains of one that was never completed. */
export function removeJournal(disk: Disk, store: string): void {
  attempt('remove', journalOf(store), () => {
    for (const name of disk.readdir(store)) {
      if (name.startsWith(`${path.basename(journalOf(store))}-`)) disk.unlink(path.join(store, name));
    }
    if (removeFile(disk, journalOf(store))) sync(disk, store);
  });
}

/**
 * The journal of an earlier run; undefined if it left nothing unfinished.
 *
 * @throws UserError for a damaged journal
 */
export function readJournal(disk: Disk, store: string): Journal | undefined {
  const file = journalOf(store);
  const bytes = attempt('read', file, () => readIfThere(disk, file));
  if (bytes === undefined) return undefined;
  const journal = parseJournal(Buffer.from(bytes).toString());
  if (journal !== undefined) return journal;
  throw new UserError(
    `"${file}" is damaged: what an earlier run left half done cannot be told from it`,
    `compare the PKI with the backups in "${store}", then remove the file`,
  );
}

function parseJournal(text: string): Journal | undefined {
  try {
    const journal: Journal = JSON.parse(text);
    const { version, begun, token, backup, folders, units } = journal;
    const steps = units.flatMap((unit) => unit.steps);
    const isWhole =
      version === 1 &&
      typeof begun === 'string' &&
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

const isDigest = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function isStep({ target, before, after, mode, owner }: JournalStep): boolean {
  const isTarget = ['node', 'machine'].includes(target.on) && typeof target.path === 'string';
  const isOwner = owner === null || (Number.isInteger(owner.uid) && Number.isInteger(owner.gid));
  return isTarget && (before === null || isDigest(before)) && isDigest(after) && Number.isInteger(mode) && isOwner;
}
