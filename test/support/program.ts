/** The whole program in this process: as it is typed, with the library and real files. */

import { run } from '../../src/cli/program.ts';
import * as library from '../../src/index.ts';

/** Types a command of pki-lint in a folder. */
export async function typed(
  command: string,
  cwd: string,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof written) => ({
    write: (text: string) => {
      written[stream] += text;
    },
  });
  const terminal = {
    cwd,
    now: Date.parse('2026-12-01T00:00:00Z'),
    env: { LC_ALL: 'C.UTF-8', COLUMNS: '100' },
    stdout: into('stdout'),
    stderr: into('stderr'),
    stdin: (): never => {
      throw new Error('nothing is piped here');
    },
  };
  const exitCode = await run(command.split(' '), terminal, library);
  return { exitCode, ...written };
}
