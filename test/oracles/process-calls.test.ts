/** What a lint of this machine opens of its processes, as strace sees it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildNode } from '../support/build-node.ts';
import { temporaryFolder } from './support/programs.ts';
import { pathsIn, socketsIn, trace } from './support/system-calls.ts';

const program = new URL('../../dist/cli.cjs', import.meta.url).pathname;
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The files of a process that say what it is, when it started, where it runs and what it mounts. */
const own = new Set(['cgroup', 'cmdline', 'comm', 'exe', 'mountinfo', 'stat']);

test('it opens no environment, memory or file of a process, and no socket', () => {
  const node = join(folder.path, 'node');
  mkdirSync(node);
  buildNode().toDisk(node);
  // Only this lint sees the files of the node instead of those of this machine.
  const script = 'mount --bind "$0/etc" /etc && cd / && exec "$@"';
  const command = [process.execPath, program, 'lint', '--format', 'json', '--at', '2026-12-01'];
  const { lines, status, stderr } = trace(['unshare', '--mount', 'sh', '-c', script, node, ...command], folder.path);
  expect([0, 1], stderr).toContain(status);
  const opened = lines.filter((line) => /^open(?:at2?)?\(/.test(line)).flatMap(pathsIn);
  const ofProcesses = opened.flatMap((path) => /^\/proc\/\d+\/(.*)$/.exec(path)?.[1] ?? []);
  expect(ofProcesses.length).toBeGreaterThan(1);
  expect(ofProcesses.filter((name) => !own.has(name))).toEqual([]);
  expect(opened.filter((path) => /\/(?:environ|mem|kcore)$/.test(path))).toEqual([]);
  expect(socketsIn(lines)).toEqual([]);
});
