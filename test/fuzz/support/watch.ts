/** Reports a reading that does not return: nothing else in its thread can. */
import { Worker } from 'node:worker_threads';

/** In milliseconds, for the wall clock of a busy machine. */
const patience = 120_000;

const source = `
const { workerData: { shared, names, patience } } = require('node:worker_threads');
const state = new Int32Array(shared);
const decoder = new TextDecoder();
let last = -1;
let since = Date.now();
setInterval(() => {
  if (state[0] !== last) [last, since] = [state[0], Date.now()];
  else if (Date.now() - since > patience) {
    const name = decoder.decode(new Uint8Array(names).slice(0, state[2]));
    require('node:fs').writeSync(2, name + ' --from ' + state[1] + ': it does not return\\n');
    process.kill(process.pid, 'SIGKILL');
  }
}, 1000);
`;

/** Watches from a second thread, and ends the process if one reading lasts too long. */
export function startWatch() {
  const shared = new SharedArrayBuffer(12);
  const names = new SharedArrayBuffer(64);
  const state = new Int32Array(shared);
  const worker = new Worker(source, { eval: true, workerData: { shared, names, patience } });
  worker.unref();
  return {
    /** A reading starts. */
    start(reader: string, index: number): void {
      const bytes = new TextEncoder().encode(reader.slice(0, 64));
      new Uint8Array(names).set(bytes);
      state[2] = bytes.length;
      state[1] = index;
      state[0] = (state[0] ?? 0) + 1;
    },
    stop: () => worker.terminate(),
  };
}
