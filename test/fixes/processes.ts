import { kits } from '../layouts/kits/index.ts';
import { buildNode } from '../support/build-node.ts';
import { configure, encryption, identity, keyed, secretOf } from '../support/configurations.ts';
import { giveNewAuthority } from '../support/new-authority.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { pids, startAll, startProcess, wordsIn } from '../support/processes.ts';
import { backup, type FixCase } from './fix-case.ts';

const changed = '2026-11-24T14:40:00Z';

const stop = (component: string) =>
  `restart ${component}: crictl ps --name '^${component}$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30`;

const replaced = (role: 'etcd-ca' | 'kubernetes-ca', node: NodeTree) =>
  giveNewAuthority(node, role, changed).reduce((done, path) => done.touch(path, changed), node);

const touched = (node: NodeTree, ...paths: readonly string[]) =>
  paths.reduce((done, path) => done.touch(path, changed), node);

const encryptionFile = '/etc/kubernetes/pki/encryption.yaml';
const encrypting = () =>
  startAll(
    configure(
      buildNode(),
      'encryption-provider-config',
      encryptionFile,
      encryption(keyed({ key1: secretOf('a') }) + identity),
    ),
  );

const schedulerManifest = '/etc/kubernetes/manifests/kube-scheduler.yaml';
const copy = `${schedulerManifest}.bak`;

/** The scheduler runs with the flags of a copy of its manifest. */
function withCopy(): NodeTree {
  const node = startAll(buildNode());
  node
    .write(copy, node.read(schedulerManifest).replace('leader-elect=true', 'leader-elect=false'))
    .touch(copy, changed);
  const pid = pids['kube-scheduler'];
  const cgroup = node.read(`/proc/${pid}/cgroup`).trim().slice('0::'.length);
  return startProcess(node, { pid, cgroup, words: wordsIn(node.read(copy)) });
}

const kubeletUnit = '/etc/systemd/system/kubelet.service';

/** The unit of etcd has a flag that its process lacks. */
function withEtcdUnit(): NodeTree {
  const [make] = kits['hard way server'].nodes;
  const node = make();
  const unit = '/etc/systemd/system/etcd.service';
  const [, command = ''] = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(node.read(unit)) ?? [];
  const words = command.replaceAll('\\\n', ' ').split(/\s+/).filter(Boolean);
  startProcess(node, { pid: pids.etcd, words, cgroup: '/system.slice/etcd.service' });
  return node.edit(unit, (text) => text.replace(command, `${command} \\\n  --log-level=debug`)).touch(unit, changed);
}

export const processFixes: readonly FixCase[] = [
  {
    name: "etcd's CA was replaced: etcd restarts first, then its client",
    nodes: () => [replaced('etcd-ca', startAll(buildNode()))],
    rule: 'process/stale',
    says: 'etcd and kube-apiserver did not restart after /etc/kubernetes/pki/etcd/ca.crt changed',
    steps: [stop('etcd'), stop('kube-apiserver')],
    never: /kube-scheduler|kube-controller-manager/,
  },
  {
    name: 'the CA of the cluster was replaced: what the kubelet keeps is moved away before it restarts',
    nodes: () => [replaced('kubernetes-ca', startAll(buildNode({ rotatedKubelet: false })))],
    rule: 'process/stale',
    steps: [stop('kube-controller-manager'), stop('kube-scheduler')],
    never: /\brm /,
  },
  {
    name: 'kubeconfigs were renewed: only their components restart',
    nodes: () => [touched(startAll(buildNode()), 'controller-manager.conf', 'scheduler.conf')],
    rule: 'process/restart-due',
    steps: [stop('kube-controller-manager'), stop('kube-scheduler')],
    never: /kube-apiserver\$|\^etcd\$|systemctl restart kubelet/,
  },
  {
    name: 'keys of encryption were changed: kube-apiserver restarts when the old ones are in the file',
    nodes: () => [touched(encrypting(), encryptionFile)],
    rule: 'process/encryption',
    steps: [`make sure that ${encryptionFile} still has every key`, stop('kube-apiserver')],
  },
  {
    name: 'keys of encryption were changed, and the CA of etcd: the keys come first',
    nodes: () => [touched(replaced('etcd-ca', encrypting()), encryptionFile)],
    rule: 'process/stale',
    steps: [
      `${encryptionFile} changed too: before kube-apiserver restarts, make sure`,
      stop('etcd'),
      stop('kube-apiserver'),
    ],
  },
  {
    name: 'a copy of a manifest runs: it is moved away, and not removed',
    nodes: () => [withCopy()],
    rule: 'process/arguments',
    says: `as in ${copy}`,
    steps: [`mkdir -p ${backup}`],
    never: /\brm /,
  },
  {
    name: 'the unit of the kubelet was changed: systemd reads it again',
    nodes: () => [
      startAll(buildNode())
        .write(
          kubeletUnit,
          '[Service]\nExecStart=/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml --v=4\n',
        )
        .touch(kubeletUnit, changed),
    ],
    rule: 'process/arguments',
    steps: ['systemctl daemon-reload', 'systemctl restart kubelet'],
  },
  {
    name: 'the unit of etcd was changed: its members restart one after the other',
    nodes: () => [withEtcdUnit()],
    rule: 'process/arguments',
    steps: ['with several etcd members', 'systemctl daemon-reload', 'systemctl restart etcd'],
  },
];
