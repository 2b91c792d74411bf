/** Reading a tar archive as a stream, into memory, as far as it could matter. */
import { pipeline } from 'node:stream/promises';
import type { Extract, ExtractEvents, Header } from 'tar-stream';
import { UserError } from '../core/errors.ts';
import { type Entry, maxFileBytes } from './tree.ts';

/** One entry of an archive. */
export interface ArchiveEntry {
  readonly entry: Entry;
  /** Of a regular file that was kept. */
  readonly bytes?: Uint8Array;
  /** Of a symbolic link. */
  readonly target?: string;
  /** Whether the archive holds an entry of its own for it: false for a folder that only follows from a deeper path. */
  readonly explicit: boolean;
}

/** An archive by normalised names without a slash in front; '' is its top. */
export type Archive = ReadonlyMap<string, ArchiveEntry>;

const mebibyte = 1024 * 1024;
export const archiveLimits = {
  /** Kept in memory. */
  keptBytes: 64 * mebibyte,
  /** Of a file whose place says nothing about certificates. */
  strayBytes: 256 * 1024,
  entries: 250_000,
  /** Read in all, after decompression. */
  readBytes: 32 * 1024 * mebibyte,
  /** Between the end of one entry and the next, or of the archive: blocking factors pad less. */
  gapBytes: 16 * mebibyte,
} as const;
type Limits = { readonly [K in keyof typeof archiveLimits]: number };

const narrower = 'archive what is needed: tar c /etc/kubernetes /var/lib/kubelet/{config.yaml,kubeadm-flags.env,pki}';

/** Where a node keeps its PKI and what points to it: kept first. */
const relevant = /(?:^|\/)(?:etc\/kubernetes|var\/lib\/kubelet|systemd\/system|etc\/default|etc\/sysconfig)(?:\/|$)/;
/** Folders of a whole root file system that hold nothing of a node's PKI and very much else. */
const irrelevant =
  /(?:^|\/)(?:proc|sys|dev|var\/lib\/(?:containerd|containers|docker|kubelet\/(?:pods|plugins))|var\/cache|usr\/share\/(?:doc|man|locale))\//;

/**
 * Reads an archive to its end.
 *
 * @param name for error messages
 * @throws UserError where it is no archive, is cut short, or goes over a limit
 */
export async function readArchive(
  source: NodeJS.ReadableStream,
  name: string,
  limits: Limits = archiveLimits,
): Promise<Archive> {
  const { first, stream } = await peek(source);
  const compressed = compressions.find(({ magic }) =>
    Buffer.from(first.subarray(0, magic.length)).equals(Buffer.from(magic)),
  );
  if (first.length === 0) throw new UserError(`${name}: empty, not a tar archive`);
  if (compressed !== undefined && compressed.program !== 'gzip') {
    throw new UserError(
      `${name}: compressed with ${compressed.program}`,
      `decompress it first: ${compressed.program} -dc FILE | pki-lint -`,
    );
  }
  const [tar, zlib] = await Promise.all([import('tar-stream'), import('node:zlib')]);
  const collector = new Collector(limits);
  // Archives of before POSIX, too. The option is missing from the library's types.
  const options = { highWaterMark: 65_536, allowUnknownFormat: true };
  const sink = tar.extract(options);
  sink.on('entry', (header, content, next) => collector.take(header, content, next));
  const feed = (chunks: AsyncIterable<Uint8Array>): Promise<void> => feedInto(sink, chunks, collector, limits);
  try {
    if (compressed === undefined) await pipeline(stream, feed);
    else await pipeline(stream, zlib.createGunzip(), feed);
  } catch (error) {
    throw asUserError(error, name, collector.count > 0);
  }
  if (collector.count === 0) throw new UserError(`${name}: holds nothing, or is not a tar archive`);
  return collector.finish();
}

const compressions = [
  { program: 'gzip', magic: [0x1f, 0x8b] },
  { program: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
  { program: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { program: 'bzip2', magic: [0x42, 0x5a, 0x68] },
] as const;

/** The first bytes of a stream, and a stream of all of it. */
async function peek(source: NodeJS.ReadableStream): Promise<{ first: Uint8Array; stream: AsyncIterable<Uint8Array> }> {
  const chunks = source[Symbol.asyncIterator]();
  const start: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < 8 && !ended) {
    const { value, done } = await chunks.next();
    ended = done === true;
    if (!ended) start.push(typeof value === 'string' ? Buffer.from(value, 'latin1') : value);
    length = start.reduce((sum, chunk) => sum + chunk.length, 0);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* start;
    if (!ended) yield* { [Symbol.asyncIterator]: () => chunks } as AsyncIterable<Uint8Array>;
  }
  return { first: Buffer.concat(start), stream: all() };
}

/** Passes bytes on until they are too many, or too many since the last entry: endless input ends here. */
async function feedInto(
  sink: Extract,
  chunks: AsyncIterable<Uint8Array>,
  collector: Collector,
  limits: Limits,
): Promise<void> {
  const failed = new Promise<never>((_, reject) => sink.once('error', reject));
  failed.catch(() => undefined);
  const closed = new Promise<void>((resolve) => sink.once('close', () => resolve()));
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > limits.readBytes) throw new UserError(`more than ${limits.readBytes} bytes`, narrower);
    if (total > collector.expectedEnd + limits.gapBytes)
      throw new UserError('not a tar archive: no entry where one must be');
    const drained = new Promise<void>((resolve) => sink.once('drain', () => resolve()));
    if (!sink.write(chunk)) await Promise.race([drained, failed]);
  }
  sink.end(undefined);
  await Promise.race([closed, failed]);
}

function asUserError(error: unknown, name: string, begun: boolean): unknown {
  if (error instanceof UserError) return new UserError(`${name}: ${error.message}`, error.hint, error.exitCode);
  if (!(error instanceof Error)) return error;
  const cut = /unexpected end/i.test(error.message);
  if (cut) return new UserError(`${name}: the archive is cut short`, 'copy it again');
  if (/tar|header/i.test(error.message) && !begun)
    return new UserError(`${name}: not a tar archive`, 'a PATH is a folder or a tar archive');
  return new UserError(`${name}: ${error.message}`);
}

type EntryContent = ExtractEvents['entry'][1];
type TarHeader = Header & { readonly byteOffset?: number };

class Collector {
  count = 0;
  /** Offset behind the last entry that began. */
  expectedEnd = 0;
  private kept = 0;
  private readonly entries = new Map<string, ArchiveEntry>();
  private readonly hardLinks = new Map<string, string>();
  private readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  take(header: TarHeader, content: EntryContent, next: (error?: Error) => void): void {
    const { size } = header;
    this.expectedEnd = (header.byteOffset ?? this.expectedEnd) + size;
    this.count += 1;
    content.on('error', () => undefined);
    content.on('end', () => next());
    const name = normalizeName(header.name);
    const entry = entryOf(header);
    if (name === undefined || entry === undefined || irrelevant.test(`${name}/`)) {
      content.resume();
      return;
    }
    if (this.entries.size >= this.limits.entries) {
      next(new UserError(`more than ${this.limits.entries} files`, narrower));
      return;
    }
    this.put(name, header, entry);
    if (!this.wanted(name, entry)) {
      content.resume();
      return;
    }
    const chunks: Uint8Array[] = [];
    content.on('data', (chunk) => {
      if (chunk instanceof Uint8Array) chunks.push(chunk);
    });
    content.on('end', () => this.entries.set(name, { entry, bytes: Buffer.concat(chunks), explicit: true }));
  }

  /** The last entry of a name counts, as when tar unpacks. */
  private put(name: string, header: TarHeader, entry: Entry): void {
    this.kept -= this.entries.get(name)?.bytes?.length ?? 0;
    this.hardLinks.delete(name);
    const target = header.linkname ?? '';
    if (header.type === 'link') this.hardLinks.set(name, target);
    this.entries.set(name, { entry, explicit: true, ...(entry.type === 'link' ? { target } : {}) });
  }

  private wanted(name: string, entry: Entry): boolean {
    if (entry.type !== 'file' || entry.size > (relevant.test(name) ? maxFileBytes : this.limits.strayBytes))
      return false;
    if (this.kept + entry.size > this.limits.keptBytes) return false;
    this.kept += entry.size;
    return true;
  }

  finish(): Archive {
    for (const [name, target] of this.hardLinks) {
      const found = this.linked(target);
      if (found === undefined) this.entries.delete(name);
      else this.entries.set(name, found);
    }
    for (const name of [...this.entries.keys()]) this.implyAbove(name);
    return this.entries;
  }

  private linked(target: string): ArchiveEntry | undefined {
    let name = normalizeName(target);
    for (let hops = 0; name !== undefined && hops < 8; hops += 1) {
      const next = this.hardLinks.get(name);
      if (next === undefined) return this.entries.get(name);
      name = normalizeName(next);
    }
    return undefined;
  }

  private implyAbove(name: string): void {
    for (let at = name.lastIndexOf('/'); ; at = name.lastIndexOf('/', at - 1)) {
      const above = at === -1 ? '' : name.slice(0, at);
      if (this.entries.has(above)) return;
      this.entries.set(above, { entry: { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 }, explicit: false });
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

/** Ids beyond what octal digits hold stand in the pax header. */
function entryOf(header: TarHeader): Entry | undefined {
  // A type that the library does not know is null.
  const type = types[header.type ?? ''];
  if (type === undefined) return undefined;
  const pax = (header.pax ?? {}) as Readonly<Record<string, string>>;
  const id = (key: 'uid' | 'gid'): number => Number(pax[key] ?? header[key]) || 0;
  return { type, mode: header.mode & 0o7777, uid: id('uid'), gid: id('gid'), size: header.size };
}

/** A name without `.` and slashes in front or behind; undefined for one that climbs out with `..`. */
function normalizeName(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}
