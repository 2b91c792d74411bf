import type { NodeTree } from '../../../support/node-tree.ts';
import type { Case } from '../../harness.ts';
import { manifests, repath } from '../../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const healthy = { findings: [] };

/** Links to a file from a different path. */
function linked(node: NodeTree, path: string, store: string, target = store): void {
  node.move(path, store).link(path, target);
}

/** Files and folders behind symbolic links, and a PKI directory at a different path. */
export const links: readonly Case[] = [
  {
    name: 'certificates are absolute links',
    change: (node) => {
      linked(node, 'pki/apiserver.crt', '/etc/kubernetes/pki/2026/apiserver.crt');
      linked(node, 'pki/ca.crt', '/etc/kubernetes/pki/2026/ca.crt');
    },
    ...healthy,
  },
  {
    name: 'certificates are relative links',
    change: (node) => {
      linked(node, 'pki/apiserver.key', '/etc/kubernetes/pki/2026/apiserver.key', '2026/apiserver.key');
      linked(node, 'pki/etcd/ca.crt', '/etc/kubernetes/pki/etcd/2026/ca.crt', '2026/ca.crt');
    },
    ...healthy,
  },
  {
    name: 'the PKI directory is a link to ssl, which the arguments name (kubespray)',
    change: (node) => {
      node.move('pki', 'ssl').link('pki', '/etc/kubernetes/ssl');
      const text = [manifests[0] ?? '', manifests[1] ?? '', manifests[3] ?? '', '/var/lib/kubelet/config.yaml'];
      repath(node, text, pki, '/etc/kubernetes/ssl');
    },
    ...healthy,
  },
  {
    name: 'the PKI directory is a link to ssl, and the arguments name the link',
    change: (node) => node.move('pki', 'ssl').link('pki', 'ssl'),
    ...healthy,
  },
  {
    name: "the PKI directory is ssl, by kubeadm's certificatesDir",
    change: (node) => {
      node.move('pki', 'ssl');
      const text = [manifests[0] ?? '', manifests[1] ?? '', manifests[3] ?? '', '/var/lib/kubelet/config.yaml'];
      repath(node, text, pki, '/etc/kubernetes/ssl');
    },
    ...healthy,
  },
];
