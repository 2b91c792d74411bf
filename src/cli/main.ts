import type { Library } from './parsing/library.ts';
import { run } from './program.ts';
import { complain, type Terminal } from './terminal/terminal.ts';

let opened: NodeJS.ReadStream | undefined;
let errors: NodeJS.WriteStream | undefined;

const terminal: Terminal = {
  get cwd() {
    try {
      return process.cwd();
    } catch {
      // It was removed. Node reports that where a relative path needs it; absolute ones do not.
      return '.';
    }
  },
  env: process.env,
  get stdout() {
    return process.stdout;
  },
  // Opened on first use: most runs write nothing to stderr.
  get stderr() {
    errors ??= process.stderr.on('error', () => {});
    return errors;
  },
  stdin() {
    opened = process.stdin;
    return opened;
  },
  get now() {
    return Date.now();
  },
  progress: { isShown: false },
};

const reportUnfinished = () => complain(terminal, 'internal error, this is a bug: it ended before it was finished');

/** Runs the command line of this process, and sets its exit code. `run` catches all errors. */
export async function runProgram(library: Library): Promise<void> {
  // A part of a report must not count as all of it. About a pipe that its reader closed (`| head`), the reader knows.
  let broken = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    broken = true;
    process.exitCode = 2;
    if (error.code !== 'EPIPE') complain(terminal, `cannot write to stdout: ${error.message}`);
  });
  // If the last promise is never settled, Node ends in silence. That must not look like a clean result.
  process.exitCode = 2;
  process.on('exit', reportUnfinished);
  const exitCode = await run(process.argv.slice(2), terminal, library);
  process.exitCode = broken ? 2 : exitCode;
  process.off('exit', reportUnfinished);
  // An open stdin with unread data would keep the process alive.
  opened?.destroy();
}
