import { buildNode } from '../support/build-node.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { Case } from './harness.ts';

const keys = ['ca.key', 'etcd/ca.key', 'front-proxy-ca.key', 'sa.key'];

/** Copies files of a control plane, from its PKI folder, to a node. */
function copied(node: NodeTree, paths: readonly string[]): NodeTree {
  const other = buildNode();
  for (const path of paths) node.write(`pki/${path}`, other.read(`pki/${path}`), 0o600);
  return node;
}

/** The files of the PKI folder of a control plane that are not keys. */
function certificates(): readonly string[] {
  const folder = '/etc/kubernetes/pki/';
  const files = [...buildNode().entries.keys()].filter(
    (path) => path.startsWith(folder) && /\.(?:crt|pub)$/.test(path),
  );
  return files.map((path) => path.slice(folder.length));
}

/** Keys of the control plane, where none is. */
export const workerKeyCases: readonly Case[] = [
  ...keys.map(
    (key): Case => ({
      name: `a worker has ${key}`,
      node: { worker: true },
      change: (node) => copied(node, [key]),
      findings: ['key/on-worker@worker-1'],
    }),
  ),
  {
    name: 'a worker has the keys of every CA and what they belong to',
    node: { worker: true },
    change: (node) => copied(node, [...keys, 'etcd/ca.crt', 'front-proxy-ca.crt', 'sa.pub']),
    findings: ['key/on-worker@worker-1'],
  },
  {
    name: 'a worker has a key of the CA under another name',
    node: { worker: true },
    change: (node) => node.write('pki/old.key', privateKeyPem(node.authority('kubernetes-ca').key)),
    findings: ['file/unused@worker-1', 'key/on-worker@worker-1'],
  },
  {
    name: 'a node with the key of the CA, whose manifests were not given',
    node: { worker: true },
    change: (node) => {
      node
        .write('/etc/kubernetes/elsewhere', '')
        .edit('/var/lib/kubelet/config.yaml', (text) =>
          text.replace(/staticPodPath: .*/, 'staticPodPath: /data/manifests'),
        );
      copied(node, ['etcd/ca.key']);
    },
    findings: [],
  },
  {
    name: 'a key that kubeadm could not read is left on a worker, which signs nothing',
    node: { worker: true },
    change: (node) => node.write('pki/front-proxy-ca.key', privateKeyPem(keyNamed('left', 'Ed25519')), 0o600),
    findings: ['key/on-worker@worker-1'],
  },
  {
    name: 'a worker has the key of an API server, whose certificate names another node',
    node: { worker: true },
    change: (node) => copied(node, ['apiserver.crt', 'apiserver.key']),
    findings: ['key/on-worker@worker-1'],
  },
  {
    name: 'a worker has the key of a client of etcd',
    node: { worker: true },
    change: (node) => copied(node, ['etcd/ca.crt', 'apiserver-etcd-client.crt', 'apiserver-etcd-client.key']),
    findings: ['key/on-worker@worker-1'],
  },
  {
    name: 'a worker has the whole PKI folder of a control plane, but no key',
    node: { worker: true },
    change: (node) => copied(node, certificates()),
    findings: [],
  },
  { name: 'a control plane with every key', findings: [] },
];
