/** Looks at all files below a folder, again and again, while something is written there. */
import { Worker } from 'node:worker_threads';

/** A file that was seen, by whatever names: `temporary` ones too. */
export interface Seen {
  /** The inode with its time of birth: names change, and inodes are used again. */
  readonly id: string;
  readonly paths: readonly string[];
  /** Octal, each once, in the order in which they were seen. */
  readonly modes: readonly string[];
  /** Whether it was there before. */
  readonly old: boolean;
  /** Whether it held the armour of a private key while its mode let others read it. */
  readonly leaked: boolean;
}

export interface Watch {
  stop(): Promise<readonly Seen[]>;
}

/** A loop on a thread of its own, for the program that it watches is waited for on this one. */
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

/** Starts to look. What is there already is seen too. */
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
