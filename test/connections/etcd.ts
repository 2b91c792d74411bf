/** What etcd requires of certificates besides their signer, and what it does not need. */
import { certificatePem } from '../support/certificates.ts';
import { certify, presentProfile } from '../support/issue.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { Break } from './breaking.ts';
import { ofEtcd } from './certificates.ts';
import { all, etcd, healthy } from './edits.ts';
import { pki } from './every-connection.ts';

const refused = 'client certificate authentication failed';

const etcdNames: readonly Break[] = [
  {
    name: 'etcd lets in a host that no client is',
    change: etcd('client-cert-allowed-hostname', 'nobody.test'),
    fails: ofEtcd.filter((id) => id !== 'etcd-peer'),
    reason: refused,
    cause: 'connection/identity@kube-apiserver → etcd',
    covers: { 'client identity': ['kube-apiserver-etcd', 'etcdctl-etcd'] },
  },
  {
    name: 'etcd lets in a host that all its clients are, but for its gateway, which has no verified chain to look at',
    change: all(
      etcd('client-cert-allowed-hostname', 'nobody.test,client.test'),
      ...(['kube-apiserver-etcd-client', 'kube-etcd-healthcheck-client'] as const).map(
        (role) => (node: NodeTree) => node.issue(role, { sans: ['DNS:client.test'] }),
      ),
    ),
    fails: ['etcd-gateway'],
    reason: refused,
    cause: null,
  },
  {
    name: 'etcd lets in peers of another name',
    change: etcd('peer-cert-allowed-cn', 'nobody'),
    fails: ['etcd-peer'],
    reason: refused,
    cause: 'connection/identity@etcd → etcd peers',
    covers: { 'client identity': ['etcd-peer'] },
  },
  healthy('etcd lets in peers of this name, too', etcd('peer-cert-allowed-cn', 'nobody,cp-1')),
  {
    name: 'etcd lets in peers of another host',
    change: etcd('peer-cert-allowed-hostname', 'nobody.test'),
    fails: ['etcd-peer'],
    reason: refused,
    cause: 'connection/identity@etcd → etcd peers',
  },
];

const dialledByName = etcd('initial-advertise-peer-urls', 'https://member.test:2380');
const sans =
  (...names: readonly `${'DNS' | 'IP'}:${string}`[]) =>
  (node: NodeTree) =>
    node.issue('kube-etcd-peer', { sans: names });

const etcdSources: readonly Break[] = [
  {
    name: 'a peer whose certificate lacks the name by which it is dialled',
    change: all(dialledByName, sans('IP:192.0.2.10')),
    fails: ['etcd-peer https://member.test:2380'],
    reason: 'x509: certificate is not valid for any names, but wanted to match member.test',
    cause: 'san/coverage@kube-etcd-peer',
  },
  {
    name: 'a peer that shows as a client a certificate of another address',
    change: all(
      etcd('peer-client-cert-file', `${pki}/etcd/own.crt`),
      etcd('peer-client-key-file', `${pki}/etcd/own.key`),
      (node) => writeOwn(node, ['IP:192.0.2.99']),
    ),
    fails: ['etcd-peer'],
    reason: 'etcd refuses the client: x509: certificate is valid for 192.0.2.99, not 192.0.2.10',
    cause: 'connection/client-trust@etcd → etcd peers',
  },
  healthy(
    'a peer that shows as a client a certificate of another address, to one that does not look at it',
    all(
      etcd('peer-client-cert-file', `${pki}/etcd/own.crt`),
      etcd('peer-client-key-file', `${pki}/etcd/own.key`),
      etcd('peer-skip-client-san-verification', 'true'),
      (node) => writeOwn(node, ['IP:192.0.2.99']),
    ),
  ),
  healthy(
    'a peer that shows as a client a certificate without names',
    all(
      etcd('peer-client-cert-file', `${pki}/etcd/own.crt`),
      etcd('peer-client-key-file', `${pki}/etcd/own.key`),
      (node) => writeOwn(node, null),
    ),
  ),
  {
    name: 'a peer whose certificate has names alone: DNS tells',
    change: all(dialledByName, sans('DNS:member.test')),
    fails: [],
    unknown: ['etcd-peer https://member.test:2380'],
    reason: 'it depends on DNS: etcd looks up whether member.test is 192.0.2.10',
    cause: null,
  },
];

/** Writes a separate client certificate for etcd. */
function writeOwn(node: NodeTree, names: readonly `IP:${string}`[] | null): void {
  const key = keyNamed('own client of etcd');
  const profile = presentProfile(node.certificate('kube-etcd-peer'));
  const der = certify(profile, { sans: names, usages: ['clientAuth'] }, key, node.authority('etcd-ca'));
  node.write('pki/etcd/own.crt', certificatePem(der)).write('pki/etcd/own.key', privateKeyPem(key), 0o600);
}

const ownPair = all(
  etcd('client-cert-file', `${pki}/etcd/own.crt`),
  etcd('client-key-file', `${pki}/etcd/own.key`),
  (node) => writeOwn(node, null),
);

const etcdDoors: readonly Break[] = [
  healthy('etcd that asks nobody for a certificate, and lists whom it lets in', (node) => {
    etcd('client-cert-auth', undefined)(node);
    etcd('trusted-ca-file', undefined)(node);
    etcd('client-cert-allowed-hostname', 'nobody.test')(node);
    node.issue('kube-apiserver-etcd-client', { usages: ['serverAuth'] });
  }),
  {
    name: 'etcd that asks everybody for a certificate, and trusts nobody',
    change: etcd('trusted-ca-file', undefined),
    fails: ofEtcd.filter((id) => id !== 'etcd-peer'),
    reason: 'etcd refuses the client: x509: certificate signed by unknown authority (no --trusted-ca-file)',
    cause: 'argument/required@etcd --trusted-ca-file',
  },
  {
    name: 'etcd that makes its own certificate',
    change: all(etcd('cert-file', undefined), etcd('key-file', undefined), etcd('auto-tls', 'true')),
    fails: ['kube-apiserver-etcd', 'etcdctl-etcd'],
    reason: 'x509: certificate signed by unknown authority (--auto-tls)',
    cause: 'etcd/open@etcd',
  },
  healthy('etcd without a gateway needs no certificate of a client', (node) => {
    etcd('enable-grpc-gateway', 'false')(node);
    node.issue('kube-etcd', { usages: ['serverAuth'] });
  }),
  {
    name: 'the gateway of etcd shows a certificate of servers',
    change: (node) => node.issue('kube-etcd', { usages: ['serverAuth'] }),
    fails: ['etcd-gateway'],
    reason: 'etcd refuses the client: x509: certificate specifies an incompatible key usage',
    cause: 'cert/usage-documented@kube-etcd',
  },
  healthy(
    'the gateway of etcd shows a certificate of its own',
    all(ownPair, (node) => node.issue('kube-etcd', { usages: ['serverAuth'] })),
  ),
  {
    name: 'the key of another certificate for what etcd shows as a client: it does not start',
    change: all(ownPair, etcd('client-key-file', `${pki}/etcd/server.key`)),
    fails: ofEtcd,
    reason: 'tls: private key does not match public key',
    cause: 'cert/pair@etcd --client-cert-file',
  },
  {
    name: 'half of what etcd shows as a client: it does not start',
    change: all(ownPair, etcd('client-key-file', undefined)),
    fails: ofEtcd,
    reason: 'ClientKeyFile and ClientCertFile must both be present or both absent',
    cause: 'argument/required@etcd --client-key-file',
  },
  {
    name: 'a trust file that does not exist: etcd does not start',
    change: etcd('trusted-ca-file', `${pki}/etcd/absent.crt`),
    fails: ofEtcd,
    reason: `open ${pki}/etcd/absent.crt: no such file or directory`,
    cause: 'argument/file@etcd --trusted-ca-file',
  },
  {
    name: 'a trust file that is not mounted: etcd does not start',
    change: etcd('trusted-ca-file', `${pki}/ca.crt`),
    fails: ofEtcd,
    reason: `open ${pki}/ca.crt: no such file or directory`,
    cause: 'argument/mount@etcd',
  },
];

const users: readonly Break[] = [
  {
    name: 'etcd runs as a user who may not read its keys',
    change: (node) =>
      node.edit('manifests/etcd.yaml', (text) =>
        text.replace('  hostNetwork: true\n', '  hostNetwork: true\n  securityContext:\n    runAsUser: 998\n'),
      ),
    fails: ofEtcd,
    reason: 'permission denied',
    cause: 'argument/access@etcd',
  },
];

export const etcdBreaks: readonly Break[] = [...etcdNames, ...etcdSources, ...etcdDoors, ...users];
