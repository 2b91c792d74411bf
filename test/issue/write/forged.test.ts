/**
 * Journals that look as if they had been written here: even if someone knows the machine and the folder, no file may be
 * lost.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { machineDisk } from '../../../src/issue/write/disk.ts';
import { digest } from '../../../src/issue/write/files.ts';
import { type JournalStep, journalVersion } from '../../../src/issue/write/journal.ts';
import { originOf } from '../../../src/issue/write/origin.ts';
import { afterDeath } from './support/crashed.ts';
import { failing, quickDisk } from './support/disks.ts';
import { freshFolder, nodeOf, now, stateOf } from './support/node.ts';
import { fileAt, placeAt, type Scenario, scenarios } from './support/scenarios.ts';
import { recover, writeBatch } from './support/writing.ts';

const again = (root: string, disk = quickDisk) => recover({ place: placeAt(root), now, processes: afterDeath, disk });
const pki = 'etc/kubernetes/pki';
const pairs: Scenario = scenarios['two pairs are replaced'];
const token = '0123456789abcdef';

const hostile = (root: string, journal: object) => {
  const store = path.join(root, pki, '.pki-lint');
  mkdirSync(store, { recursive: true, mode: 0o700 });
  const origin = originOf(machineDisk, store, afterDeath);
  const head = {
    version: journalVersion,
    origin,
    begun: '2026-12-01T08:00:00.000Z',
    token,
    backup: 'backup-x',
    folders: [],
  };
  writeFileSync(path.join(store, 'journal.json'), JSON.stringify({ ...head, ...journal }));
  return store;
};
const stranger = () => {
  const folder = freshFolder();
  mkdirSync(path.join(folder, 'sub'));
  for (const name of ['a', 'sub/b']) writeFileSync(path.join(folder, name), 'precious');
  return folder;
};
const absent = {
  target: { on: 'node', path: `/${pki}/x.crt` },
  before: null,
  after: digest(Buffer.from('x')),
  mode: 0o644,
  owner: null,
};

test.each([
  ['without steps', []],
  ['that takes back', [{ role: 'x', steps: [absent] }]],
])('removes nothing behind a link in the place of its backup: %s', (_, units) => {
  const [root, victim] = [nodeOf(pairs), stranger()];
  const before = stateOf(victim);
  const store = hostile(root, { units });
  symlinkSync(victim, path.join(store, 'backup-x'));
  expect(() => again(root)).toThrow();
  expect(stateOf(victim)).toEqual(before);
});

test('writes and removes nothing off the node, unless that is named', () => {
  const [root, victim] = [nodeOf(pairs), stranger()];
  const before = stateOf(victim);
  const here = {
    target: { on: 'machine', path: path.join(victim, 'a') },
    before: null,
    after: digest(Buffer.from('precious')),
    mode: 0o600,
    owner: null,
  };
  hostile(root, {
    units: [
      { role: 'x', steps: [here] },
      { role: 'y', steps: [absent] },
    ],
  });
  expect(() => again(root)).toThrow(`an earlier run was not finished, and wrote "${path.join(victim, 'a')}" too`);
  expect(stateOf(victim)).toEqual(before);
});

test('brings nothing back through a link', () => {
  const [root, victim] = [nodeOf(pairs), stranger()];
  const file = `/${pki}/apiserver.crt`;
  const now = readFileSync(path.join(root, file));
  const store = hostile(root, {
    units: [
      {
        role: 'x',
        steps: [
          {
            ...absent,
            target: { on: 'node', path: file },
            before: digest(Buffer.from('precious')),
            after: digest(now),
          },
        ],
      },
      { role: 'y', steps: [absent] },
    ],
  });
  mkdirSync(path.join(store, 'backup-x/etc/kubernetes'), { recursive: true });
  mkdirSync(path.join(victim, 'p'));
  writeFileSync(path.join(victim, 'p/apiserver.crt'), 'precious');
  symlinkSync(path.join(victim, 'p'), path.join(store, 'backup-x/etc/kubernetes/pki'));
  expect(() => again(root)).toThrow(/the backup of ".*apiserver\.crt" is gone/);
  expect(readFileSync(path.join(victim, 'p/apiserver.crt'), 'utf8')).toBe('precious');
  expect(readFileSync(path.join(root, file))).toEqual(now);
});

test('removes no folder that leads to none of its files', () => {
  const [root, victim] = [nodeOf(pairs), freshFolder()];
  hostile(root, { folders: [victim, '/tmp'], units: [{ role: 'x', steps: [absent] }] });
  again(root);
  expect(existsSync(victim)).toBe(true);
});

/** The key of the CA, which a forged journal calls a new file. */
const key = `/${pki}/ca.key`;
const textOf = (root: string, file: string) => readFileSync(path.join(root, file), 'utf8');
const keyStep = (root: string, changes: Partial<JournalStep> = {}): JournalStep => ({
  target: { on: 'node', path: key },
  before: null,
  after: digest(readFileSync(path.join(root, key))),
  mode: 0o600,
  owner: null,
  ...changes,
});
const kept = (root: string) => path.join(root, pki, '.pki-lint/rolled-back-2026-12-01T08-00-00Z', key);

test.each(['link', 'copy'])('a key that it calls new is kept, by a %s', (how) => {
  const root = nodeOf(pairs);
  const text = textOf(root, key);
  const store = hostile(root, {
    units: [
      { role: 'x', steps: [keyStep(root)] },
      { role: 'y', steps: [absent] },
    ],
  });
  const disk = failing(({ args }) => (how === 'copy' && args[1] === kept(root) ? 'EXDEV' : undefined));
  expect(again(root, disk)).toEqual([
    expect.stringMatching(`; the new files are in "${store}/rolled-back-2026-12-01T08-00-00Z"$`),
  ]);
  expect(readFileSync(kept(root), 'utf8')).toBe(text);
});

test('a key that it calls a replacement is kept, although a backup came with it', () => {
  const root = nodeOf(pairs);
  const text = textOf(root, key);
  const store = hostile(root, {
    units: [
      { role: 'x', steps: [keyStep(root, { before: digest(Buffer.from('evil')) })] },
      { role: 'y', steps: [absent] },
    ],
  });
  mkdirSync(path.join(store, 'backup-x', pki), { recursive: true });
  writeFileSync(path.join(store, 'backup-x', key), 'evil');
  again(root);
  expect([textOf(root, key), readFileSync(kept(root), 'utf8')]).toEqual(['evil', text]);
});

test('a key is not replaced by a staged file if there is no backup of it', () => {
  const root = nodeOf(pairs);
  const text = textOf(root, key);
  const { after: before } = keyStep(root);
  hostile(root, { units: [{ role: 'x', steps: [keyStep(root, { before, after: digest(Buffer.from('evil')) })] }] });
  writeFileSync(path.join(root, pki, `.ca.key.pki-lint-${token}`), 'evil', { mode: 0o600 });
  again(root);
  expect(textOf(root, key)).toBe(text);
});

test('the backups of an earlier batch stay, although it says that they are its own', () => {
  const root = nodeOf(pairs);
  const { after: before } = keyStep(root);
  const other = { ...keyStep(root), target: { on: 'node', path: `/${pki}/ca.crt` } } as const;
  const file = readFileSync(path.join(root, pki, 'ca.crt'));
  const steps = [
    keyStep(root, { before, after: digest(Buffer.from('x')) }),
    { ...other, before: digest(file), after: '0'.repeat(64) },
  ];
  const store = hostile(root, { units: [{ role: 'x', steps }] });
  mkdirSync(path.join(store, 'backup-x', pki), { recursive: true });
  const precious = ['ca.key', 'ca.crt', 'front-proxy-ca.key'].map((name) => path.join(store, 'backup-x', pki, name));
  for (const one of precious) writeFileSync(one, one.endsWith('ca.crt') ? file : 'precious');
  again(root);
  expect(readdirSync(path.join(store, 'backup-x', pki))).toEqual(['ca.key', 'front-proxy-ca.key']);
});

test.each(['link', 'create'])(
  'a file of someone else with the same content stays when a batch fails: before %s',
  async (call) => {
    const root = nodeOf(scenarios['gaps beside what is there']);
    const theirs = path.join(root, pki, 'x.crt');
    const unit = { role: 'x', files: [fileAt(`/${pki}/x.key`), fileAt(`/${pki}/x.crt`)] };
    const disk = failing(({ name, args }) => {
      const isNow = name === call && args.some((one) => /x\.crt/.test(String(one)));
      if (isNow) writeFileSync(theirs, unit.files[1]?.bytes ?? '');
      return undefined;
    });
    const writing = writeBatch({ units: [unit], modes: [], place: placeAt(root), now, disk });
    await expect(writing).rejects.toThrow('another process created it in the meantime; nothing was changed');
    expect([existsSync(theirs), existsSync(path.join(root, pki, 'x.key'))]).toEqual([true, false]);
  },
);
