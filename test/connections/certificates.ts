/** Breaks every certificate of a connection in every way. */
import type { Changes } from '../support/issue.ts';
import { keyNamed } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { Break, Way } from './breaking.ts';
import { issue, type Part, stranger } from './every-connection.ts';

interface Shown {
  readonly part: Part;
  /** Rows in which the server presents it. */
  readonly serves?: readonly string[];
  /** Rows in which the client presents it. */
  readonly shows?: readonly string[];
  /** The subject of the connection rules, if no rule checks the certificate itself. */
  readonly asConnection?: string;
}

const apiServerClients = [
  'kubelet-kube-apiserver',
  'kube-controller-manager-kube-apiserver',
  'kube-scheduler-kube-apiserver',
  'admin-kube-apiserver',
  'super-admin-kube-apiserver',
  'kube-proxy-kube-apiserver',
  'pods-kube-apiserver',
  'kube-apiserver-peer',
];
const etcdServers = ['kube-apiserver-etcd', 'etcdctl-etcd'];
export const ofEtcd = [...etcdServers, 'etcd-peer', 'etcd-gateway'];
const kubeProxy = 'kube-proxy → kube-apiserver';
const toKubelet = 'kube-apiserver → kubelet';

const shown: readonly Shown[] = [
  { part: 'kube-apiserver', serves: apiServerClients },
  { part: 'kube-etcd', serves: etcdServers, shows: ['etcd-gateway'] },
  { part: 'kube-etcd-peer', serves: ['etcd-peer'], shows: ['etcd-peer'] },
  { part: 'kube-apiserver-etcd-client', shows: ['kube-apiserver-etcd'] },
  { part: 'kube-etcd-healthcheck-client', shows: ['etcdctl-etcd'] },
  { part: 'kube-apiserver-kubelet-client', shows: ['kube-apiserver-kubelet'] },
  { part: 'front-proxy-client', shows: ['aggregator-extension', 'kube-apiserver-peer'] },
  { part: 'kubelet.conf', shows: ['kubelet-kube-apiserver'] },
  { part: 'controller-manager.conf', shows: ['kube-controller-manager-kube-apiserver'] },
  { part: 'scheduler.conf', shows: ['kube-scheduler-kube-apiserver'] },
  { part: 'admin.conf', shows: ['admin-kube-apiserver'] },
  { part: 'super-admin.conf', shows: ['super-admin-kube-apiserver'] },
  { part: 'kube-proxy.conf', shows: ['kube-proxy-kube-apiserver'], asConnection: kubeProxy },
  { part: 'kubelet-server', serves: ['kube-apiserver-kubelet'], asConnection: toKubelet },
];

interface Fault {
  readonly what: 'chain' | 'usage' | 'date';
  readonly changes: Changes;
  readonly reason: string;
  readonly rule: string;
}

const faults: readonly Fault[] = [
  {
    what: 'chain',
    changes: { issuer: stranger },
    reason: 'x509: certificate signed by unknown authority',
    rule: 'cert/issuer',
  },
  {
    what: 'usage',
    changes: { usages: ['codeSigning'] },
    reason: 'x509: certificate specifies an incompatible key usage',
    rule: 'cert/usage',
  },
  {
    what: 'date',
    changes: { notAfter: '2026-11-30' },
    reason: 'x509: certificate has expired or is not yet valid: current time 2026-12-01T00:00:00Z is after 2026-11-30',
    rule: 'cert/expired',
  },
  {
    what: 'date',
    changes: { notBefore: '2027-01-01' },
    reason: 'x509: certificate has expired or is not yet valid: current time 2026-12-01T00:00:00Z is before 2027-01-01',
    rule: 'cert/not-yet-valid',
  },
];

const rowsOf = ({ serves = [], shows = [] }: Shown): readonly string[] => [...new Set([...serves, ...shows])];

const covering = ({ serves = [], shows = [] }: Shown, what: string): Break['covers'] => ({
  [`server ${what}` as Way]: serves,
  [`client ${what}` as Way]: shows,
});

const causeOf = ({ part, serves, asConnection }: Shown, rule: string): string =>
  asConnection ? `connection/${serves ? 'server' : 'client'}-trust@${asConnection}` : `${rule}@${part}`;

/** A kubelet does not serve a certificate that it requested and that has expired. */
const notServed = { reason: 'remote error: tls: internal error', cause: 'kubelet/not-serving@kubelet' };

const signed = ['signed-kube-apiserver'];

const unverified = shown.flatMap((one) =>
  faults.map(
    ({ what, changes, reason, rule }): Break => ({
      name: `${one.part}: ${rule.replace('cert/', '')}`,
      change: (node) => issue(node, one.part, changes),
      // It is not known by which CA clients with new certificates verify the server.
      fails: [...rowsOf(one), ...(one.part === 'kube-apiserver' && rule !== 'cert/issuer' ? signed : [])],
      reason,
      cause: causeOf(one, rule),
      covers: covering(one, what),
      ...(one.part === 'kubelet-server' && rule === 'cert/expired' ? notServed : {}),
    }),
  ),
);

/** etcd loads both its pairs before it listens. */
const unloaded = shown.map((one): Break => {
  const isEtcd = one.part === 'kube-etcd' || one.part === 'kube-etcd-peer';
  return {
    name: `${one.part}: the key of another certificate`,
    change: (node) => issue(node, one.part, { key: keyNamed('of another certificate'), writeKey: false }),
    fails: isEtcd ? ofEtcd : [...rowsOf(one), ...(one.part === 'kube-apiserver' ? signed : [])],
    reason: 'tls: private key does not match public key',
    cause: one.asConnection ? `connection/credential@${one.asConnection}` : `cert/pair@${one.part}`,
    covers: { ...covering(one, 'key'), ...(one.part === 'kube-etcd' ? { 'server key': ofEtcd } : {}) },
  };
});

/** Replaces all names with the name of a different host. */
const named = (part: Part) => (node: NodeTree) => issue(node, part, { sans: ['DNS:elsewhere.test'] });
const noAddress = (host: string) =>
  `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`;

const names: readonly Break[] = [
  {
    name: 'kube-apiserver: other names',
    change: named('kube-apiserver'),
    fails: apiServerClients,
    reason: 'x509: c',
    cause: 'san/coverage@kube-apiserver',
    covers: { 'server name': apiServerClients },
  },
  {
    name: 'kube-apiserver: not the first address of the services',
    change: (node) => node.issue('kube-apiserver', { sans: ['IP:192.0.2.10', 'DNS:kubernetes.default.svc'] }),
    fails: ['pods-kube-apiserver https://10.96.0.1:443'],
    reason: 'x509: certificate is valid for 192.0.2.10, not 10.96.0.1',
    cause: 'san/coverage@kube-apiserver',
  },
  {
    name: 'kube-apiserver: not the name of its service, which peers want as well',
    change: (node) => node.issue('kube-apiserver', { sans: ['IP:192.0.2.10', 'IP:10.96.0.1', 'DNS:cp-1'] }),
    fails: ['pods-kube-apiserver https://kubernetes.default.svc:443', 'kube-apiserver-peer'],
    reason: 'x509: certificate is valid for cp-1, not kubernetes.default.svc',
    cause: 'san/documented@kube-apiserver',
  },
  {
    name: 'kube-etcd: other names',
    change: named('kube-etcd'),
    fails: etcdServers,
    reason: noAddress('127.0.0.1'),
    cause: 'san/coverage@kube-etcd',
    covers: { 'server name': etcdServers },
  },
  {
    name: 'kube-etcd-peer: other names',
    change: named('kube-etcd-peer'),
    fails: ['etcd-peer'],
    reason: noAddress('192.0.2.10'),
    cause: 'san/coverage@kube-etcd-peer',
    covers: { 'server name': ['etcd-peer'] },
  },
  {
    name: 'what the kubelet serves: other names',
    change: named('kubelet-server'),
    fails: ['kube-apiserver-kubelet'],
    reason: noAddress('192.0.2.10'),
    cause: `connection/server-name@${toKubelet}`,
    covers: { 'server name': ['kube-apiserver-kubelet'] },
  },
];

const forbidden = (verb: string, resource: string, group = '') =>
  `User "nobody" cannot ${verb} resource "${resource}" in API group "${group}"`;
const lease = forbidden('get', 'leases', 'coordination.k8s.io');

/** Certificates that every verifier trusts, for a user without any permissions. */
const identities: readonly (readonly [part: Part, reason: string, cause?: string])[] = [
  ['kube-apiserver-kubelet-client', 'Forbidden (user=nobody, verb=get, resource=nodes, subresource(s)=[proxy])'],
  ['front-proxy-client', 'x509: subject with cn=nobody is not in the allowed list'],
  ['kubelet.conf', `nodes "cp-1" is forbidden: ${forbidden('get', 'nodes')}`],
  ['controller-manager.conf', `leases.coordination.k8s.io "kube-controller-manager" is forbidden: ${lease}`],
  ['scheduler.conf', `leases.coordination.k8s.io "kube-scheduler" is forbidden: ${lease}`],
  ['admin.conf', forbidden('list', 'nodes'), 'cert/organization@admin.conf'],
  ['super-admin.conf', forbidden('list', 'nodes'), 'cert/organization@super-admin.conf'],
  ['kube-proxy.conf', forbidden('list', 'services'), `connection/identity@${kubeProxy}`],
];

const strangers = identities.map(([part, reason, cause]): Break => {
  const fails = shown.find((one) => one.part === part)?.shows ?? [];
  return {
    name: `${part}: nobody`,
    change: (node) => issue(node, part, { commonName: 'nobody', organizations: [] }),
    fails,
    reason,
    cause: cause ?? `cert/identity@${part}`,
    covers: { 'client identity': fails },
  };
});

const misspelled: Break = {
  name: 'admin.conf: a group that nearly is that of masters',
  change: (node) => issue(node, 'admin.conf', { organizations: ['system:masters,'] }),
  fails: ['admin-kube-apiserver'],
  reason: 'nodes is forbidden: User "kubernetes-admin" cannot list resource "nodes"',
  cause: 'cert/organization@admin.conf',
};

const otherNode: Break = {
  name: 'kubelet.conf: another node',
  change: (node) => node.issue('kubelet.conf', { commonName: 'system:node:cp-9' }),
  fails: ['kubelet-kube-apiserver'],
  reason: 'nodes "cp-1" is forbidden: node "cp-9" is not allowed to modify node "cp-1"',
  cause: 'cert/identity@kubelet.conf',
};

export const certificateBreaks: readonly Break[] = [
  ...unverified,
  ...unloaded,
  ...names,
  ...strangers,
  misspelled,
  otherNode,
];
