import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { facts } from './support/issued.ts';
import { temporaryFolder } from './support/programs.ts';
import { changesIn, pathsIn, socketsIn, trace } from './support/system-calls.ts';

const program = new URL('../../dist/cli.cjs', import.meta.url).pathname;
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Runs `pki-lint issue` and returns its system calls. */
function traced(root: string, ...flags: readonly string[]): readonly string[] {
  const { nodeName, advertiseAddress } = facts;
  const known = ['--node-name', nodeName, '--advertise-address', advertiseAddress, '--algorithm', 'ecdsa-p256'];
  const issue = [program, 'issue', join(root, 'etc/kubernetes'), ...known, '--write', ...flags];
  const { status, stdout, stderr, lines } = trace([process.execPath, ...issue], folder.path);
  expect(status, stdout + stderr).toBe(0);
  return lines;
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

const isOfProcess = (path: string): boolean => /^(?:pipe|anon_inode)|\/std(?:out|err)$/.test(path);
const holdsKey = (what: string): boolean => /PRIVATE KEY|client-key-data/.test(what);

test('files with keys are their owner’s from the call that makes them, and nothing else is touched', () => {
  const root = join(folder.path, 'node');
  mkdirSync(join(root, 'etc'), { recursive: true });
  const rootDir = join(folder.path, 'root');
  const runs = [
    traced(root, '--root-ca', '--root-dir', rootDir),
    traced(root, '--renew', '--within', '400d', '--service-cidr', '10.96.0.0/12', '--dns-domain', 'cluster.local'),
  ];
  const isAsked = (path: string) => [root, rootDir].some((place) => path === place || path.startsWith(`${place}/`));
  for (const lines of runs) {
    const made = madeFiles(lines);
    const writes = written(lines);
    expect(writes.filter(({ what }) => holdsKey(what)).length).toBeGreaterThan(10);
    for (const { to, what } of writes) {
      if (holdsKey(what)) expect(made.get(to)?.toString(8), to).toBe('600');
      if (!isOfProcess(to)) expect(to).toSatisfy(isAsked);
    }
    const changed = changesIn(lines).flatMap(pathsIn);
    expect(changed.length).toBeGreaterThan(100);
    expect(changed.filter((path) => !isAsked(path))).toEqual([]);
    const stores = lines.filter((line) => /^mkdir\(".*\/\.pki-lint"/.test(line));
    expect(stores.length).toBeGreaterThan(0);
    expect(stores.filter((line) => !line.includes('", 0700) = '))).toEqual([]);
    // No network access, and no other program.
    expect(socketsIn(lines)).toEqual([]);
    expect(lines.filter((line) => line.startsWith('execve(')).length).toBe(1);
    const opened = lines.filter((line) => /^f?chmod(?:at)?\(/.test(line) && !/0[67]00\)|0[67][45][45]\)/.test(line));
    expect(opened).toEqual([]);
  }
});
