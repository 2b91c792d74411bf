/** The files of a node below a folder on this machine's disk. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import type { NodeLayout } from '../../artifact/layout.ts';
import { notUtf8 } from '../../artifact/left-out.ts';
import { folderOf, isAtOrBelow } from '../../artifact/paths.ts';
import { actBeneath, changed, codeOf, rootOf } from './beneath.ts';
import { decodeName, isText, shownNames } from './names.ts';
import { fileTimes } from './times.ts';
import {
  type Entry,
  type FileTree,
  impliedFolder,
  isMiss,
  join,
  type Miss,
  maxFileBytes,
  missIn,
  overMaxFileBytes,
  signsOfWholeRoot,
} from './tree.ts';

/** The names in a folder. */
interface FolderNames {
  /** Sorted. Those that are not UTF-8 are shown with escapes. */
  readonly names: readonly string[];
  /** Of these, those that are not UTF-8. */
  readonly unnamed: readonly string[];
}

/** Lists a folder. */
function namesInFolder(folder: string): FolderNames {
  const names = readdirSync(folder);
  // Names that are not UTF-8 have this character, and few others do.
  if (!names.some((name) => name.includes('\ufffd'))) return { names: names.sort(), unnamed: [] };
  const decoded = readdirSync(folder, 'buffer').map(decodeName);
  const texts = new Set(decoded.filter(isText));
  const strays = decoded.filter((name) => !isText(name)).sort();
  const unnamed = shownNames(strays, (name) => texts.has(name));
  return { names: [...texts, ...unnamed].sort(), unnamed };
}

export interface DiskOptions {
  /** The folder on this machine: absolute, with links resolved. */
  readonly folder: string;
  /** The same folder as the user named it, absolute. */
  readonly shown?: string;
  /** The path of that folder on the node: `/`, a layout's home, or its PKI root. */
  readonly base: string;
  /** The working directory: paths in reports are relative to it. */
  readonly cwd: string;
  /** The layouts that the node may have. */
  readonly layouts: readonly NodeLayout[];
}

/** Returns the files of a node below a folder of this machine. Only regular files are ever opened. */
export function diskTree({ folder, shown = folder, base, cwd, layouts }: DiskOptions): FileTree {
  const whole = base === '/' && (folder === '/' || isWholeRoot(folder));
  const below = (top: string, node: string): string =>
    `${top === '/' ? '' : top}${node.slice(base === '/' ? 0 : base.length)}` || '/';
  const isAbove = (node: string): boolean => node !== base && isAtOrBelow(base, node);
  const outside: Miss = { state: 'outside' };
  const root = rootOf(folder);
  /** Paths as they are shown whose names are not UTF-8. */
  const unnamed = new Set<string>();
  // Listings are cached, because many names are looked up in few folders.
  const listings = new Map<string, readonly string[] | Miss>();
  const misses = missesOf((parent, names) => missIn(parent, names, whole, layouts));

  function missing(node: string): Miss {
    // The folder itself was removed in the meantime.
    if (node === base) return outside;
    const names = tree.list(folderOf(node));
    return isMiss(names) ? outside : misses.add(node, names);
  }

  /**
   * Most names that are looked up are not there, so `act` returns undefined for them: an exception takes longer.
   *
   * @param isEntered whether `act` looks at what is in a folder, and not at the folder
   */
  function attempt<T>(node: string, act: (file: string) => T | undefined, isEntered = false): T | Miss {
    if (!isAtOrBelow(node, base)) return outside;
    if (unnamed.has(node)) return { state: 'unreadable', detail: notUtf8 };
    const names = node
      .slice(base === '/' ? 0 : base.length)
      .split('/')
      .filter(Boolean);
    const [folders, name] = isEntered ? [names, '.'] : [names.slice(0, -1), names.at(-1) ?? '.'];
    try {
      return actBeneath(root, folders, name, act) ?? missing(node);
    } catch (error) {
      return missFrom(error, () => missing(node));
    }
  }

  // An automounter of this machine makes a name when it is looked up.
  const knownMiss = (node: string) => (folder === '/' || node === base ? undefined : misses.known(node));

  const tree: FileTree = {
    lstat: (node) =>
      isAbove(node)
        ? impliedFolder
        : (knownMiss(node) ??
          attempt(node, (file) => {
            const stats = lstatSync(file, { throwIfNoEntry: false });
            return stats && entryOf(stats);
          })),
    list(node) {
      const known = listings.get(node);
      if (known !== undefined) return known;
      const found = isAbove(node) ? outside : attempt(node, namesInFolder, true);
      const names = 'state' in found ? found : found.names;
      listings.set(node, names);
      if ('unnamed' in found) for (const name of found.unnamed) unnamed.add(join(node, name));
      return names;
    },
    read: (node) => attempt<Uint8Array | Miss>(node, readRegularFile),
    readlink: (node) =>
      attempt(node, (file) => {
        const target = decodeName(readlinkSync(file, 'buffer'));
        // The folder may contain absolute links into itself, with its path on this machine.
        const inside = base !== '/' && path.isAbsolute(target) && isAtOrBelow(path.normalize(target), folder);
        return inside ? path.posix.join(base, path.normalize(target).slice(folder.length)) : target;
      }),
    describe: (node) => (isAtOrBelow(node, base) ? displayPath(below(shown, node), cwd) : node),
  };
  return tree;
}

/**
 * Keeps the folders that a name was missing from: of other names that they do not have, that is known without looking.
 *
 * @param missOf what is said of the names that a folder with these names does not have
 */
function missesOf(missOf: (folder: string, names: readonly string[]) => Miss) {
  const folders = new Map<string, { readonly names: ReadonlySet<string>; readonly miss: Miss }>();
  const nameOf = (node: string): string => node.slice(node.lastIndexOf('/') + 1);
  return {
    /** Returns what is said of a name that was not found, although its folder was listed. */
    add(node: string, names: readonly string[]): Miss {
      const folder = folderOf(node);
      const found = folders.get(folder) ?? { names: new Set(names), miss: missOf(folder, names) };
      folders.set(folder, found);
      // It was there when its folder was listed.
      return found.names.has(nameOf(node)) ? { state: 'unreadable', detail: changed } : found.miss;
    },
    known(node: string): Miss | undefined {
      const found = folders.get(folderOf(node));
      return found === undefined || found.names.has(nameOf(node)) ? undefined : found.miss;
    },
  };
}

/** Whether a folder has a sign of a whole root file system. The target of a link is different inside the node. */
export function isWholeRoot(folder: string): boolean {
  return signsOfWholeRoot.some((sign) => {
    try {
      return lstatSync(path.join(folder, sign), { throwIfNoEntry: false }) !== undefined;
    } catch {
      return false;
    }
  });
}

/** Returns a path for reports: relative if it is below the working directory. */
export function displayPath(file: string, cwd: string): string {
  return file !== cwd && isAtOrBelow(file, cwd) && cwd !== '/' ? path.relative(cwd, file) : file;
}

/**
 * Reads a regular file. In case it was replaced after the first check, it is opened without blocking (a FIFO) and
 * without following links, and checked again.
 */
export function readRegularFile(file: string): Uint8Array | Miss {
  if (!lstatSync(file).isFile()) return { state: 'unreadable', detail: 'not a regular file' };
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return { state: 'unreadable', detail: 'not a regular file' };
    const { size } = status;
    if (size > maxFileBytes) return { state: 'too-large', detail: overMaxFileBytes(size) };
    const bytes = Buffer.alloc(size);
    let length = 0;
    while (length < size) {
      const count = readSync(descriptor, bytes, length, size - length, length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function entryOf(stats: Stats): Entry {
  const { mode, uid, gid, size } = stats;
  // Node.js has them as floating-point milliseconds, which are rounded.
  const times = fileTimes(stats.mtimeMs, stats.ctimeMs, 1);
  return { type: typeOf(stats), mode: mode & 0o7777, uid, gid, size, times };
}

function typeOf(stats: Stats): Entry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isFIFO()) return 'fifo';
  return stats.isSocket() ? 'socket' : 'device';
}

const missingCodes = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

function missFrom(error: unknown, missing: () => Miss): Miss {
  const code = codeOf(error);
  return missingCodes.has(code) ? missing() : { state: 'unreadable', detail: code };
}
