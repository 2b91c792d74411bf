/** Nodes in memory with what runs on them: files of /proc as they are in a copy of a node. */
import type { NodeTree } from './node-tree.ts';

/** When the nodes below were made, when their processes started, and when they were copied. */
export const made = '2026-11-24T14:00:00Z';
export const started = '2026-11-25T08:00:00Z';
export const copied = '2026-11-30T23:59:00Z';

const booted = '2026-11-25T07:00:00Z';

export interface Process {
  readonly component: string;
  readonly pid?: number;
  /** RFC 3339. */
  readonly started?: string;
  /** Its command line; by default that of its manifest. */
  readonly words?: readonly string[];
  /** Lines of mountinfo instead of the usual ones. */
  readonly mounts?: readonly string[];
  /** The UID of its pod, or undefined for one on the host. */
  readonly podUid?: string;
}

const pods = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/** What runs on a healthy control plane. */
export const usualProcesses: readonly Process[] = [...pods, 'kubelet'].map((component) => ({ component }));

/** Adds processes to a node, whose files are older than these. */
export function withProcesses(node: NodeTree, processes: readonly Process[] = usualProcesses): NodeTree {
  for (const [path, entry] of node.entries) if (entry.type === 'file') node.touch(path, { mtime: made, ctime: made });
  const write = (path: string, text: string) =>
    node.write(path, text, 0o444).touch(path, { mtime: copied, ctime: copied });
  write('/proc/stat', `btime ${Date.parse(booted) / 1000}\n`);
  for (const [index, process] of processes.entries()) {
    const { component, pid = 400 + index } = process;
    const ticks = (Date.parse(process.started ?? started) - Date.parse(booted)) / 10;
    const [program = component, ...words] = process.words ?? wordsOf(node, component);
    const comm = component.slice(0, 15);
    const files = {
      cmdline: [program, ...words].map((word) => `${word}\0`).join(''),
      stat: `${pid} (${comm}) S 1 ${pid} ${pid} 0 -1 4194560 9008 0 19 0 76 29 0 0 20 0 10 0 ${ticks} 12702670848 16423\n`,
      status: `Name:\t${comm}\nState:\tS (sleeping)\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t1\nNSpid:\t${pid}\t1\n`,
      mountinfo: (process.mounts ?? mountsOf(node, component)).map((line) => `${line}\n`).join(''),
      cgroup: `0::${cgroupOf(process, index)}\n`,
    };
    for (const [name, text] of Object.entries(files)) write(`/proc/${pid}/${name}`, text);
  }
  return node;
}

function cgroupOf({ component, podUid }: Process, index: number): string {
  if (component === 'kubelet') return '/system.slice/kubelet.service';
  const uid = podUid ?? `${index}`.repeat(32);
  const container = `${index}f`.repeat(32);
  return `/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-${container}.scope`;
}

const manifestOf = (node: NodeTree, component: string): string => {
  const path = `manifests/${component}.yaml`;
  return node.has(path) ? node.read(path) : '';
};

/** The command of a manifest as the tests write it: one word in a line. */
function wordsOf(node: NodeTree, component: string): readonly string[] {
  if (component === 'kubelet') {
    const usual = '--kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml';
    return ['/usr/bin/kubelet', '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf', ...usual.split(' ')];
  }
  const [, command = ''] = /command:\n((?:\s+- .*\n)+)/.exec(manifestOf(node, component)) ?? [];
  return [...command.matchAll(/- (.*)/g)].map(([, word = '']) => word.replace(/^(["'])(.*)\1$/, '$2'));
}

function mountsOf(node: NodeTree, component: string): readonly string[] {
  if (component === 'kubelet') return ['149 70 7:2 / / rw,relatime shared:59 - ext4 /dev/vda1 rw'];
  const paths = [...manifestOf(node, component).matchAll(/mountPath: (.*)/g)].map(([, path = '']) => path);
  return [
    '744 645 0:230 / / rw,relatime - overlay overlay rw',
    ...paths.map((path, index) => `${760 + index} 744 7:2 ${path} ${path} rw,relatime - ext4 /dev/vda1 rw`),
  ];
}
