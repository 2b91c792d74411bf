/**
 * Opens the folders below a root without ever following a link: in the meantime, a folder can be exchanged for a link
 * that leads elsewhere, and a path would then name something outside the root. This is what openat2(2) does with
 * `RESOLVE_NO_SYMLINKS`, which Node.js does not have.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, statSync } from 'node:fs';
import { platform } from 'node:os';
import path from 'node:path';

/** A folder of this machine. */
export interface RootFolder {
  readonly folder: string;
  /** What identifies it: if that changes, it is a different folder. */
  readonly device: number;
  readonly inode: number;
}

/** Why something was not read that was exchanged for something else. */
export const changed = 'changed while it was read';

/** The error of a folder that was exchanged for something else. Like those of the system, it has a code. */
class ChangedError extends Error {
  readonly code = changed;
}

/** Returns a folder as a root. Links to it are resolved already. */
export function rootOf(folder: string): RootFolder {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return { folder, device: stats?.dev ?? -1, inode: stats?.ino ?? -1 };
}

/**
 * Calls a function with a path to a name in a folder below a root: `.` for the folder itself. The last name is not
 * protected: `act` must not follow a link there.
 *
 * @param folder names below the root
 * @throws ChangedError if one of them is no directory; an error of the system if it cannot be opened; what `act` throws
 */
export function actBeneath<T>(root: RootFolder, folder: readonly string[], name: string, act: (path: string) => T): T {
  return canHold() ? act(`${descriptorPath(enter(root, folder))}/${name}`) : actBetweenChecks(root, folder, name, act);
}

/**
 * The same without paths to open folders, as on macOS: the folders are compared before and after. What is exchanged and
 * exchanged back between the two is not noticed.
 */
export function actBetweenChecks<T>(
  root: RootFolder,
  folder: readonly string[],
  name: string,
  act: (path: string) => T,
): T {
  const before = identities(root, folder);
  const result = act(path.join(root.folder, ...folder, name));
  if (identities(root, folder) !== before) throw new ChangedError();
  return result;
}

/** Returns what identifies the folders of a path. */
function identities({ folder: top, device, inode }: RootFolder, folder: readonly string[]): string {
  const all = [top, ...folder.map((_, index) => path.join(top, ...folder.slice(0, index + 1)))].map((one) => {
    const stats = lstatSync(one);
    if (!stats.isDirectory()) throw new ChangedError();
    return `${stats.dev}:${stats.ino}`;
  });
  if (all[0] !== `${device}:${inode}`) throw new ChangedError();
  return all.join(' ');
}

/** A folder that is open, below the one before it in the list. */
interface Open {
  readonly name: string;
  readonly file: number;
}

/** The folders that are open: those of the latest path, as the next one is often near. */
let latest: { readonly root: RootFolder; readonly folders: readonly Open[] } | undefined;

/** Closes what is open, as also happens when the program next waits for something. The next path opens it again. */
export function releaseFolders(): void {
  for (const { file } of latest?.folders ?? []) closeSync(file);
  latest = undefined;
}

/**
 * With `O_PATH`, a folder is opened without permission to list it, as a path passes through it. Node.js has no name for
 * it.
 */
const openPath = 0x200000;
const folderFlags = openPath | constants.O_DIRECTORY | constants.O_NOFOLLOW;

const descriptorPath = (file: number): string => `/proc/self/fd/${file}`;

let isHeld: boolean | undefined;

/**
 * Whether this system has paths to open folders, as Linux with /proc does. It is tried, because sandboxes may have a
 * part of it.
 */
function canHold(): boolean {
  isHeld ??= platform() === 'linux' && leadsTo('/');
  return isHeld;
}

function leadsTo(folder: string): boolean {
  try {
    const file = openSync(folder, folderFlags);
    try {
      return lstatSync(`${descriptorPath(file)}/.`).ino === lstatSync(folder).ino;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** Opens a folder, one name after another. */
function enter(root: RootFolder, folder: readonly string[]): number {
  // An open folder keeps its file system from being unmounted, so nothing stays open once the program waits for
  // something.
  if (latest === undefined) setImmediate(releaseFolders);
  else if (latest.root !== root) releaseFolders();
  const known = latest?.folders ?? [];
  const kept = known.slice(1).findIndex(({ name }, index) => name !== folder[index]);
  const folders = kept === -1 ? known.slice(0, folder.length + 1) : known.slice(0, kept + 1);
  for (const { file } of known.slice(folders.length)) closeSync(file);
  latest = { root, folders };
  if (folders.length === 0) latest = { root, folders: [{ name: '', file: openRoot(root) }] };
  for (const name of folder.slice(latest.folders.length - 1)) {
    const last: number = latest.folders.at(-1)?.file ?? -1;
    latest = { root, folders: [...latest.folders, { name, file: openFolder(`${descriptorPath(last)}/${name}`) }] };
  }
  return latest.folders.at(-1)?.file ?? -1;
}

function openRoot({ folder, device, inode }: RootFolder): number {
  const file = openFolder(folder);
  const { dev, ino } = fstatSync(file);
  if (dev === device && ino === inode) return file;
  closeSync(file);
  throw new ChangedError();
}

function openFolder(folder: string): number {
  try {
    return openSync(folder, folderFlags);
  } catch (error) {
    throw codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ELOOP' ? new ChangedError() : error;
  }
}

/** Returns the code of an error of the system. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
