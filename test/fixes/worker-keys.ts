import { copied, pkiFiles, withKubeconfigs, withPod } from '../cases/on-worker.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { FixCase } from './fix-case.ts';

const pki = '/etc/kubernetes/pki';
const leak =
  'then decide whether others may have read them: pki-lint blast kubernetes-ca shows what they could do. Only new CAs and new service account keys revoke it';

const withPki = (hostPath: string) => withPod(copied(worker(), pkiFiles(), controlPlane(1)), hostPath);
const archive = '/root/pki-of-worker-1.tar';

/** A kubelet that serves with a pair of the API server. */
const serving = (node: NodeTree) =>
  node.edit('/var/lib/kubelet/config.yaml', (text) =>
    [text, `tlsCertFile: ${pki}/apiserver.crt`, `tlsPrivateKeyFile: ${pki}/apiserver.key`, ''].join('\n'),
  );

/** Keys of the control plane on a worker, some of which are in use there. */
export const workerKeyFixes: readonly FixCase[] = [
  {
    name: 'a static pod of the worker mounts the whole folder',
    nodes: () => [controlPlane(1), withPki('/etc/kubernetes')],
    rule: 'key/on-worker',
    whole: true,
    says: `this worker has ${pki}/ca.key, ${pki}/etcd/ca.key, ${pki}/front-proxy-ca.key and 8 more, which can sign for the cluster; ${pki}/ca.key, ${pki}/etcd/ca.key, ${pki}/front-proxy-ca.key and 8 more can be read by the static pod kube-system/proxy`,
    steps: [
      `the static pod kube-system/proxy can read ${pki}/ca.key, ${pki}/etcd/ca.key, ${pki}/front-proxy-ca.key and 8 more, and may stop without it. See first which files it needs`,
      'give it a certificate and a key of its own, or let it mount only the files that it needs, and remove these keys only then',
      leak,
    ],
    never: /\brm\b/,
  },
  {
    name: 'a static pod of the worker mounts one of the keys, and the others are not needed',
    nodes: () => [controlPlane(1), withPki(`${pki}/apiserver-kubelet-client.key`)],
    rule: 'key/on-worker',
    says: `${pki}/apiserver-kubelet-client.key can be read by the static pod kube-system/proxy`,
    steps: [
      `${pki}/apiserver-kubelet-client.key stays for now: the static pod kube-system/proxy can read it, and may stop without it`,
      `cp-1 has all of these keys`,
      `tar cP ${pki}/ca.key ${pki}/etcd/ca.key ${pki}/front-proxy-ca.key ${pki}/sa.key `,
      'remove what is in the archive there: ',
    ],
    never: /tar cP .*apiserver-kubelet-client\.key/,
  },
  {
    name: 'the kubelet serves with one of the keys',
    nodes: () => [serving(copied(worker(), pkiFiles(), controlPlane(1)))],
    rule: 'key/on-worker',
    says: `${pki}/apiserver.key can be read by kubelet tlsPrivateKeyFile`,
    steps: [
      `${pki}/apiserver.key stays for now: kubelet tlsPrivateKeyFile can read it`,
      'first make sure that these are not the last copies',
      `copy what is missing there to a safe place off this node. Only then remove the keys here: ${pki}/ca.key, ${pki}/etcd/ca.key, ${pki}/front-proxy-ca.key and 7 more`,
    ],
  },
  {
    name: 'kubeconfigs of the control plane came with its PKI folder',
    nodes: () => [controlPlane(1), withKubeconfigs(copied(worker(), pkiFiles(), controlPlane(1)), controlPlane(1))],
    rule: 'key/on-worker',
    says: 'and 10 more',
    steps: [
      'cp-1 has all of these keys',
      `ssh -n root@cp-1 'install -m 600 /dev/null ${archive}'`,
      `tar cP ${pki}/ca.key ${pki}/etcd/ca.key ${pki}/front-proxy-ca.key ${pki}/sa.key /etc/kubernetes/controller-manager.conf`,
      'remove what is in the archive there: ',
    ],
  },
];
