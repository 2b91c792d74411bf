/** Nodes in the middle of a rotation by the book, or after files were written again as they were. */
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import { changedAt, type EditedRecording, faulty, healthy, mounted, startedWith } from './edits.ts';
import type { Recording } from './recording.ts';

const pki = '/etc/kubernetes/pki';
const restartedAt = '2026-11-28T17:45:00Z';
const beforeStart = '2026-11-28T17:10:00Z';

const nextKey = keyNamed('the next key of tokens');
const nextVerifier = nextKey.publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** The second stage: every verifier had both keys before it started, and the signing key was replaced now. */
function signWithNext(node: Recording): Recording {
  node.write('pki/sa.pub', node.read('pki/sa.pub') + nextVerifier).wrote('pki/sa.pub', beforeStart);
  return node.write('pki/sa.key', privateKeyPem(nextKey)).wrote('pki/sa.key', changedAt);
}

/** The key pair of tokens that a backup has was put back. */
function restoreTokenKeys(node: Recording): Recording {
  const old = keyNamed('an older key of tokens');
  for (const folder of [pki, `${pki}/old`]) {
    node.write(`${folder}/sa.key`, privateKeyPem(old));
    node.write(`${folder}/sa.pub`, old.publicKey.export({ type: 'spki', format: 'pem' }).toString());
  }
  return node.wrote(['pki/sa.key', 'pki/sa.pub'], changedAt);
}

const nextAuthority = makeAuthority('kubernetes', { notBefore: new Date(Date.parse(changedAt) - 300_000) });

/** The CA of kubeconfigs became a bundle. */
function trustBoth(node: Recording, kubeconfigs: readonly string[]): Recording {
  const both = node.read('pki/ca.crt') + certificatePem(nextAuthority.certificate);
  for (const path of kubeconfigs) node.editKubeconfig(path, { certificateAuthority: both });
  return node.wrote(kubeconfigs, changedAt);
}

/** As the kubelet writes its kubeconfig when it asks for its first certificate. */
export function namedByPath(node: Recording): Recording {
  const current = '/var/lib/kubelet/pki/kubelet-client-current.pem';
  return node.edit('kubelet.conf', (text) =>
    text.replaceAll(/client-(certificate|key)-data: .*/g, (_, part: string) => `client-${part}: ${current}`),
  );
}

/** pki is a link to a folder elsewhere, which the containers have mounted. */
function linkedFolder(node: Recording): Recording {
  node.move(pki, '/data/pki').link(pki, '../../data/pki');
  for (const component of ['kube-apiserver', 'kube-controller-manager']) node.mountedFrom(component, pki, '/data/pki');
  return node.mountedFrom('etcd', `${pki}/etcd`, '/data/pki/etcd');
}

/** The scheduler reads its flags from a configuration. */
function configuredScheduler(node: Recording): Recording {
  const path = '/etc/kubernetes/scheduler-config.yaml';
  node.write(
    path,
    [
      'apiVersion: kubescheduler.config.k8s.io/v1',
      'kind: KubeSchedulerConfiguration',
      'clientConnection: {kubeconfig: /etc/kubernetes/scheduler.conf}',
      '',
    ].join('\n'),
  );
  startedWith(node, 'kube-scheduler', 'config', path);
  return mounted(node, 'kube-scheduler', path).wrote(path, changedAt);
}

const late = { at: '2027-10-02T00:00:00Z' };

export const rotations: readonly EditedRecording[] = [
  faulty(
    'warning',
    'rewritten-late',
    'a kubeconfig was written again as it was, two months before its certificate ends: what the process holds is valid',
    ['kube-controller-manager /etc/kubernetes/controller-manager.conf'],
    (node) => node.wrote('controller-manager.conf', '2027-10-01T00:20:00Z'),
    late,
  ),
  healthy(
    'all-written-again',
    'a backup was put back with new times (cp -r): they say nothing, and the report says that they do not',
    (node) => node.wrote(/^\/(etc|var)\//, changedAt),
    { isUnchecked: true },
  ),
  faulty(
    'warning',
    'tokens-second-stage',
    'sa.key is new, sa.pub had its key before: tokens are still signed with the old key',
    [`kube-apiserver ${pki}/sa.key`, `kube-controller-manager ${pki}/sa.key`],
    signWithNext,
  ),
  faulty(
    'warning',
    'tokens-second-stage-one-restarted',
    'kube-apiserver verifies both keys, so that what either signs is accepted',
    [`kube-apiserver ${pki}/sa.key`],
    (node) => signWithNext(node).started('kube-controller-manager', restartedAt),
  ),
  healthy('tokens-second-stage-restarted', 'both that sign have the new key', (node) =>
    signWithNext(node).started(['kube-apiserver', 'kube-controller-manager'], restartedAt),
  ),
  faulty(
    'warning',
    'tokens-restored',
    'an old backup beside the files has the same keys: that does not prove that the processes have them',
    [`kube-apiserver ${pki}/sa.pub`, `kube-controller-manager ${pki}/sa.key`],
    restoreTokenKeys,
  ),
  faulty(
    'error',
    'server-of-new-authority',
    'kube-apiserver has a certificate of a new CA, and the scheduler has read its kubeconfig before that had this CA',
    ['kube-scheduler /etc/kubernetes/scheduler.conf'],
    (node) => {
      trustBoth(node, ['controller-manager.conf', 'scheduler.conf', 'kubelet.conf', 'admin.conf', 'super-admin.conf']);
      node.issue('kube-apiserver', { issuer: nextAuthority, key: 'P-256', notBefore: changedAt });
      node.wrote(['pki/apiserver.crt', 'pki/apiserver.key'], changedAt);
      return node.started(['kube-controller-manager', 'kubelet'], restartedAt);
    },
  ),
  faulty(
    'warning',
    'kubelet-authority-by-path',
    'kubelet.conf names its certificate by path, and the CA in it became a bundle: the kubelet has the old one',
    ['kubelet /etc/kubernetes/kubelet.conf'],
    (node) => trustBoth(namedByPath(node), ['kubelet.conf']),
    { from: 'kubelet-only' },
  ),
  healthy(
    'kubelet-bootstrapped',
    'the kubelet wrote kubelet.conf itself, seconds after its start',
    (node) => namedByPath(node).wrote('kubelet.conf', '2026-11-28T17:16:05Z'),
    { from: 'kubelet-only' },
  ),
  healthy('linked-folder', 'pki is a link, and the containers have mounted where it leads', linkedFolder),
  faulty(
    'warning',
    'linked-folder-swapped',
    'the link pki leads to another folder now: the containers have the old one',
    [`kube-apiserver ${pki}`, `etcd ${pki}/etcd`],
    (node) => {
      linkedFolder(node).move('/data/pki', '/data/pki-2').remove(pki).link(pki, '../../data/pki-2');
      return node.changedInode(pki, changedAt);
    },
  ),
  faulty(
    'warning',
    'scheduler-configuration-changed',
    'the configuration of kube-scheduler is read once',
    ['kube-scheduler /etc/kubernetes/scheduler-config.yaml'],
    configuredScheduler,
  ),
  faulty(
    'warning',
    'static-tokens',
    'the file of static tokens is read once',
    [`kube-apiserver ${pki}/tokens.csv`],
    (node) => {
      startedWith(node, 'kube-apiserver', 'token-auth-file', `${pki}/tokens.csv`);
      return node.write('pki/tokens.csv', 'secret,bob,1\n').wrote('pki/tokens.csv', changedAt);
    },
  ),
  healthy('kubelet-asked-for-its-release', 'an inventory calls kubelet --version', (node) =>
    node.process(8002, {
      words: ['kubelet', '--version'],
      started: '2026-11-28T17:59:59Z',
      cgroup: '/user.slice/user-0.slice/session-4.scope',
    }),
  ),
  healthy('order-in-a-list', 'the values of a list are in another order, and in two flags', (node) => {
    startedWith(node, 'kube-apiserver', 'feature-gates', 'AllAlpha=false,AllBeta=false');
    node.replaceFlag('kube-apiserver', 'feature-gates', 'AllBeta=false,AllAlpha=false');
    return node.words('kube-apiserver', (words) =>
      words.flatMap((word) =>
        word.startsWith('--authorization-mode=') ? ['--authorization-mode=Node', '--authorization-mode=RBAC'] : [word],
      ),
    );
  }),
];
