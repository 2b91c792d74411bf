/** `.pki-lint/` in the folder of certificates: lock, journal and backups. Only its owner looks in. */

import path from 'node:path';
import { UserError } from '../../core/errors.ts';
import { shellWord } from '../../core/text.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import { ownFolder } from '../../scan/walk.ts';
import type { Disk } from './disk.ts';
import { attempt, makeFolder, removeEmpty } from './files.ts';
import { locate } from './locate.ts';

export interface Store {
  /** Absolute on this machine. */
  readonly folder: string;
  /** Folders that were made for it. */
  readonly made: readonly string[];
}

export const journalOf = (store: string): string => path.join(store, 'journal.json');
export const lockOf = (store: string): string => path.join(store, 'lock');

/** A folder as kubeadm makes it (client-go, `keyutil.WriteKey`, `clientcmd.WriteToFile`: MkdirAll 0755). */
export const nodeFolderMode = 0o755;
/** Whatever only root is to see. */
export const privateFolderMode = 0o700;

/** The folder, with the folders on the way to it that are not there. */
export function storePath(root: DiskRoot): { readonly folder: string; readonly missing: readonly string[] } {
  const { path: folder, missing } = locate(root, { on: 'node', path: path.posix.join(root.pki, ownFolder) });
  return { folder, missing };
}

/**
 * Makes the folder where it is not there.
 *
 * @throws UserError where that cannot be, or where others could have left something in it
 */
export function openStore(disk: Disk, root: DiskRoot): Store {
  const { folder, missing } = storePath(root);
  const made: string[] = [];
  const make = (wanted: string, mode: number) =>
    attempt('make', wanted, () => {
      if (makeFolder(disk, wanted, mode)) made.push(wanted);
    });
  try {
    for (const outer of missing) make(outer, nodeFolderMode);
    make(folder, privateFolderMode);
    requirePrivate(disk, folder);
  } catch (error) {
    removeEmpty(disk, made);
    throw error;
  }
  return { folder, made };
}

/** A journal that others could write would have us rename what they like. */
function requirePrivate(disk: Disk, folder: string): void {
  const status = attempt('look at', folder, () => disk.lstat(folder));
  if (status !== undefined && !status.isDirectory()) {
    throw new UserError(
      `"${folder}" is no folder, but something else`,
      `see what it is, then: rm ${shellWord(folder)}`,
    );
  }
  const user = process.geteuid?.() ?? status?.uid;
  if (status !== undefined && status.uid === user && (status.mode & 0o077) === 0) return;
  throw new UserError(
    `"${folder}" is no folder that belongs to you alone`,
    user === 0
      ? `see what is in it, then: chown -RP 0 ${shellWord(folder)}; chmod 700 ${shellWord(folder)}`
      : 'run it as root (sudo)',
  );
}
