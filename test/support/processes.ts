/** What a copy of a node has of its process table. */
import type { FileMap } from './file-map.ts';

/** An hour after the files of test nodes were made. */
const lookedAt = new Date('2026-11-24T15:00:00Z');

const boot = new Date('2025-01-01T00:00:00Z');

/** When processes start, if a test does not say otherwise: after the files of test nodes were made. */
const usualStart = new Date('2026-11-24T14:06:00Z');

export interface TestProcess {
  readonly pid: number;
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** How many seconds before the table was looked at; an hour by default. */
  readonly secondsAgo?: number;
  /** The path of its control group. */
  readonly cgroup: string;
  readonly mounts?: readonly string[];
}

const hash = (pid: number, length: number) => `${pid}`.padStart(length, 'a');

/** The control group of a container of a static pod. */
const staticPod = (pid: number) =>
  `/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${hash(pid, 32)}.slice/cri-containerd-${hash(pid, 64)}.scope`;

/** The control group of a container that no kubelet has started. */
export const containerWithoutPod = (pid: number): string => `/k8s.io/${hash(pid, 64)}`;

const hostRoot = '22 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw';

/** What a container mounts: a file system of its own, and a path of the host. */
export const mountsOf = (path: string): readonly string[] => [
  '500 22 0:50 / / rw,relatime - overlay overlay rw',
  `520 500 254:1 ${path} ${path} ro,relatime - ext4 /dev/vda1 rw`,
];

/** Adds a process. */
export function startProcess<T extends FileMap>(node: T, { pid, words, secondsAgo, cgroup, mounts }: TestProcess): T {
  const [program = ''] = words;
  const name = program.slice(program.lastIndexOf('/') + 1).slice(0, 15);
  const sinceBoot = (time: Date) => (time.getTime() - boot.getTime()) / 1000;
  const started = secondsAgo === undefined ? sinceBoot(usualStart) : sinceBoot(lookedAt) - secondsAgo;
  // Fields 4 to 52 of proc_pid_stat(5): all 0 but the parent and the start.
  const fields = Array.from({ length: 49 }, (_, index) => (index === 0 ? 1 : index === 18 ? started * 100 : 0));
  node.write(`/proc/${pid}/cmdline`, words.map((word) => `${word}\0`).join(''), 0o444);
  node.write(`/proc/${pid}/stat`, `${pid} (${name}) S ${fields.join(' ')}\n`, 0o444);
  node.write(`/proc/${pid}/cgroup`, `0::${cgroup}\n`, 0o444);
  node.write(`/proc/${pid}/mountinfo`, [...(mounts ?? [hostRoot]), ''].join('\n'), 0o444);
  node.write('/proc/stat', `cpu  1 2 3\nbtime ${boot.getTime() / 1000}\n`, 0o444);
  return node.touch('/proc/stat', lookedAt);
}

/** Removes a process. */
export const endProcess = <T extends FileMap>(node: T, pid: number): T => node.remove(`/proc/${pid}`);

/** The ids of the processes of a node whose components run. */
export const pids = {
  kubelet: 312,
  'kube-apiserver': 340,
  'kube-controller-manager': 378,
  'kube-scheduler': 379,
  etcd: 466,
} as const;

/** The program and the flags in a manifest. */
export const wordsIn = (manifest: string): readonly string[] =>
  manifest.split('\n').flatMap((line) => /^ {4}- ((?:--|kube-|etcd$)\S*)$/.exec(line)?.[1] ?? []);

/** Lets the components of a node run with the flags of their manifests, under a kubelet. */
export function startAll<T extends FileMap>(node: T, kubelet: Partial<TestProcess> = {}): T {
  for (const [name, pid] of Object.entries(pids)) {
    const path = `/etc/kubernetes/manifests/${name}.yaml`;
    if (node.has(path)) startProcess(node, { pid, words: wordsIn(node.read(path)), cgroup: staticPod(pid) });
  }
  const words = [
    '/usr/bin/kubelet',
    '--kubeconfig=/etc/kubernetes/kubelet.conf',
    '--config=/var/lib/kubelet/config.yaml',
  ];
  return startProcess(node, { pid: pids.kubelet, words, cgroup: '/system.slice/kubelet.service', ...kubelet });
}
