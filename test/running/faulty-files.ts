/** Nodes on which a process has a different file from the one on disk. */
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import {
  append,
  changedAt,
  faulty,
  release,
  renew,
  replaceAuthority,
  replaceTokenKeys,
  startedWith,
  withoutRotated,
} from './edits.ts';
import { newEncryption, newKubeletAuthority, serveNamedPair } from './healthy-files.ts';
import type { Recording } from './recording.ts';

const restartedAt = '2026-11-28T17:45:00Z';
const pki = '/etc/kubernetes/pki';
const mountsPki = ['kube-apiserver', 'kube-controller-manager'] as const;

/** The folder of certificates was moved away, and a copy of it is there, with renewed leaves. */
function movedFolder(node: Recording): Recording {
  const moved = [...node.entries].filter(([path]) => path === pki || path.startsWith(`${pki}/`));
  for (const [path, entry] of moved) {
    const to = path.replace(pki, `${pki}.old`);
    node.entries.set(to, entry);
    node.times.set(to, node.times.get(path) ?? { mtime: 0, ctime: 0 });
  }
  node.changedInode(/^\/etc\/kubernetes\/pki(\/|$)/, changedAt);
  renew(node, ['kube-apiserver', 'kube-etcd', 'kube-apiserver-kubelet-client']);
  for (const component of mountsPki) node.mountedFrom(component, pki, `${pki}.old`);
  return node.mountedFrom('etcd', `${pki}/etcd`, `${pki}.old/etcd`);
}

const newTokenKeys = (restarted?: string) => (node: Recording) => {
  replaceTokenKeys(node);
  return restarted === undefined ? node : node.started(restarted, restartedAt);
};

const newEtcdAuthority = (restarted: string) => (node: Recording) =>
  replaceAuthority(node, 'etcd-ca').started(restarted, restartedAt);

export const faultyFiles = [
  faulty(
    'warning',
    'kubeconfig-renamed',
    'controller-manager.conf was moved to another name and written anew: the mount shows the moved one',
    ['kube-controller-manager /etc/kubernetes/controller-manager.conf'],
    (node) => {
      const path = '/etc/kubernetes/controller-manager.conf';
      const old = node.read(path);
      node.move(path, `${path}.old`).write(path, old, 0o600);
      renew(node, ['controller-manager.conf']);
      return node.mountedFrom('kube-controller-manager', path, `${path}.old`);
    },
  ),
  faulty(
    'warning',
    'folder-moved',
    'pki was moved to pki.old and copied back: what is reread is read there',
    [`kube-apiserver ${pki}`, `kube-controller-manager ${pki}`, `etcd ${pki}/etcd`],
    movedFolder,
  ),
  faulty(
    'warning',
    'folder-restored',
    'pki was removed and restored from a backup: the processes see a folder without a name',
    [`kube-apiserver ${pki}`, `kube-controller-manager ${pki}`, `etcd ${pki}/etcd`],
    (node) => {
      node.changedInode(/^\/etc\/kubernetes\/pki(\/|$)/, changedAt);
      for (const component of mountsPki) node.mountedFrom(component, pki, `${pki}//deleted`);
      return node.mountedFrom('etcd', `${pki}/etcd`, `${pki}/etcd//deleted`);
    },
  ),
  faulty(
    'warning',
    'token-keys-nobody-restarted',
    'both sides hold the old keys: it breaks when one of them restarts',
    [`kube-apiserver ${pki}/sa.pub`, `kube-controller-manager ${pki}/sa.key`],
    newTokenKeys(),
  ),
  faulty(
    'error',
    'token-keys-only-apiserver',
    'what kube-controller-manager signs is refused',
    [`kube-controller-manager ${pki}/sa.key`],
    newTokenKeys('kube-apiserver'),
  ),
  faulty(
    'error',
    'token-keys-only-controller-manager',
    'kube-apiserver refuses what kube-controller-manager signs',
    [`kube-apiserver ${pki}/sa.pub`],
    newTokenKeys('kube-controller-manager'),
  ),
  faulty(
    'warning',
    'kubelet-conf-replaced',
    'the kubelet has the certificate of kubelet.conf, because it rotates none; it was replaced, and the kubelet not restarted',
    ['kubelet /etc/kubernetes/kubelet.conf'],
    (node) => {
      node.edit('/var/lib/kubelet/config.yaml', (text) =>
        text.replace('rotateCertificates: true', 'rotateCertificates: false'),
      );
      return renew(withoutRotated(node), ['kubelet.conf']);
    },
  ),
  faulty(
    'warning',
    'kubelet-conf-bundle',
    'the CA in kubelet.conf became a bundle, the first stage of a rotation: the kubelet has one of them',
    ['kubelet /etc/kubernetes/kubelet.conf'],
    (node) => {
      const { certificate } = makeAuthority('kubernetes', { notBefore: changedAt });
      const both = node.read('pki/ca.crt') + certificatePem(certificate);
      return node.editKubeconfig('kubelet.conf', { certificateAuthority: both }).wrote('kubelet.conf', changedAt);
    },
  ),
  faulty(
    'warning',
    'worker-authority',
    "the cluster's CA and kubelet.conf of a worker were replaced: its kubelet has the old ones; what its API server has is not in the copy",
    ['kubelet /etc/kubernetes/kubelet.conf'],
    (node) => withoutRotated(replaceAuthority(node, 'kubernetes-ca')),
    { from: 'kubelet-only' },
  ),
  faulty(
    'error',
    'cluster-authority-nobody-restarted',
    'CA and kubeconfigs replaced by the book: kube-apiserver has them at once, and locks the others out',
    [
      'kube-controller-manager /etc/kubernetes/controller-manager.conf',
      'kube-scheduler /etc/kubernetes/scheduler.conf',
      'kubelet /etc/kubernetes/kubelet.conf',
    ],
    (node) => {
      return withoutRotated(replaceAuthority(node, 'kubernetes-ca'));
    },
  ),
  faulty(
    'error',
    'etcd-authority-only-etcd',
    'kube-apiserver still trusts the old CA, and cannot connect',
    [`kube-apiserver ${pki}/etcd/ca.crt`],
    newEtcdAuthority('etcd'),
  ),
  faulty(
    'error',
    'etcd-authority-only-apiserver',
    'etcd still trusts the old CA, and refuses kube-apiserver',
    [`etcd ${pki}/etcd/ca.crt`],
    newEtcdAuthority('kube-apiserver'),
  ),
  faulty(
    'warning',
    'only-one-restarted',
    'of the two that hold a renewed kubeconfig one was restarted',
    ['kube-scheduler /etc/kubernetes/scheduler.conf'],
    (node) => node.started('kube-controller-manager', '2026-11-28T17:30:00Z'),
    { from: 'renewed-not-restarted' },
  ),
  faulty(
    'warning',
    'encryption-replaced',
    'the configuration of encryption is read once',
    ['kube-apiserver /etc/kubernetes/enc/enc.yaml'],
    newEncryption,
  ),
  faulty(
    'warning',
    'kubelet-authority-1.35',
    'before 1.36 kube-apiserver reads the CA of kubelets once',
    [`kube-apiserver ${pki}/kubelet-ca.crt`],
    (node) => release(newKubeletAuthority(node), 'v1.35.3'),
  ),
  faulty(
    'warning',
    'published-authority',
    'the CA became a bundle: kube-controller-manager publishes the old one',
    [`kube-controller-manager ${pki}/root-ca.crt`],
    (node) => {
      startedWith(node, 'kube-controller-manager', 'root-ca-file', `${pki}/root-ca.crt`);
      node.write('pki/root-ca.crt', node.read('pki/ca.crt'));
      return append(node, 'pki/root-ca.crt', 'kubernetes');
    },
  ),
  faulty(
    'warning',
    'oidc-authority',
    'the CA of the provider of identities is read once',
    [`kube-apiserver ${pki}/oidc-ca.crt`],
    (node) => {
      startedWith(node, 'kube-apiserver', 'oidc-issuer-url', 'https://id.example.test');
      startedWith(node, 'kube-apiserver', 'oidc-client-id', 'kubernetes');
      startedWith(node, 'kube-apiserver', 'oidc-ca-file', `${pki}/oidc-ca.crt`);
      node.write('pki/oidc-ca.crt', node.read('pki/front-proxy-ca.crt'));
      return append(node, 'pki/oidc-ca.crt', 'id.example.test');
    },
  ),
  faulty(
    'warning',
    'kubelet-serving-pair-1.30',
    'before 1.31 the kubelet reads its serving pair once',
    ['kubelet /var/lib/kubelet/pki/kubelet.crt'],
    (node) => {
      const pair = ['/var/lib/kubelet/pki/kubelet.crt', '/var/lib/kubelet/pki/kubelet.key'];
      serveNamedPair(node);
      return release(node, 'v1.30.8').wrote(pair, changedAt);
    },
  ),
];
