/** `.pki-lint/` in the PKI directory: lock, journal and backups. Only its owner can read it. */

import path from 'node:path';
import { filledOrReason } from '../../core/command/fill.ts';
import { UserError } from '../../core/errors.ts';
import { ownFolder } from '../../scan/fs/nested.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import type { Disk } from './disk.ts';
import { attempt, makeFolders, removeEmpty } from './files.ts';
import { type Location, locate } from './locate.ts';

export const journalOf = (store: string): string => path.join(store, 'journal.json');
export const lockOf = (store: string): string => path.join(store, 'lock');

/** The mode of folders that kubeadm creates (client-go, `keyutil.WriteKey`, `clientcmd.WriteToFile`: MkdirAll 0755). */
export const nodeFolderMode = 0o755;
/** A folder that only its owner can read. */
export const privateFolderMode = 0o700;

/** Where the folder is on this machine, and which of its parents are missing. */
export function locateStore(root: DiskRoot): Location {
  return locate(root, { on: 'node', path: path.posix.join(root.pki, ownFolder) });
}

/**
 * Creates the folder if it does not exist.
 *
 * @returns its absolute path on this machine, and the folders that were created
 * @throws UserError if it cannot be created, or if other users could have written to it
 */
export function openStore(disk: Disk, root: DiskRoot): { readonly folder: string; readonly made: readonly string[] } {
  const { path: folder, missing } = locateStore(root);
  const made: string[] = [];
  try {
    makeFolders(disk, missing, nodeFolderMode, made);
    makeFolders(disk, [folder], privateFolderMode, made);
    requirePrivate(disk, folder);
  } catch (error) {
    removeEmpty(disk, made);
    throw error;
  }
  return { folder, made };
}

/** A journal that other users can write would make the program rename any file. */
function requirePrivate(disk: Disk, folder: string): void {
  const status = attempt('look at', folder, () => disk.lstat(folder));
  if (status !== undefined && !status.isDirectory()) {
    throw new UserError(
      `"${folder}" is not a directory`,
      `check what it is, then: ${filledOrReason('rm {folder}', { folder })}`,
    );
  }
  const user = process.geteuid?.() ?? status?.uid;
  if (status !== undefined && status.uid === user && (status.mode & 0o077) === 0) return;
  throw new UserError(
    `"${folder}" is not a directory to which only you have access`,
    user === 0
      ? `check what is in it, then: ${filledOrReason('chown -RP 0 {folder}', { folder })}; ${filledOrReason('chmod 700 {folder}', { folder })}`
      : 'run it as root (sudo)',
  );
}

/**
 * A name for a folder of the store that does not exist yet: `backup-2026-12-01T08-00-00Z`; a second one in the same
 * second gets a number.
 *
 * @param begun ISO 8601
 */
export function freeName(disk: Disk, store: string, purpose: string, begun: string): string {
  const name = `${purpose}-${begun.replace(/\.\d+/, '').replaceAll(':', '-')}`;
  const taken = new Set(attempt('look into', store, () => disk.readdir(store)));
  for (let number = 2, free = name; ; number += 1) {
    if (!taken.has(free)) return free;
    free = `${name}-${number}`;
  }
}
