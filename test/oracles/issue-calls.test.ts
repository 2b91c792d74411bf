import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { facts } from './support/issued.ts';
import { run, temporaryFolder } from './support/programs.ts';

const program = new URL('../../dist/cli.cjs', import.meta.url).pathname;
const folder = temporaryFolder();
afterAll(() => folder.remove());

const calls = 'mkdir,openat,open,creat,write,pwrite64,writev,pwritev,fchmod,chmod,fchmodat,socket,connect,execve';

let count = 0;
/** Runs `pki-lint issue` and returns its system calls, thread by thread, one line per call as strace prints it. */
function traced(root: string, ...flags: readonly string[]): readonly string[] {
  const traces = join(folder.path, `traces-${++count}`);
  mkdirSync(traces);
  const { nodeName, advertiseAddress } = facts;
  const known = ['--node-name', nodeName, '--advertise-address', advertiseAddress, '--algorithm', 'ecdsa-p256'];
  const issue = [process.execPath, program, 'issue', join(root, 'etc/kubernetes'), ...known, '--write', ...flags];
  const strace = ['-ff', '-qq', '-y', '-s', '100000', '-e', `trace=${calls}`, '-o', join(traces, 'thread')];
  const { status, output } = run(['strace', ...strace, ...issue], 60_000);
  expect(status, output).toBe(0);
  return readdirSync(traces).flatMap((name) => readFileSync(join(traces, name), 'utf8').trim().split('\n'));
}

/** The files that were created, with the mode of the creating call. */
function madeFiles(lines: readonly string[]): ReadonlyMap<string, number> {
  const made = lines.flatMap((line): readonly (readonly [string, number])[] => {
    const [, path = '', mode = ''] =
      /^open(?:at)?\(.*?"(.*?)", [A-Z_|]*O_CREAT[A-Z_|]*, (0\d+)\) = \d/.exec(line) ?? [];
    return path === '' ? [] : [[path, Number.parseInt(mode, 8)]];
  });
  return new Map(made);
}

/** Every write: its destination (a path, or strace's name for a pipe) and the data. */
const written = (lines: readonly string[]) =>
  lines.flatMap((line) => {
    const [, to = '', what = ''] = /^p?writev?(?:64)?\(\d+<(.*?)>, (.*)/.exec(line) ?? [];
    return to === '' ? [] : [{ to, what }];
  });

const isOfProcess = (path: string): boolean => /^(?:pipe|anon_inode|UNIX|socket|\/proc\/self|\/dev\/null)/.test(path);
const holdsKey = (what: string): boolean => /PRIVATE KEY|client-key-data/.test(what);

test('files with keys are their owner’s from the call that makes them, and nothing else is touched', () => {
  const root = join(folder.path, 'node');
  mkdirSync(join(root, 'etc'), { recursive: true });
  const rootDir = join(folder.path, 'root');
  const runs = [
    traced(root, '--root-ca', '--root-dir', rootDir),
    traced(root, '--renew', '--within', '400d', '--service-cidr', '10.96.0.0/12', '--dns-domain', 'cluster.local'),
  ];
  for (const lines of runs) {
    const made = madeFiles(lines);
    const writes = written(lines);
    expect(writes.filter(({ what }) => holdsKey(what)).length).toBeGreaterThan(10);
    for (const { to, what } of writes) {
      if (holdsKey(what)) expect(made.get(to)?.toString(8), to).toBe('600');
      if (!isOfProcess(to))
        expect(
          [root, rootDir].some((place) => to.startsWith(`${place}/`)),
          to,
        ).toBe(true);
    }
    const stores = lines.filter((line) => /^mkdir\(".*\/\.pki-lint"/.test(line));
    expect(stores.length).toBeGreaterThan(0);
    expect(stores.filter((line) => !line.includes('", 0700) = '))).toEqual([]);
    // No network access, and no other program.
    expect(lines.filter((line) => /^(?:socket|connect)\((?!AF_UNIX)/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('execve(')).length).toBe(1);
    const opened = lines.filter((line) => /^f?chmod(?:at)?\(/.test(line) && !/0[67]00\)|0[67][45][45]\)/.test(line));
    expect(opened).toEqual([]);
  }
});
