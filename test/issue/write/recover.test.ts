import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { unfinished } from '../../../src/issue/write/writer.ts';
import { crashedBefore, afterDeath as processes } from './support/crashed.ts';
import { Crash, callsOf, crashing, failing, quickDisk } from './support/disks.ts';
import { expectSound, freshFolder, nodeOf, now, rolledBackState, stateOf } from './support/node.ts';
import { fileAt, placeAt, type Scenario, scenarios } from './support/scenarios.ts';
import { recover, writeBatch } from './support/writing.ts';

const again = (root: string, disk = quickDisk) => recover({ place: placeAt(root), now, processes, disk });

const pki = 'etc/kubernetes/pki';
const pairs: Scenario = scenarios['two pairs are replaced'];

const begun = '2026-12-01T08:00:00.000Z';

test('it says what it finished', async () => {
  const root = await crashedBefore(pairs, 'apiserver.crt');
  const files = ['apiserver.key', 'apiserver.crt', 'etcd/server.key', 'etcd/server.crt'].map((file) =>
    path.join(root, pki, file),
  );
  const before = stateOf(root);
  expect(unfinished({ place: placeAt(root), now, processes })).toEqual([
    `started at ${begun}, and not finished: ${files.join(', ')}`,
  ]);
  expect(stateOf(root)).toEqual(before);
  expect(again(root)).toEqual([`finished what was started at ${begun}: ${files.join(', ')}`]);
  expect(again(root)).toEqual([]);
});

test('it says what it undid, where a new file is lost', async () => {
  const root = await crashedBefore(pairs, 'apiserver.crt');
  const staged = readdirSync(path.join(root, pki)).find((name) => name.startsWith('.apiserver.crt.'));
  rmSync(path.join(root, pki, staged ?? ''));
  expect(new Set(again(root).map((line) => line.split(':')[0]))).toEqual(
    new Set(['undid what was started at 2026-12-01T08']),
  );
  expect(rolledBackState(root)).toEqual(stateOf(nodeOf(pairs)));
});

test('a crash while it takes back leaves no more than one pair half new', async () => {
  for (let at = 1, crashed = true; crashed; at += 1) {
    const root = await crashedBefore(pairs, 'etcd/server.crt');
    const folder = path.join(root, pki, 'etcd');
    for (const name of readdirSync(folder)) if (name.startsWith('.')) rmSync(path.join(folder, name));
    try {
      again(root, crashing(at));
      crashed = false;
    } catch (error) {
      expect(error).toBeInstanceOf(Crash);
    }
    expectSound(root, pairs);
    again(root);
    expect(rolledBackState(root)).toEqual(stateOf(nodeOf(pairs)));
  }
});

test('a journal is removed only when the folders of its files are synced, whenever the run crashed', async () => {
  const calls = await callsOf((disk) => writeBatch({ ...pairs, place: placeAt(nodeOf(pairs)), now, disk }));
  const naming = calls.findIndex(({ name, args }) => name === 'rename' && String(args[1]).endsWith('apiserver.key'));
  for (let at = naming; at <= calls.length; at += 1) {
    const root = nodeOf(pairs);
    const writing = writeBatch({ ...pairs, place: placeAt(root), now, disk: crashing(at, false) });
    await expect(writing).rejects.toBeInstanceOf(Crash);
    const [opened, synced] = [new Map<number, string>(), new Set<string>()];
    const hasJournal = () => existsSync(path.join(root, pki, '.pki-lint/journal.json'));
    again(root, {
      ...quickDisk,
      open: (file) => {
        const descriptor = quickDisk.open(file);
        opened.set(descriptor, file);
        return descriptor;
      },
      fsync: (descriptor) => void (hasJournal() && synced.add(opened.get(descriptor) ?? '')),
      unlink: (file) => {
        const isJournal = file.endsWith('/journal.json');
        if (isJournal)
          expect([...synced]).toEqual(expect.arrayContaining([path.join(root, pki), path.join(root, pki, 'etcd')]));
        quickDisk.unlink(file);
      },
    });
  }
});

test('the next write reports it', async () => {
  const root = await crashedBefore(pairs, 'apiserver.crt');
  const { recovered } = await writeBatch({
    units: [],
    modes: [],
    place: placeAt(root),
    now,
    processes,
    disk: quickDisk,
  });
  expect(recovered.join().match(/[^/ ]+\.(?:crt|key)/g)).toHaveLength(4);
});

describe('what was changed in the meantime', () => {
  test('stays, and its pair; the others are finished', async () => {
    const root = await crashedBefore(pairs, 'apiserver.crt');
    writeFileSync(path.join(root, pki, 'apiserver.crt'), 'theirs');
    const told = again(root);
    expect(
      told
        .filter((line) => line.startsWith('not changed'))
        .join()
        .match(/apiserver\.(?:crt|key)/g),
    ).toHaveLength(2);
    const text = (file: string) => readFileSync(path.join(root, pki, file), 'utf8');
    expect([text('apiserver.crt'), text('apiserver.key').slice(0, 3), text('etcd/server.crt').slice(0, 3)]).toEqual([
      'theirs',
      'new',
      'new',
    ]);
    // The backup still has the file that the new key replaced.
    expect(text('.pki-lint/backup-2026-12-01T08-00-00Z/etc/kubernetes/pki/apiserver.key')).toMatch(/^old/);
    expect(readdirSync(path.join(root, pki)).filter((name) => name.startsWith('.'))).toEqual(['.pki-lint']);
  });

  test.each(['x', undefined])('stays where a gap was to be filled: %s', async (text) => {
    const root = await crashedBefore(scenarios['gaps beside what is there'], 'apiserver.crt');
    if (text !== undefined) writeFileSync(path.join(root, pki, 'apiserver.crt'), text);
    else mkdirSync(path.join(root, pki, 'apiserver.crt'));
    const told = again(root).filter((line) => line.startsWith('not changed'));
    expect(told.join().match(/apiserver\.(?:crt|key)/g)).toHaveLength(2);
    expect(existsSync(path.join(root, pki, 'etcd/server.crt'))).toBe(true);
  });
});

test('a backup on another file system is copied back', async () => {
  const root = await crashedBefore(pairs, 'apiserver.crt');
  for (const name of readdirSync(path.join(root, pki))) {
    if (name.startsWith('.apiserver.crt.')) rmSync(path.join(root, pki, name));
  }
  const disk = failing(({ name, args }) =>
    name === 'rename' && String(args[0]).includes('/backup-') ? 'EXDEV' : undefined,
  );
  again(root, disk);
  expect(rolledBackState(root)).toEqual(stateOf(nodeOf(pairs)));
});

test('where the backup is gone too, it says so and keeps the journal', async () => {
  const root = await crashedBefore(pairs, 'apiserver.crt');
  for (const name of readdirSync(path.join(root, pki))) {
    if (name.startsWith('.apiserver.crt.')) rmSync(path.join(root, pki, name));
  }
  const store = path.join(root, pki, '.pki-lint');
  rmSync(path.join(store, 'backup-2026-12-01T08-00-00Z/etc/kubernetes/pki/apiserver.key'));
  expect(() => again(root)).toThrow(/the backup of ".*apiserver\.key" is gone/);
  expect(readdirSync(store)).toContain('journal.json');
  expect(readdirSync(store)).not.toContain('lock');
});

test('a journal that leads out of what was named is not followed', async () => {
  const root = await crashedBefore(pairs, 'apiserver.crt');
  const journal = path.join(root, pki, '.pki-lint/journal.json');
  const text = readFileSync(journal, 'utf8');
  for (const other of ['/etc/kubernetes/../../x', '/etc/x']) {
    writeFileSync(journal, text.replace('/etc/kubernetes/pki/apiserver.key', other));
    const place = { folder: path.join(root, 'etc/kubernetes'), base: '/etc/kubernetes', pki: `/${pki}` };
    expect(() => recover({ place, now, processes, disk: quickDisk })).toThrow(
      /is not the path of a file|is outside of/,
    );
  }
});

test('folders that it had made go with what it takes back', async () => {
  const scenario: Scenario = scenarios['an empty folder becomes a control plane'];
  const root = await crashedBefore(scenario, 'ca.crt');
  for (const name of readdirSync(path.join(root, pki)))
    if (name.startsWith('.ca.crt.')) rmSync(path.join(root, pki, name));
  again(root);
  expect(existsSync(path.join(root, pki, 'etcd'))).toBe(false);
});

test('a complete root is not rolled back: it may have signed in the meantime', async () => {
  const [root, folder] = [nodeOf(pairs), freshFolder()];
  const machine = (name: string) =>
    ({ ...fileAt(`/${name}`), target: { on: 'machine', path: path.join(folder, name) } }) as const;
  const units = [{ role: 'root-ca', files: [machine('root-ca.key'), machine('root-ca.crt')] }, ...pairs.units];
  const place = placeAt(root);
  const calls = await callsOf((disk) =>
    writeBatch({ units, modes: [], place: placeAt(nodeOf(pairs)), folders: [folder], now, disk }),
  );
  const naming = calls.find(({ name, args }) => name === 'rename' && String(args[1]).endsWith('pki/apiserver.key'));
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name));
  const writing = writeBatch({ units, modes: [], place, folders: [folder], now, disk: crashing(naming?.number ?? 0) });
  await expect(writing).rejects.toBeInstanceOf(Crash);
  for (const name of readdirSync(path.join(root, pki)))
    if (name.startsWith('.apiserver.crt.')) rmSync(path.join(root, pki, name));
  expect(() => again(root)).toThrow('an earlier run was not finished, and wrote');
  recover({ place, folders: [folder], now, processes, disk: quickDisk });
  expect(readdirSync(folder).sort()).toEqual(['root-ca.crt', 'root-ca.key']);
  expect(stateOf(root)).toEqual(stateOf(nodeOf(pairs)));
});

test('a journal holds no secret', async () => {
  const root = await crashedBefore(pairs, 'apiserver.crt');
  const text = readFileSync(path.join(root, pki, '.pki-lint/journal.json'), 'utf8');
  for (const { files } of pairs.units)
    for (const { bytes } of files) expect(text).not.toContain(Buffer.from(bytes).toString().slice(0, 20));
});

test('where there is nothing to recover nothing is made', () => {
  const root = freshFolder();
  expect([again(root), unfinished({ place: placeAt(root), now }), stateOf(root)]).toEqual([[], [], {}]);
});
