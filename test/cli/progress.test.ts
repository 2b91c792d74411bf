/** The line on stderr that says how far a run has come. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { textWidth } from '../../src/report/text/width.ts';
import { broken } from '../report/fixtures.ts';
import { runWith, type World } from './run.ts';

const start = '\r\x1b[K';

/** The time of each message, in milliseconds, and the message. */
type Step = readonly [at: number, message: string];

const steps: readonly Step[] = [
  [0, 'Reading nodes: 1 of 300'],
  [999, 'Reading nodes: 119 of 300'],
  [1000, 'Reading nodes: 121 of 300'],
  [1050, 'Reading nodes: 131 of 300'],
  [1100, 'Reading nodes: 141 of 300'],
];

/** A terminal that is watched while nodes are read, as long as the steps say. */
function slow(taken: readonly Step[], world: World = {}): World {
  let now = 0;
  return {
    watched: true,
    ...world,
    get now() {
      return now;
    },
    meanwhile({ onProgress }) {
      for (const [at, message] of taken) {
        now = at;
        onProgress?.(message);
      }
    },
  };
}

it('is shown after a second, at most ten times a second, and is not there in the end', async () => {
  const { exitCode, stdout, stderr } = await runWith(['x'], slow(steps));
  expect(stderr).toBe(`${start}Reading nodes: 121 of 300${start}Reading nodes: 141 of 300${start}`);
  const quick = await runWith(['x']);
  expect({ exitCode, stdout }).toEqual({ exitCode: quick.exitCode, stdout: quick.stdout });
});

it.each<[string, readonly string[], World]>([
  ['if stderr is no terminal', [], { watched: false }],
  ['with --quiet', ['--quiet'], {}],
  ['in a pipeline', [], { env: { CI: 'true' } }],
  ['in a job of GitHub', [], { env: { GITHUB_ACTIONS: 'true' } }],
  ['on a terminal that cannot erase', [], { env: { TERM: 'dumb' } }],
])('is not shown %s', async (_, options, world) => {
  expect((await runWith(['x', ...options], slow(steps, world))).stderr).toBe('');
});

it.each([
  ['lint'],
  ['expiry'],
  ['connections'],
  ['blast', 'ca'],
  ['facts'],
  ['expect'],
  ['init', '-o', '-'],
  ['exceptions'],
])('is shown by every command that reads nodes: %s', async (...command) => {
  const { asked } = await runWith([...command, 'x'], { watched: true });
  expect(asked).toHaveProperty('onProgress');
});

describe('is erased before anything else is written', () => {
  const line = `${start}Reading nodes: 141 of 300`;

  it.each<[string, readonly string[], World, string]>([
    ['the report', ['x'], {}, 'cp-1'],
    ['a failure', ['x'], { report: broken }, 'pki-lint: gone.tar: no such file or directory'],
    ['an error', ['x'], { error: new UserError('it is wrong') }, 'pki-lint: it is wrong'],
    ['an unexpected error', ['x'], { error: new Error('nobody knows') }, 'pki-lint: internal error'],
    ['what another command prints', ['facts', 'x'], {}, 'cp-1'],
    ['messages in ASCII', ['x', '--ascii'], { error: new UserError('it is wrong') }, 'pki-lint: it is wrong'],
  ])('%s', async (_, argv, world, first) => {
    const { all } = await runWith(argv, slow(steps, world));
    const rest = all.slice(all.indexOf(line) + line.length);
    expect(all).toContain(line);
    expect(rest.slice(0, (start + first).length)).toBe(start + first);
    expect(rest.lastIndexOf(start)).toBe(0);
  });

  it('and if nothing is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pki-lint-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { all } = await runWith(['x', '-f', 'json', '-o', join(folder, 'report.json')], slow(steps));
    expect(all.endsWith(line + start)).toBe(true);
  });
});

it('is one line on a narrow terminal, and no character of a path changes the terminal', async () => {
  const long: Step = [1000, `Searching for PKI directories: 1 directory (up to 10000) in /\x1b[2J${'證'.repeat(30)}`];
  const { stderr } = await runWith(['x', '-f', 'json'], slow([long], { columns: 79 }));
  const [, shown = ''] = stderr.split(start);
  expect(shown).toMatch(/^Searching for PKI directories: 1 directory \(up to 10000\) in \/\\x1b\[2J證+$/);
  expect(textWidth(shown)).toBe(78);
});
