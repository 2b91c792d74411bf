/** Healthy nodes with processes of other programs, or with components in different forms. */
import { commandOf, replaceCommand } from '../cases/manifest-edits.ts';
import { changedAt, controlPlane, editManifest, healthy, later, renew } from './edits.ts';
import type { Recording } from './recording.ts';

const session = '/user.slice/user-0.slice/session-4.scope';
const minuteAgo = '2026-11-28T17:59:00Z';
export const longAgo = '2026-11-20T08:00:00Z';
/** The machine must be older than what runs on it for longer. */
export const olderMachine = (node: Recording) => {
  const starts = [...controlPlane, 'kubelet'] as const;
  node.edit('/proc/stat', () => `btime ${Date.parse('2026-11-01T08:00:00Z') / 1000}\n`);
  return node.started(starts, '2026-11-28T17:16:02Z');
};

/** The control group of each component, from its pod's UID and its container's ID. */
export function regrouped(node: Recording, form: (uid: string, id: string) => string): Recording {
  for (const component of controlPlane) {
    node.cgroup(component, (text) => {
      const [, uid = '', id = ''] = /pod([0-9a-f]+)\/([0-9a-f]+)/.exec(text) ?? [];
      return form(uid, id);
    });
  }
  return node;
}
export const slices = (uid: string, scope: string) =>
  `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid}.slice/${scope}\n`;

const command = (node: Recording, component: string) => commandOf(node, component).map((word) => `    - ${word}`);

/** The processes of a cluster in a container of Docker (kind), which are those of another node. */
function nestedCluster(node: Recording): Recording {
  const inside = `/system.slice/docker-${'5c'.repeat(32)}.scope/kubelet.slice`;
  const pod = `kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${'d4'.repeat(16)}.slice`;
  olderMachine(node);
  const words: Record<string, readonly string[]> = {
    etcd: ['etcd', '--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt', '--data-dir=/var/lib/etcd'],
    'kube-apiserver': ['kube-apiserver', '--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt', '--secure-port=6443'],
    'kube-scheduler': ['kube-scheduler', '--kubeconfig=/etc/kubernetes/scheduler.conf'],
    kubelet: ['/usr/bin/kubelet', '--kubeconfig=/etc/kubernetes/kubelet.conf'],
  };
  Object.values(words).forEach((all, index) => {
    const cgroup = all[0]?.endsWith('kubelet')
      ? `${inside}/kubelet.service`
      : `${inside}/${pod}/cri-containerd-${`${index}a`.repeat(32)}.scope`;
    node.process(5000 + index, { words: all, started: longAgo, cgroup, inContainer: 100 + index });
  });
  return node;
}

export const healthyProcesses = [
  healthy('zombie', 'a zombie of kube-scheduler waits for its parent', (node) =>
    node.process(990, {
      words: [],
      comm: 'kube-scheduler',
      state: 'Z',
      started: '2026-11-28T17:15:00Z',
      cgroup: '/kubepods/burstable',
    }),
  ),
  healthy('odd-name', 'the name of a process looks like fields of its stat', (node) =>
    node.process(991, {
      words: ['/usr/local/bin/backup', 'kube-apiserver'],
      comm: 'kube-apiserver) S 1',
      started: longAgoOf(node),
      cgroup: session,
    }),
  ),
  healthy('people', 'an editor, a search and a shell name components', (node) => {
    const all = [
      ['vim', '/etc/kubernetes/manifests/kube-apiserver.yaml'],
      ['grep', '-r', 'etcd', '/etc/kubernetes'],
      ['/bin/bash', '-c', 'etcd --version; kube-apiserver --version'],
      ['tail', '-f', '/var/log/pods/kube-system_kube-scheduler-cp-1/kube-scheduler/0.log'],
    ];
    for (const [index, words] of all.entries()) {
      node.process(992 + index, { words, started: longAgoOf(node), cgroup: session });
    }
    return renew(node, ['kube-apiserver']);
  }),
  healthy(
    'etcd-of-another-pod',
    "an application's pod has an etcd of its own, with the paths of its own root",
    (node) => {
      const uid = '3f0b6d2c-52cf-4f57-9d5c-1c0f9a7c5e21';
      olderMachine(node).process(996, {
        words: ['etcd', '--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt', '--data-dir=/data'],
        started: longAgo,
        cgroup: `/kubepods/besteffort/pod${uid}/${'ab'.repeat(32)}`,
        inContainer: 1,
      });
      return renew(node, ['kube-etcd']);
    },
  ),
  healthy(
    'nested-cluster',
    'a node of kind runs in a container of Docker, with the same names and paths',
    nestedCluster,
  ),
  healthy(
    'reused-number',
    "a container's files say 340, which is another program now; kube-scheduler is 2340",
    (node) => {
      node.process(2340, {
        words: node.read('/proc/340/cmdline').replace(/\0$/, '').split('\0'),
        started: '2026-11-28T17:30:00Z',
        cgroup: `/kubepods/burstable/podc444b831caf15d7fe4253f9cd47a2fde/${'0d'.repeat(32)}`,
        inContainer: 1,
        mounts: node.read('/proc/340/mountinfo'),
      });
      node.remove('/proc/340');
      return node.process(340, { words: ['sleep', '600'], started: '2026-11-28T17:31:00Z', cgroup: session });
    },
  ),
  healthy('go-runner', 'a wrapper starts kube-apiserver, and waits for it in the same container', (node) => {
    const wrapper = ['/go-runner', '--log-file=/var/log/kube-apiserver.log', '--also-stdout=true'];
    const pid = node.pid('kube-apiserver');
    const words = node.read(`/proc/${pid}/cmdline`).replace(/\0$/, '').split('\0');
    const cgroup = /^8:pids:(.*)$/m.exec(node.read(`/proc/${pid}/cgroup`))?.[1] ?? '';
    const common = { started: '2026-11-28T17:16:02Z', cgroup, mounts: node.read(`/proc/${pid}/mountinfo`) };
    replaceCommand(node, 'kube-apiserver', [
      '  - command:',
      ...wrapper.map((word) => `    - ${word}`),
      ...command(node, 'kube-apiserver'),
    ]);
    node
      .remove(`/proc/${pid}`)
      .process(pid, { ...common, words: [...wrapper, ...words], comm: 'go-runner', inContainer: 1 });
    return node.process(pid + 1000, { ...common, words, parent: pid, inContainer: 12 });
  }),
  healthy('shell', 'a shell that replaces itself by kube-scheduler', (node) =>
    replaceCommand(node, 'kube-scheduler', [
      '  - command:',
      '    - /bin/sh',
      '    - -c',
      `    - exec ${commandOf(node, 'kube-scheduler').join(' ')}`,
    ]),
  ),
  healthy('cgroup-v2-systemd', 'cgroup v2 with the driver systemd, under containerd', (node) =>
    regrouped(node, (uid, id) => slices(uid, `cri-containerd-${id}.scope`)),
  ),
  healthy('cgroup-v2-kubelet-slice', 'the same below kubelet.slice, as seen from another namespace', (node) =>
    regrouped(
      node,
      (uid, id) =>
        `0::/../kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${uid}.slice/cri-containerd-${id}.scope\n`,
    ),
  ),
  healthy('cri-o', 'control groups as CRI-O names them', (node) =>
    regrouped(node, (uid, id) => slices(uid, `crio-${id}.scope`)),
  ),
  healthy('cri-dockerd', 'control groups as Docker names them', (node) =>
    regrouped(node, (uid, id) => slices(uid, `docker-${id}.scope`)),
  ),
  healthy(
    'manifest-edited-now',
    'a minute ago a manifest was edited; the kubelet may still end the old process',
    (node) => editManifest(node, 'kube-apiserver', 'v', '4', minuteAgo),
    { level: 'info' },
  ),
  healthy(
    'manifest-written-now',
    'a minute ago a manifest was written; its process starts soon',
    (node) => node.ended('kube-scheduler').wrote('manifests/kube-scheduler.yaml', minuteAgo),
    { level: 'info' },
  ),
  healthy(
    'hidden-processes',
    'hidepid: only the own processes of who copies are there',
    (node) => {
      for (const component of [...controlPlane, 'kubelet']) node.ended(component);
      renew(node, ['controller-manager.conf', 'scheduler.conf']);
      return node.process(4242, { words: ['/bin/bash'], started: '2026-11-28T17:30:00Z', cgroup: session });
    },
    { isUnchecked: true },
  ),
  healthy(
    'without-processes',
    'the copy has no /proc: nothing is known about what runs',
    (node) => {
      node.remove('/proc');
      return renew(node, ['controller-manager.conf', 'scheduler.conf']);
    },
    { isUnchecked: true },
  ),
  healthy('spelled-otherwise', 'the manifest was written again: other order, quotes, words, hyphens, args', (node) => {
    replaceCommand(node, 'kube-scheduler', [
      '  - command:',
      '    - "kube-scheduler"',
      '    args:',
      '    - --leader-elect',
      '    - --kubeconfig',
      "    - '/etc/kubernetes/scheduler.conf'",
      '    - "--bind_address=127.0.0.1"',
      '    - --authorization-kubeconfig=/etc/kubernetes/scheduler.conf',
      '    - --authentication-kubeconfig=/etc/kubernetes/scheduler.conf',
    ]);
    return node.wrote('manifests/kube-scheduler.yaml', changedAt);
  }),
  healthy('variables', 'the manifest has variables, whose values are in it or in the status of the pod', (node) => {
    node.edit('manifests/kube-apiserver.yaml', (text) =>
      text
        .replace('--advertise-address=192.0.2.10', '--advertise-address=$(HOST_IP)')
        .replace('--service-cluster-ip-range=10.96.0.0/12', '--service-cluster-ip-range=$(RANGE)')
        .replace(
          '    image:',
          [
            '    env:',
            '    - {name: RANGE, value: 10.96.0.0/12}',
            '    - {name: HOST_IP, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}',
            '    image:',
          ].join('\n'),
        ),
    );
  }),
  healthy(
    'worker',
    "a worker's CA was touched, and its kubelet is older",
    (node) => node.wrote('pki/ca.crt', changedAt),
    {
      from: 'kubelet-only',
      at: later,
    },
  ),
];

/** Before the components of the recording, and after the machine started. */
function longAgoOf(node: Recording): string {
  const booted = Number(/btime (\d+)/.exec(node.read('/proc/stat'))?.[1]);
  return new Date((booted + 60) * 1000).toISOString();
}
