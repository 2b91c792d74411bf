import { chmodSync, chownSync, cpSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { expectFinished, freshFolder, nodeOf, now, stateOf } from '../issue/write/support/node.ts';
import { buildChild, startChild } from '../issue/write/support/processes.ts';
import { layOut, placeAt, type Scenario, type ScenarioName, scenarios } from '../issue/write/support/scenarios.ts';
import { writeBatch } from '../issue/write/support/writing.ts';
import { mount, must } from './support/mounts.ts';
import { run } from './support/programs.ts';

const pki = 'etc/kubernetes/pki';
const names = Object.keys(scenarios) as readonly ScenarioName[];

/** Writes where this must be refused without any change. Returns the message. */
async function refusal(root: string, { units, modes }: Scenario): Promise<string> {
  const before = stateOf(root);
  const error: unknown = await writeBatch({ units, modes, place: placeAt(root), now }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(stateOf(root)).toEqual(before);
  if (error instanceof UserError) return error.message;
  throw error ?? new Error('it wrote');
}

const writing = names.filter((name) => scenarios[name].units.length > 0);

test.each(writing)('a file system that fills up at any point is left as it was: %s', async (name) => {
  const scenario: Scenario = scenarios[name];
  const full = freshFolder();
  mount(full, '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs');
  layOut(full, scenario);
  const filler = path.join(full, 'filler');
  let refusals = 0;
  for (let free = 0; ; free += 1) {
    writeFileSync(filler, '');
    const { stdout } = run(['df', '--output=avail', '-k', full]);
    const pages = Math.floor(Number(stdout.split('\n')[1]) / 4) - free;
    writeFileSync(filler, Buffer.alloc(pages * 4096));
    const before = stateOf(full);
    const outcome = await writeBatch({ ...scenario, place: placeAt(full), now }).catch((error: unknown) => error);
    if (!(outcome instanceof UserError)) break;
    expect(outcome.message).toContain('no space left on the file system');
    expect(stateOf(full)).toEqual(before);
    refusals += 1;
  }
  expect(refusals).toBeGreaterThan(2);
  expectFinished(full, scenario);
});

test.each(names)('a file system that is read only is refused: %s', async (name) => {
  const root = nodeOf(scenarios[name]);
  mount(root, '--bind', root);
  must('mount', '-o', 'remount,bind,ro', root);
  expect(await refusal(root, scenarios[name])).toContain('the file system is read-only');
});

test('a file that is mounted by itself is refused', async () => {
  const root = nodeOf(scenarios['two pairs are replaced']);
  const file = path.join(root, pki, 'etcd/server.crt');
  mount(file, '--bind', file);
  expect(await refusal(root, scenarios['two pairs are replaced'])).toContain(
    'it is a mount point; nothing was changed',
  );
});

test('folders may lie on file systems of their own', async () => {
  const scenario = scenarios['a CA and its leaves, a gap, a kubeconfig and a mode'];
  const root = nodeOf(scenario);
  const copy = freshFolder();
  cpSync(path.join(root, pki), copy, { recursive: true });
  mount(path.join(root, pki), '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs');
  cpSync(copy, path.join(root, pki), { recursive: true });
  await writeBatch({ ...scenario, place: placeAt(root), now });
  expectFinished(root, scenario);
});

test('owners are kept', async () => {
  const scenario: Scenario = scenarios['two pairs are replaced'];
  const root = nodeOf(scenario);
  const file = path.join(root, pki, 'apiserver.key');
  chownSync(file, 1234, 4321);
  const { backup } = await writeBatch({ ...scenario, place: placeAt(root), now });
  const ownerOf = (of: string) => [statSync(of).uid, statSync(of).gid];
  expect(ownerOf(file)).toEqual([1234, 4321]);
  expect(ownerOf(path.join(backup ?? '', pki, 'apiserver.key'))).toEqual([1234, 4321]);
  expect(ownerOf(path.join(root, pki, 'apiserver.crt'))).toEqual([0, 0]);
});

test("a user who may not write is refused, and so is one who cannot keep a file's owner", async () => {
  const nobody = { uid: 65534, gid: 65534 };
  const program = buildChild(freshFolder());
  const name = 'two pairs are replaced';
  const root = nodeOf(scenarios[name]);
  chmodSync(root, 0o755);
  const before = stateOf(root);
  const attempt = async () =>
    (await startChild(program, { root, scenario: name, at: 0, what: 0 }, nobody).ended).outcome;
  expect((await attempt()).refused).toMatch(/^cannot make ".*\/\.pki-lint": permission denied$/);
  expect(stateOf(root)).toEqual(before);
  // The user can now write everywhere and read everything, but one file belongs to a different user.
  must('chown', '-R', '65534:65534', root);
  chownSync(path.join(root, pki, 'etcd/server.crt'), 1234, 4321);
  const owned = stateOf(root);
  expect((await attempt()).refused).toMatch(/server\.crt": operation not permitted; nothing was changed$/);
  expect(stateOf(root)).toEqual(owned);
});
