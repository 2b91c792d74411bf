/** Healthy nodes on which others run the same programs, and nodes that start their own in rarer ways. */
import { commandOf, replaceCommand } from '../cases/manifest-edits.ts';
import { changedAt, healthy, renew } from './edits.ts';
import { longAgo, olderMachine } from './healthy-processes.ts';
import type { Recording } from './recording.ts';

const podOf = (digit: string) =>
  `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${digit.repeat(8)}_52cf_4f57_9d5c_${digit.repeat(12)}.slice/cri-containerd-${digit.repeat(64)}.scope`;

/** Processes of the applications of the cluster, each in a pod with a UID of the API server. */
function inPods(node: Recording, all: readonly (readonly string[])[]): Recording {
  olderMachine(node);
  for (const [index, words] of all.entries()) {
    node.process(6000 + index, { words, started: longAgo, cgroup: podOf(String(index + 1)), inContainer: 1 });
  }
  return renew(node, ['kube-apiserver', 'kube-etcd']);
}

export const healthyNeighbours = [
  healthy('scheduler-of-an-application', 'a second kube-scheduler is in a pod of a deployment', (node) =>
    inPods(node, [['kube-scheduler', '--config=/etc/kubernetes/scheduler/config.yaml', '--leader-elect=false']]),
  ),
  healthy(
    'hosted-control-plane',
    'the control plane of another cluster is in pods of this one, with paths like ours',
    (node) =>
      inPods(node, [
        ['etcd', '--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt', '--data-dir=/var/lib/etcd'],
        ['kube-apiserver', '--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt', '--secure-port=6443'],
        ['kube-controller-manager', '--kubeconfig=/etc/kubernetes/controller-manager.conf'],
      ]),
  ),
  healthy(
    'etcd-in-docker',
    'a developer has an etcd in a container of Docker, with files of its own at our paths',
    (node) => {
      olderMachine(node).process(6000, {
        words: ['etcd', '--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt', '--data-dir=/etcd-data'],
        started: longAgo,
        cgroup: `/system.slice/docker-${'7b'.repeat(32)}.scope`,
        inContainer: 1,
        mounts:
          '900 880 0:301 / / rw,relatime - overlay overlay rw\n901 900 7:2 /srv/data /etcd-data rw - ext4 /dev/vda1 rw\n',
      });
      return renew(node, ['kube-etcd']);
    },
  ),
  healthy('entrypoint', 'the manifest has no command: the image says which program is started', (node) => {
    const [, ...flags] = commandOf(node, 'kube-scheduler');
    replaceCommand(node, 'kube-scheduler', ['  - args:', ...flags.map((flag) => `    - ${flag}`)]);
  }),
  healthy('repeated-flag', 'a flag is twice in the manifest: the last one counts, in the process too', (node) => {
    node.edit('manifests/kube-scheduler.yaml', (text) =>
      text.replace('    - --leader-elect=true', '    - --leader-elect=false\n    - --leader-elect=true'),
    );
    return node.wrote('manifests/kube-scheduler.yaml', changedAt);
  }),
  healthy(
    'kubelet-extra-arguments',
    'the kubelet has arguments of /etc/default/kubelet, in another order than they were written since',
    (node) => {
      node.write('/etc/default/kubelet', 'KUBELET_EXTRA_ARGS="--v=2 --max-pods=200"\n', 0o644);
      node.words('kubelet', (words) => [...words, '--max-pods=200', '--v', '2']);
      return node.wrote('/etc/default/kubelet', changedAt);
    },
  ),
];
