import { certificatePem } from '../../support/certificates.ts';
import { controlPlane } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const earlier = makeAuthority('kubernetes', { key: keyNamed('the CA of an earlier kubeadm init') });
const earlierEtcd = makeAuthority('etcd-ca', { key: keyNamed('the CA of etcd before') });
const admin = makeAuthority('kubernetes-admin', { ca: false, organizations: ['kubeadm:cluster-admins'] }, earlier);
const earlierAdmin = { clientCertificate: certificatePem(admin.certificate), clientKey: privateKeyPem(admin.key) };
const pki = '/etc/kubernetes/pki';

const strangeTokens = keyNamed('service account of one control plane');

/** CAs that were made again, mixed up, or used for two purposes. */
export const authorities: readonly Incident[] = [
  {
    id: 'kubelet-credential-of-earlier-cluster',
    title: 'The kubelet shows a certificate of the cluster that was here before',
    source: 'https://github.com/kubernetes/kubeadm/issues/2500',
    happened:
      'kubeadm init failed on a machine that had been a node before. In /var/lib/kubelet/pki lay a client certificate of the earlier cluster, the kubelet used it, and the API server logged "x509: certificate signed by unknown authority". kubeadm expects that such files are removed first.',
    node: { rotatedKubelet: true },
    change: (node) => node.issue('kubelet.conf', { issuer: earlier }),
    finds: ['error cert/issuer@kubelet.conf'],
    fix: [],
  },
  {
    id: 'kubectl-config-of-earlier-cluster',
    title: "The administrator's kubeconfig is of an earlier kubeadm init",
    source: 'https://github.com/kubernetes/kubernetes/issues/58582',
    happened:
      'After kubeadm reset and a second kubeadm init, every kubectl command ended with "x509: certificate signed by unknown authority (possibly because of crypto/rsa: verification error while trying to verify candidate authority certificate kubernetes)": ~/.kube/config was the copy that had been made after the first one.',
    change: (node) =>
      node
        .write('/root/.kube/config', node.read('admin.conf'))

        .editKubeconfig('/root/.kube/config', {
          certificateAuthority: certificatePem(earlier.certificate),
          ...earlierAdmin,
        }),
    finds: ['warning kubeconfig/copy@cp-1'],
    fix: ['cp'],
  },
  {
    id: 'leftover-pki',
    title: 'A new CA, and leaves of the earlier one',
    source: 'https://github.com/kubermatic/kubeone/issues/1209',
    happened:
      'An installation stopped with "certificate apiserver not signed by CA certificate ca: crypto/rsa: verification error". /etc/kubernetes/pki still had files of an earlier run; a reset of the nodes healed it.',
    change: (node) => {
      for (const role of ['kube-apiserver', 'kube-apiserver-kubelet-client'] as const)
        node.issue(role, { issuer: earlier });
    },
    finds: ['error cert/issuer@cp-1'],
    fix: [
      'mkdir',
      'mv',
      'kubeadm init phase certs apiserver',
      'mv',
      'kubeadm init phase certs apiserver-kubelet-client',
    ],
  },
  {
    id: 'kubelet-client-of-earlier-ca',
    title: 'apiserver-kubelet-client is not signed by the CA',
    source: 'https://github.com/kubernetes/minikube/issues/4835',
    happened:
      'A restarted cluster stopped with "certificate apiserver-kubelet-client not signed by CA certificate ca: crypto/rsa: verification error": that one certificate did not belong to the CA next to it.',
    change: (node) => node.issue('kube-apiserver-kubelet-client', { issuer: earlier }),
    finds: ['error cert/issuer@kube-apiserver-kubelet-client'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs apiserver-kubelet-client'],
  },
  {
    id: 'front-proxy-ca-per-master',
    title: 'Every control plane node has a front-proxy CA of its own',
    source: 'https://github.com/digitalrebar/provision-content/pull/296',
    happened:
      'metrics-server and the webhook of cert-manager logged "unable to authenticate the request … candidate authority certificate front-proxy-ca". The file front-proxy-ca.crt was there on every master, but kubeadm init had made a different one on each. Newer API servers publish the CAs of all of them, which hides the mistake most of the time.',
    node: () => controlPlane(3, { certificates: { 'front-proxy-ca': { key: keyNamed('front-proxy-ca of cp-3') } } }),
    beside: () => [controlPlane(1), controlPlane(2)],
    finds: ['warning cluster/front-proxy@front-proxy-ca of cp-3'],
    fix: [],
  },
  {
    id: 'front-proxy-client-not-renewed',
    title: 'The front proxy shows a certificate of the CA before',
    source: 'https://github.com/kubernetes-sigs/metrics-server/issues/314',
    happened:
      'After the certificates had been renewed, metrics-server answered every request with 401: "x509: certificate signed by unknown authority … candidate authority certificate front-proxy-ca". The front-proxy CA and the client certificate of kube-apiserver did not belong together.',
    change: (node) =>
      node.issue('front-proxy-client', {
        issuer: makeAuthority('front-proxy-ca', { key: keyNamed('front-proxy-ca before') }),
      }),
    finds: ['error cert/issuer@front-proxy-client'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs front-proxy-client'],
  },
  {
    id: 'one-ca-for-clients-and-front-proxy',
    title: 'One CA signs clients and the front proxy, and any name is allowed',
    source: 'https://github.com/kubernetes/kubernetes/issues/119267',
    happened:
      'A security audit found that any client with a certificate of the cluster CA can impersonate every user if --requestheader-client-ca-file names the same CA as --client-ca-file and --requestheader-allowed-names is empty. From 1.35 on kube-apiserver does not start with such flags (kubernetes/kubernetes#131411).',
    change: (node) => {
      node.issue('front-proxy-client', { issuer: 'kubernetes-ca' });
      for (const component of ['kube-apiserver', 'kube-controller-manager'])
        node.replaceFlag(component, 'requestheader-client-ca-file', `${pki}/ca.crt`);
      node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', undefined);
      for (const end of ['crt', 'key']) node.remove(`pki/front-proxy-ca.${end}`);
    },
    finds: ['error authority/overlap@front-proxy-ca'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs front-proxy-ca', 'kubeadm init phase certs front-proxy-client'],
  },
  {
    id: 'etcd-rotated-apiserver-not',
    title: 'etcd got a new CA, the API server kept the old one',
    source: 'https://www.stackoverdrive.com/kubernetes-emergency-post-mortem/',
    happened:
      'The certificates of a cluster had expired and were half replaced when help was called. etcd had its new CA and certificates already; kube-apiserver still trusted and showed those of before and could not reach etcd. With the CA and the client pair in place it came up again.',
    change: (node) => {
      node.write('pki/etcd-ca-before.crt', certificatePem(earlierEtcd.certificate));
      node.replaceFlag('kube-apiserver', 'etcd-cafile', `${pki}/etcd-ca-before.crt`);
      node.issue('kube-apiserver-etcd-client', { issuer: earlierEtcd });
    },
    // Two: neither the flag nor the certificate follows from the other, and each has to be corrected.
    finds: ['error argument/target@kube-apiserver --etcd-cafile', 'error cert/issuer@kube-apiserver-etcd-client'],
    fix: [],
  },
  {
    id: 'token-keys-per-master',
    title: 'Each control plane node signs tokens with a key of its own',
    source: 'https://github.com/apprenda/kismatic/issues/95',
    happened:
      'Requests of pods failed intermittently: each master had a service account key of its own, so an API server accepted only the tokens that its own node had signed. The kubernetes service spreads requests over all of them. One pair of keys on all nodes healed it.',
    node: () =>
      controlPlane(3)
        .write('pki/sa.key', privateKeyPem(strangeTokens))
        .write('pki/sa.pub', publicKeyPem(strangeTokens)),
    beside: () => [controlPlane(1), controlPlane(2)],
    finds: ['error cluster/service-account@service-account of cp-3'],
    fix: ['ssh', 'openssl', 'openssl', 'scp'],
  },
  {
    id: 'tokens-verified-with-another-key',
    title: 'Tokens are signed with one key and verified with another one',
    source: 'https://github.com/kubernetes/kubernetes/issues/72026',
    happened:
      'No service account token was accepted: "invalid bearer token, square/go-jose: error in cryptographic primitive". kube-controller-manager signed with one key; kube-apiserver had no --service-account-key-file, and then verifies with the key of its serving certificate.',
    node: { keys: 'P-256' },
    change: (node) => node.replaceFlag('kube-apiserver', 'service-account-key-file', undefined),
    finds: ['error argument/required@kube-apiserver --service-account-key-file'],
    fix: [],
  },
  {
    id: 'ca-key-on-workers',
    title: "The cluster CA's private key is on every worker",
    source: 'https://github.com/rancher-archives/rke/issues/266',
    happened:
      'An installer copied the private key of the CA to every node, workers too, below a directory that the containers of the node mounted. Who gets it can make themselves an administrator of the cluster.',
    node: { worker: true },
    change: (node: NodeTree) => node.write('pki/ca.key', privateKeyPem(node.authority('kubernetes-ca').key), 0o600),
    finds: ['error key/on-worker@worker-1'],
    fix: [],
  },
];
