/** Process tables for tests: files as the kernel writes them. */
import type { Running } from '../../../src/artifact/process.ts';
import type { Scanned } from '../../../src/scan/processes/ours.ts';
import type { ProcFiles } from '../../../src/scan/processes/proc-files.ts';
import { runningOn } from '../../../src/scan/processes/running.ts';
import { layouts } from '../../../src/tables/layouts/index.ts';
import { memoryTree } from '../support.ts';

const [layout] = layouts;

/** A node of kubeadm called cp-1, without components. */
export const node: Scanned = {
  layout,
  pki: layout.pki,
  components: [],
  programFiles: [],
  machine: { name: 'cp-1', path: '/etc/hostname' },
};

export const id = (digit: string): string => digit.repeat(64);
export const staticUid = 'c444b831caf15d7fe4253f9cd47a2fde';
export const uid = '0f5ab6c1-2c8e-4d52-9d10-0c2f1a6f8c11';

/** Control groups v2 of what runs where. */
export const groups = {
  kubelet: '0::/system.slice/kubelet.service\n',
  session: '0::/user.slice/user-0.slice/session-1.scope\n',
  staticPod: (digit: string) =>
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${staticUid}.slice/cri-containerd-${id(digit)}.scope\n`,
  pod: (digit: string) =>
    `0::/kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-${id(digit)}.scope\n`,
  docker: (digit: string) => `0::/system.slice/docker-${id(digit)}.scope\n`,
};

/** What a host mounts, with `/var` on a partition of its own. */
export const hostMounts = ['21 1 8:1 / / rw - ext4 /dev/sda1 rw', '22 21 8:2 / /var rw - ext4 /dev/sda2 rw', ''].join(
  '\n',
);

export interface FakeProcess {
  readonly words: readonly string[];
  readonly parent?: number;
  readonly group?: string;
  readonly mounts?: string;
  readonly ticks?: number;
  readonly state?: string;
  /** The name that the kernel keeps; by default that of the program. */
  readonly name?: string;
  readonly flags?: number;
}

/** A line of `stat`. */
export function statLine(
  pid: number,
  { name, words, parent = 1, state = 'S', flags = 4194560, ticks = 1000 }: FakeProcess,
): string {
  const own = name ?? words[0]?.split('/').at(-1)?.slice(0, 15) ?? '';
  const before = [state, parent, pid, pid, 0, -1, flags, 9008, 0, 19, 0, 76, 29, 0, 0, 20, 0, 10, 0];
  return `${pid} (${own}) ${before.join(' ')} ${ticks} 12702670848 16423 18446744073709551615 4202496\n`;
}

/** The files of a process below `/proc`. */
export function filesOf(pid: number, fake: FakeProcess): Record<string, string> {
  return {
    [`proc/${pid}/stat`]: statLine(pid, fake),
    [`proc/${pid}/cmdline`]: fake.words.map((word) => `${word}\0`).join(''),
    [`proc/${pid}/cgroup`]: fake.group ?? groups.kubelet,
    [`proc/${pid}/mountinfo`]: fake.mounts ?? hostMounts,
  };
}

/** The files of a table, with `/proc/stat`. */
export function tableOf(processes: Readonly<Record<number, FakeProcess>>): Record<string, string> {
  const all = Object.entries(processes).map(([pid, fake]) => filesOf(Number(pid), fake));
  return Object.assign({ 'proc/stat': 'cpu  1 2 3\nbtime 1795880110\nprocesses 5\n' }, ...all);
}

/** What runs on a copy of the node with these processes, and other files. */
export function runningWith(
  processes: Readonly<Record<number, FakeProcess>>,
  scanned: Scanned = node,
  others: Readonly<Record<string, string>> = {},
): Running & { readonly state: 'seen' } {
  const files = Object.entries({ ...tableOf(processes), ...others });
  const tree = memoryTree(Object.fromEntries(files.map(([path, text]) => [`/${path}`, text])));
  const running = runningOn(scanned, { tree, procfs: undefined });
  if (running.state !== 'seen') throw new Error(running.reason);
  return running;
}

/** The ids of these processes that are of components of the node. */
export function ownPids(...given: Parameters<typeof runningWith>): readonly (number | undefined)[] {
  return runningWith(...given).processes.map(({ pid }) => pid);
}

/** A table that calls a function at each read: a process may end, or its id be used again. */
export function changingTable(read: ProcFiles['read'], pids: readonly number[]): ProcFiles {
  return {
    pids: () => pids,
    read,
    executable: () => undefined,
    clock: () => ({ boot: 1_795_880_110_000, tolerance: 1000, at: undefined }),
  };
}
