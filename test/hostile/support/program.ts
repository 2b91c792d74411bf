/** Runs whole commands on hostile input, and measures them. */
import { Readable } from 'node:stream';
import { run } from '../../../src/cli/program.ts';
import * as library from '../../../src/index.ts';

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Seconds of CPU. Other processes do not count. */
  readonly seconds: number;
}

/** Seconds of CPU that a command may take on any input. Those here take a tenth of it. */
export const limit = 5;

/** Runs the program in this process, with the real library. */
export async function runProgram(argv: readonly string[], stdin: Uint8Array = Buffer.alloc(0)): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[stream] += text;
    },
  });
  const terminal = {
    now: Number.MAX_SAFE_INTEGER,
    cwd: '/',
    env: {},
    stdout: into('stdout'),
    stderr: into('stderr'),
    stdin: () => Readable.from([stdin]),
  };
  const before = process.cpuUsage();
  const exitCode = await run(argv, terminal, library);
  const { user, system } = process.cpuUsage(before);
  return { exitCode, ...written, seconds: (user + system) / 1e6 };
}
