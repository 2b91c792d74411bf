/** What ssh and scp are asked for on another machine is one file, whatever its name, with a real server. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fillCommand } from '../../src/core/command/fill.ts';
import { hostileNames } from '../support/hostile-values.ts';
import { temporaryFolder } from './support/programs.ts';
import { withRemote } from './support/remote-machine.ts';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

const there = join(folder, 'there');
mkdirSync(there);
// Decoys, which a pattern or a word that is split would match.
for (const name of [...hostileNames, 'a', 'b', 'x', 'rf']) writeFileSync(join(there, name), `${name}\n`);

const lineOf = (command: string, values: Parameters<typeof fillCommand>[1], remote?: string): string =>
  fillCommand(command, { other: 'cp-2', each: 'cp-2', ...values }, remote).line ?? expect.fail(command);

const here = (name: string): string => {
  const place = join(folder, name);
  mkdirSync(place);
  return place;
};

describe.each([
  ['before OpenSSH 9', true],
  ['since OpenSSH 9', false],
])('scp %s', (label, legacy) => {
  it('copies each file', () => {
    const to = here(label);
    const lines = hostileNames.map((name) =>
      lineOf('scp -p root@{other}:{otherPath} {path}', { otherPath: join(there, name), path: join(to, name) }),
    );
    expect(withRemote(folder, lines, legacy)).toBe('');
    const copies = readdirSync(to).map((name) => readFileSync(join(to, name), 'utf8').trimEnd());
    expect(copies.sort()).toEqual([...hostileNames].sort());
  });
});

describe('ssh', () => {
  it('runs a command with each file', () => {
    const to = here('copies');
    const command = 'ssh -n root@{other} tar c -C {from} {files} | tar x -C {to}';
    const lines = [lineOf(command, { from: there, files: hostileNames, to })];
    expect(withRemote(folder, lines, false)).toBe('');
    expect(readdirSync(to).sort()).toEqual([...hostileNames].sort());
  });

  it('writes to each file', () => {
    const to = here('written');
    const lines = hostileNames.map((name) =>
      lineOf(
        'openssl rand -hex {bits} | ssh root@{each} {remote}',
        { bits: '4', path: join(to, name) },
        'cat >> {path}',
      ),
    );
    expect(withRemote(folder, lines, false)).toBe('');
    expect(readdirSync(to).sort()).toEqual([...hostileNames].sort());
  });
});
