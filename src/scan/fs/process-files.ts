/** The files of a process table in an archive. Only those that are read of it are kept, in limits of their own. */
import { posix } from 'node:path';
import type { Layouts } from '../../artifact/layout.ts';
import { unversionedName } from '../../artifact/paths.ts';
import type { Entry } from './tree.ts';

const mebibyte = 1024 * 1024;
/** Bytes of what says which processes there are, and of what they mount. */
const limits = { processes: 32 * mebibyte, mounts: 32 * mebibyte } as const;

/**
 * The most bytes of a file: nothing else in the table is read, and never what it says of environments, memory or open
 * files.
 */
const maxBytes: Readonly<Record<string, number>> = {
  cgroup: 64 * 1024,
  cmdline: 256 * 1024,
  mountinfo: 4 * mebibyte,
  stat: mebibyte,
};

/** Bytes that an entry without content takes. */
const entrySize = 512;

const own = /(?:^|\/)proc\/(?:stat|[1-9]\d{0,9}\/(?:cgroup|cmdline|mountinfo|stat))$/;

/**
 * Whether a path in an archive is of a process table, and is read. What a process has as its root is a different tree.
 */
export const isProcessFile = (path: string): boolean =>
  own.test(path) && path.split('/').filter((part) => part === 'proc').length === 1;

/**
 * Chooses the files of a process table to keep. Large files of other programs are not, if their command line came
 * first, as with tar and `find`: every process of a host lists all that it mounts.
 */
export function processFiles(entries: Map<string, { readonly bytes?: Uint8Array }>, layouts: Layouts) {
  const names = new Set(['hyperkube', ...layouts.flatMap(({ programs }) => [...programs.keys()])]);
  const left: { processes: number; mounts: number } = { ...limits };
  return {
    keeps(path: string, { type, size }: Entry): boolean {
      const name = posix.basename(path);
      if (type !== 'file' || size > (maxBytes[name] ?? 0)) return false;
      const cmdline = entries.get(`${posix.dirname(path)}/cmdline`)?.bytes;
      const isLarge = name === 'mountinfo';
      if ((isLarge || name === 'cgroup') && cmdline !== undefined && !isComponent(cmdline, names)) return false;
      left[isLarge ? 'mounts' : 'processes'] -= size + entrySize;
      return left[isLarge ? 'mounts' : 'processes'] >= 0;
    },
    /** Removes a table of which not all is kept: a process that is not in it would count as one that does not run. */
    finish(): void {
      if (left.processes >= 0) return;
      for (const path of entries.keys()) if (isProcessFile(path)) entries.delete(path);
    },
  };
}

/** Whether a command line is of a component: the name of its program, without the folder and the release. */
function isComponent(cmdline: Uint8Array, names: ReadonlySet<string>): boolean {
  const [first = ''] = Buffer.from(cmdline.subarray(0, 4096)).toString('utf8').split('\0', 1);
  return names.has(unversionedName(first).replace(/^\.|-wrapped$/g, ''));
}
