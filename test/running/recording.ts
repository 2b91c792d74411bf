import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { absolute } from '../support/file-map.ts';
import { NodeTree } from '../support/node-tree.ts';
import { paxRecords, type RawMember, rawTar } from '../support/raw-tar.ts';
import { inField, type NewProcess, newStatus, startField, startOf, statLine } from './proc-files.ts';

/** In milliseconds since the epoch, with fractions. */
export interface Times {
  readonly mtime: number;
  readonly ctime: number;
}

const recordingFile = (name: string): string =>
  new URL(`../../fixtures/running/${name}.tar.gz`, import.meta.url).pathname;

/** The time of files that a test adds without one: that of the oldest in the recordings. */
const long = Date.parse('2026-11-24T13:59:05Z');

/** A node with what ran on it, which a test changes: files, their times, and processes. */
export class Recording extends NodeTree {
  readonly times = new Map<string, Times>();
  /** When it is looked at: the time of everything in /proc. */
  at = new Date(Number.NaN);
  /** Whether its archive has ctime and fractions of seconds, as `tar --format=posix` writes. */
  hasExactTimes = true;

  static async read(name: string): Promise<Recording> {
    const node = new Recording();
    const archive = createReadStream(recordingFile(name)).pipe(createGunzip()).pipe(extract());
    for await (const entry of archive) {
      const { name: path, type, mode = 0, linkname, mtime } = entry.header;
      const pax = (entry.header.pax ?? {}) as { readonly mtime?: string; readonly ctime?: string };
      const at = absolute(`/${path}`).replace(/\/$/, '');
      if (type === 'directory') node.directory(at, mode);
      if (type === 'symlink' && linkname) node.link(at, linkname);
      if (type === 'file') node.write(at, await buffer(entry), mode);
      const modified = Number(pax.mtime ?? (mtime?.getTime() ?? long) / 1000) * 1000;
      node.times.set(at, { mtime: modified, ctime: Number(pax.ctime ?? modified / 1000) * 1000 });
      entry.resume();
    }
    return node;
  }

  /** A file or folder, or all that a pattern fits, was written then; what is not written is left as it was. */
  wrote(paths: string | RegExp | readonly string[], when: string): this {
    const time = Date.parse(when);
    return this.timed(paths, () => ({ mtime: time, ctime: time }));
  }

  /** Only mode, owner or name were changed then, or an older file was put there with its time. */
  changedInode(paths: string | RegExp | readonly string[], when: string): this {
    return this.timed(paths, ({ mtime }) => ({ mtime, ctime: Date.parse(when) }));
  }

  timed(paths: string | RegExp | readonly string[], change: (times: Times) => Times): this {
    const named = typeof paths === 'string' ? [paths] : paths;
    const all =
      named instanceof RegExp
        ? [...this.entries.keys()].filter((path) => named.test(path) && !path.startsWith('/proc/'))
        : named.map(absolute);
    if (all.length === 0) throw new Error(`nothing fits ${String(paths)}`);
    for (const path of all) {
      if (!this.entries.has(path)) throw new Error(`nothing is at ${path}`);
      this.times.set(path, change(this.#timesOf(path)));
    }
    return this;
  }

  override move(from: string, to: string): this {
    const [source, target] = [absolute(from), absolute(to)];
    super.move(from, to);
    for (const [path, times] of [...this.times]) {
      if (path !== source && !path.startsWith(`${source}/`)) continue;
      this.times.delete(path);
      this.times.set(target + path.slice(source.length), times);
    }
    return this;
  }

  /** The process of a component: the first whose program has this name. */
  pid(component: string): number {
    const found = this.#pids().find((pid) => {
      const [program = ''] = this.read(`/proc/${pid}/cmdline`).split('\0');
      return program.split('/').at(-1) === component;
    });
    if (found === undefined) throw new Error(`no process of ${component}`);
    return found;
  }

  /** Its process started then. */
  started(components: string | readonly string[], when: string): this {
    for (const component of [components].flat()) {
      const ticks = startOf(this.read('/proc/stat'), when);
      this.edit(`/proc/${this.pid(component)}/stat`, (line) => inField(line, startField, () => ticks));
    }
    return this;
  }

  /** Its arguments, without the program. */
  words(component: string, change: (words: readonly string[]) => readonly string[]): this {
    return this.edit(`/proc/${this.pid(component)}/cmdline`, (text) => {
      const [program = '', ...words] = text.replace(/\0$/, '').split('\0');
      return [program, ...change(words)].map((word) => `${word}\0`).join('');
    });
  }

  /** What its container mounts at a path lies somewhere else in the file system now. */
  mountedFrom(component: string, path: string, root: string): this {
    return this.edit(`/proc/${this.pid(component)}/mountinfo`, (text) =>
      text.replace(
        new RegExp(`^(\\d+ \\d+ \\S+) \\S+ ${path.replaceAll('.', '\\.')} `, 'm'),
        (_, start: string) => `${start} ${root} ${path} `,
      ),
    );
  }

  cgroup(component: string, change: (text: string) => string): this {
    return this.edit(`/proc/${this.pid(component)}/cgroup`, change);
  }

  /** Adds a process. */
  process(pid: number, process: NewProcess): this {
    const { words, comm, started, cgroup, mounts = '149 70 7:2 / / rw,relatime - ext4 /dev/vda1 rw\n' } = process;
    const folder = `/proc/${pid}`;
    const name = comm ?? (words[0] ?? '').split('/').at(-1)?.slice(0, 15) ?? '';
    const ticks = startOf(this.read('/proc/stat'), started);
    this.write(`${folder}/cmdline`, words.map((word) => `${word}\0`).join(''), 0o444);
    this.write(`${folder}/stat`, statLine(pid, name, ticks, process), 0o444);
    this.write(`${folder}/status`, newStatus(pid, name, process), 0o444);
    this.write(`${folder}/mountinfo`, mounts, 0o444);
    return this.write(`${folder}/cgroup`, `0::${cgroup}\n`, 0o444);
  }

  /** Takes its process away. */
  ended(component: string): this {
    return this.remove(`/proc/${this.pid(component)}`);
  }

  /** As an archive, with the times of each entry. */
  toArchive(): Buffer {
    const sorted = [...this.entries].sort(([a], [b]) => (a < b ? -1 : 1));
    return rawTar(
      sorted.flatMap(([path, entry]): RawMember[] => {
        const { mtime, ctime } = path.startsWith('/proc') ? this.#now() : this.#timesOf(path);
        const isFolder = entry.type === 'directory';
        const name = `${path.slice(1)}${isFolder ? '/' : ''}`;
        const exact = { mtime: seconds(mtime), ctime: seconds(ctime) };
        const records = {
          ...(this.hasExactTimes ? exact : {}),
          ...(name.length > 99 ? { path: name } : {}),
        };
        const member: RawMember = {
          name: name.slice(0, 99),
          mode: entry.type === 'link' ? 0o777 : entry.mode,
          type: isFolder ? '5' : entry.type === 'link' ? '2' : '0',
          ...(entry.type === 'link' ? { link: entry.target } : {}),
          ...(entry.type === 'file' ? { content: entry.content } : {}),
          change: (header) => header.write(`${Math.floor(mtime / 1000).toString(8)}\0`, 136, 'latin1'),
        };
        return Object.keys(records).length === 0 ? [member] : [paxRecords(records), member];
      }),
    );
  }

  #now(): Times {
    const now = this.at.getTime();
    return { mtime: now, ctime: now };
  }

  #timesOf(path: string): Times {
    return this.times.get(path) ?? { mtime: long, ctime: long };
  }

  #pids(): readonly number[] {
    const folders = [...this.entries.keys()].map((path) => /^\/proc\/(\d+)$/.exec(path)?.[1]);
    return folders.filter((pid) => pid !== undefined).map(Number);
  }
}

/** As pax writes them: seconds with fractions. */
const seconds = (time: number): string => (time / 1000).toFixed(6);
