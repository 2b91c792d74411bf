import type { LoadLibrary } from './parsing/library.ts';
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
  stdout: process.stdout,
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
};

// A part of a report must not count as all of it. About a pipe that its reader closed (`| head`), the reader knows.
let broken = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  broken = true;
  process.exitCode = 2;
  if (error.code !== 'EPIPE') complain(terminal, `cannot write to stdout: ${error.message}`);
});

/** Loads only the part of the library that a command needs: most runs lint. */
const load: LoadLibrary = async () => {
  const [{ lint }, { documentedRules }] = await Promise.all([import('../api/lint.ts'), import('../api/rule-docs.ts')]);
  const rare = () => import('./commands/rare.ts');
  return {
    lint,
    get ruleDocs() {
      return documentedRules();
    },
    expiry: async (options) => (await rare()).expiry(options),
    trustGraph: async (options) => (await rare()).trustGraph(options),
    blast: async (what, options) => (await rare()).blast(what, options),
    expect: async (options) => (await rare()).expect(options),
    issue: async (options) => (await rare()).issue(options),
  };
};

// If the last promise is never settled, Node ends in silence. That must not look like a clean result.
process.exitCode = 2;
const reportUnfinished = () => complain(terminal, 'internal error, this is a bug: it ended before it was finished');
process.on('exit', reportUnfinished);

async function main(): Promise<void> {
  const exitCode = await run(process.argv.slice(2), terminal, load);
  process.exitCode = broken ? 2 : exitCode;
  process.off('exit', reportUnfinished);
  // An open stdin with unread data would keep the process alive.
  opened?.destroy();
}

// Not awaited, because the bundle is CommonJS, which has no top-level await. `run` catches all errors.
void main();
