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

async function main(): Promise<void> {
  const exitCode = await run(process.argv.slice(2), terminal, () => import('../index.ts'));
  process.exitCode = broken ? 2 : exitCode;
  // What was left unread must not keep the program waiting for more.
  opened?.destroy();
}

// Not awaited: the bundle is CommonJS, which knows no await here. What can fail is caught in `run`.
void main();
