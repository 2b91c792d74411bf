import { buildNode } from '../../support/build-node.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { copied, pkiFiles, withKubeconfigs, withPod } from '../on-worker.ts';

const keys = ['ca.key', 'etcd/ca.key', 'front-proxy-ca.key', 'sa.key'];

/** Removes the manifests of a control plane with an external etcd. */
function withoutManifests(node: NodeTree): void {
  for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
    node.remove(`manifests/${name}.yaml`);
  node.write('manifests/.keep', '');
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
    change: (node) =>
      copied(
        node,
        pkiFiles().filter((path) => !path.endsWith('.key')),
      ),
    findings: [],
  },
  {
    name: 'a worker has the PKI folder and all kubeconfigs of a control plane',
    node: { worker: true },
    change: (node) => withKubeconfigs(copied(node, pkiFiles())),
    findings: ['key/on-worker@worker-1'],
  },
  {
    name: 'the same, and a program of the worker reads one of the keys',
    node: { worker: true },
    change: (node) =>
      withPod(withKubeconfigs(copied(node, pkiFiles())), '/etc/kubernetes/pki/apiserver-kubelet-client.key'),
    findings: ['key/on-worker@worker-1'],
  },
  {
    name: 'a control plane whose manifests were moved away, with an external etcd',
    node: { externalEtcd: true },
    change: (node) => {
      withoutManifests(node);
    },
    findings: ['authority/key@etcd-ca', 'manifest/missing@cp-1'],
  },
  {
    name: 'a control plane whose certificates are those of another node, and whose components dial it',
    node: { externalEtcd: true },
    change: (node) => {
      withoutManifests(node);
      copied(node, ['apiserver.crt', 'apiserver.key'], buildNode({ name: 'cp-9', ip: '192.0.2.19' }));
    },
    findings: ['authority/key@etcd-ca', 'manifest/missing@cp-1', 'san/coverage@kube-apiserver'],
  },
  { name: 'a control plane with every key', findings: [] },
];
