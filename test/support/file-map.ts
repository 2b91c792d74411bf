import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { gzipSync } from 'node:zlib';
import { paxRecords, type RawMember, rawTar } from './raw-tar.ts';

export type Entry =
  | {
      readonly type: 'file';
      readonly content: Buffer;
      readonly mode: number;
      readonly uid?: number;
      readonly gid?: number;
    }
  | { readonly type: 'directory'; readonly mode: number; readonly uid?: number; readonly gid?: number }
  | { readonly type: 'fifo' | 'character-device'; readonly mode: number; readonly uid?: number; readonly gid?: number }
  | { readonly type: 'link'; readonly target: string };

/** The letters of types in archives. */
const tarTypes = { file: '0', directory: '5', fifo: '6', 'character-device': '3', link: '2' } as const;

/** Whether a name is in a record of its own, because it does not fit into a header, or is not ASCII. */
const isLong = (name: string): boolean => name.length > 100 || /[^\0-\x7f]/.test(name);

/** When entries of archives were changed, if a test does not say otherwise. */
const usualTime = new Date('2026-11-24T14:00:00Z');

/** Expands a short path: `pki/ca.crt` stands for `/etc/kubernetes/pki/ca.crt`. */
export const absolute = (path: string): string => normalize(path.startsWith('/') ? path : `/etc/kubernetes/${path}`);

const lines = (text: string) => text.split('\n');

/** The files of one node in memory, by absolute path. Paths may be relative to /etc/kubernetes. */
export class FileMap {
  readonly entries = new Map<string, Entry>();
  readonly #times = new Map<string, { readonly mtime: Date; readonly ctime?: Date }>();

  /**
   * Writes a file. The mode defaults to the file's current mode, or 0600 for a new one (0644 for `.crt`). Parent
   * folders are created.
   */
  write(path: string, content: string | Uint8Array, mode?: number): this {
    const at = absolute(path);
    const present = this.entries.get(at);
    const usual = at.endsWith('.crt') ? 0o644 : 0o600;
    this.#addFolders(at);
    this.entries.set(at, {
      type: 'file',
      content: Buffer.from(content),
      mode: mode ?? (present?.type === 'file' ? present.mode : usual),
    });
    return this;
  }

  directory(path: string, mode = 0o755): this {
    const at = absolute(path);
    this.#addFolders(at);
    this.entries.set(at, { type: 'directory', mode });
    return this;
  }

  link(path: string, target: string): this {
    const at = absolute(path);
    this.#addFolders(at);
    this.entries.set(at, { type: 'link', target });
    return this;
  }

  /** Adds an entry that is not a file, folder or link. Exists only in archives. */
  special(path: string, type: 'fifo' | 'character-device', mode = 0o600): this {
    const at = absolute(path);
    this.#addFolders(at);
    this.entries.set(at, { type, mode });
    return this;
  }

  /** Removes a file, or a folder and its contents. Throws if nothing is there. */
  remove(path: string): this {
    const at = absolute(path);
    const gone = [...this.entries.keys()].filter((key) => key === at || key.startsWith(`${at}/`));
    if (gone.length === 0) throw new Error(`nothing to remove at ${at}`);
    for (const key of gone) this.entries.delete(key);
    return this;
  }

  /** Moves a file, or a folder and its contents. */
  move(from: string, to: string): this {
    const [source, target] = [absolute(from), absolute(to)];
    const moved = [...this.entries].filter(([key]) => key === source || key.startsWith(`${source}/`));
    this.remove(source);
    this.#addFolders(target);
    for (const [key, entry] of moved) this.entries.set(target + key.slice(source.length), entry);
    return this;
  }

  chmod(path: string, mode: number): this {
    const at = absolute(path);
    const entry = this.entries.get(at);
    if (entry === undefined || entry.type === 'link') throw new Error(`no file or folder at ${at}`);
    this.entries.set(at, { ...entry, mode });
    return this;
  }

  /** Has an effect only in archives: only root can change owners on disk. */
  chown(path: string, uid: number, gid = 0): this {
    const at = absolute(path);
    const entry = this.entries.get(at);
    if (entry === undefined || entry.type === 'link') throw new Error(`no file or folder at ${at}`);
    this.entries.set(at, { ...entry, uid, gid });
    return this;
  }

  /** Sets the time of a change; the second, only in archives, is that of a change of the mode or name. */
  touch(path: string, time: string | Date, ctime?: string): this {
    const at = absolute(path);
    if (!this.entries.has(at)) throw new Error(`no file or folder at ${at}`);
    this.#times.set(at, { mtime: new Date(time), ...(ctime && { ctime: new Date(ctime) }) });
    return this;
  }

  has(path: string): boolean {
    return this.entries.has(this.resolve(path));
  }

  /** The path after following links, at most as many as Linux does. */
  resolve(path: string, most = 40): string {
    const at = absolute(path);
    const entry = this.entries.get(at);
    if (entry?.type !== 'link' || most === 0) return at;
    return this.resolve(entry.target.startsWith('/') ? entry.target : join(dirname(at), entry.target), most - 1);
  }

  bytes(path: string): Buffer {
    const entry = this.entries.get(this.resolve(path));
    if (entry?.type !== 'file') throw new Error(`no file at ${absolute(path)}`);
    return entry.content;
  }

  read(path: string): string {
    return this.bytes(path).toString('utf8');
  }

  /** Changes a file's text. Throws if the text stays the same: an edit without effect would prove nothing. */
  edit(path: string, change: (text: string) => string): this {
    const before = this.read(path);
    const after = change(before);
    if (after === before) throw new Error(`the edit changed nothing in ${absolute(path)}`);
    return this.write(this.resolve(path), after);
  }

  /** Sets `--FLAG=VALUE` in a static pod's manifest, replacing the flag or appending it; `undefined` removes it. */
  replaceFlag(component: string, flag: string, value: string | undefined): this {
    return this.edit(`manifests/${component}.yaml`, (text) => {
      const all = lines(text);
      const starts = (line: string, start: string) => line.trimStart().startsWith(start);
      const wanted = value === undefined ? [] : [`    - --${flag}=${value}`];
      const at = all.findIndex((line) => starts(line, `- --${flag}=`) || line.trim() === `- --${flag}`);
      const last = all.findLastIndex((line) => starts(line, '- --'));
      return (at < 0 ? all.toSpliced(last + 1, 0, ...wanted) : all.toSpliced(at, 1, ...wanted)).join('\n');
    });
  }

  /** Writes the node to a folder on disk, with modes and links. */
  toDisk(root: string): void {
    const folders = this.#sorted().filter(([, entry]) => entry.type === 'directory');
    for (const [path] of folders) mkdirSync(join(root, path), { recursive: true });
    for (const [path, entry] of this.#sorted()) {
      if (entry.type === 'file') writeFileSync(join(root, path), entry.content, { mode: entry.mode });
      if (entry.type === 'file') chmodSync(join(root, path), entry.mode);
      const { mtime } = this.#times.get(path) ?? { mtime: usualTime };
      if (entry.type === 'file') utimesSync(join(root, path), mtime, mtime);
      if (entry.type === 'link') symlinkSync(entry.target, join(root, path));
    }
    for (const [path, entry] of folders.reverse()) {
      if (entry.type === 'directory') chmodSync(join(root, path), entry.mode);
    }
  }

  /**
   * The node as a tar archive, gzipped if requested. `wrapper` is a folder around everything; `only` selects paths;
   * `directories: false` omits the entries of folders.
   */
  async toTar(
    options: { wrapper?: string; gzip?: boolean; directories?: boolean; only?: (path: string) => boolean } = {},
  ): Promise<Buffer> {
    const { wrapper, only, directories } = options;
    const members = this.#sorted().flatMap(([path, entry]): readonly RawMember[] => {
      if (only?.(path) === false || (entry.type === 'directory' && directories === false)) return [];
      const { mtime, ctime } = this.#times.get(path) ?? { mtime: usualTime, ctime: undefined };
      const name = `${wrapper === undefined ? '' : `${wrapper}/`}${path.slice(1)}${entry.type === 'directory' ? '/' : ''}`;
      const link = entry.type === 'link' ? entry.target : '';
      const records = {
        ...(isLong(name) && { path: name }),
        ...(isLong(link) && { linkpath: link }),
        ...(ctime && { ctime: `${ctime.getTime() / 1000}` }),
      };
      const owner = entry.type === 'link' ? { mode: 0o777 } : entry;
      const content = entry.type === 'file' ? entry.content : '';
      const seconds = Math.trunc(mtime.getTime() / 1000);
      const member = { ...owner, name, link, content, type: tarTypes[entry.type], mtime: seconds };
      return Object.keys(records).length === 0 ? [member] : [paxRecords(records), member];
    });
    const bytes = rawTar(members);
    return options.gzip ? gzipSync(bytes) : bytes;
  }

  #addFolders(path: string): void {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
      if (!this.entries.has(folder)) this.entries.set(folder, { type: 'directory', mode: 0o755 });
    }
  }

  #sorted(): [string, Entry][] {
    return [...this.entries].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
