import { buildNode } from '../../support/build-node.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import {
  containerWithoutPod,
  endProcess,
  mountsOf,
  pids,
  startAll,
  startProcess,
  type TestProcess,
  wordsIn,
} from '../../support/processes.ts';
import type { Case } from '../harness.ts';

const manifest = (name: string) => `/etc/kubernetes/manifests/${name}.yaml`;

const [longAgo, justNow] = ['2026-11-24T14:30:00Z', '2026-11-24T14:59:20Z'];

/** A control plane whose components run. */
const started =
  (kubelet: Partial<TestProcess> = {}) =>
  () =>
    startAll(buildNode(), kubelet);

/** Changes a flag in a manifest, and nothing restarts. */
const edited =
  (when: string, component = 'kube-apiserver') =>
  (node: NodeTree) =>
    node.replaceFlag(component, 'v', '4').touch(manifest(component), when);

const withoutKubelet = (change: (node: NodeTree) => unknown) => (node: NodeTree) => {
  change(node);
  return endProcess(node, pids.kubelet);
};

const moved = (when: string) => (node: NodeTree) =>
  node.remove(manifest('kube-scheduler')).touch('/etc/kubernetes/manifests', when);

const unit = '/etc/systemd/system/kubelet.service';

const kubeletOf = (flags: readonly string[]) => (node: NodeTree) =>
  node.write(unit, `[Service]\nExecStart=/usr/bin/kubelet ${flags.join(' ')}\nRestart=always\n`).touch(unit, longAgo);

const kubeletFlags = ['--kubeconfig=/etc/kubernetes/kubelet.conf', '--config=/var/lib/kubelet/config.yaml'];

const same: readonly Case[] = [
  { name: 'all components run as their files say', node: started(), findings: [] },
  { name: 'a kubelet that was just started', node: started({ secondsAgo: 20 }), findings: [] },
  {
    name: 'flags in a different order and form',
    node: started(),
    change: (node) => {
      const [program = '', ...flags] = wordsIn(node.read(manifest('kube-scheduler')));
      const words = [program, ...flags.map((flag) => flag.replace('=true', '')).reverse(), '--v=9', '--v=2'];
      node.replaceFlag('kube-scheduler', 'v', '2').touch(manifest('kube-scheduler'), longAgo);
      return startProcess(node, { ...pod(node, 'kube-scheduler'), words });
    },
    findings: [],
  },
  {
    name: 'the flags of a unit of the kubelet, of which one value is a word of its own',
    node: started({
      words: ['/usr/bin/kubelet', '--kubeconfig', '/etc/kubernetes/kubelet.conf', ...kubeletFlags.slice(1)],
    }),
    change: kubeletOf(kubeletFlags),
    findings: [],
  },
  {
    name: 'processes of a worker',
    node: () => startAll(buildNode({ worker: true })),
    findings: [],
  },
];

/** The process of a component, as it runs. */
function pod(node: NodeTree, name: keyof typeof pids) {
  const pid = pids[name];
  const cgroup = node.read(`/proc/${pid}/cgroup`).trim().slice('0::'.length);
  return { pid, cgroup };
}

const different: readonly Case[] = [
  {
    name: 'a manifest that was changed days ago, and that the kubelet has not applied',
    node: started(),
    change: edited(longAgo),
    findings: ['process/arguments@kube-apiserver'],
  },
  {
    name: 'a unit of the kubelet that was changed after its start',
    node: started(),
    change: kubeletOf([...kubeletFlags, '--v=4']),
    findings: ['process/arguments@kubelet'],
  },
  {
    name: 'a manifest that was changed less than a minute ago',
    node: started(),
    change: edited(justNow),
    findings: ['process/settling@cp-1'],
  },
  {
    name: 'a kubelet that was just started, and will apply a manifest',
    node: started({ secondsAgo: 30 }),
    change: edited(longAgo),
    findings: ['process/settling@cp-1'],
  },
  {
    name: 'a process with the flags of the second of two manifests',
    node: started(),
    change: (node) => {
      const path = `${manifest('kube-scheduler')}.bak`;
      node.write(path, node.read(manifest('kube-scheduler')).replace('leader-elect=true', 'leader-elect=false'));
      node.touch(path, longAgo);
      return startProcess(node, { ...pod(node, 'kube-scheduler'), words: wordsIn(node.read(path)) });
    },
    findings: ['manifest/conflict@kube-scheduler', 'process/arguments@kube-scheduler'],
  },
];

const present: readonly Case[] = [
  {
    name: 'a component without a process, under a kubelet that runs',
    node: started(),
    change: (node) => endProcess(node, pids['kube-scheduler']),
    findings: ['process/absent@kube-scheduler'],
  },
  {
    name: 'a component without a process, because a file that it reads is not there',
    node: started(),
    change: (node) =>
      endProcess(
        node.replaceFlag('kube-controller-manager', 'root-ca-file', '/etc/kubernetes/pki/none.crt'),
        pids['kube-controller-manager'],
      ),
    findings: ['argument/file@kube-controller-manager --root-ca-file'],
    members: ['process/absent@kube-controller-manager'],
  },
  {
    name: 'a component without a process, whose manifest was just put back',
    node: started(),
    change: (node) => endProcess(node, pids['kube-scheduler']).touch(manifest('kube-scheduler'), justNow),
    findings: ['process/settling@cp-1'],
  },
  {
    name: 'a component that runs though its manifest was moved away days ago',
    node: started(),
    change: moved(longAgo),
    findings: ['process/unmanaged@cp-1'],
  },
  {
    name: 'a component that still runs, because its manifest was just moved away',
    node: started(),
    change: moved(justNow),
    findings: ['process/settling@cp-1'],
  },
  {
    name: 'a second scheduler in a container without a pod',
    node: started(),
    change: (node) =>
      startProcess(node, {
        pid: 2108,
        words: ['kube-scheduler', '--kubeconfig=/etc/kubernetes/scheduler.conf', '--leader-elect=false'],
        cgroup: containerWithoutPod(2108),
        mounts: mountsOf('/etc/kubernetes/scheduler.conf'),
      }),
    findings: ['process/second@cp-1'],
  },
];

const down: readonly Case[] = [
  {
    name: 'the kubelet does not run, and nothing else is wrong',
    node: started(),
    change: withoutKubelet(() => undefined),
    findings: ['process/kubelet-down@cp-1'],
    members: [],
  },
  {
    name: 'the kubelet does not run, one manifest was changed and one moved away',
    node: started(),
    change: withoutKubelet((node) => moved(justNow)(edited(justNow)(node))),
    findings: ['process/kubelet-down@cp-1'],
    members: ['process/arguments@kube-apiserver', 'process/unmanaged@cp-1'],
  },
  {
    name: 'neither the kubelet nor a component runs that it should start',
    node: started(),
    change: withoutKubelet((node) => endProcess(node, pids.etcd)),
    findings: ['process/kubelet-down@cp-1'],
    members: ['process/absent@etcd'],
  },
];

export const cases = [...same, ...different, ...present, ...down];
