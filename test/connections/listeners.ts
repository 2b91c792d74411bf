/** Servers that listen elsewhere than their clients dial, and servers and clients that do not run. */
import type { NodeTree } from '../support/node-tree.ts';
import type { Break } from './breaking.ts';
import { all, apiServer, etcd, healthy } from './edits.ts';
import { kubeconfigs, rowOf } from './transport.ts';

const refused = (address: string) => `dial tcp ${address}: connect: connection refused`;
const toApiServer = refused('192.0.2.10:6443');
const remove = (name: string) => (node: NodeTree) => node.remove(`manifests/${name}.yaml`);
const rows = kubeconfigs.map(rowOf);
const ofListener = 'connection/listener@kubelet → kube-apiserver';

const etcdListeners: readonly Break[] = [
  {
    name: 'etcd does not listen at 127.0.0.1',
    change: etcd('listen-client-urls', 'https://192.0.2.10:2379'),
    fails: ['kube-apiserver-etcd'],
    reason: `${refused('127.0.0.1:2379')}: etcd listens at https://192.0.2.10:2379`,
    cause: 'connection/listener@kube-apiserver → etcd',
    covers: { listener: ['kube-apiserver-etcd'] },
  },
  {
    name: 'kube-apiserver dials another port of etcd',
    change: apiServer('etcd-servers', 'https://192.0.2.10:2378'),
    fails: ['kube-apiserver-etcd https://192.0.2.10:2378'],
    reason: refused('192.0.2.10:2378'),
    cause: 'connection/listener@kube-apiserver → etcd',
  },
  healthy('etcd listens at every address', etcd('listen-client-urls', 'https://0.0.0.0:2379')),
  healthy(
    'etcd listens at one address of its node, and kube-apiserver dials another one',
    all(
      etcd('listen-client-urls', 'https://127.0.0.1:2379,https://192.0.2.77:2379'),
      apiServer('etcd-servers', 'https://192.0.2.10:2379'),
    ),
  ),
];

const apiServerListeners: readonly Break[] = [
  {
    name: 'kube-apiserver listens at another port',
    change: apiServer('secure-port', '7443'),
    fails: rows,
    reason: `${toApiServer}: kube-apiserver listens at https://0.0.0.0:7443`,
    cause: ofListener,
    covers: { listener: rows },
  },
  {
    name: 'kube-apiserver listens only at 127.0.0.1',
    change: apiServer('bind-address', '127.0.0.1'),
    fails: rows,
    reason: `${toApiServer}: kube-apiserver listens at https://127.0.0.1:6443`,
    cause: ofListener,
  },
  {
    name: 'one kubeconfig dials another port, where a load balancer of the machine may listen',
    change: (node) => node.editKubeconfig('scheduler.conf', { server: 'https://192.0.2.10' }),
    fails: [],
    unknown: ['kube-scheduler-kube-apiserver https://192.0.2.10'],
    reason:
      'a different program may listen at https://192.0.2.10, because kube-apiserver listens at https://0.0.0.0:6443',
    cause: null,
  },
  {
    name: 'one kubeconfig dials another port, at which nothing usually listens',
    change: (node) => node.editKubeconfig('scheduler.conf', { server: 'https://192.0.2.10:6553' }),
    fails: ['kube-scheduler-kube-apiserver https://192.0.2.10:6553'],
    reason: 'dial tcp 192.0.2.10:6553: connect: connection refused: kube-apiserver listens at https://0.0.0.0:6443',
    cause: 'connection/listener@kube-scheduler → kube-apiserver',
  },
  {
    name: 'all kubeconfigs dial another port: that shows no more than one of them',
    change: (node) => {
      for (const name of kubeconfigs) node.editKubeconfig(`${name}.conf`, { server: 'https://192.0.2.10:8443' });
    },
    fails: [],
    unknown: rows.map((row) => `${row} https://192.0.2.10:8443`),
    reason:
      'a different program may listen at https://192.0.2.10:8443, because kube-apiserver listens at https://0.0.0.0:6443',
    cause: null,
  },
  {
    name: 'kubeconfigs dial another port, at which a load balancer may listen',
    change: (node) => {
      apiServer('secure-port', '7443')(node);
      node.write(
        'manifests/haproxy.yaml',
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: haproxy\nspec:\n  containers:\n  - name: haproxy\n    image: haproxy\n',
      );
    },
    fails: [],
    unknown: rows,
    reason: 'a different program may listen at https://192.0.2.10:6443',
    cause: null,
  },
];

/** The connections of kube-apiserver, at either end. */
const ofApiServer = [
  ...[...rows, 'pods-kube-apiserver', 'signed-kube-apiserver'],
  ...['kube-apiserver-etcd', 'kube-apiserver-kubelet', 'aggregator-extension'],
];

/** Components without a manifest. */
export const stoppedBreaks: readonly Break[] = [
  {
    name: 'kube-scheduler does not run',
    change: remove('kube-scheduler'),
    fails: ['kube-scheduler-kube-apiserver'],
    reason: 'kube-scheduler is not running',
    cause: 'manifest/missing@cp-1',
  },
  {
    name: 'kube-controller-manager cannot be read',
    change: (node) => node.write('manifests/kube-controller-manager.yaml', 'a: ['),
    fails: ['kube-controller-manager-kube-apiserver'],
    reason: 'kube-controller-manager is not running',
    cause: 'manifest/parse@/etc/kubernetes/manifests/kube-controller-manager.yaml',
  },
  {
    name: 'etcd does not run',
    change: remove('etcd'),
    fails: ['kube-apiserver-etcd', 'etcd-peer', 'etcdctl-etcd'],
    reason: 'etcd is not running',
    cause: 'manifest/missing@cp-1',
  },
  {
    name: 'kube-apiserver does not run',
    change: remove('kube-apiserver'),
    fails: ofApiServer,
    reason: 'kube-apiserver is not running',
    cause: 'manifest/missing@cp-1',
  },
  {
    name: 'a unit may start kube-apiserver',
    change: (node) => remove('kube-apiserver')(node.write('/etc/systemd/system/kube-apiserver.service', '[Service]\n')),
    fails: [],
    unknown: ofApiServer,
    reason: 'kube-apiserver.service may start kube-apiserver',
    cause: null,
  },
];

export const listenerBreaks: readonly Break[] = [...etcdListeners, ...apiServerListeners];
