/** Workers to which files of a control plane were copied. */
import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';

const folder = '/etc/kubernetes/pki/';

/** Copies files of a control plane, from its PKI folder, to a node. */
export function copied(node: NodeTree, paths: readonly string[], other = buildNode()): NodeTree {
  for (const path of paths) node.write(`pki/${path}`, other.read(`pki/${path}`), 0o600);
  return node;
}

/** The files of the PKI folder of a control plane. */
export const pkiFiles = (): readonly string[] =>
  [...buildNode().entries.keys()].flatMap((path) =>
    path.startsWith(folder) && /\.(?:crt|key|pub)$/.test(path) ? path.slice(folder.length) : [],
  );

/** Copies the kubeconfigs of the components of a control plane to a node. */
export function withKubeconfigs(node: NodeTree, other = buildNode()): NodeTree {
  for (const path of ['controller-manager.conf', 'scheduler.conf']) node.write(path, other.read(path), 0o600);
  return node;
}

/** Adds a static pod that mounts something of the node. */
export function withPod(node: NodeTree, hostPath: string): NodeTree {
  const mounts = [{ name: 'certs', mountPath: '/certs', readOnly: true }];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'proxy', namespace: 'kube-system' },
    spec: {
      containers: [{ name: 'proxy', image: 'registry.example.test/proxy:1', volumeMounts: mounts }],
      volumes: [{ name: 'certs', hostPath: { path: hostPath } }],
    },
  };
  return node.write('manifests/proxy.yaml', JSON.stringify(pod), 0o600);
}
