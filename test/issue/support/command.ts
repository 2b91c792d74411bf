/** Runs the command `pki-lint issue` in this process, with the real library. */
import { run } from '../../../src/cli/program.ts';

export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pki-lint issue` at the fixed time of all tests, with keys that are fast to generate. */
export async function issueCommand(...argv: readonly string[]): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const into = (name: keyof typeof said) => ({
    write: (text: string) => {
      said[name] += text;
    },
  });
  const stdin = () => {
    throw new Error('issuing reads no standard input');
  };
  const defaults = [
    ...(argv.includes('--at') ? [] : ['--at', '2026-12-01']),
    ...(argv.includes('--algorithm') ? [] : ['--algorithm', 'ecdsa-p256']),
  ];
  const terminal = {
    now: Number.MAX_SAFE_INTEGER,
    cwd: '/',
    env: {},
    stdout: into('stdout'),
    stderr: into('stderr'),
    stdin,
  };
  const exitCode = await run(['issue', ...argv, ...defaults], terminal, await import('../../../src/index.ts'));
  return { exitCode, ...said };
}
