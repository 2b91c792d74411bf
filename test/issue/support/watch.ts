/** Repeatedly looks at all files in a folder while something else writes there. */
import { Worker } from 'node:worker_threads';

/** A file that was seen, with all its names, including temporary ones. */
export interface Seen {
  /** The inode and its birth time: names change, and inodes are reused. */
  readonly id: string;
  readonly paths: readonly string[];
  /** Octal modes without duplicates, in the order in which they were seen. */
  readonly modes: readonly string[];
  /** Whether the file existed before. */
  readonly old: boolean;
  /** Whether it contained a private key while its mode allowed others to read it. */
  readonly leaked: boolean;
}

export interface Watch {
  stop(): Promise<readonly Seen[]>;
}

/** Runs in its own thread, because this one waits for the program that is being watched. */
const watcher = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { lstatSync, readdirSync, readFileSync } = require('node:fs');
  const seen = new Map();
  let watching = false;
  const holdsKey = (text) => text.includes('PRIVATE KEY-----') || text.includes('client-key-data');
  function note(path) {
    const { ino, birthtimeNs, mode, size } = lstatSync(path, { bigint: true });
    const id = ino + ':' + birthtimeNs;
    const file = seen.get(id) ?? { paths: new Set(), modes: new Set(), size: -1n, old: !watching, leaked: false };
    seen.set(id, file);
    file.paths.add(path);
    file.modes.add((mode & 0o7777n).toString(8));
    if ((mode & 0o077n) !== 0n && file.size !== size) file.leaked ||= holdsKey(readFileSync(path, 'latin1'));
    file.size = size;
  }
  function walk(folder) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = folder + '/' + entry.name;
      // What was there a moment ago may be gone.
      try { entry.isDirectory() ? walk(path) : note(path); } catch {}
    }
  }
  let stopped = false;
  parentPort.once('message', () => { stopped = true; });
  function look() {
    walk(workerData);
    if (!stopped) return setImmediate(look);
    parentPort.postMessage([...seen].map(([id, { paths, modes, old, leaked }]) =>
      ({ id, paths: [...paths], modes: [...modes], old, leaked })));
  }
  walk(workerData);
  watching = true;
  parentPort.postMessage('watching');
  look();`;

/** Starts to watch. Existing files are included. */
export async function watch(folder: string): Promise<Watch> {
  const worker = new Worker(watcher, { eval: true, workerData: folder });
  const answer = <T>() =>
    new Promise<T>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  await answer();
  return {
    async stop() {
      const seen = answer<readonly Seen[]>();
      worker.postMessage('stop');
      return seen;
    },
  };
}
