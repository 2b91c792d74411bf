/** Healthy nodes whose files are newer than processes that do not mind. */
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import { privateKeyPem } from '../support/keys.ts';
import {
  append,
  changedAt,
  controlPlane,
  healthy,
  longLived,
  mounted,
  release,
  renew,
  replaceAuthority,
  replaceTokenKeys,
  startedWith,
  withoutRotated,
} from './edits.ts';
import type { Recording } from './recording.ts';

const encryption = '/etc/kubernetes/enc/enc.yaml';

/** A configuration of encryption, which kube-apiserver was started with; its file was written again. */
export function newEncryption(node: Recording): Recording {
  const text = (name: string) =>
    [
      'apiVersion: apiserver.config.k8s.io/v1',
      'kind: EncryptionConfiguration',
      'resources:',
      '- resources: [secrets]',
      '  providers:',
      `  - aescbc: {keys: [{name: ${name}, secret: ${Buffer.alloc(32, name).toString('base64')}}]}`,
      '  - identity: {}',
      '',
    ].join('\n');
  startedWith(node, 'kube-apiserver', 'encryption-provider-config', encryption);
  mounted(node, 'kube-apiserver', '/etc/kubernetes/enc');
  return node.write(encryption, text('second')).wrote(encryption, changedAt);
}

const kubeletAuthority = '/etc/kubernetes/pki/kubelet-ca.crt';

/**
 * The CA of kubelets, which kube-apiserver was started with and which signed this kubelet's certificate, became a
 * bundle.
 */
export function newKubeletAuthority(node: Recording): Recording {
  const authority = makeAuthority('kubelet-ca');
  const names = { sans: ['DNS:cp-1', 'IP:192.0.2.10'], organizations: ['system:nodes'] };
  const usages = { ca: false, usages: ['serverAuth'], keyUsage: ['digitalSignature'] };
  const served = makeAuthority('system:node:cp-1', { ...names, ...usages, notAfter: '2027-11-24' }, authority);
  startedWith(node, 'kube-apiserver', 'kubelet-certificate-authority', kubeletAuthority);
  node.write(kubeletAuthority, certificatePem(authority.certificate));
  node.write('/var/lib/kubelet/pki/kubelet.crt', certificatePem(served.certificate));
  node.write('/var/lib/kubelet/pki/kubelet.key', privateKeyPem(served.key));
  serveNamedPair(node);
  return append(node, kubeletAuthority, 'kubelet-ca');
}

/** The kubelet's configuration names its serving pair. */
export function serveNamedPair(node: Recording): Recording {
  const [certificate, key] = ['crt', 'key'].map((end) => `/var/lib/kubelet/pki/kubelet.${end}`);
  return node.edit(
    '/var/lib/kubelet/config.yaml',
    (text) => `${text}tlsCertFile: ${certificate}\ntlsPrivateKeyFile: ${key}\n`,
  );
}

const allOfKubernetes = /^\/(etc\/kubernetes|var\/lib\/kubelet)/;

export const healthyFiles = [
  healthy(
    'restarted-after-renewal',
    'both processes that hold a kubeconfig started after its renewal',
    (node) => node.started(['kube-controller-manager', 'kube-scheduler'], '2026-11-28T17:30:00Z'),
    { from: 'renewed-not-restarted' },
  ),
  healthy('reread-files', 'every pair that is read again at the next handshake or watched is newer', (node) =>
    renew(node, [
      'kube-apiserver',
      'kube-apiserver-kubelet-client',
      'kube-apiserver-etcd-client',
      'front-proxy-client',
      'kube-etcd',
      'kube-etcd-peer',
      'kube-etcd-healthcheck-client',
    ]),
  ),
  healthy('kubeconfigs-of-people', 'no process holds admin.conf or super-admin.conf', (node) =>
    renew(node, ['admin.conf', 'super-admin.conf']),
  ),
  healthy('modes-changed', 'chmod -R: every ctime is newer than the processes, every mtime older', (node) =>
    node.changedInode(allOfKubernetes, changedAt),
  ),
  healthy('labels-restored', 'restorecon touched two files only', (node) =>
    node.changedInode(['controller-manager.conf', 'pki/etcd/ca.crt'], changedAt),
  ),
  healthy(
    'authority-touched',
    'ca.crt was touched; its key is older than the processes and fits: the same CA',
    (node) => node.wrote(['pki/ca.crt', 'pki/etcd/ca.crt'], changedAt),
  ),
  healthy('token-verifier-touched', 'sa.pub was touched; sa.key is older and fits', (node) =>
    node.wrote('pki/sa.pub', changedAt),
  ),
  healthy('kubelet-rotated', 'the kubelet wrote its own newer certificate', (node) => {
    const [old, pem] = ['2026-11-28-16-56-39', '2026-11-28-17-40-00'].map(
      (time) => `/var/lib/kubelet/pki/kubelet-client-${time}.pem`,
    ) as [string, string];
    const current = '/var/lib/kubelet/pki/kubelet-client-current.pem';
    node.write(pem, node.read(old)).remove(current).link(current, pem);
    return node.wrote([pem, current, '/var/lib/kubelet/pki'], changedAt);
  }),
  healthy(
    'leader-later',
    'kube-controller-manager started 5 s before sa.key: it reads it when it becomes the leader',
    (node) => {
      replaceTokenKeys(node);
      node.started('kube-controller-manager', '2026-11-28T17:39:55Z');
      return node.started('kube-apiserver', '2026-11-28T17:40:20Z');
    },
  ),
  healthy(
    'front-proxy-bundle',
    'the CA of the front proxy became a bundle, which is watched by all who read it',
    (node) => append(node, 'pki/front-proxy-ca.crt', 'front-proxy-ca'),
  ),
  healthy('kubeconfig-with-paths', 'a pair that a kubeconfig names by path is read at the next handshake', (node) => {
    const [certificate, key] = ['crt', 'key'].map((end) => `/etc/kubernetes/pki/scheduler.${end}`) as [string, string];
    const pem = Buffer.from(/client-key-data: (\S+)/.exec(node.read('scheduler.conf'))?.[1] ?? '', 'base64');
    node.write(certificate, node.certificate('scheduler.conf')).write(key, pem);
    node.edit('scheduler.conf', (text) =>
      text
        .replace(/client-certificate-data: .*/, `client-certificate: ${certificate}`)
        .replace(/client-key-data: .*/, `client-key: ${key}`),
    );
    mounted(node, 'kube-scheduler', '/etc/kubernetes/pki');
    return node.wrote([certificate, key], changedAt);
  }),
  healthy(
    'encryption-reloaded',
    'the configuration of encryption is read every minute with the flag for that',
    (node) => {
      startedWith(node, 'kube-apiserver', 'encryption-provider-config-automatic-reload', 'true');
      return newEncryption(node);
    },
  ),
  healthy('kubelet-authority-1.36', 'since 1.36 kube-apiserver reads the CA of kubelets again', newKubeletAuthority),
  healthy('kubelet-serving-pair', 'since 1.31 the kubelet watches its serving pair', (node) => {
    serveNamedPair(node);
    return node.wrote(['/var/lib/kubelet/pki/kubelet.crt', '/var/lib/kubelet/pki/kubelet.key'], changedAt);
  }),
  healthy('etcd-authority-all-restarted', "etcd's CA was replaced, and then the machine started again", (node) => {
    replaceAuthority(node, 'etcd-ca');
    return node.started([...controlPlane, 'kubelet'], '2026-11-28T17:50:00Z');
  }),
  healthy('cluster-authority-all-restarted', 'the CA and all kubeconfigs were replaced, and all restarted', (node) => {
    withoutRotated(replaceAuthority(node, 'kubernetes-ca'));
    return node.started([...controlPlane, 'kubelet'], '2026-11-28T17:50:00Z');
  }),
  healthy(
    'from-the-future',
    'a file is newer than the moment of looking: the clock was wrong, so times prove nothing',
    (node) => node.wrote(['pki/etcd/ca.crt', 'pki/etcd/ca.key', 'controller-manager.conf'], '2026-11-28T19:30:00Z'),
    { isUnchecked: true },
  ),
  healthy(
    'copied-by-scp',
    'scp -r: all times are those of the copy, so times prove nothing',
    (node) => {
      node.hasExactTimes = false;
      return node.wrote(/^\/(etc|var|usr)/, '2026-11-28T17:59:00Z');
    },
    { isUnchecked: true },
  ),
  healthy(
    'loopback-1.36',
    'kube-apiserver 1.36 started 13 months ago: its own certificate lasts three years',
    longLived,
    {
      at: '2027-12-28T12:00:00Z',
    },
  ),
  healthy(
    'loopback-1.32-young',
    'kube-apiserver 1.32 started 10 months ago: its own certificate lasts a year',
    (node) => release(longLived(node), 'v1.32.4'),
    { at: '2027-09-28T12:00:00Z' },
  ),
  healthy(
    'loopback-1.33',
    'kube-apiserver 1.33 started 13 months ago: since that release its own certificate lasts three years',
    (node) => release(longLived(node), 'v1.33.2'),
    { at: '2027-12-28T12:00:00Z' },
  ),
  healthy('half-a-second', 'a file is newer by less than what start times in a copy are exact to', (node) =>
    node.wrote(['pki/sa.key', 'pki/sa.pub', 'pki/etcd/ca.crt'], '2026-11-28T17:16:02.100Z'),
  ),
  healthy(
    'without-boot-time',
    'the copy does not say when the machine started, so no start is known',
    (node) => renew(node, ['controller-manager.conf', 'scheduler.conf']).remove('/proc/stat'),
    { isUnchecked: true },
  ),
  healthy('manifest-touched', 'the manifests were written again as they were', (node) =>
    node.wrote(/^\/etc\/kubernetes\/manifests\//, changedAt),
  ),
  healthy(
    'kubelet-conf-renewed',
    'the kubelet rotates its certificate, and does not use that in kubelet.conf',
    (node) => renew(node, ['kubelet.conf']),
  ),
];
