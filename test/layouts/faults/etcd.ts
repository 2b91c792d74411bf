/** etcd: its members verify each other, and the API server. */
import { hosts } from '../kits/profiles.ts';
import { error, formerCa, type KitFault, swap } from './fault.ts';

const tls = 'TLS of Go: a member that dials verifies the address, and both sides verify the chain and the usage';

export const etcdFaults: readonly KitFault[] = [
  {
    name: 'members lack the address of a peer',
    kit: 'hard way 2021 controllers',
    change: [
      {},
      { certificates: { kubernetes: { sans: hosts('127.0.0.1', '10.32.0.1', '10.240.0.10', '203.0.113.10') } } },
    ],
    expects: error(/10\.240\.0\.11/),
    source: tls,
  },
  {
    name: 'the API server dials an address that the member lacks',
    kit: 'mmumshad control plane',
    change: { certificates: { 'etcd-server': { sans: hosts('192.168.56.12', '127.0.0.1') } } },
    expects: error(/192\.168\.56\.11/),
    source: tls,
  },
  {
    name: 'a certificate of a peer is not for clients',
    kit: 'kubespray control plane',
    change: { certificates: { member: { usages: ['serverAuth'] } } },
    expects: error(/clientAuth|client certificate|member-cp-1/),
    source: 'a member is a client of its peers: x509: certificate specifies an incompatible key usage',
  },
  {
    name: 'a certificate of a peer is not for clients, in a configuration file',
    kit: 'home-made control plane',
    change: { certificates: { 'store-peer': { usages: ['serverAuth'] } } },
    expects: error(/clientAuth|peer\.crt/),
    source: 'a member is a client of its peers, and of itself behind the gateway: an incompatible key usage',
  },
  {
    name: 'a certificate of a peer that has a CA of its own has expired',
    kit: 'home-made control plane with a CA for members of etcd',
    change: { certificates: { 'store-peer': { notAfter: '2026-11-20T00:00:00Z' } } },
    expects: error(/peer\.crt/),
    source: 'the fix must sign with the CA of members: by that of clients all others refuse it',
  },
  {
    name: 'members trust different CAs',
    kit: 'kubespray control plane, etcd and worker',
    change: [{}, { certificates: { 'etcd-ca': { key: 'P-256' } } }],
    expects: error(/etcd/),
    source: tls,
  },
  {
    name: "the API server's client certificate is of a CA that etcd does not trust",
    kit: 'kubespray control plane',
    change: { certificates: { node: { issuer: formerCa } } },
    expects: error(/node-cp-1\.pem|etcd-certfile/),
    source: 'etcd with --client-cert-auth: remote error: tls: unknown certificate authority',
  },
  {
    name: 'etcd trusts the CA of the cluster, which did not sign its clients',
    kit: '/opt/kubernetes master',
    change: { flags: { etcd: { 'trusted-ca-file': '/opt/kubernetes/ssl/ca.pem' } } },
    expects: error(/trusted-ca-file|etcd-certfile|etcd-client/),
    source: 'etcd client/pkg/transport: --trusted-ca-file alone makes it require and verify client certificates',
  },
  {
    name: 'the API server does not trust the CA of etcd',
    kit: 'kubespray control plane',
    change: { flags: { 'kube-apiserver': { 'etcd-cafile': '/etc/kubernetes/ssl/ca.crt' } } },
    expects: error(/etcd-cafile|member-cp-1/),
    source: 'x509: certificate signed by unknown authority',
  },
  {
    name: 'the file of variables names a certificate that is not there',
    kit: 'kubespray etcd',
    change: { flags: { etcd: { 'cert-file': '/etc/ssl/etcd/ssl/member-etcd2.pem' } } },
    expects: error(/member-etcd2\.pem/),
    source: 'etcd: open /etc/ssl/etcd/ssl/member-etcd2.pem: no such file or directory',
  },
  {
    name: 'the configuration file names a certificate that is not there',
    kit: 'home-made control plane',
    change: { files: { '/data/etcd/conf/etcd.yaml': swap('tls/server.crt', 'tls/servre.crt') } },
    expects: error(/servre\.crt/),
    source: 'etcd: open …: no such file or directory',
  },
  {
    name: 'a unit names a certificate that is not there',
    kit: '/opt/kubernetes master',
    change: { flags: { etcd: { 'cert-file': '/opt/etcd/ssl/etcd.pem' } } },
    expects: error(/\/opt\/etcd\/ssl\/etcd\.pem/),
    source: 'etcd: open …: no such file or directory',
  },
  {
    name: 'etcd trusts the CA of the cluster, in a configuration file',
    kit: 'home-made control plane',
    change: {
      files: {
        '/data/etcd/conf/etcd.yaml': swap(
          'trusted-ca-file: /data/etcd/tls/ca.crt',
          'trusted-ca-file: /data/k8s/tls/root.crt',
        ),
      },
    },
    expects: error(/trusted-ca-file|etcd-client|api-store/),
    source: 'etcd: remote error: tls: unknown certificate authority',
  },
  {
    name: 'etcd asks clients for no certificate',
    kit: 'kubeasz master',
    change: { flags: { etcd: { 'trusted-ca-file': null } } },
    expects: error(/etcd/),
    source: 'without --trusted-ca-file and --client-cert-auth whoever reaches port 2379 reads and writes everything',
  },
  {
    name: 'a host of etcd has a key that does not fit',
    kit: 'kubeasz etcd',
    change: { certificates: { etcd: { key: 'P-256', writeKey: false } } },
    expects: error(/etcd(?:-key)?\.pem/),
    source: 'tls: private key does not match public key',
  },
  {
    name: 'the API server speaks HTTP, and etcd TLS',
    kit: '/opt/kubernetes master',
    change: { flags: { 'kube-apiserver': { 'etcd-servers': 'http://192.168.31.71:2379' } } },
    expects: error(/etcd/),
    source: 'etcd: rejected connection: tls: first record does not look like a TLS handshake',
  },
];
