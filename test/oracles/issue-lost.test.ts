/** Real file systems: a journal counts only on its own disk, and access control lists open no key. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { afterDeath } from '../issue/write/support/crashed.ts';
import { failing } from '../issue/write/support/disks.ts';
import { expectFinished, nodeOf, now, stateOf } from '../issue/write/support/node.ts';
import { buildChild, startChild } from '../issue/write/support/processes.ts';
import { layOut, placeAt, type Scenario, type ScenarioName, scenarios } from '../issue/write/support/scenarios.ts';
import { recover, writeBatch } from '../issue/write/support/writing.ts';
import { mount, must } from './support/mounts.ts';
import { type Command, run, temporaryFolder } from './support/programs.ts';

const pki = 'etc/kubernetes/pki';
const name: ScenarioName = 'two pairs are replaced';
const pairs: Scenario = scenarios[name];

const folder = temporaryFolder();
afterAll(() => folder.remove());
let program = '';
beforeAll(() => {
  program = buildChild(folder.path);
});

test('without a reboot a copy of a disk is not touched, and the disk itself is recovered', async () => {
  const [image, copy, disk, root] = ['image', 'copy', 'disk', 'root'].map((name) => path.join(folder.path, name)) as [
    string,
    string,
    string,
    string,
  ];
  must('truncate', '--size', '16M', image);
  must('mkfs.ext4', '-q', image);
  for (const at of [disk, root]) mkdirSync(at);
  mount(disk, '-o', 'loop', image);
  layOut(disk, pairs);
  must('sync', '--file-system', disk);
  const { signal } = await startChild(program, { root: disk, scenario: name, at: 60, what: 'SIGKILL' }).ended;
  expect(signal).toBe('SIGKILL');
  copyFileSync(image, copy);
  mount(root, '-o', 'loop', copy);
  const before = stateOf(root);
  expect(() => recover({ place: placeAt(root), now, processes: afterDeath })).toThrow(
    'was written for another directory',
  );
  expect(stateOf(root)).toEqual({ ...before, [`${pki}/.pki-lint/lock`]: undefined });
  expect(recover({ place: placeAt(disk), now })).toHaveLength(1);
});

describe('an access control list', () => {
  // One process opens all files: there are many calls.
  const script = 'for file; do if true <"$file"; then printf "%s\\n" "$file"; fi; done 2>/dev/null';
  const nobody: Command = [
    'setpriv',
    '--reuid',
    '65534',
    '--regid',
    '65534',
    '--clear-groups',
    'sh',
    '-c',
    script,
    'sh',
  ];
  /** Those of these files that a user without rights can open. */
  const openedOf = (files: readonly string[]) =>
    run([...nobody, ...files])
      .stdout.split('\n')
      .filter(Boolean);

  test('that new files inherit does not open a key, at any call', async () => {
    const root = nodeOf(pairs);
    chmodSync(root, 0o755);
    const opened = new Set<string>();
    for (const one of ['', '/etcd'])
      must('setfacl', '--modify', 'd:u:65534:rwx,u:65534:rwx', path.join(root, pki + one));
    const disk = failing(() => {
      const files = readdirSync(path.join(root, pki), { recursive: true, encoding: 'utf8' });
      const secret = files.filter((file) => /\.key|journal|lock/.test(file)).map((file) => path.join(root, pki, file));
      for (const file of openedOf(secret)) opened.add(file);
      return undefined;
    });
    await writeBatch({ ...pairs, place: placeAt(root), now, disk });
    expectFinished(root, pairs);
    expect([...opened]).toEqual([]);
    // The list is in effect: certificates can be read through it.
    const certificate = path.join(root, pki, 'apiserver.crt');
    chmodSync(certificate, 0o640);
    expect(openedOf([certificate])).toEqual([certificate]);
  });

  test('of a file that comes back is still there', async () => {
    const root = nodeOf(pairs);
    chmodSync(root, 0o755);
    const file = path.join(root, pki, 'apiserver.crt');
    must('setfacl', '--modify', 'u:1234:r', file);
    const list = must('getfacl', '--absolute-names', file);
    const disk = failing(({ name: call, args }) =>
      call === 'rename' && String(args[1]).endsWith('etcd/server.crt') ? 'EIO' : undefined,
    );
    await expect(writeBatch({ ...pairs, place: placeAt(root), now, disk })).rejects.toThrow('nothing was changed');
    expect(must('getfacl', '--absolute-names', file)).toBe(list);
    expect(list).toContain('user:1234:r--');
  });
});
