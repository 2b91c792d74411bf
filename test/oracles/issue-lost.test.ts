/** Real file systems: what a power loss leaves is recovered, and access control lists open no key. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { afterDeath, rebooted } from '../issue/write/support/crashed.ts';
import { callsOf, failing } from '../issue/write/support/disks.ts';
import { agesOf, expectFinished, expectSound, nodeOf, now, stateOf } from '../issue/write/support/node.ts';
import { buildChild, startChild } from '../issue/write/support/processes.ts';
import { layOut, placeAt, type Scenario, type ScenarioName, scenarios } from '../issue/write/support/scenarios.ts';
import { recover, writeBatch } from '../issue/write/support/writing.ts';
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

function must(...command: Command): string {
  const { status, output } = run(command);
  if (status !== 0) throw new Error(`this test needs root (CAP_SYS_ADMIN): ${command.join(' ')}: ${output}`);
  return output.trim();
}

let count = 0;
/** Mounts an image as the next loop device, until the test has finished. */
function mount(image: string): string {
  const at = path.join(folder.path, `mounted-${++count}`);
  mkdirSync(at);
  const device = must('losetup', '--find', '--show', image);
  onTestFinished(() => void must('losetup', '--detach', device));
  must('mount', device, at);
  onTestFinished(() => void must('umount', at));
  return at;
}

/** A writer is killed before this call, on a disk of its own. Returns the disk as it would be after a power loss. */
async function powerLoss(at: number): Promise<{ readonly disk: string; readonly copy: string }> {
  const [image, copy] = ['image', 'copy'].map((what) => path.join(folder.path, `${what}-${++count}`)) as [
    string,
    string,
  ];
  must('truncate', '--size', '16M', image);
  must('mkfs.ext4', '-q', image);
  const disk = mount(image);
  layOut(disk, pairs);
  must('sync', '--file-system', disk);
  const { signal } = await startChild(program, { root: disk, scenario: name, at, what: 'SIGKILL' }).ended;
  expect(signal).toBe('SIGKILL');
  // What the kernel has not written to the disk yet is not in this copy.
  copyFileSync(image, copy);
  return { disk, copy };
}

describe('a power loss', () => {
  test('at any call leaves what the next run finishes or rolls back, from a disk with another number', async () => {
    const calls = await callsOf((disk) => writeBatch({ ...pairs, place: placeAt(nodeOf(pairs)), now, disk }));
    const outcomes = new Set<string>();
    for (let at = 8; at <= calls.length; at += 6) {
      const { disk, copy } = await powerLoss(at);
      const root = mount(copy);
      expect(statSync(root).dev).not.toBe(statSync(disk).dev);
      expectSound(root, pairs);
      recover({ place: placeAt(root), now, processes: rebooted });
      const ages = new Set(pairs.units.flatMap((unit) => agesOf(root, pairs, unit)));
      expect(ages.size, `at call ${at}`).toBe(1);
      for (const age of ages) outcomes.add(age);
    }
    expect(outcomes).toEqual(new Set(['old', 'new']));
  }, 120_000);

  test('without a reboot a copy of the disk is not touched, and the disk itself is recovered', async () => {
    const { disk, copy } = await powerLoss(60);
    const root = mount(copy);
    const before = stateOf(root);
    expect(() => recover({ place: placeAt(root), now, processes: afterDeath })).toThrow(
      'was written for another folder',
    );
    expect(stateOf(root)).toEqual({ ...before, [`${pki}/.pki-lint/lock`]: undefined });
    expect(recover({ place: placeAt(disk), now })).toHaveLength(1);
  });
});

describe('an access control list', () => {
  const nobody: Command = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', 'cat'];
  const isReadable = (file: string) => run([...nobody, file]).status === 0;

  test('that new files inherit does not open a key, at any call', async () => {
    const root = nodeOf(pairs);
    chmodSync(root, 0o755);
    const opened = new Set<string>();
    for (const one of ['', '/etcd'])
      must('setfacl', '--modify', 'd:u:65534:rwx,u:65534:rwx', path.join(root, pki + one));
    const disk = failing(() => {
      for (const file of readdirSync(path.join(root, pki), { recursive: true, encoding: 'utf8' }))
        if (/\.key|journal|lock/.test(file) && isReadable(path.join(root, pki, file))) opened.add(file);
      return undefined;
    });
    await writeBatch({ ...pairs, place: placeAt(root), now, disk });
    expectFinished(root, pairs);
    expect([...opened]).toEqual([]);
    // The list is in effect: certificates can be read through it.
    chmodSync(path.join(root, pki, 'apiserver.crt'), 0o640);
    expect(isReadable(path.join(root, pki, 'apiserver.crt'))).toBe(true);
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
