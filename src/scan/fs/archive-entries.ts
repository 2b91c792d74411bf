/** Collects the entries of an archive, within limits. */
import type { ExtractEvents, Header } from 'tar-stream';
import { UserError } from '../../core/errors.ts';
import { type Layouts, pathsToArchive } from '../../core/layout.ts';
import { type Entry, impliedFolder, maxFileBytes } from './tree.ts';

/** One entry of an archive. */
export interface ArchiveEntry {
  readonly entry: Entry;
  /** The content of a regular file, if it was kept. */
  readonly bytes?: Uint8Array;
  /** The target of a symbolic link. */
  readonly target?: string;
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
  /** Bytes of names. Each name counts once for every folder in its path. */
  nameBytes: 256 * mebibyte,
  /** Root file systems have fewer; each entry costs half a kilobyte of memory. */
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

/**
 * Returns patterns for paths in an archive: `relevant` matches files of a node's PKI and what refers to them;
 * `irrelevant` matches large folders of a root file system that contain no part of a PKI.
 */
function relevanceOf(layouts: Layouts) {
  const alternatives = (paths: readonly string[]) =>
    paths.map((path) => path.replace(/^\//, '').replaceAll('.', '\\.')).join('|');
  const kubelets = layouts.map(({ kubelet }) => kubelet.folder);
  const certificates = layouts.map(({ kubelet }) => kubelet.certificates);
  const homes = (['home', 'pki', 'kubeconfigFolder', 'manifests'] as const).flatMap((key) =>
    layouts.map((one) => one[key]),
  );
  const relevant = alternatives([...new Set([...homes, ...kubelets, ...certificates])]);
  const large = alternatives(kubelets.flatMap((folder) => [`${folder}/pods`, `${folder}/plugins`]));
  return {
    relevant: new RegExp(`(?:^|/)(?:${relevant}|systemd/system|etc/default|etc/sysconfig)(?:/|$)`),
    irrelevant: new RegExp(
      `(?:^|/)(?:proc|sys|dev|var/lib/(?:containerd|containers|docker)|${large}|var/cache|usr/share/(?:doc|man|locale))/`,
    ),
  };
}

type EntryContent = ExtractEvents['entry'][1];
type TarHeader = Header & { readonly byteOffset?: number };

/** Receives the entries of an archive in order, and keeps what may be part of a node's PKI. */
export class Collector {
  count = 0;
  /** The offset in the archive at which the content of the latest entry ends. */
  expectedEnd = 0;
  private keptBytes = 0;
  private nameBytes = 0;
  private readonly entries = new Map<string, ArchiveEntry>();
  private readonly hardLinks = new Map<string, string>();
  private readonly limits: Limits;
  private readonly relevance: ReturnType<typeof relevanceOf>;
  /** The hint for an archive that is too large. */
  readonly narrower: string;

  constructor(limits: Limits, layouts: Layouts) {
    this.limits = limits;
    this.relevance = relevanceOf(layouts);
    this.narrower = `archive only what is needed: tar c ${pathsToArchive(layouts[0])}`;
  }

  take(header: TarHeader, content: EntryContent, next: (error?: Error) => void): void {
    // A folder has no content, whatever size it states (POSIX pax, ustar typeflag 5).
    const size = header.type === 'directory' ? 0 : header.size;
    this.expectedEnd = (header.byteOffset ?? this.expectedEnd) + (size ?? 0);
    this.count += 1;
    content.on('error', () => undefined);
    // In tar-stream, neither the content of such a folder nor that of an entry without a valid size ends.
    if (size === null) {
      next(new UserError('damaged: the size of an entry is not a number'));
      return;
    }
    if (size === header.size) content.on('end', () => next());
    else queueMicrotask(next);
    this.nameBytes += header.name.length * (1 + header.name.split('/').length) + (header.linkname ?? '').length;
    if (this.count > this.limits.entries || this.nameBytes > this.limits.nameBytes) {
      next(
        new UserError(`too many files (more than ${this.limits.entries}), or their names are too long`, this.narrower),
      );
      return;
    }
    const name = normalizeName(header.name);
    const entry = entryOf(header);
    if (name !== undefined && entry !== undefined && !this.relevance.irrelevant.test(`${name}/`)) {
      this.put(name, header, entry);
      if (this.reserve(name, entry)) this.keep(name, entry, content);
    }
    content.resume();
  }

  private keep(name: string, entry: Entry, content: EntryContent): void {
    const chunks: Uint8Array[] = [];
    content.on('data', (chunk) => {
      if (chunk instanceof Uint8Array) chunks.push(chunk);
    });
    content.on('end', () => this.entries.set(name, { entry, bytes: Buffer.concat(chunks), explicit: true }));
  }

  /** The last entry with a name counts, as when tar extracts the archive. */
  private put(name: string, header: TarHeader, entry: Entry): void {
    this.keptBytes -= this.entries.get(name)?.bytes?.length ?? 0;
    this.hardLinks.delete(name);
    const target = header.linkname ?? '';
    if (header.type === 'link') this.hardLinks.set(name, target);
    this.entries.set(name, { entry, explicit: true, ...(entry.type === 'link' ? { target } : {}) });
  }

  /** Whether the bytes of an entry are to be kept. If so, they count towards the limit. */
  private reserve(name: string, { type, size }: Entry): boolean {
    const limit = this.relevance.relevant.test(name) ? maxFileBytes : this.limits.strayBytes;
    if (type !== 'file' || size > limit || this.keptBytes + size > this.limits.keptBytes) return false;
    this.keptBytes += size;
    return true;
  }

  /** Resolves hard links, and adds the folders that have no entry. */
  finish(): Archive {
    for (const [name, target] of this.hardLinks) {
      const found = this.resolveHardLink(target);
      if (found === undefined) this.entries.delete(name);
      else this.entries.set(name, found);
    }
    for (const name of [...this.entries.keys()]) this.addParents(name);
    return this.entries;
  }

  private resolveHardLink(target: string): ArchiveEntry | undefined {
    let name = normalizeName(target);
    for (let hops = 0; name !== undefined && hops < 8; hops += 1) {
      const next = this.hardLinks.get(name);
      if (next === undefined) return this.entries.get(name);
      name = normalizeName(next);
    }
    return undefined;
  }

  private addParents(name: string): void {
    for (let at = name.lastIndexOf('/'); ; at = name.lastIndexOf('/', at - 1)) {
      const parent = at === -1 ? '' : name.slice(0, at);
      if (this.entries.has(parent)) return;
      this.entries.set(parent, { entry: impliedFolder, explicit: false });
      if (at === -1) return;
    }
  }
}

const types: Readonly<Record<string, Entry['type']>> = {
  file: 'file',
  'contiguous-file': 'file',
  link: 'file',
  symlink: 'link',
  directory: 'directory',
  fifo: 'fifo',
  'character-device': 'device',
  'block-device': 'device',
};

/** User and group ids that do not fit into the octal fields are in the pax header. */
function entryOf(header: TarHeader): Entry | undefined {
  // For an unknown type, the library sets null.
  const type = types[header.type ?? ''];
  if (type === undefined) return undefined;
  const pax = (header.pax ?? {}) as Readonly<Record<string, string>>;
  const id = (key: 'uid' | 'gid'): number => Number(pax[key] ?? header[key]) || 0;
  return { type, mode: header.mode & 0o7777, uid: id('uid'), gid: id('gid'), size: header.size };
}

/** Removes `.`, and leading, trailing and double slashes; undefined for a name with `..`. */
function normalizeName(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}
