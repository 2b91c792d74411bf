/**
 * What surrounds the program: a working directory that is gone, a stdout that is full or that nothing reads, hostile
 * arguments.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { glob } from '../../src/core/glob.ts';
import { lint } from '../../src/index.ts';
import { buildNode } from '../support/build-node.ts';
import { commandsRun } from '../support/runner.ts';
import { limit, runProgram } from './support/program.ts';

const program = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pki-lint-hostile-'));
  buildNode().toDisk(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs a line of a shell with the program as `$PROGRAM`, and returns its exit code and what it prints to stderr. */
function shell(line: string): Promise<{ readonly status: number | null; readonly stderr: string }> {
  const env = { PATH: process.env.PATH, PROGRAM: `${process.execPath} ${program}` };
  const child = spawn('bash', ['-c', line], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stderr })));
}

describe('a working directory that is gone', () => {
  const gone = (line: string) => {
    const folder = join(root, 'gone');
    mkdirSync(folder, { recursive: true });
    return shell(`cd ${folder} && rmdir ${folder} && ${line}`);
  };

  it.each([
    '$PROGRAM ROOT --at 2026-12-01',
    '$PROGRAM ROOT --at 2026-12-01 --format json:ROOT/report.json',
    '$PROGRAM issue ROOT --at 2026-12-01',
    '$PROGRAM verify ROOT/etc/kubernetes/pki/ca.crt --ca ROOT/etc/kubernetes/pki/ca.crt --usage any --at 2026-12-01',
    '$PROGRAM rules',
  ])('is not needed for %s', async (line) => {
    expect(await gone(line.replaceAll('ROOT', root))).toEqual({ status: 0, stderr: '' });
  });

  it.each(['$PROGRAM node', '$PROGRAM issue node', '$PROGRAM --rootfs ROOT --manifests m'])(
    'is named where it is needed: %s',
    async (line) => {
      const { status, stderr } = await gone(line.replaceAll('ROOT', root));
      expect(stderr).toMatch(/the working directory (?:no longer exists|does not exist any more)/);
      expect(stderr).not.toContain('internal error');
      expect(status).toBe(2);
    },
  );
});

describe('stdout', () => {
  it('whose reader has ended is an error without a message', async () => {
    const { status, stderr } = await shell(`$PROGRAM ${root} --format json | true; exit \${PIPESTATUS[0]}`);
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
  });

  it.runIf(existsSync('/dev/full'))('that is full is an error with its reason', async () => {
    const { status, stderr } = await shell(`$PROGRAM ${root} > /dev/full`);
    expect(stderr).toContain('cannot write to stdout: ENOSPC');
    expect(status).toBe(2);
  });
});

it('a file that is the log of a job of GitHub Actions gets no command', () => {
  const tree = buildNode();
  tree.write('pki/##[error].key', tree.read('pki/ca.key'), 0o644).toDisk(root);
  const env = { PATH: process.env.PATH, GITHUB_ACTIONS: 'true' };
  const printed = (format: string) => {
    const line = `"$@" --at 2026-12-01 --format ${format}:/dev/stdout 2>&1 | cat`;
    const words = ['-c', line, '-', process.execPath, program, root];
    return spawnSync('bash', words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).stdout;
  };
  expect(commandsRun(printed('json'))).toEqual([]);
  expect(JSON.parse(printed('json')).findings[0].path).toBe('/etc/kubernetes/pki/##[error].key');
  expect(printed('csv')).toMatch(
    /^pki-lint: csv cannot be printed to the log of a GitHub job: .*\n {2}write to a file: .*\n$/,
  );
});

describe('--only', () => {
  const patterns = [
    `${'*'.repeat(50)}qq`,
    `${'*'.repeat(100_000)}qq`,
    `${'c*'.repeat(60_000)}qq`,
    `${'(a+)+'.repeat(9)}*$`,
  ];

  it.each(patterns)('takes linear time on the command line: %.20s', async (pattern) => {
    const { exitCode, seconds } = await runProgram([root, '--only', pattern]);
    expect(seconds).toBeLessThan(limit);
    expect(exitCode).toBe(2);
  });

  it.each(patterns)('takes linear time in the library: %.20s', async (pattern) => {
    await expect(lint({ paths: [root], only: [pattern] })).rejects.toThrow('unknown rule, glob or role');
  });

  it.each([
    ['cert/*', 'cert/issuer', true],
    ['*', 'cert/issuer', true],
    ['***', '', true],
    ['*/issuer', 'cert/issuer', true],
    ['c*t/*s*r', 'cert/issuer', true],
    ['cert/issuer', 'cert/issuer', true],
    ['cert', 'cert/issuer', false],
    ['cert/issuer*issuer', 'cert/issuer', false],
    ['*e*e*e*', 'cert/issuer', false],
    ['c.rt/*', 'cert/issuer', false],
    ['', 'cert/issuer', false],
  ])('%s matches %s: %s', (pattern, text, expected) => {
    expect(glob(pattern)(text)).toBe(expected);
  });
});
