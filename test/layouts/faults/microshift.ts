/** Faults of MicroShift: its CAs, its three serving certificates, and its configuration. */
import { keyNamed } from '../../support/keys.ts';
import { error, formerCa, formerCaPem, type KitFault, swap, warning } from './fault.ts';

const certs = '/var/lib/microshift/certs';
const resources = '/var/lib/microshift/resources';
const ended = { notBefore: '2025-11-20T00:00:00Z', notAfter: '2026-11-20T00:00:00Z' };
const soon = { notBefore: '2025-12-05T00:00:00Z', notAfter: '2026-12-05T00:00:00Z' };
const later = { notBefore: '2026-12-20T00:00:00Z', notAfter: '2027-12-20T00:00:00Z' };
const restarts = 'pkg/cmd/init.go: certsToRegenerate runs only when MicroShift starts';
const loads = 'certchains/signers.go: what is there and can be loaded stays as it is';
const mismatch = 'tls: private key does not match public key';
const kit = 'MicroShift node';

type Fault = Omit<KitFault, 'kit'>;

const dates: readonly Fault[] = [
  ...(
    [
      ['kube-apiserver-service-network-serving', /kube-apiserver/],
      ['kube-apiserver-localhost-serving', /kube-apiserver-localhost/],
      ['kube-external-serving', /kube-external-serving|kube-apiserver-external/],
      ['kubelet-client', /kubelet/],
      ['kubelet-server', /kubelet-server/],
      ['kube-controller-manager', /controller-manager/],
      ['kube-scheduler', /scheduler/],
      ['cluster-policy-controller', /cluster-policy-controller/],
      ['kube-apiserver-to-kubelet-client', /kubelet-client/],
      ['aggregator-client', /front-proxy|aggregator/],
      ['apiserver-etcd-client', /etcd-client/],
      ['etcd-serving', /etcd/],
      ['router-default-serving', /router-default/],
    ] as const
  ).map(
    ([name, about]): Fault => ({
      name: `MicroShift: ${name} has expired`,
      change: { certificates: { [name]: ended } },
      expects: error(about),
      source: restarts,
    }),
  ),
  {
    name: 'MicroShift: the serving certificate for its own host ends in days',
    change: { certificates: { 'kube-apiserver-localhost-serving': soon } },
    expects: warning(/kube-apiserver-localhost/),
    source: restarts,
  },
  {
    name: 'MicroShift: the serving certificate for its own host is not yet valid',
    change: { certificates: { 'kube-apiserver-localhost-serving': later } },
    expects: error(/kube-apiserver-localhost/),
    source: 'devices without a clock of their own start in another year: alignValidity only goes back to midnight',
  },
  {
    name: 'MicroShift: the CA of the aggregator has expired',
    change: { certificates: { 'aggregator-signer': ended } },
    expects: error(/front-proxy-ca|aggregator-signer/),
    source: restarts,
  },
  {
    name: 'MicroShift: the CA of kube-controller-manager and kube-scheduler has expired',
    change: { certificates: { 'kube-control-plane-signer': ended } },
    expects: error(/control-plane-ca|kube-control-plane-signer/),
    source: restarts,
  },
];

const trust: readonly Fault[] = [
  {
    name: 'MicroShift: the certificate of etcd for peers is of another CA',
    change: { certificates: { 'etcd-peer': { issuer: formerCa } } },
    expects: error(/etcd-peer/),
    source: loads,
  },
  {
    name: 'MicroShift: the certificate of etcd is of another CA',
    change: { certificates: { 'etcd-serving': { issuer: formerCa } } },
    expects: error(/etcd-serving|kube-etcd/),
    source: loads,
  },
  {
    name: 'MicroShift: the CA of the aggregator was replaced, and its client is of the old one',
    change: { files: { [`${certs}/aggregator-signer/ca.crt`]: formerCaPem } },
    expects: error(/aggregator-signer|front-proxy/),
    source: loads,
  },
  {
    name: 'MicroShift: the serving certificate for its own host is of another CA',
    change: { certificates: { 'kube-apiserver-localhost-serving': { issuer: formerCa } } },
    expects: error(/localhost/),
    source: 'every kubeconfig dials localhost, and embeds kube-apiserver-localhost-signer',
  },
  {
    name: 'MicroShift: the bundle of client CAs lacks those of this node',
    change: { files: { [`${certs}/ca-bundle/client-ca.crt`]: formerCaPem } },
    expects: error(/client-ca/),
    source: 'a bundle from a backup of another installation: AddToBundles adds a CA only when its file is made',
  },
];

const keysAndModes: readonly Fault[] = [
  {
    name: 'MicroShift: the key of the serving certificate for pods does not match',
    change: {
      certificates: { 'kube-apiserver-service-network-serving': { key: keyNamed('another'), writeKey: false } },
    },
    expects: error(/kube-apiserver/),
    source: mismatch,
  },
  {
    name: 'MicroShift: the key of the serving certificate for its own host does not match',
    change: { certificates: { 'kube-apiserver-localhost-serving': { key: keyNamed('another'), writeKey: false } } },
    expects: error(/localhost/),
    source: mismatch,
  },
  {
    name: 'MicroShift: the key of etcd is not there',
    change: { files: { [`${certs}/etcd-signer/etcd-serving/peer.key`]: null } },
    expects: error(/etcd-serving/),
    source: 'etcd does not start without it',
  },
  {
    name: 'MicroShift: the key with which kube-controller-manager signs can be read by everybody',
    change: { modes: { [`${certs}/kubelet-csr-signer-signer/csr-signer/ca.key`]: 0o644 } },
    expects: error(/ca\.key/),
    source: 'anyone who has it is a node, or anybody: library-go writes keys with the mode 0600',
  },
  {
    name: 'MicroShift: the kubeconfig of the kubelet is not there',
    change: { files: { [`${resources}/kubelet/kubeconfig`]: null } },
    expects: error(/kubelet/),
    source: 'pkg/cmd/init.go: initKubeconfigs writes it at each start',
  },
];

const names: readonly Fault[] = [
  {
    name: 'MicroShift: the serving certificate for its own host lacks the name that kubeconfigs dial',
    change: { certificates: { 'kube-apiserver-localhost-serving': { sans: ['IP:127.0.0.1'] } } },
    expects: error(/localhost/),
    source: 'x509: certificate is not valid for any names, but wanted to match localhost',
  },
  {
    name: 'MicroShift: kubeconfigs dial an address that no certificate has',
    change: { files: { [`${resources}/kubelet/kubeconfig`]: swap('localhost', '10.0.0.77') } },
    expects: error(/10\.0\.0\.77|kubelet/),
    source: 'a node that was cloned, or has another address: x509: certificate is valid for …, not 10.0.0.77',
  },
  {
    name: 'MicroShift: a name was added to its configuration, and it was not restarted',
    change: {
      files: {
        '/etc/microshift/config.yaml': swap('  - edge.example.org', '  - edge.example.org\n  - new.example.org'),
      },
    },
    expects: warning(/new\.example\.org/),
    source: restarts,
  },
  {
    name: 'MicroShift: the serving certificate for pods lacks the address of the service',
    change: { files: { '/etc/microshift/config.yaml': swap('10.43.0.0/16', '10.66.0.0/16') } },
    expects: error(/10\.66\.0\.1/),
    source: 'pods dial KUBERNETES_SERVICE_HOST',
  },
];

export const microshiftFaults: readonly KitFault[] = [...dates, ...trust, ...keysAndModes, ...names].map((one) => ({
  ...one,
  kit,
}));
