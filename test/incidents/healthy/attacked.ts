import { mount, setFlags } from '../../cases/manifest-edits.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { controllers, kubeadm136 } from './hardening.ts';
import type { Shape } from './shape.ts';

const reference = 'https://kubernetes.io/docs/reference/command-line-tools-reference';

/** Gives kube-apiserver a variable whose value only the kubelet knows. */
function fromDownwardApi(node: NodeTree, variable: string, fieldPath: string): NodeTree {
  const lines = ['env:', `- name: ${variable}`, '  valueFrom:', '    fieldRef:', `      fieldPath: ${fieldPath}`];
  return node.edit('manifests/kube-apiserver.yaml', (text) =>
    text.replace(/^ {4}image: /m, `${lines.map((line) => `    ${line}\n`).join('')}$&`),
  );
}

/** Mounts a path of a type. */
function withTypedVolume(node: NodeTree, path: string, type: string): NodeTree {
  mount(node, 'kube-apiserver', path);
  return node.edit('manifests/kube-apiserver.yaml', (text) =>
    text.replace(`      path: ${path}\n`, `      path: ${path}\n      type: ${type}\n`),
  );
}

/** Healthy nodes that broke what the checks of probes, values and files assumed. */
export const attacked: readonly Shape[] = [
  {
    id: 'strong-suites-of-controllers-without-http2',
    runs: 'Clusters whose controller manager and scheduler serve HTTP/1.1 only, so that any suite does.',
    source: `${reference}/kube-controller-manager/`,
    node: kubeadm136,
    change: (node) => {
      for (const name of controllers)
        setFlags(node, name, {
          'disable-http2-serving': 'true',
          'tls-cipher-suites': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
        });
    },
  },
  {
    id: 'modes-of-authorization-in-a-variable',
    runs: 'API servers whose modes come from an annotation of the pod, with a webhook among them.',
    source: 'https://kubernetes.io/docs/tasks/inject-data-application/environment-variable-expose-pod-information/',
    node: kubeadm136,
    change: (node) => {
      node.write('/etc/kubernetes/pki/authz.conf', node.read('/etc/kubernetes/admin.conf'), 0o600);
      setFlags(node, 'kube-apiserver', {
        'authorization-mode': '$(MODES)',
        'authorization-webhook-config-file': '/etc/kubernetes/pki/authz.conf',
      });
      fromDownwardApi(node, 'MODES', "metadata.annotations['modes']");
    },
  },
  {
    id: 'socket-that-no-archive-has',
    runs: 'Archives of nodes with a socket of konnectivity below /etc/kubernetes: tar leaves sockets out.',
    source: 'https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/',
    node: kubeadm136,
    change: (node) => withTypedVolume(node, '/etc/kubernetes/konnectivity.socket', 'Socket'),
  },
  {
    id: 'image-of-etcd-with-a-number-of-its-own',
    runs: 'Nodes whose etcd is in a wrapper, whose image has a version of its own.',
    source: 'https://github.com/gardener/etcd-wrapper',
    node: kubeadm136,
    change: (node) =>
      node.edit('manifests/etcd.yaml', (text) =>
        text.replace(
          /image: .*/,
          'image: europe-docker.pkg.dev/gardener-project/releases/gardener/etcd-wrapper:v0.1.0',
        ),
      ),
  },
];
