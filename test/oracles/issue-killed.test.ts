/** Kills the program at its system calls (strace), lints the result, and runs the program again. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lint } from '../../src/index.ts';
import { corpus } from '../support/corpus.ts';
import { facts } from './support/issued.ts';
import { run, temporaryFolder } from './support/programs.ts';

const program = new URL('../../dist/cli.cjs', import.meta.url).pathname;
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The system calls that change the disk. */
const calls = 'mkdir,fchmod,fsync,link,rename,unlink,rmdir';

interface Scenario {
  readonly prepare: (root: string) => Promise<void>;
  readonly flags: readonly string[];
  readonly at: string;
  /** Findings that are allowed in between, each at most once. */
  readonly between: RegExp;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'an empty folder becomes a control plane': {
    prepare: async (root) => void mkdirSync(join(root, 'etc/kubernetes'), { recursive: true }),
    flags: ['--node-name', facts.nodeName, '--advertise-address', facts.advertiseAddress],
    at: '2026-12-01',
    between: /^$/,
  },
  'an expired cluster is renewed': {
    prepare: async (root) => (await corpus('kubeadm-1.36-default')).toDisk(root),
    flags: ['--renew'],
    at: '2028-02-01',
    between: /^cert\/pair@/,
  },
  'a CA is replaced': {
    prepare: async (root) => (await corpus('kubeadm-1.36-default')).toDisk(root),
    flags: ['--replace', 'etcd-ca', '--yes'],
    at: '2026-12-01',
    between: /^(?:cert|authority)\/pair@/,
  },
};

let count = 0;
async function rootOf({ prepare }: Scenario): Promise<string> {
  const root = join(folder.path, `${++count}`);
  mkdirSync(root);
  await prepare(root);
  return root;
}

function issue(root: string, { flags, at }: Scenario, ...strace: readonly string[]) {
  // The clock shows that time: nothing is written as of the future.
  const clock = `data:text/javascript,Date.now=()=>${Date.parse(at)}`;
  const command = [
    process.execPath,
    '--import',
    clock,
    program,
    'issue',
    '--rootfs',
    root,
    '--at',
    at,
    '--algorithm',
    'ecdsa-p256',
  ];
  const wrapped = strace.length === 0 ? [] : ['strace', '-qq', ...strace];
  const [first = '', ...rest] = [...wrapped, ...command, ...flags, '--write'];
  return run([first, ...rest], 60_000);
}

/**
 * Every such call of a complete run, all from the main thread: its name, and its number among the calls of that name.
 */
async function callsOf(scenario: Scenario): Promise<readonly (readonly [name: string, number: number])[]> {
  const [root, trace] = [await rootOf(scenario), join(folder.path, `trace-${count}`)];
  const { status, output } = issue(root, scenario, '-o', trace, '-e', `trace=${calls}`);
  expect(status, output).toBe(0);
  const numbers = new Map<string, number>();
  return readFileSync(trace, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const name = /^([a-z]+)\(/.exec(line)?.[1];
      if (name === undefined) return [];
      const number = (numbers.get(name) ?? 0) + 1;
      numbers.set(name, number);
      return [[name, number] as const];
    });
}

/** Files that contain a key and that other users could read. */
function openKeys(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const isOpen = entry.isFile() && (statSync(path).mode & 0o077) !== 0;
    return isOpen && /PRIVATE KEY|client-key-data/.test(readFileSync(path, 'utf8')) ? [path] : [];
  });
}

const temporaries = (root: string) =>
  readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => /\.pki-lint-[0-9a-f]{16}$/.test(name));

async function errorsIn(root: string, { at }: Scenario): Promise<readonly string[]> {
  const { findings } = await lint({ rootfs: root, at: new Date(at), cwd: '/' });
  return findings.filter(({ severity }) => severity === 'error').map(({ rule, subject }) => `${rule}@${subject}`);
}

/**
 * Whether a finding means that something is not created or not renewed yet. Such findings are not about half a pair.
 */
const isStillToDo = (name: string): boolean =>
  /\/(?:present|present-admin|expired|issued|issuer|key|authority)@|^connection\//.test(name);

/** The number of kills, spread evenly over the calls of a run. */
const points = 16;

describe.each(Object.entries(scenarios))('%s, though it is killed', (_, scenario) => {
  test('at any of its calls: at most one pair is half new, and the next run puts all right', async ({ annotate }) => {
    const all = await callsOf(scenario);
    let [halves, recovered] = [0, 0];
    for (let index = 0; index < points; index += 1) {
      const [name, number] = all[Math.floor((index * (all.length - 1)) / (points - 1))] ?? ['', 0];
      const root = await rootOf(scenario);
      const trace = join(folder.path, 'trace');
      const inject = `inject=${name}:signal=SIGKILL:when=${number}`;
      issue(root, scenario, '-o', trace, '-e', `trace=${calls}`, '-e', inject);
      const where = `killed at ${name} ${number}`;
      expect(readFileSync(trace, 'utf8'), where).toContain('killed by SIGKILL');
      expect(openKeys(root), where).toEqual([]);
      const odd = (await errorsIn(root, scenario)).filter((error) => !isStillToDo(error));
      expect(
        odd.filter((error) => !scenario.between.test(error)),
        where,
      ).toEqual([]);
      expect(odd.length, `${where}: ${odd}`).toBeLessThanOrEqual(1);
      halves += odd.length;
      const again = issue(root, scenario);
      expect(again.status, `${where}: ${again.output}`).toBe(0);
      recovered += /^From an earlier run:$/m.test(again.output) ? 1 : 0;
      expect(await errorsIn(root, scenario), where).toEqual([]);
      expect(temporaries(root), where).toEqual([]);
    }
    expect(recovered).toBeGreaterThan(points / 2);
    await annotate(`${points} kills among ${all.length} calls: ${halves} half pairs, ${recovered} recovered`);
  }, 600_000);
});
