/** The files of a process table in an archive. Only those that are read of it are kept, in limits of their own. */
import { posix } from 'node:path';
import type { Layouts } from '../../artifact/layout.ts';
import { unversionedName } from '../../artifact/paths.ts';
import type { Entry } from './tree.ts';

const mebibyte = 1024 * 1024;
const limits = { files: 50_000, bytes: 32 * mebibyte } as const;

/** The most bytes of a file: nothing else in the table is read, and never what it says of environments, memory or open files. */
const maxBytes: Readonly<Record<string, number>> = {
  cgroup: 64 * 1024,
  cmdline: 256 * 1024,
  mountinfo: 4 * mebibyte,
  stat: mebibyte,
};

const own = /(?:^|\/)proc\/(?:stat|[1-9]\d{0,9}\/(?:cgroup|cmdline|mountinfo|stat))$/;

/** Whether a path in an archive is of a process table, and is read. What a process has as its root is a different tree. */
export const isProcessFile = (path: string): boolean =>
  own.test(path) && path.split('/').filter((part) => part === 'proc').length === 1;

/**
 * Returns a function that says whether a file of a process table is to be kept. Large files of other programs are not, if
 * their command line came first, as with tar and `find`: every process of a host lists all that it mounts.
 */
export function processFiles(entries: ReadonlyMap<string, { readonly bytes?: Uint8Array }>, layouts: Layouts) {
  const names = new Set(['hyperkube', ...layouts.flatMap(({ programs }) => [...programs.keys()])]);
  const left: { files: number; bytes: number } = { ...limits };
  return (path: string, { type, size }: Entry): boolean => {
    if (type !== 'file') return false;
    const name = posix.basename(path);
    if (size > (maxBytes[name] ?? 0)) return false;
    const cmdline = entries.get(`${posix.dirname(path)}/cmdline`)?.bytes;
    if (['mountinfo', 'cgroup'].includes(name) && cmdline !== undefined && !isComponent(cmdline, names)) return false;
    left.files -= 1;
    left.bytes -= size;
    return left.files >= 0 && left.bytes >= 0;
  };
}

/** Whether a command line is of a component: the name of its program, without the folder and the release. */
function isComponent(cmdline: Uint8Array, names: ReadonlySet<string>): boolean {
  const [first = ''] = Buffer.from(cmdline.subarray(0, 4096)).toString('utf8').split('\0', 1);
  return names.has(unversionedName(first).replace(/^\.|-wrapped$/g, ''));
}
