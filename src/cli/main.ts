import type { LoadLibrary } from './library.ts';
import { run } from './program.ts';
import { complain, type Terminal } from './terminal.ts';

let opened: NodeJS.ReadStream | undefined;
let errors: NodeJS.WriteStream | undefined;

const terminal: Terminal = {
  get cwd() {
    return process.cwd();
  },
  env: process.env,
  stdout: process.stdout,
  // Opened by what there is to complain about, mostly nothing.
  get stderr() {
    errors ??= process.stderr.on('error', () => {});
    return errors;
  },
  stdin() {
    opened = process.stdin;
    return opened;
  },
};

// A reader that went away has seen enough; a full disk is another matter.
let broken = false;
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  broken = true;
  process.exitCode = 2;
  complain(terminal, `cannot write to stdout: ${error.message}`);
});

/** Of the library no more than a command needs: most runs lint. */
const load: LoadLibrary = async () => {
  const [{ lint }, { ruleDocs }] = await Promise.all([import('../api/lint.ts'), import('../api/rule-docs.ts')]);
  const rare = () => import('./rare.ts');
  return {
    lint,
    ruleDocs,
    trustGraph: async (options) => (await rare()).trustGraph(options),
    blast: async (what, options) => (await rare()).blast(what, options),
    expect: async (options) => (await rare()).expect(options),
    issue: async (options) => (await rare()).issue(options),
  };
};

async function main(): Promise<void> {
  const exitCode = await run(process.argv.slice(2), terminal, load);
  process.exitCode = broken ? 2 : exitCode;
  // What was left unread must not keep the program waiting for more.
  opened?.destroy();
}

// Not awaited: the bundle is CommonJS, which knows no await here. What can fail is caught in `run`.
void main();
