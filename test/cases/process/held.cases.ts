import { buildNode } from '../../support/build-node.ts';
import { configure, encryption, identity, keyed, secretOf } from '../../support/configurations.ts';
import { giveNewAuthority } from '../../support/new-authority.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { pids, startAll, startProcess, wordsIn } from '../../support/processes.ts';
import type { AuthorityRole } from '../../support/roles.ts';
import type { Case } from '../harness.ts';

/** After all processes started. */
const changed = '2026-11-24T14:40:00Z';
const made = '2026-11-24T14:00:00Z';

const running = () => startAll(buildNode());

const touched =
  (...paths: readonly string[]) =>
  (node: NodeTree) =>
    paths.reduce((done, path) => done.touch(path, changed), node);

const withNewAuthority = (role: AuthorityRole) => (node: NodeTree) =>
  giveNewAuthority(node, role, changed).reduce((done, path) => done.touch(path, changed), node);

const encryptionFile = '/etc/kubernetes/pki/encryption.yaml';

const encrypting =
  (flags: readonly string[] = []) =>
  () => {
    const node = configure(
      buildNode(),
      'encryption-provider-config',
      encryptionFile,
      encryption(keyed({ key1: secretOf('a') }) + identity),
    );
    for (const flag of flags) node.replaceFlag('kube-apiserver', flag, 'true');
    return startAll(node);
  };

/** A component whose container has these lines of mountinfo. */
const mounting = (name: keyof typeof pids, mounts: readonly string[]) => (node: NodeTree) =>
  startProcess(node, {
    pid: pids[name],
    words: wordsIn(node.read(`manifests/${name}.yaml`)),
    cgroup: node.read(`/proc/${pids[name]}/cgroup`).trim().slice('0::'.length),
    mounts,
  });

const scheduler = '/etc/kubernetes/scheduler.conf';

/** For 400 days. */
const longRunning = (release: '1.32' | '1.36') => () => {
  const node = buildNode({ release });
  return startProcess(startAll(node), {
    pid: pids['kube-apiserver'],
    words: wordsIn(node.read('manifests/kube-apiserver.yaml')),
    cgroup: `/kubepods/burstable/pod${'1'.repeat(32)}/${'2'.repeat(64)}`,
    secondsAgo: 400 * 86_400,
  });
};

const stale: readonly Case[] = [
  {
    name: "etcd's CA and all that it signed were replaced, and nothing restarted",
    node: running,
    change: withNewAuthority('etcd-ca'),
    findings: ['process/stale@cp-1'],
  },
  {
    name: 'the CA of the cluster and all kubeconfigs were replaced, and nothing restarted',
    node: running,
    change: withNewAuthority('kubernetes-ca'),
    findings: ['process/stale@cp-1'],
  },
  {
    name: 'certificates were renewed that are read again',
    node: running,
    change: touched('pki/apiserver.crt', 'pki/apiserver.key', 'pki/etcd/server.crt', 'pki/front-proxy-ca.crt'),
    findings: [],
  },
  {
    name: 'kubeconfigs were renewed, and nothing restarted',
    node: running,
    change: touched('controller-manager.conf', 'scheduler.conf', 'admin.conf'),
    findings: ['process/restart-due@cp-1'],
  },
  {
    name: 'keys of tokens were replaced, and nothing restarted',
    node: running,
    change: touched('pki/sa.key', 'pki/sa.pub'),
    findings: ['process/restart-due@cp-1'],
  },
  {
    name: 'keys of encryption were changed, and kube-apiserver did not restart',
    node: encrypting(),
    change: touched(encryptionFile),
    findings: ['process/encryption@cp-1'],
  },
  {
    name: 'keys of encryption were changed, which kube-apiserver reads again',
    node: encrypting(['encryption-provider-config-automatic-reload']),
    change: touched(encryptionFile),
    findings: [],
  },
  {
    name: 'a file of which only the mode or the owner may have been changed',
    node: running,
    change: (node) => node.touch(scheduler, made, changed),
    findings: ['process/unclear@cp-1'],
  },
];

const inMemory: readonly Case[] = [
  {
    name: 'a file was removed that is still mounted',
    node: running,
    change: mounting('kube-scheduler', [
      '500 22 0:50 / / rw,relatime - overlay overlay rw',
      `520 500 254:1 ${scheduler}//deleted ${scheduler} ro,relatime - ext4 /dev/vda1 rw`,
    ]),
    findings: ['process/mount@cp-1'],
  },
  {
    name: 'a folder was moved that is still mounted',
    node: running,
    change: mounting('etcd', [
      '500 22 0:50 / / rw,relatime - overlay overlay rw',
      '520 500 254:1 /etc/kubernetes/pki.old/etcd /etc/kubernetes/pki/etcd ro,relatime - ext4 /dev/vda1 rw',
    ]),
    findings: ['process/mount@cp-1'],
  },
  {
    name: 'a file is mounted that is there',
    node: running,
    change: mounting('kube-scheduler', [
      '500 22 0:50 / / rw,relatime - overlay overlay rw',
      `520 500 254:1 ${scheduler} ${scheduler} ro,relatime - ext4 /dev/vda1 rw`,
    ]),
    findings: [],
  },
  {
    name: 'kube-apiserver has run for more than a year',
    node: longRunning('1.32'),
    findings: ['process/loopback@cp-1', 'process/stale@cp-1'],
  },
  {
    name: 'kube-apiserver v1.32 has run for an hour',
    node: () => startAll(buildNode({ release: '1.32' })),
    findings: [],
  },
  {
    name: 'kube-apiserver v1.36 has run for more than a year',
    node: longRunning('1.36'),
    findings: ['process/stale@cp-1'],
  },
];

export const cases = [...stale, ...inMemory];
