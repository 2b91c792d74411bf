/** Ends that do not use TLS, and what a kubeconfig says about its server. */
import type { NodeTree } from '../support/node-tree.ts';
import type { Break } from './breaking.ts';
import { apiServer, etcd, healthy } from './edits.ts';

const firstRecord = 'tls: first record does not look like a TLS handshake';
const plainToServer = 'Client sent an HTTP request to an HTTPS server';
export const kubeconfigs = ['kubelet', 'controller-manager', 'scheduler', 'admin', 'super-admin', 'kube-proxy'];
/** The connection that uses a kubeconfig. */
export const rowOf = (name: string) => `${/^(controller|scheduler)/.test(name) ? 'kube-' : ''}${name}-kube-apiserver`;

const transport: readonly Break[] = [
  {
    name: 'kube-apiserver dials etcd by http',
    change: apiServer('etcd-servers', 'http://127.0.0.1:2379'),
    fails: ['kube-apiserver-etcd'],
    reason: firstRecord,
    cause: 'connection/transport@kube-apiserver → etcd',
    covers: { transport: ['kube-apiserver-etcd'] },
  },
  {
    name: 'etcd listens by http where kube-apiserver dials, and by https elsewhere',
    change: etcd('listen-client-urls', 'http://127.0.0.1:2379,https://192.0.2.10:2379'),
    fails: ['kube-apiserver-etcd'],
    unknown: ['etcd-gateway https://192.0.2.10:2379'],
    reason: firstRecord,
    cause: 'connection/transport@kube-apiserver → etcd',
  },
  {
    name: 'etcd listens for peers by http, and tells them https',
    change: etcd('listen-peer-urls', 'http://192.0.2.10:2380'),
    fails: ['etcd-peer'],
    reason: firstRecord,
    cause: 'connection/transport@etcd → etcd peers',
    covers: { transport: ['etcd-peer'] },
  },
  ...kubeconfigs.map((name): Break => {
    return {
      name: `${name}.conf dials by http`,
      change: (node) => node.editKubeconfig(`${name}.conf`, { server: 'http://192.0.2.10:6443' }),
      fails: [rowOf(name)],
      reason: plainToServer,
      cause:
        name === 'kube-proxy' ? 'connection/transport@kube-proxy → kube-apiserver' : `kubeconfig/server@${name}.conf`,
      covers: { transport: [rowOf(name)] },
    };
  }),
  {
    name: 'a kubeconfig without a scheme',
    change: (node) => node.editKubeconfig('scheduler.conf', { server: '192.0.2.10:6443' }),
    fails: ['kube-scheduler-kube-apiserver'],
    reason: plainToServer,
    cause: 'kubeconfig/server@scheduler.conf',
  },
  healthy('a kubeconfig with a path, and without a port', (node) =>
    node.editKubeconfig('scheduler.conf', { server: 'https://192.0.2.10/clusters/one' }),
  ),
];

/** Sets a field of the cluster in a kubeconfig. */
const cluster = (file: string, field: string) => (node: NodeTree) =>
  node.edit(file, (text) => text.replace(/^( +)server: /m, `$1${field}\n$1server: `));

const kubeconfigFields: readonly Break[] = [
  healthy('a name that the certificate has, for an address that it lacks', (node) => {
    node.editKubeconfig('scheduler.conf', { server: 'https://198.51.100.7:6443' });
    cluster('scheduler.conf', 'tls-server-name: kubernetes')(node);
  }),
  {
    name: 'a name that the certificate lacks, for an address that it has',
    change: cluster('scheduler.conf', 'tls-server-name: elsewhere.test'),
    fails: ['kube-scheduler-kube-apiserver'],
    reason: 'not elsewhere.test',
    cause: 'san/coverage@kube-apiserver',
  },
  healthy('whoever verifies nothing trusts a stranger', (node) => {
    node.edit('scheduler.conf', (text) => text.replace(/^ +certificate-authority-data: .*\n/m, ''));
    cluster('scheduler.conf', 'insecure-skip-tls-verify: true')(node);
    node.editKubeconfig('scheduler.conf', { server: 'https://198.51.100.7:6443' });
  }),
];

export const transportBreaks: readonly Break[] = [...transport, ...kubeconfigFields];
