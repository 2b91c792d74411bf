/** The system calls of a program, as strace prints them. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './programs.ts';

/** Calls that create, change or remove a file, its name or its attributes. Not all machines have those with a `?`. */
const changing = [
  ...['?creat', '?mkdir', 'mkdirat', '?mknod', 'mknodat', '?rmdir', '?unlink', 'unlinkat'],
  ...['?rename', '?renameat', 'renameat2', '?link', 'linkat', '?symlink', 'symlinkat'],
  ...['truncate', 'ftruncate', 'fallocate', '?utime', '?utimes', '?futimesat', 'utimensat'],
  ...['?chmod', 'fchmod', 'fchmodat', '?fchmodat2', '?chown', 'fchown', '?lchown', 'fchownat'],
  ...['setxattr', 'lsetxattr', 'fsetxattr', 'removexattr', 'lremovexattr', 'fremovexattr', 'mount'],
];

/** The rest of what a test looks at. io_uring would do its work without further calls. */
const others = ['?open', 'openat', '?openat2', 'write', 'pwrite64', 'writev', 'pwritev', 'execve', 'io_uring_setup'];

const traced = `trace=%network,${[...changing, ...others].join(',')}`;

export interface Trace {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The calls of all threads, one thread after the other. */
  readonly lines: readonly string[];
}

/**
 * Runs a program under strace. Its output goes to files, because Node would connect it by sockets.
 *
 * @param scratch a folder for the output and the traces
 */
export function trace(command: Command, scratch: string, stdin = '/dev/null'): Trace {
  const folder = mkdtempSync(join(scratch, 'trace-'));
  const path = (name: string) => join(folder, name);
  const flags = ['-ff', '-qq', '-y', '-s', '100000', '-e', traced, '-e', 'signal=none', '-o', path('thread')];
  const [program = '', ...args] = ['strace', ...flags, ...command];
  const { status, error } = spawnSync(program, args, {
    cwd: scratch,
    stdio: [openSync(stdin, 'r'), openSync(path('stdout'), 'w'), openSync(path('stderr'), 'w')],
    timeout: 60_000,
  });
  if (error !== undefined) throw error;
  const threads = readdirSync(folder).filter((name) => name.startsWith('thread'));
  const lines = threads.flatMap((name) => readFileSync(path(name), 'utf8').split('\n').filter(Boolean));
  return { status, stdout: readFileSync(path('stdout'), 'utf8'), stderr: readFileSync(path('stderr'), 'utf8'), lines };
}

const names = new Set(changing.map((name) => name.replace('?', '')));
const nameOf = (line: string): string => /^\w+/.exec(line)?.[0] ?? '';

const opensToWrite = (line: string): boolean =>
  /^open(?:at2?)?\(/.test(line) && /\bO_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)\b/.test(line);

/** Calls that open a file for writing, or change one in another way, whether they succeed or not. */
export const changesIn = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => opensToWrite(line) || names.has(nameOf(line)));

const watched = new Set([...names, ...others.map((name) => name.replace('?', ''))]);

/** Calls that have to do with sockets: all others that are traced. */
export const socketsIn = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !watched.has(nameOf(line)) || nameOf(line) === 'io_uring_setup');

/** The paths in a call: its arguments, and those of its file descriptors. */
export function pathsIn(line: string): readonly string[] {
  const [call = ''] = line.split(/\) += /);
  const named = [...call.matchAll(/(?:AT_FDCWD<([^>]*)>, )?"([^"]*)"/g)].map(([, folder = '', path = '']) =>
    path.startsWith('/') ? path : join(folder, path),
  );
  return named.length > 0 ? named : [...call.matchAll(/\(\d+<([^>]*)>/g)].map(([, path = '']) => path);
}
