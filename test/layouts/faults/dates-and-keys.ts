/** Dates, keys that do not fit, and keys that others can read. */
import { error, type KitFault, warning } from './fault.ts';

const ended = { notBefore: '2025-11-27T09:00:00Z', notAfter: '2026-11-27T09:00:00Z' };
const dates = 'x509: certificate has expired or is not yet valid';
const mismatch = 'tls: private key does not match public key: the component does not start';
const open = 'any local user can sign certificates, system:masters among them';

export const dateFaults: readonly KitFault[] = [
  {
    name: 'the certificate of the API server has expired',
    kit: '/opt/kubernetes master',
    change: { certificates: { server: ended } },
    expects: error(/server\.pem/),
    source: dates,
  },
  {
    name: 'one certificate for five roles has expired',
    kit: 'hard way 2021 controller',
    change: { certificates: { kubernetes: ended } },
    expects: error(/kubernetes\.pem/),
    source: dates,
  },
  {
    name: 'the certificate of a kubelet has expired',
    kit: 'hard way 2021 worker',
    change: { certificates: { kubelet: ended } },
    expects: error(/worker-0\.pem|kubelet/),
    source: dates,
  },
  {
    name: 'the certificate of the administrator has expired, where kubectl looks for it',
    kit: 'home-made control plane',
    change: { certificates: { admin: ended } },
    expects: error(/\.kube\/config/),
    source: 'error: You must be logged in to the server (Unauthorized)',
  },
  {
    name: 'the CA has expired',
    kit: 'hard way server',
    change: { certificates: { ca: ended } },
    expects: error(/ca\.crt/),
    source: dates,
  },
  {
    name: 'the certificate of etcd is not valid yet',
    kit: 'kubeasz master',
    change: { certificates: { etcd: { notBefore: '2026-12-20T09:00:00Z' } } },
    expects: error(/etcd\.pem/),
    source: dates,
  },
  {
    name: 'the certificate of a member on its own host has expired',
    kit: 'kubespray etcd',
    change: { certificates: { member: ended } },
    expects: error(/member-etcd-2\.pem/),
    source: dates,
  },
  {
    name: 'the rotated client certificate of a kubelet has expired',
    kit: 'AKS worker',
    change: { certificates: { client: ended } },
    expects: error(/kubelet-client-current\.pem|kubelet/),
    source: dates,
  },
  {
    name: 'the CA of the aggregation layer has expired',
    kit: 'home-made control plane',
    change: { certificates: { front: ended } },
    expects: error(/front\.crt/),
    source: 'extension API servers reject what is signed by it',
  },
  {
    name: 'the CA of etcd expires in a week',
    kit: '/opt/kubernetes master',
    change: { certificates: { 'etcd-ca': { notBefore: '2016-12-10T09:00:00Z', notAfter: '2026-12-08T09:00:00Z' } } },
    expects: warning(/\/opt\/etcd\/ssl\/ca\.pem/),
    source: 'everything that it signed ends with it',
  },
  {
    name: 'the key of the API server is that of an older certificate',
    kit: 'hard way server',
    change: { certificates: { 'kube-api-server': { key: 'P-256', writeKey: false } } },
    expects: error(/kube-api-server\.(?:crt|key)/),
    source: mismatch,
  },
  {
    name: 'the key of etcd is that of an older certificate',
    kit: 'home-made control plane',
    change: { certificates: { 'store-server': { key: 'P-256', writeKey: false } } },
    expects: error(/server\.(?:crt|key)/),
    source: mismatch,
  },
  {
    name: 'everyone can read the key of the CA',
    kit: 'kubeasz master',
    change: { modes: { '/etc/kubernetes/ssl/ca-key.pem': 0o644 } },
    expects: error(/ca-key\.pem/),
    source: open,
  },
  {
    name: 'everyone can read the key of the CA in a folder of its own',
    kit: 'home-made control plane',
    change: { modes: { '/data/k8s/tls/root.key': 0o644 } },
    expects: error(/root\.key/),
    source: open,
  },
  {
    name: 'a key that others may read lies in a folder that they may not enter',
    kit: 'hard way 2021 controller',
    change: { modes: { '/var/lib/kubernetes': 0o700, '/var/lib/kubernetes/ca-key.pem': 0o644 } },
    expects: null,
    source: 'path_resolution(7): without the right to search a folder, nothing in it can be opened',
  },
  {
    name: 'a key of etcd that others may read lies in a folder that they may not enter',
    kit: 'kubespray etcd',
    change: { modes: { '/etc/ssl/etcd/ssl/ca-key.pem': 0o644, '/etc/ssl/etcd/ssl/member-etcd-2-key.pem': 0o644 } },
    expects: null,
    source: 'path_resolution(7)',
  },
  {
    name: 'the credential of administrators on a worker has expired',
    kit: 'kubeasz worker',
    change: { certificates: { admin: ended } },
    expects: error(/\/root\/\.kube\/config/),
    source: dates,
  },
  {
    name: 'the credential of kube-proxy has expired',
    kit: 'home-made worker',
    change: { certificates: { proxy: ended } },
    expects: error(/proxy\.kubeconfig/),
    source: dates,
  },
  {
    name: 'the serving certificate of a kubelet has expired',
    kit: 'EKS worker',
    change: { certificates: { serving: ended } },
    expects: warning(/kubelet-server/),
    source: 'the API server of EKS verifies it: logs and exec fail',
  },
];
