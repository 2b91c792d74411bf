import type { NodeTree } from '../../../support/node-tree.ts';
import type { Case } from '../../harness.ts';
import { manifests, mount, repath, setFlags } from '../../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const healthy = { findings: [] };

/** Moves the certificate and key of a role to a folder that the component mounts, and updates the arguments. */
function movePair(
  node: NodeTree,
  [component, file, certificateFlag, keyFlag]: readonly [string, string, string, string],
): void {
  node.move(`pki/${file}.crt`, '/srv/tls/tls.crt').move(`pki/${file}.key`, '/srv/tls/tls.key');
  setFlags(node, component, { [certificateFlag]: '/tls/tls.crt', [keyFlag]: '/tls/tls.key' });
  mount(node, component, '/srv/tls', '/tls');
}

const pairs = [
  ['kube-apiserver', 'apiserver', 'tls-cert-file', 'tls-private-key-file'],
  ['kube-apiserver', 'apiserver-kubelet-client', 'kubelet-client-certificate', 'kubelet-client-key'],
  ['kube-apiserver', 'apiserver-etcd-client', 'etcd-certfile', 'etcd-keyfile'],
  ['kube-apiserver', 'front-proxy-client', 'proxy-client-cert-file', 'proxy-client-key-file'],
  ['etcd', 'etcd/server', 'cert-file', 'key-file'],
  ['etcd', 'etcd/peer', 'peer-cert-file', 'peer-key-file'],
] as const;

/** Files of roles outside the recommended paths, with arguments that point to them. */
export const elsewhere: readonly Case[] = [
  ...pairs.map(
    (pair): Case => ({
      name: `the pair of ${pair[1]} lies elsewhere, and its arguments follow`,
      change: (node) => movePair(node, pair),
      ...healthy,
    }),
  ),
  {
    name: 'the cluster CA lies elsewhere, and all arguments follow',
    change: (node) => {
      node.move('pki/ca.crt', '/srv/ca/cluster.pem').move('pki/ca.key', '/srv/ca/cluster.key');
      repath(node, [manifests[0] ?? '', manifests[1] ?? ''], `${pki}/ca.`, '/srv/ca/cluster.');
      repath(node, [...manifests.slice(0, 2)], '/srv/ca/cluster.crt', '/srv/ca/cluster.pem');
      repath(node, ['/var/lib/kubelet/config.yaml'], `${pki}/ca.crt`, '/srv/ca/cluster.pem');
      for (const component of ['kube-apiserver', 'kube-controller-manager']) mount(node, component, '/srv/ca');
    },
    ...healthy,
  },
  {
    name: "the front proxy's CA lies elsewhere, and all arguments follow",
    change: (node) => {
      node.move('pki/front-proxy-ca.crt', '/srv/ca/proxy.crt').remove('pki/front-proxy-ca.key');
      repath(node, [...manifests.slice(0, 2)], `${pki}/front-proxy-ca.crt`, '/srv/ca/proxy.crt');
      for (const component of ['kube-apiserver', 'kube-controller-manager']) mount(node, component, '/srv/ca');
    },
    ...healthy,
  },
  {
    name: 'the service account keys lie elsewhere, one file with both halves',
    change: (node) => {
      node.move('pki/sa.key', '/srv/sa/key.pem').remove('pki/sa.pub');
      setFlags(node, 'kube-apiserver', {
        'service-account-key-file': '/srv/sa/key.pem',
        'service-account-signing-key-file': '/srv/sa/key.pem',
      });
      setFlags(node, 'kube-controller-manager', { 'service-account-private-key-file': '/srv/sa/key.pem' });
      for (const component of ['kube-apiserver', 'kube-controller-manager']) mount(node, component, '/srv/sa');
    },
    ...healthy,
  },
  {
    name: 'kubeconfigs lie elsewhere',
    change: (node) => {
      for (const component of ['controller-manager', 'scheduler']) {
        node.move(`${component}.conf`, `/srv/${component}/kubeconfig`);
        const flags = ['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'];
        setFlags(node, `kube-${component}`, Object.fromEntries(flags.map((flag) => [flag, '/srv/kubeconfig'])));
        mount(node, `kube-${component}`, `/srv/${component}/kubeconfig`, '/srv/kubeconfig');
      }
    },
    ...healthy,
  },
  {
    name: 'the kubelet is started with a kubeconfig that lies elsewhere',
    change: (node) => {
      node.move('kubelet.conf', '/var/lib/kubelet/kubeconfig');
      const flags = '--kubeconfig=/var/lib/kubelet/kubeconfig --config=/var/lib/kubelet/config.yaml';
      node.write('/etc/systemd/system/kubelet.service', `[Service]\nExecStart=/usr/bin/kubelet ${flags}\n`, 0o644);
    },
    ...healthy,
  },
  {
    name: 'all of etcd lies elsewhere',
    change: (node) => {
      node.move('pki/etcd', '/etc/etcd/pki');
      repath(node, [manifests[0] ?? '', manifests[3] ?? ''], `${pki}/etcd`, '/etc/etcd/pki');
      mount(node, 'kube-apiserver', '/etc/etcd/pki');
    },
    ...healthy,
  },
];
