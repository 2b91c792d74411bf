/**
 * The power fails at any call of `pki-lint issue --write`, on ext4: what the disk then has is mounted, and the program
 * runs again, after a reboot.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sampled, spread } from '../support/extent.ts';
import {
  errorsIn,
  filesBelow,
  type Interrupted,
  interrupted,
  issueCommand,
  isTemporary,
  openKeys,
} from './support/interrupted.ts';
import { must, whileMounted } from './support/mounts.ts';
import { type Command, run, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const inFolder = (name: string) => join(folder.path, name);
const [image, copies, mounted, boot] = ['image', 'copies', 'mounted', 'boot'].map(inFolder) as [
  string,
  string,
  string,
  string,
];
/** The node is at the same place before and after. */
const root = join(mounted, 'node');

/** Without a sync the kernel writes nothing in that time, so that a copy is never made while it writes. */
const always = 'loop,noatime,commit=600';

/** File systems lose different things. */
const fileSystems = {
  ext4: { make: [], mount: always },
  'ext4 that writes data after its metadata': { make: [], mount: `${always},data=writeback,noauto_da_alloc` },
  'ext4 with fast commits': { make: ['-O', 'fast_commit'], mount: always },
} as const;
type FileSystem = keyof typeof fileSystems;

const cases: Readonly<Record<keyof typeof interrupted, FileSystem>> = {
  'an empty folder becomes a control plane': 'ext4',
  'an expired cluster is renewed': 'ext4 that writes data after its metadata',
  'a CA is replaced': 'ext4 with fast commits',
};

/** Mode and content by path. */
type State = ReadonlyMap<string, string>;

const stateOf = (): State =>
  new Map(
    filesBelow(root).map((path) => [
      relative(root, path),
      `${(statSync(path).mode & 0o7777).toString(8)} ${readFileSync(path, 'latin1')}`,
    ]),
  );

/** Locks, journals and incomplete files are the program's own. */
const isOwn = (path: string): boolean => isTemporary(path) || /\/\.pki-lint\/(?:lock|journal)/.test(path);
const ofOthers = (state: State): State => new Map([...state].filter(([path]) => !isOwn(path)));
const ofNode = (state: State): State => new Map([...state].filter(([path]) => !/\.pki-lint/.test(path)));

interface Run {
  readonly before: State;
  readonly after: State;
  /** The disk at each call, and at the end. */
  readonly disks: readonly string[];
}

/** A complete run on a disk of its own. */
async function runOn(name: FileSystem, scenario: Interrupted, ...environment: readonly string[]): Promise<Run> {
  const { make, mount } = fileSystems[name];
  for (const path of [image, copies]) rmSync(path, { recursive: true, force: true });
  mkdirSync(copies);
  mkdirSync(mounted, { recursive: true });
  must('truncate', '--size', '16M', image);
  // Otherwise the kernel goes on with this after mounting.
  must('mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', ...make, image);
  await whileMounted(mounted, ['-o', mount, image], async () => {
    mkdirSync(root);
    await scenario.prepare(root);
    writeFileSync(join(root, 'etc/kubernetes/notes.txt'), 'not of our business\n');
  });
  let [before, after]: State[] = [];
  await whileMounted(mounted, ['-o', mount, image], () => {
    before = stateOf();
    const hook = new URL('./support/copy-disk.cjs', import.meta.url).pathname;
    const command = issueCommand(root, scenario, '--require', hook);
    const { status, output } = run(
      ['env', `DISK_IMAGE=${image}`, `DISK_COPIES=${copies}`, ...environment, ...command],
      120_000,
    );
    expect(status, output).toBe(0);
    after = stateOf();
  });
  const disks = readdirSync(copies).sort();
  return { before: before ?? new Map(), after: after ?? new Map(), disks: disks.map((disk) => join(copies, disk)) };
}

/** Runs a command as after a reboot: the machine is the same, and the boot is another. */
function afterReboot(command: Command) {
  writeFileSync(boot, '00000000-0000-4000-8000-000000000000\n');
  const other = 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"';
  return run(['unshare', '--mount', 'sh', '-c', other, boot, ...command], 300_000);
}

/** The files of a state that are not there any more, under any name. */
function lostFrom(state: State): readonly string[] {
  const kept = new Set(stateOf().values());
  return [...ofOthers(state)].filter(([, file]) => !kept.has(file)).map(([path]) => path);
}

/** The files that are neither the old nor the new one, whole. */
function tornFiles({ before, after }: Run): readonly string[] {
  const found = stateOf();
  const paths = new Set([before, after, found].flatMap((state) => [...ofNode(state).keys()]));
  return [...paths].filter((path) => ![before.get(path), after.get(path)].includes(found.get(path)));
}

/** Runs the program again, which puts all right and loses nothing. Returns what it says. */
async function resume(scenario: Interrupted, { before, after }: Run, where: string): Promise<string> {
  const found = stateOf();
  const { status, output } = afterReboot(issueCommand(root, scenario));
  expect(status, `${where}: ${output}`).toBe(0);
  expect(await errorsIn(root, scenario), where).toEqual([]);
  expect(filesBelow(root).filter(isOwn), where).toEqual([]);
  expect([...lostFrom(before), ...lostFrom(found)], where).toEqual([]);
  const now = stateOf();
  const others = [...before].filter(([path, file]) => after.get(path) === file);
  expect(
    others.filter(([path, file]) => now.get(path) !== file).map(([path]) => path),
    where,
  ).toEqual([]);
  return output;
}

/** Most calls prepare files, and what they leave is undone. The later ones put files in place, and are finished. */
const shares = [0.05, 0.4, 0.7, 0.85, 0.92, 1];

/** The calls of a run at which the power fails. */
function chosen(disks: readonly string[]): readonly string[] {
  const atShares = shares.map((share) => disks[Math.round(share * (disks.length - 1))] as string);
  return sampled(atShares, spread(disks, 100));
}

describe.each(Object.entries(cases))('%s, though the power fails, on %s', (name, fileSystem) => {
  const scenario: Interrupted = interrupted[name as keyof typeof cases];

  test('at any of its calls: the next run puts all right, and nothing is lost', async ({ annotate }) => {
    const whole = await runOn(fileSystem, scenario);
    const ends = new Map<string, number>();
    const mount = ['-o', fileSystems[fileSystem].mount];
    const failures = chosen(whole.disks);
    // On a busy machine a disk is, rarely, without the folder of the node, which no call touches: that is not ours.
    const lost: string[] = [];
    for (const disk of failures) {
      const where = `power failed at call ${relative(copies, disk)}`;
      await whileMounted(mounted, [...mount, disk], async () => {
        if (!existsSync(root)) {
          lost.push(where);
          return;
        }
        expect(tornFiles(whole), where).toEqual([]);
        expect(openKeys(root), where).toEqual([]);
        // What the program has reported as written is on the disk.
        if (disk === whole.disks.at(-1)) expect(ofNode(stateOf())).toEqual(ofNode(whole.after));
        const [, end = 'nothing to recover'] =
          /\b(finished|undid) what was started/.exec(await resume(scenario, whole, where)) ?? [];
        ends.set(end, (ends.get(end) ?? 0) + 1);
      });
    }
    expect(lost.length, lost.join()).toBeLessThan(2);
    expect([...ends.keys()]).toEqual(expect.arrayContaining(['undid', 'finished']));
    await annotate(`${failures.length} of ${whole.disks.length} calls: ${JSON.stringify([...ends])}`);
  }, 900_000);
});

test('a writer that does not sync its files would be found out', async () => {
  const careless = 'ext4 that writes data after its metadata';
  const whole = await runOn(careless, interrupted['an expired cluster is renewed'], 'DISK_CARELESS=1');
  const torn: string[] = [];
  for (const disk of spread(whole.disks, 10)) {
    await whileMounted(mounted, ['-o', fileSystems[careless].mount, disk], () => {
      // Even the folder of the node, see above.
      torn.push(...(existsSync(root) ? tornFiles(whole) : [root]));
    });
  }
  expect(torn).not.toEqual([]);
}, 120_000);
