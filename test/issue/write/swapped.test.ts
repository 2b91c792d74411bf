/** Links that are put in place of files and folders while a batch is written. */
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import type { Disk } from '../../../src/issue/write/disk.ts';
import { sampled } from '../../support/extent.ts';
import { afterDeath } from './support/crashed.ts';
import { callsOf, changing, quickDisk, watched } from './support/disks.ts';
import { freshFolder, nodeOf, now, stateOf } from './support/node.ts';
import { placeAt, type Scenario, scenarios } from './support/scenarios.ts';
import { recover, writeBatch } from './support/writing.ts';

const pki = 'etc/kubernetes/pki';
const replacing: Scenario = scenarios['two pairs are replaced'];
const filling: Scenario = scenarios['gaps beside what is there'];

/** A folder of someone else, with files that have the names of those of the node. */
function victim(): string {
  const folder = freshFolder();
  for (const name of [
    'server.key',
    'server.crt',
    'apiserver.key',
    'journal.json',
    'lock',
    'etcd/server.key',
    'etcd/x',
  ]) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), 'precious');
  }
  return folder;
}

/** A disk on which a path is moved away before this call, and replaced with a link. */
function swapping(at: number, file: string, to: string): Disk {
  let isDone = false;
  const swap = () => {
    try {
      renameSync(file, `${file}-moved`);
    } catch {
      mkdirSync(path.dirname(file), { recursive: true });
    }
    symlinkSync(to, file);
  };
  return watched(
    ({ number }) => {
      if (isDone || number < at) return;
      isDone = true;
      swap();
    },
    changing,
    quickDisk,
  );
}

/**
 * Writes while a link is put in place before a call, recovers, and checks what is behind the link. The sample is every
 * second call.
 */
async function swapEverywhere(scenario: Scenario, name: string, target: (folder: string) => string): Promise<number> {
  const run = (root: string, disk: Disk) => writeBatch({ ...scenario, place: placeAt(root), now, disk });
  const calls = await callsOf((disk) => run(nodeOf(scenario), disk));
  let refusals = 0;
  // Node has no unlinkat(2), so what is swapped between the check of the journal or lock and its removal goes
  // unnoticed.
  const isLate = (at: number) => /\.pki-lint\/(?:journal\.json|lock)$/.test(String(calls[at - 1]?.args[0]));
  for (let at = 1; at <= calls.length; at += sampled(2, 1)) {
    if (isLate(at)) continue;
    const [root, folder] = [nodeOf(scenario), victim()];
    const before = stateOf(folder);
    const olds = oldTexts(root);
    const act = async () => {
      await run(root, swapping(at, path.join(root, name), target(folder)));
      return recover({ place: placeAt(root), now, disk: quickDisk, processes: afterDeath });
    };
    const error: unknown = await act().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error !== undefined) expect(error).toBeInstanceOf(UserError);
    refusals += error === undefined ? 0 : 1;
    expect(stateOf(folder), `at call ${at}`).toEqual(before);
    const texts = Object.values(stateOf(root));
    for (const old of olds)
      expect(
        texts.some((text) => text.endsWith(old)),
        `at call ${at}: ${old}`,
      ).toBe(true);
  }
  return refusals;
}

const oldTexts = (root: string) =>
  Object.values(stateOf(root))
    .filter((text) => text.startsWith('file'))
    .map((text) => text.replace(/^file \d+ \d+ /, ''));

describe.each(Object.entries({ filling, replacing }))('%s', (_, scenario) => {
  test.each([
    ['a file', `${pki}/etcd/server.key`, (folder: string) => path.join(folder, 'server.key')],
    ['a folder', `${pki}/etcd`, (folder: string) => folder],
    ['the PKI directory', pki, (folder: string) => folder],
    ['the store', `${pki}/.pki-lint`, (folder: string) => folder],
    ['the journal', `${pki}/.pki-lint/journal.json`, (folder: string) => path.join(folder, 'journal.json')],
    ['the lock', `${pki}/.pki-lint/lock`, (folder: string) => path.join(folder, 'lock')],
    ['the backup', `${pki}/.pki-lint/backup-2026-12-01T08-00-00Z`, (folder: string) => folder],
  ])(
    'what is behind a link in place of %s is not changed, and no old file is lost',
    async (_name, file, target) => {
      expect(await swapEverywhere(scenario, file, target)).toBeGreaterThan(1);
    },
    60_000,
  );
});
