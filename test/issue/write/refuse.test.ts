import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import { openWriter } from '../../../src/issue/write/writer.ts';
import type { WriteUnit } from '../../../src/results/issue/batch.ts';
import type { DiskRoot } from '../../../src/scan/fs/roots.ts';
import { failing, quickDisk } from './support/disks.ts';
import { freshFolder, nodeOf, now, stateOf } from './support/node.ts';
import { fileAt, placeAt, scenarios } from './support/scenarios.ts';
import { writeBatch } from './support/writing.ts';

const pki = '/etc/kubernetes/pki';
const unit = (...files: string[]): WriteUnit => ({ role: 'x', files: files.map((file) => fileAt(file)) });
const both = unit(`${pki}/new/x.key`, `${pki}/x.crt`);

/** Writes where this must be refused without any change. Returns the message and the hint. */
async function refusal(root: string, units: readonly WriteUnit[], place: DiskRoot = placeAt(root)): Promise<string> {
  const before = stateOf(root);
  const error = await writeBatch({ units, modes: [], place, now, disk: quickDisk }).then(
    ({ written }) => expect.fail(`it wrote ${written}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw error;
  expect(error.exitCode).toBe(2);
  expect(stateOf(root)).toEqual(before);
  return `${error.message}\n${error.hint}`;
}

const gaps = () => nodeOf(scenarios['gaps beside what is there']);

describe('obstacles', () => {
  const planted: Readonly<Record<string, (file: string) => void>> = {
    'exists already': (file) => writeFileSync(file, 'theirs'),
    'is a link': (file) => symlinkSync('nowhere', file),
    'exists, and is not a regular file': (file) => mkdirSync(file),
  };
  test.each(Object.entries(planted))('a target that %s', async (words, plant) => {
    const root = gaps();
    plant(path.join(root, pki, 'x.crt'));
    expect(await refusal(root, [both])).toContain(`/x.crt" ${words}`);
  });

  test('a FIFO, which nothing waits for', async () => {
    const root = gaps();
    execFileSync('mkfifo', [path.join(root, pki, 'x.crt')]);
    expect(await refusal(root, [both])).toContain('is not a regular file');
  });

  test.each(['is a link', 'exists, and is not a regular file'])('a target to be replaced that %s', async (words) => {
    const root = gaps();
    planted[words]?.(path.join(root, pki, 'x.crt'));
    const replacing = { role: 'x', files: [fileAt(`${pki}/x.crt`, true)] };
    expect(await refusal(root, [replacing])).toContain(words);
  });

  test('a file where a folder should be', async () => {
    const root = gaps();
    writeFileSync(path.join(root, pki, 'new'), '');
    expect(await refusal(root, [both])).toContain('"/etc/kubernetes/pki/new" is not a directory, but a file');
  });

  test('two files at one place, by two ways', async () => {
    const root = gaps();
    symlinkSync('etcd', path.join(root, pki, 'also'));
    expect(await refusal(root, [unit(`${pki}/etcd/x.crt`, `${pki}/also/x.crt`)])).toContain('would be written twice');
  });

  test('a store that others may write, or that is a link', async () => {
    const root = gaps();
    const store = path.join(root, pki, '.pki-lint');
    mkdirSync(store);
    chmodSync(store, 0o777);
    expect(await refusal(root, [both])).toContain('is not a directory to which only you have access');
    rmSync(store, { recursive: true });
    symlinkSync(freshFolder(), store);
    expect(await refusal(root, [both])).toContain('.pki-lint" is not a directory');
  });

  test.each([pki, `${pki}/etcd`, '/etc/kubernetes'])('%s, to which everyone can write', async (folder) => {
    const root = gaps();
    chmodSync(path.join(root, folder), 0o777);
    const inside = unit(`${folder === '/etc/kubernetes' ? pki : folder}/new/x.key`);
    expect(await refusal(root, [inside])).toContain(`everyone can write to the directory "${path.join(root, folder)}"`);
  });

  test('a folder with the sticky bit is refused only for its own files', async () => {
    const root = gaps();
    chmodSync(path.join(root, '/etc/kubernetes'), 0o1777);
    expect(await refusal(root, [unit('/etc/kubernetes/x.conf')])).toContain('everyone can write to the directory');
    const { written } = await writeBatch({ units: [both], modes: [], place: placeAt(root), now, disk: quickDisk });
    expect(written).toHaveLength(2);
  });

  test('a journal that is none', async () => {
    const root = gaps();
    mkdirSync(path.join(root, pki, '.pki-lint'), { mode: 0o700 });
    writeFileSync(path.join(root, pki, '.pki-lint/journal.json'), '{"version":2,"units":[{}]}');
    expect(await refusal(root, [both])).toContain('is damaged');
  });
});

describe('what leaves the root', () => {
  test.each([`${pki}/../../../../x.crt`, `${pki}/./x.crt`, 'etc/x.crt', `${pki}/x\0.crt`, '/'])('%s', async (file) => {
    expect(await refusal(gaps(), [unit(file)])).toContain('is not the path of a file');
  });

  test('a path beyond what was given', async () => {
    const root = gaps();
    const place = { folder: path.join(root, pki), base: pki, pki };
    expect(await refusal(root, [unit('/etc/kubernetes/admin.conf')], place)).toContain('is outside of');
    expect(await refusal(root, [unit('/etc/kubernetes/pki-of-others/x.crt')], place)).toContain('is outside of');
  });

  test.each(['absolute', '../../../../../../../../outside', '/etc', '../..'])(
    'a folder that is a link: %s',
    async (to) => {
      const top = freshFolder();
      const root = path.join(top, 'root');
      const outside = path.join(top, 'outside');
      mkdirSync(path.join(root, pki), { recursive: true });
      mkdirSync(outside);
      symlinkSync(to === 'absolute' ? outside : to, path.join(root, pki, 'new'));
      const place = { folder: path.join(root, pki), base: pki, pki };
      expect(await refusal(root, [unit(`${pki}/new/x.key`)], place)).toContain('is not a directory of the node');
      expect(readdirSync(outside)).toEqual([]);
    },
  );

  test('a link is followed inside the root', async () => {
    const root = gaps();
    mkdirSync(path.join(root, 'srv/pki'), { recursive: true });
    symlinkSync('/srv/pki', path.join(root, pki, 'new'));
    const { written } = await writeBatch({ units: [both], modes: [], place: placeAt(root), now, disk: quickDisk });
    expect(written).toEqual([path.join(root, 'srv/pki/x.key'), path.join(root, pki, 'x.crt')]);
  });

  test('a file is not a directory to write into', async () => {
    const root = gaps();
    const folder = path.join(root, 'node.tar');
    writeFileSync(folder, '');
    expect(await refusal(root, [both], { folder, base: '/', pki })).toContain('is not a directory');
  });
});

test('a root that is not there yet is made', async () => {
  const folder = path.join(freshFolder(), 'a/b');
  const place = { folder, base: '/etc/kubernetes', pki };
  await writeBatch({ units: [unit(`${pki}/etcd/x.key`)], modes: [], place, now, disk: quickDisk });
  expect(Object.entries(stateOf(folder)).map(([name, state]) => `${name} ${state.slice(0, 10)}`)).toEqual([
    'pki folder 755',
    'pki/etcd folder 755',
    'pki/etcd/x.key file 600 0',
  ]);
});

test('what is kept off the node is in folders that only its owner can enter', async () => {
  const [root, elsewhere] = [gaps(), freshFolder()];
  const file = {
    ...fileAt(path.join(elsewhere, 'root-ca/ca.key')),
    target: { on: 'machine', path: path.join(elsewhere, 'root-ca/ca.key') },
  } as const;
  await writeBatch({
    units: [{ role: 'root-ca', files: [file] }],
    modes: [],
    place: placeAt(root),
    now,
    disk: quickDisk,
  });
  expect(lstatSync(path.join(elsewhere, 'root-ca')).mode & 0o777).toBe(0o700);
});

test.each([0, 0o077, 0o777])('modes do not depend on the umask: %o', async (umask) => {
  const root = freshFolder();
  const before = process.umask(umask);
  try {
    await writeBatch({ units: [both], modes: [], place: placeAt(root), now, disk: quickDisk });
  } finally {
    process.umask(before);
  }
  const modes = Object.entries(stateOf(root)).map(([name, state]) => `${name} ${state.split(' ')[1]}`);
  expect(modes.slice(-3)).toEqual([
    'etc/kubernetes/pki/new 755',
    'etc/kubernetes/pki/new/x.key 600',
    'etc/kubernetes/pki/x.crt 644',
  ]);
});

describe('modes', () => {
  const change = (root: string, file: string) =>
    writeBatch({
      units: [],
      modes: [{ target: { on: 'node', path: file }, mode: 0o600 }],
      place: placeAt(root),
      now,
      disk: quickDisk,
    });

  test('a link is followed inside the root', async () => {
    const root = gaps();
    symlinkSync(`${pki}/ca.crt`, path.join(root, pki, 'link.crt'));
    expect((await change(root, `${pki}/link.crt`)).written).toEqual([path.join(root, pki, 'ca.crt')]);
    expect(lstatSync(path.join(root, pki, 'ca.crt')).mode & 0o777).toBe(0o600);
  });

  test('what does not exist, or is outside, is refused', async () => {
    const root = gaps();
    symlinkSync('/nowhere', path.join(root, pki, 'link.crt'));
    for (const file of [`${pki}/none.crt`, `${pki}/link.crt`]) {
      await expect(change(root, file)).rejects.toThrow('does not lead to a file of the node');
    }
    execFileSync('mkfifo', [path.join(root, pki, 'fifo')]);
    await expect(change(root, `${pki}/fifo`)).rejects.toThrow('neither a file nor a directory');
  });
});

describe('what comes to be there while it writes', () => {
  test('is not replaced', async () => {
    const root = gaps();
    const before = stateOf(root);
    const theirs = path.join(root, pki, 'x.crt');
    const disk = failing(({ name, args }) => {
      if (name === 'link' && args[1] === theirs) writeFileSync(theirs, 'theirs');
      return undefined;
    });
    await expect(writeBatch({ units: [both], modes: [], place: placeAt(root), now, disk })).rejects.toThrow(
      /x\.crt": another process created it in the meantime; nothing was changed$/,
    );
    expect(stateOf(root)).toEqual({ ...before, 'etc/kubernetes/pki/x.crt': expect.stringContaining('theirs') });
  });

  test('a link that leads to the old file stays', async () => {
    const scenario = scenarios['two pairs are replaced'];
    const root = nodeOf(scenario);
    const file = path.join(root, pki, 'apiserver.key');
    let isDone = false;
    const disk = failing(({ name, args }) => {
      if (isDone || name !== 'create' || !String(args[0]).includes('.server.crt.')) return undefined;
      isDone = true;
      renameSync(file, `${file}-moved`);
      symlinkSync(`${file}-moved`, file);
      return undefined;
    });
    await expect(writeBatch({ ...scenario, place: placeAt(root), now, disk })).rejects.toThrow(
      'was changed in the meantime',
    );
    expect([lstatSync(file).isSymbolicLink(), isDone]).toEqual([true, true]);
  });

  test('a file that was changed in the meantime is not replaced, nor its pair', async () => {
    const scenario = scenarios['two pairs are replaced'];
    const root = nodeOf(scenario);
    const theirs = path.join(root, pki, 'apiserver.crt');
    const before = stateOf(root);
    const disk = failing(({ name, args }) => {
      if (name === 'rename' && args[1] === path.join(root, pki, 'apiserver.key')) writeFileSync(theirs, 'theirs');
      return undefined;
    });
    await expect(writeBatch({ ...scenario, place: placeAt(root), now, disk })).rejects.toThrow(
      'was changed in the meantime',
    );
    expect(stateOf(root)).toMatchObject({
      ...before,
      'etc/kubernetes/pki/apiserver.crt': expect.stringContaining('theirs'),
    });
  });
});

test('leftovers without a journal are removed and reported', async () => {
  const root = gaps();
  const rest = path.join(root, pki, '.x.key.pki-lint-0123456789abcdef');
  writeFileSync(rest, 'secret');
  linkSync(rest, path.join(root, pki, '.x.key.pki-lint'));
  const { recovered } = await writeBatch({ units: [both], modes: [], place: placeAt(root), now, disk: quickDisk });
  expect(recovered).toEqual([`removed what an earlier run had left: ${rest}`]);
  expect(readdirSync(path.join(root, pki)).filter((name) => name.startsWith('.'))).toEqual(['.x.key.pki-lint']);
});

test('an unfinished journal without a journal is removed, and what only looks like one stays', async () => {
  const root = gaps();
  const store = path.join(root, pki, '.pki-lint');
  mkdirSync(store, { mode: 0o700 });
  for (const name of ['journal.json-0123456789abcdef', 'journal.json-notes'])
    writeFileSync(path.join(store, name), '{');
  await writeBatch({ units: [both], modes: [], place: placeAt(root), now, disk: quickDisk });
  expect(readdirSync(store)).toEqual(['journal.json-notes']);
});

test('a writer that writes nothing leaves nothing', () => {
  const root = freshFolder();
  openWriter({ place: placeAt(root), now, disk: quickDisk }).close();
  expect(stateOf(root)).toEqual({});
});

test('two backups of one second lie apart', async () => {
  const scenario = scenarios['a pair is replaced and keeps its key'];
  const root = nodeOf(scenario);
  const write = () => writeBatch({ ...scenario, place: placeAt(root), now, disk: quickDisk });
  expect([(await write()).backup, (await write()).backup].map((folder) => path.basename(folder ?? ''))).toEqual([
    'backup-2026-12-01T08-00-00Z',
    'backup-2026-12-01T08-00-00Z-2',
  ]);
});
