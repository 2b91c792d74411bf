/** What is replaced comes back as it was. */
import { lstatSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Disk } from '../../../src/issue/write/disk.ts';
import { afterDeath } from './support/crashed.ts';
import { type Call, failing } from './support/disks.ts';
import { agesOf, nodeOf, now, stateOf } from './support/node.ts';
import { placeAt, type Scenario, scenarios } from './support/scenarios.ts';
import { recover, writeBatch } from './support/writing.ts';

const pki = 'etc/kubernetes/pki';
const pairs: Scenario = scenarios['two pairs are replaced'];

const isOfBackup = ({ args }: Call) => args.slice(0, 2).some((file) => String(file).includes('/backup-'));
const isCrossing = (call: Call) => ['link', 'rename'].includes(call.name) && isOfBackup(call);
const isLast = ({ name, args }: Call) => name === 'rename' && String(args[1]).endsWith('pki/etcd/server.crt');

/** Writes on a disk on which the last file cannot be put in place. Returns the error. */
async function failAtEnd(root: string, refuses: (call: Call) => string | undefined): Promise<Error> {
  const disk: Disk = failing((call) => (isLast(call) ? 'EIO' : refuses(call)));
  return writeBatch({ ...pairs, place: placeAt(root), now, disk }).then(
    () => expect.fail('it wrote'),
    (error: Error) => error,
  );
}

const long = new Date('2020-01-02T03:04:05Z');

function oldNode() {
  const root = nodeOf(pairs);
  const file = path.join(root, pki, 'apiserver.key');
  utimesSync(file, long, long);
  return { root, file, before: stateOf(root) };
}

test('a file that comes back is the same file, with all that the file system knows about it', async () => {
  const { root, file, before } = oldNode();
  const { ino } = lstatSync(file);
  expect((await failAtEnd(root, () => undefined)).message).toMatch(/nothing was changed$/);
  expect([stateOf(root), lstatSync(file).ino, lstatSync(file).nlink]).toEqual([before, ino, 1]);
});

test('from another file system a copy comes back, with mode and times', async () => {
  const { root, file, before } = oldNode();
  const { message } = await failAtEnd(root, (call) => (isCrossing(call) ? 'EXDEV' : undefined));
  expect(message).toMatch(/nothing was changed$/);
  expect([stateOf(root), lstatSync(file).mtime]).toEqual([before, long]);
});

test('if there is no space for the copy, nothing is lost, and the next run rolls back or finishes', async () => {
  const { root } = oldNode();
  let isFull = false;
  const { message } = await failAtEnd(root, (call) => {
    isFull ||= call.name === 'rename' && String(call.args[1]).endsWith('apiserver.key');
    if (isCrossing(call)) return 'EXDEV';
    return isFull && call.name === 'create' ? 'ENOSPC' : undefined;
  });
  expect(message).toMatch(/what was done until then could not be undone: .*: no space left on the file system$/);
  const backup = path.join(root, pki, '.pki-lint/backup-2026-12-01T08-00-00Z');
  for (const [name, text] of Object.entries(pairs.there).filter(([one]) => !one.includes('/ca.'))) {
    expect([path.join(root, name), path.join(backup, name)].map((file) => readFileSync(file, 'utf8'))).toContain(text);
  }
  recover({ place: placeAt(root), now, processes: afterDeath });
  expect(new Set(pairs.units.flatMap((unit) => agesOf(root, pairs, unit)))).toEqual(new Set(['old']));
  expect(readdirSync(path.join(root, pki, '.pki-lint'))).toEqual(['rolled-back-2026-12-01T08-00-00Z']);
});
