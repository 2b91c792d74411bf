import { setFlags } from '../../cases/manifest-edits.ts';
import { corpus } from '../../support/corpus.ts';
import type { Incident } from '../incident.ts';

const replaced = ['cp', 'cp', 'sed', 'mv'];

/** Servers that do not listen where their clients dial. */
export const listeners: readonly Incident[] = [
  {
    id: 'first-member-listens-locally',
    title: 'The first member of etcd listens only on 127.0.0.1',
    source: 'https://github.com/kubernetes/kubeadm/issues/1950',
    happened:
      'kubeadm 1.12 let the only etcd of a cluster listen for peers on 127.0.0.1. After upgrades to 1.15, kubeadm join --control-plane failed, and the first etcd lost its quorum: the new member could not reach it.',
    node: () => corpus('kubeadm-1.36-ha'),
    change: (node) =>
      setFlags(node, 'etcd', {
        'listen-peer-urls': 'https://127.0.0.1:2380',
        'initial-advertise-peer-urls': 'https://127.0.0.1:2380',
        'initial-cluster': 'cp-1=https://127.0.0.1:2380',
      }),
    beside: async () => [await corpus('kubeadm-1.36-ha-node2')],
    finds: ['error connection/listener@etcd → etcd peers of cp-1'],
    fix: replaced,
  },
  {
    id: 'peers-listen-locally',
    title: 'ETCD_LISTEN_PEER_URLS is a local address',
    source: 'https://github.com/etcd-io/etcd/issues/9114',
    happened:
      'Three machines were to be one etcd cluster. Each listed the addresses of the others in --initial-cluster, and listened for peers only at http://127.0.0.1:2380: no member ever reached another.',
    change: (node) =>
      setFlags(node, 'etcd', {
        'listen-peer-urls': 'https://127.0.0.1:2380',
        'initial-cluster': 'cp-1=https://192.0.2.10:2380,cp-2=https://192.0.2.11:2380,cp-3=https://192.0.2.12:2380',
      }),
    finds: ['error connection/listener@etcd → etcd peers'],
    fix: replaced,
  },
  {
    id: 'secure-port-of-one-node',
    title: 'The API server of one node listens at a different port',
    source: 'https://github.com/ansible/awx/issues/13123',
    happened:
      'The first control plane had been created with an API server at port 443. Those that joined listened at 6443, references to the ports were changed by hand, and then connections within the cluster were refused.',
    change: (node) => node.replaceFlag('kube-apiserver', 'secure-port', '443'),
    finds: ['error connection/listener@kubelet → kube-apiserver'],
    fix: replaced,
  },
  {
    id: 'api-server-listens-locally',
    title: '--bind-address=127.0.0.1 for kube-apiserver',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/',
    happened:
      'What is usual for kube-controller-manager and kube-scheduler was done for kube-apiserver too. The documentation says of its --bind-address that the rest of the cluster must reach it. Everything that dials the address of the node was refused, the probes first.',
    node: () => corpus('kubeadm-1.36-default'),
    change: (node) => node.replaceFlag('kube-apiserver', 'bind-address', '127.0.0.1'),
    finds: ['error manifest/probe@kube-apiserver'],
    fix: replaced,
  },
  {
    id: 'api-server-left-localhost',
    title: 'kubeconfigs dial localhost, and kube-apiserver listens on the address of the node',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/2051',
    happened:
      'kube_apiserver_bind_address was set, so that haproxy and the API server could have the same port on different addresses. All kubeconfigs of the node dialled localhost, where nothing listened any more.',
    change: (node) => {
      node.replaceFlag('kube-apiserver', 'bind-address', '192.0.2.10');
      for (const name of ['admin', 'super-admin', 'controller-manager', 'scheduler', 'kubelet'])
        node.edit(`${name}.conf`, (text) => text.replace('https://192.0.2.10:', 'https://127.0.0.1:'));
      node.issue('kube-apiserver', {
        sans: [
          'DNS:cp-1',
          'DNS:kubernetes',
          'DNS:kubernetes.default',
          'DNS:kubernetes.default.svc',
          'DNS:kubernetes.default.svc.cluster.local',
          'IP:10.96.0.1',
          'IP:192.0.2.10',
          'IP:127.0.0.1',
        ],
      });
    },
    finds: ['error connection/listener@kubelet → kube-apiserver'],
    fix: replaced,
  },
  {
    id: 'probe-and-insecure-port',
    title: 'The insecure port moved, and the probe did not',
    source: 'https://github.com/kubernetes/kubernetes/issues/45787',
    happened:
      'kube-apiserver got --insecure-port=8090. Its liveness probe dialled http://127.0.0.1:8080/healthz as before, connections were refused, and the API server was restarted.',
    node: () => corpus('kubeadm-1.36-default'),
    change: (node) =>
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text
          .replaceAll('host: 192.0.2.10', 'host: 127.0.0.1')
          .replaceAll('port: probe-port', 'port: 8080')
          .replaceAll('scheme: HTTPS', 'scheme: HTTP')
          .replaceAll(/path: \/(?:livez|readyz)/g, 'path: /healthz'),
      ),
    finds: ['error manifest/probe@kube-apiserver'],
    fix: replaced,
  },
];
