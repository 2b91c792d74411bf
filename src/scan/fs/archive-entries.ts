/** Collects the entries of an archive, within limits. */

import { pathsToArchive } from '../../artifact/archived-paths.ts';
import { defaultLayout, type Layouts } from '../../artifact/layout.ts';
import { notUtf8 } from '../../artifact/left-out.ts';
import { UserError } from '../../core/errors.ts';
import { isOfCopy, maxCopyBytes } from './copy-files.ts';
import { isText, shownNames } from './names.ts';
import { isProcessFile, processFiles } from './process-files.ts';
import { objectFile, relevanceOf } from './relevance.ts';
import type { Header } from './tar-header.ts';
import { type Entry, impliedFolder, maxFileBytes } from './tree.ts';

/** One entry of an archive. */
export interface ArchiveEntry {
  readonly entry: Entry;
  /** The content of a regular file, if it was kept. */
  readonly bytes?: Uint8Array;
  /** The target of a symbolic link. */
  readonly target?: string;
  /** Why it is not read. Then nothing else is known of it. */
  readonly unread?: string;
  /** Whether it counts as not read even if nothing asks for its path: it may be meant for a different one. */
  readonly isAlwaysReported?: boolean;
  /** Whether the archive has an entry for it; false for a folder that is only implied by a deeper path. */
  readonly explicit: boolean;
}

/** The entries of an archive, by normalised name without a leading slash. The root is ''. */
export type Archive = ReadonlyMap<string, ArchiveEntry>;

const mebibyte = 1024 * 1024;
export const archiveLimits = {
  /** Bytes of content to keep in memory. */
  keptBytes: 64 * mebibyte,
  /** Bytes of a file whose path is not `relevant`. */
  strayBytes: 256 * 1024,
  /** Bytes of larger files that may contain objects of a cluster. */
  objectBytes: 256 * mebibyte,
  /** Bytes of names. Each name counts once for every folder in its path. */
  nameBytes: 256 * mebibyte,
  /** Root file systems have fewer; each entry, and each folder that has none, costs half a kilobyte of memory. */
  entries: 500_000,
  /** Bytes in total, after decompression. */
  readBytes: 8 * 1024 * mebibyte,
  /** The compression ratio of an archive of more than `denseBytes`. Real ones have about 3. */
  ratio: 100,
  denseBytes: 256 * mebibyte,
  /** Bytes after an entry without a further one. The padding of any blocking factor is shorter. */
  gapBytes: 16 * mebibyte,
} as const;
export type Limits = { readonly [K in keyof typeof archiveLimits]: number };

/** Receives the members of an archive in order, and keeps what may be part of a node's PKI. */
export class Collector {
  count = 0;
  private keptBytes = 0;
  private nameBytes = 0;
  private objectBytes = 0;
  private readonly entries = new Map<string, ArchiveEntry>();
  private readonly hardLinks = new Map<string, string>();
  /** What has `..` in its name, by the path that this leads to; whether that is a folder. */
  private readonly climbing = new Map<string, boolean>();
  private readonly limits: Limits;
  private readonly relevance: ReturnType<typeof relevanceOf>;
  private readonly processes: ReturnType<typeof processFiles>;
  /** The hint for an archive that is too large. */
  readonly narrower: string;

  constructor(limits: Limits, layouts: Layouts) {
    this.limits = limits;
    this.relevance = relevanceOf(layouts);
    this.processes = processFiles(this.entries, layouts);
    this.narrower = `archive only what is needed: tar c ${pathsToArchive(defaultLayout(layouts))}`;
  }

  /** Receives a member, and returns the function to which to give its content; undefined if that is not kept. */
  take(header: Header): ((bytes: Uint8Array) => void) | undefined {
    this.nameBytes += header.name.length * (1 + header.name.split('/').length) + header.linkName.length;
    this.spend();
    const { path, climbs } = normalizeName(header.name);
    const entry = entryOf(header);
    if (entry === undefined || this.relevance.isIrrelevant(path)) return undefined;
    const isOfProcess = isProcessFile(path);
    if (isOfProcess && !climbs && !this.processes.keeps(path, entry)) return undefined;
    if (path === '' && entry.type !== 'directory') throw new UserError('damaged: a file without a name');
    if (climbs) {
      this.climbing.set(path, entry.type === 'directory' && this.climbing.get(path) !== false);
      return undefined;
    }
    const unread = reasonNotToRead(header);
    this.put(path, header, { entry, explicit: true, ...(unread === undefined ? {} : { unread }) });
    if (unread !== undefined || !(isOfProcess || this.reserve(path, entry))) return undefined;
    return (bytes) => this.entries.set(path, { entry, bytes, explicit: true });
  }

  /** Counts an entry, also one of a folder that is only implied: a few long names can imply millions. */
  private spend(): void {
    this.count += 1;
    if (this.count <= this.limits.entries && this.nameBytes <= this.limits.nameBytes) return;
    throw new UserError(
      `too many files (more than ${this.limits.entries}), or their names are too long`,
      this.narrower,
    );
  }

  /** The last entry with a name counts, as when tar extracts the archive. */
  private put(path: string, { type, linkName }: Header, entry: ArchiveEntry): void {
    this.keptBytes -= this.entries.get(path)?.bytes?.length ?? 0;
    this.hardLinks.delete(path);
    if (type === '1' && entry.unread === undefined) this.hardLinks.set(path, linkName);
    this.entries.set(path, entry.entry.type === 'link' ? { ...entry, target: linkName } : entry);
    this.addParents(path);
  }

  /** Whether the bytes of an entry are to be kept. If so, they count towards the limit. */
  private reserve(path: string, { type, size }: Entry): boolean {
    const own = this.relevance.isRelevant(path) ? maxFileBytes : this.limits.strayBytes;
    const limit = isOfCopy(path) ? maxCopyBytes : own;
    if (type === 'file' && size > limit && objectFile.test(path)) return this.reserveObjects(size);
    if (type !== 'file' || size > limit || this.keptBytes + size > this.limits.keptBytes) return false;
    this.keptBytes += size;
    return true;
  }

  /** All objects of a cluster may be in one file. */
  private reserveObjects(size: number): boolean {
    this.objectBytes += size;
    return this.objectBytes <= this.limits.objectBytes;
  }

  private addParents(path: string): void {
    for (let at = path.lastIndexOf('/'); path !== ''; at = path.lastIndexOf('/', at - 1)) {
      const parent = at === -1 ? '' : path.slice(0, at);
      if (this.entries.has(parent)) return;
      this.spend();
      this.entries.set(parent, { entry: impliedFolder, explicit: false });
      if (at === -1) return;
    }
  }

  /** Resolves hard links, and marks what cannot be read. */
  finish(): Archive {
    this.processes.finish();
    for (const [path, target] of this.hardLinks) {
      this.entries.set(
        path,
        this.resolveHardLink(target) ?? unreadFile('a hard link to a file that is not in the archive'),
      );
    }
    for (const [path, isFolder] of this.climbing) {
      // A folder that is there anyway gets nothing from it but its mode.
      if (isFolder && this.entries.get(path)?.entry.type === 'directory') continue;
      this.entries.set(path, { ...unreadFile('its name in the archive contains ".."'), isAlwaysReported: true });
      this.addParents(path);
    }
    for (const path of [...this.entries.keys()]) this.refuseContradiction(path);
    renameStrays(this.entries);
    return this.entries;
  }

  private resolveHardLink(target: string): ArchiveEntry | undefined {
    let link = normalizeName(target);
    for (let hops = 0; !link.climbs && hops < 8; hops += 1) {
      const next = this.hardLinks.get(link.path);
      if (next === undefined) {
        const found = this.entries.get(link.path);
        return found?.entry.type === 'directory' ? undefined : found;
      }
      link = normalizeName(next);
    }
    return undefined;
  }

  /** A file or a link with something below it cannot be extracted, so what is read of it would be a guess. */
  private refuseContradiction(path: string): void {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const type = this.entries.get(parent)?.entry.type;
    if (path === '' || type === 'directory') return;
    this.entries.set(parent, unreadFile('the archive has it as a directory, and as something else'));
  }
}

const types: Readonly<Record<string, Entry['type']>> = {
  '0': 'file',
  '1': 'file',
  '2': 'link',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
  // A folder of an incremental archive (GNU), whose content is a list of its names.
  D: 'directory',
};

const unreadFile = (unread: string): ArchiveEntry => ({
  entry: { type: 'file', mode: 0, uid: 0, gid: 0, size: 0 },
  explicit: true,
  unread,
});

/** undefined for what is not a file: the label of an archive (GNU). */
function entryOf({ type, mode, uid, gid, size, times }: Header): Entry | undefined {
  return type === 'V' ? undefined : { type: types[type] ?? 'file', mode, uid, gid, size, times };
}

/** Why the content of a member is not read; undefined if it is. */
function reasonNotToRead({ type, isSparse }: Header): string | undefined {
  if (isSparse || type === 'S') return 'the archive has it as a sparse file';
  if (type === 'M') return 'a different archive has the start of it';
  return type in types ? undefined : `its type in the archive is unknown: ${JSON.stringify(type)}`;
}

/** Gives names that can be shown to what has a name that is not UTF-8. It is not read, nor is what is below it. */
function renameStrays(entries: Map<string, ArchiveEntry>): void {
  const byFolder = new Map<string, Map<string, Entry['type']>>();
  for (const [path, { entry }] of [...entries].filter(([one]) => !isText(one))) {
    const parts = path.split('/');
    const at = parts.findIndex((part) => !isText(part));
    const folder = parts.slice(0, at).join('/');
    const types = byFolder.get(folder) ?? new Map<string, Entry['type']>();
    const name = parts[at] ?? '';
    const isFolder = parts.length > at + 1 || types.get(name) === 'directory';
    byFolder.set(folder, types.set(name, isFolder ? 'directory' : entry.type));
    entries.delete(path);
  }
  for (const [folder, types] of byFolder) {
    const below = (name: string) => (folder === '' ? name : `${folder}/${name}`);
    const names = [...types.keys()].sort();
    for (const [index, shown] of shownNames(names, (name) => entries.has(below(name))).entries()) {
      const { entry, ...rest } = unreadFile(notUtf8);
      const type = types.get(names[index] ?? '') ?? 'file';
      entries.set(below(shown), { ...rest, entry: { ...entry, type }, explicit: false });
    }
  }
}

/** Removes `.`, and leading, trailing and double slashes. A name with `..` leads to a path, but never above the top. */
function normalizeName(name: string): { readonly path: string; readonly climbs: boolean } {
  const parts: string[] = [];
  let climbs = false;
  for (const part of name.split('/')) {
    if (part === '..') {
      climbs = true;
      parts.pop();
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return { path: parts.join('/'), climbs };
}
