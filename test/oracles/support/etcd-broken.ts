/** Ways to break a node, and the connections to its etcd that fail as a result. */
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import { address, all, anHourAgo, both, trustFile, type Variant, withClientPair } from './etcd-variants.ts';

const inAnHour = () => new Date(Date.now() + 3_600_000);
const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const local = 'https://127.0.0.1:2379';
const kube = ['kube-apiserver-etcd'];

/** A variant for which we report an error. */
interface Broken extends Variant {
  /** The message of etcd or of its client that our finding quotes. */
  readonly says: string;
}

const unknownAuthority = 'x509: certificate signed by unknown authority';
const wrongUsage = 'x509: certificate specifies an incompatible key usage';
const wrongTime = 'x509: certificate has expired or is not yet valid: current time';
const mismatch = 'tls: private key does not match public key';
const noFile = 'no such file';

export const broken: readonly Broken[] = [
  {
    name: 'the key of another certificate for what it presents to itself',
    change: (tree) => withClientPair(tree, {}, privateKeyPem(keyNamed('other'))),
    findings: ['cert/pair@etcd --client-cert-file'],
    fails: all,
    says: mismatch,
  },
  {
    name: 'a server certificate of the cluster CA',
    change: (tree) => tree.issue('kube-etcd', { issuer: 'kubernetes-ca' }),
    findings: ['cert/issuer@kube-etcd'],
    fails: all,
    says: unknownAuthority,
  },
  {
    name: 'a server certificate of a namesake of the CA',
    change: (tree) => tree.issue('kube-etcd', { issuer: makeAuthority('etcd-ca', { notBefore: anHourAgo() }) }),
    findings: ['cert/issuer@kube-etcd'],
    fails: all,
    says: unknownAuthority,
  },
  {
    name: 'an expired server certificate',
    change: (tree) => tree.issue('kube-etcd', { notAfter: anHourAgo() }),
    findings: ['cert/expired@kube-etcd'],
    fails: all,
    says: wrongTime,
  },
  {
    name: 'a server certificate of tomorrow',
    change: (tree) => tree.issue('kube-etcd', { notBefore: inAnHour() }),
    findings: ['cert/not-yet-valid@kube-etcd'],
    fails: all,
    says: wrongTime,
  },
  {
    name: 'an expired CA',
    change: (tree) => tree.issue('etcd-ca', { notAfter: anHourAgo() }),
    findings: ['authority/expired@etcd-ca'],
    fails: all,
    says: wrongTime,
  },
  {
    name: 'the key of another certificate',
    change: (tree) => tree.edit('pki/etcd/server.key', () => tree.read('pki/etcd/peer.key')),
    findings: ['cert/pair@kube-etcd'],
    fails: all,
    says: mismatch,
  },
  {
    name: 'a key of another type',
    change: (tree) => tree.edit('pki/etcd/server.key', () => privateKeyPem(keyNamed('other'))),
    findings: ['cert/pair@kube-etcd'],
    fails: all,
    says: 'tls: private key type does not match public key type',
  },
  {
    name: 'the key of another certificate for peers',
    change: (tree) => tree.edit('pki/etcd/peer.key', () => tree.read('pki/etcd/server.key')),
    findings: ['cert/pair@kube-etcd-peer'],
    fails: all,
    says: mismatch,
  },
  {
    name: 'no server certificate',
    change: (tree) => tree.remove('pki/etcd/server.crt'),
    findings: ['cert/present@kube-etcd'],
    fails: all,
    says: noFile,
  },
  {
    name: 'no server key',
    change: (tree) => tree.remove('pki/etcd/server.key'),
    findings: ['cert/key@kube-etcd'],
    fails: all,
    says: noFile,
  },
  {
    name: 'no peer certificate',
    change: (tree) => tree.remove('pki/etcd/peer.crt'),
    findings: ['cert/present@kube-etcd-peer'],
    fails: all,
    says: noFile,
  },
  {
    name: 'no CA',
    change: (tree) => tree.remove(trustFile),
    findings: ['authority/present@etcd-ca'],
    fails: all,
    says: noFile,
  },
  {
    name: 'a list of revoked certificates that does not exist',
    change: (tree) => tree.replaceFlag('etcd', 'client-crl-file', '/etc/kubernetes/pki/etcd/none.crl'),
    findings: ['argument/file@etcd --client-crl-file'],
    fails: all,
    says: noFile,
  },
  {
    name: 'the cluster CA as the trust file',
    change: (tree) => {
      const path = '/etc/kubernetes/pki/etcd/trusted.crt';
      tree.write(path, tree.read('pki/ca.crt')).replaceFlag('etcd', 'trusted-ca-file', path);
    },
    findings: ['argument/target@etcd --trusted-ca-file'],
    fails: all,
    says: unknownAuthority,
  },
  {
    name: 'a server certificate that does not name 127.0.0.1',
    change: (tree) => tree.issue('kube-etcd', { sans: ['DNS:cp-1', 'DNS:localhost', `IP:${address}`] }),
    findings: ['san/coverage@kube-etcd'],
    fails: both,
    says: `x509: certificate is valid for ${address}, not 127.0.0.1`,
  },
  {
    name: 'a server certificate that names 127.0.0.1 as a DNS name',
    change: (tree) => tree.issue('kube-etcd', { sans: ['DNS:cp-1', 'DNS:127.0.0.1', `IP:${address}`] }),
    findings: ['san/coverage@kube-etcd'],
    fails: both,
    says: `x509: certificate is valid for ${address}, not 127.0.0.1`,
  },
  {
    name: 'a server certificate without server auth',
    change: (tree) => tree.issue('kube-etcd', { usages: ['clientAuth'] }),
    findings: ['cert/usage@kube-etcd'],
    fails: both,
    says: wrongUsage,
  },
  {
    name: 'a damaged block in the trust file',
    change: (tree) => tree.edit(trustFile, (text) => text + damaged),
    findings: [`file/parse@/etc/kubernetes/${trustFile}`],
    fails: all,
    says: 'x509: malformed certificate',
  },
  {
    name: 'a private key in the trust file',
    change: (tree) => tree.edit(trustFile, (text) => text + tree.read('pki/etcd/ca.key')),
    findings: [`file/parse@/etc/kubernetes/${trustFile}`],
    fails: all,
    says: 'x509: malformed tbs certificate',
  },
  {
    name: 'an empty trust file',
    change: (tree) => tree.write(trustFile, ''),
    findings: [`file/parse@/etc/kubernetes/${trustFile}`],
    fails: all,
    says: unknownAuthority,
  },
  {
    name: 'a client certificate of the cluster CA',
    change: (tree) => tree.issue('kube-apiserver-etcd-client', { issuer: 'kubernetes-ca' }),
    findings: ['cert/issuer@kube-apiserver-etcd-client'],
    fails: kube,
    says: unknownAuthority,
  },
  {
    name: 'a client certificate without client auth',
    change: (tree) => tree.issue('kube-apiserver-etcd-client', { usages: ['serverAuth'] }),
    findings: ['cert/usage@kube-apiserver-etcd-client'],
    fails: kube,
    says: wrongUsage,
  },
  {
    name: 'an expired client certificate',
    change: (tree) => tree.issue('kube-apiserver-etcd-client', { notAfter: anHourAgo() }),
    findings: ['cert/expired@kube-apiserver-etcd-client'],
    fails: kube,
    says: wrongTime,
  },
  {
    name: 'an API server that trusts the cluster CA',
    change: (tree) => tree.replaceFlag('kube-apiserver', 'etcd-cafile', '/etc/kubernetes/pki/ca.crt'),
    findings: ['argument/target@kube-apiserver --etcd-cafile'],
    fails: kube,
    says: unknownAuthority,
  },
  {
    name: 'an API server that dials without TLS',
    change: (tree) => tree.replaceFlag('kube-apiserver', 'etcd-servers', 'http://127.0.0.1:2379'),
    findings: ['connection/transport@kube-apiserver → etcd'],
    fails: kube,
    says: 'tls: first record does not look like a TLS handshake',
  },
  {
    name: 'an API server that dials an address that the certificate lacks',
    change: (tree) =>
      tree
        .replaceFlag('kube-apiserver', 'etcd-servers', `${local},https://${address}:2379`)
        .issue('kube-etcd', { sans: ['DNS:cp-1', 'DNS:localhost', 'IP:127.0.0.1'] }),
    findings: ['san/coverage@kube-etcd'],
    fails: kube,
    says: `x509: certificate is valid for 127.0.0.1, not ${address}`,
  },
  {
    name: 'an etcdctl certificate of the cluster CA',
    change: (tree) => tree.issue('kube-etcd-healthcheck-client', { issuer: 'kubernetes-ca' }),
    findings: ['cert/issuer@kube-etcd-healthcheck-client'],
    fails: ['etcdctl-etcd'],
    says: unknownAuthority,
  },
  {
    name: 'clients that lack the name that etcd wants',
    change: (tree) => tree.replaceFlag('etcd', 'client-cert-allowed-hostname', 'cp-1'),
    findings: ['connection/identity@kube-apiserver → etcd'],
    fails: all,
    says: 'client certificate authentication failed',
  },
];
