/** Nodes on which a stage of a rotation waits for a restart, in the forms that copies and runtimes have. */
import { keyNamed } from '../support/keys.ts';
import { append, changedAt, faulty, healthy, mounted, release } from './edits.ts';
import { regrouped, slices } from './healthy-processes.ts';
import type { Recording } from './recording.ts';

const pki = '/etc/kubernetes/pki';

/** The scheduler's kubeconfig names its CA by path, in a file that became a bundle. */
function authorityByPath(node: Recording): Recording {
  const path = `${pki}/scheduler-ca.crt`;
  node.write(path, node.read('pki/ca.crt'));
  node.edit('scheduler.conf', (text) =>
    text.replace(/certificate-authority-data: .*/, `certificate-authority: ${path}`),
  );
  return append(mounted(node, 'kube-scheduler', pki), path, 'kubernetes');
}

const held = [
  'kube-controller-manager /etc/kubernetes/controller-manager.conf',
  'kube-scheduler /etc/kubernetes/scheduler.conf',
];

export const faultyBundles = [
  faulty(
    'warning',
    'etcd-authority-bundle',
    "etcd's CA became a bundle: both who read it once must restart before the next stage",
    [`etcd ${pki}/etcd/ca.crt`, `kube-apiserver ${pki}/etcd/ca.crt`],
    (node) => append(node, 'pki/etcd/ca.crt', 'etcd-ca'),
  ),
  faulty(
    'warning',
    'token-verifiers',
    'sa.pub got a second key, the first stage of a rotation: kube-apiserver verifies with one',
    [`kube-apiserver ${pki}/sa.pub`],
    (node) => {
      const next = keyNamed('the next key of tokens').publicKey.export({ type: 'spki', format: 'pem' });
      return node.write('pki/sa.pub', `${node.read('pki/sa.pub')}${next}`).wrote('pki/sa.pub', changedAt);
    },
  ),
  faulty(
    'warning',
    'kubeconfig-authority-1.35',
    'before 1.36 a CA that a kubeconfig names by path is read once',
    [`kube-scheduler ${pki}/scheduler-ca.crt`],
    (node) => release(authorityByPath(node), 'v1.35.3'),
  ),
  healthy(
    'kubeconfig-authority-1.36',
    'since 1.36 a CA that a kubeconfig names by path is read again',
    authorityByPath,
  ),
  faulty(
    'warning',
    'renewed-cri-o',
    'two kubeconfigs were renewed, under CRI-O with cgroup v2',
    held,
    (node) => regrouped(node, (uid, id) => slices(uid, `crio-${id}.scope`)),
    { from: 'renewed-not-restarted' },
  ),
  faulty(
    'warning',
    'renewed-whole-seconds',
    'two kubeconfigs were renewed, in a copy that has whole seconds and no ctime',
    held,
    (node) => {
      node.hasExactTimes = false;
    },
    { from: 'renewed-not-restarted' },
  ),
];
