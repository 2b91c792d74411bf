/** Signers, trust files, and keys of tokens. */
import { keyNamed, publicKeyPem } from '../../support/keys.ts';
import { error, formerCa, formerCaPem, inKubeconfig, type KitFault, swap } from './fault.ts';

const unknownSigner =
  'x509: certificate signed by unknown authority: 401 for a client, a failed handshake for a server';
const noRoots = 'k8s.io/client-go/util/cert: data does not contain any valid RSA or ECDSA certificates';
const tokens = 'the API server rejects what the other key has signed: invalid bearer token';

export const trustFaults: readonly KitFault[] = [
  {
    name: 'a client certificate is signed by the CA of etcd',
    kit: '/opt/kubernetes master',
    change: { certificates: { 'kube-controller-manager': { issuer: 'etcd-ca' } } },
    expects: error(/controller-manager/),
    source: unknownSigner,
  },
  {
    name: 'kubeconfigs trust a CA that did not sign the API server',
    kit: 'home-made control plane',
    change: { certificates: { api: { issuer: 'front' } } },
    expects: error(/api\.crt|tls-cert-file|kube-apiserver/),
    source: unknownSigner,
  },
  {
    name: 'the client of the aggregation layer is signed by the CA of the cluster',
    kit: 'home-made control plane',
    change: { certificates: { aggregator: { issuer: 'root' } } },
    expects: error(/aggregator|front-proxy|requestheader/),
    source: 'extension API servers verify it with --requestheader-client-ca-file',
  },
  {
    name: "a kubelet's client certificate is of a CA that is gone",
    kit: 'kubeasz worker',
    change: { certificates: { kubelet: { issuer: formerCa } } },
    expects: error(/kubelet/),
    source: unknownSigner,
  },
  {
    name: 'clients are verified with a leaf',
    kit: 'hard way server',
    change: { flags: { 'kube-apiserver': { 'client-ca-file': '/var/lib/kubernetes/kube-api-server.crt' } } },
    expects: error(/client-ca-file/),
    source: 'the leaf becomes the only root: no client certificate of the CA is accepted',
  },
  {
    name: 'the file of client CAs is empty',
    kit: 'kubeasz master',
    change: {
      files: { '/etc/kubernetes/ssl/clients.pem': '' },
      flags: { 'kube-apiserver': { 'client-ca-file': '/etc/kubernetes/ssl/clients.pem' } },
    },
    expects: error(/clients\.pem/),
    source: noRoots,
  },
  {
    name: 'the kubelet trusts an older CA',
    kit: 'hard way server and two workers',
    change: [{}, { files: { '/var/lib/kubelet/ca.crt': formerCaPem } }],
    expects: error(/clientCAFile|client-ca-file|\/var\/lib\/kubelet\/ca\.crt/),
    source: 'the kubelet answers the API server with 401: no logs, no exec',
  },
  {
    name: 'kubelets are verified with the CA of etcd',
    kit: 'home-made control plane',
    change: { flags: { 'kube-apiserver': { 'kubelet-certificate-authority': '/data/etcd/tls/ca.crt' } } },
    expects: error(/kubelet-certificate-authority|kube-apiserver → kubelet/),
    source: unknownSigner,
  },
  {
    name: 'pods get a CA that did not sign the API server',
    kit: 'home-made control plane',
    change: { flags: { 'kube-controller-manager': { 'root-ca-file': '/data/k8s/tls/front.crt' } } },
    expects: error(/root-ca-file/),
    source: 'the ConfigMap kube-root-ca.crt of every namespace: pods do not reach the API server',
  },
  {
    name: 'the CA is of version 3 and has no basicConstraints',
    kit: 'mmumshad control plane',
    change: { certificates: { ca: { version: 3 } } },
    expects: error(/ca\.crt|basicConstraints|KUBERNETES-CA/),
    source:
      'OpenSSL from 3.2 on writes it with the same command; Go: parent certificate cannot sign this kind of certificate',
  },
  {
    name: 'the CA of the cluster was replaced, and a kubeconfig has the old one',
    kit: 'hard way server',
    change: {
      files: {
        '/var/lib/kubernetes/kube-controller-manager.kubeconfig': inKubeconfig({ certificateAuthority: formerCaPem }),
      },
    },
    expects: error(/kube-controller-manager/),
    source: unknownSigner,
  },
  {
    name: 'the CA of the cluster was replaced, and a kubeconfig has a credential of the old one',
    kit: '/opt/kubernetes master',
    change: { certificates: { 'kube-scheduler': { issuer: formerCa } } },
    expects: error(/kube-scheduler/),
    source: unknownSigner,
  },
  {
    name: 'tokens are signed with the key of the API server, and verified with that of the CA',
    kit: '/opt/kubernetes master',
    change: {
      flags: { 'kube-apiserver': { 'service-account-signing-key-file': '/opt/kubernetes/ssl/server-key.pem' } },
    },
    expects: error(/service-account/),
    source: tokens,
  },
  {
    name: 'the controller manager signs tokens with the key of the CA',
    kit: 'hard way server',
    change: {
      flags: { 'kube-controller-manager': { 'service-account-private-key-file': '/var/lib/kubernetes/ca.key' } },
    },
    expects: error(/service-account/),
    source: tokens,
  },
  {
    name: 'the public key for tokens does not fit the private one',
    kit: 'home-made control plane',
    change: { files: { '/data/k8s/tls/tokens.pub': publicKeyPem(keyNamed('former tokens')) } },
    expects: error(/service-account|tokens\.pub/),
    source: tokens,
  },
  {
    name: 'every client certificate may speak for other users',
    kit: 'kubeasz master',
    change: { flags: { 'kube-apiserver': { 'requestheader-allowed-names': '' } } },
    expects: error(/requestheader/),
    source: 'client CA and request header CA are one: an empty list of names lets each kubelet set X-Remote-User',
  },
  {
    name: 'kube-proxy trusts an older CA',
    kit: 'kubeasz worker',
    change: {
      files: { '/etc/kubernetes/kube-proxy.kubeconfig': inKubeconfig({ certificateAuthority: formerCaPem }) },
    },
    expects: error(/kube-proxy/),
    source: unknownSigner,
  },
  {
    name: 'the file of the CA was cut off',
    kit: 'mmumshad worker',
    change: { files: { '/var/lib/kubernetes/pki/ca.crt': (text) => text.slice(0, 200) } },
    expects: error(/ca\.crt/),
    source: noRoots,
  },
  {
    name: 'the kubelet lets everyone do everything',
    kit: 'hard way worker',
    change: { files: { '/var/lib/kubelet/kubelet-config.yaml': swap('mode: Webhook', 'mode: AlwaysAllow') } },
    expects: error(/AlwaysAllow|authorization/),
    source: 'whoever has a certificate of the CA runs commands in pods',
  },
];
