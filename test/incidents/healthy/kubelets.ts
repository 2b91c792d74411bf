import { serveKubeletWith } from '../../cases/manifest-edits.ts';
import { certificatePem } from '../../support/certificates.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { corpus } from '../../support/corpus.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { moveEtcd } from './nodes.ts';
import type { Shape } from './shape.ts';

const bootstrapping = 'https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/';
const pki = '/etc/kubernetes/pki';

/** A serving certificate that kube-controller-manager has signed. */
export function serveApproved(node: NodeTree, name: string, ip: string): NodeTree {
  const key = keyNamed(`approved serving ${name}`);
  const { certificate } = makeAuthority(
    `system:node:${name}`,
    {
      key,
      ca: false,
      organizations: ['system:nodes'],
      usages: ['serverAuth'],
      sans: [`DNS:${name}`, `IP:${ip}`],
      notAfter: '2027-11-24',
    },
    node.authority('kubernetes-ca'),
  );
  const file = '/var/lib/kubelet/pki/kubelet-server-2026-11-24-14-05-00.pem';
  node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}serverTLSBootstrap: true\n`);
  return node
    .write(file, certificatePem(certificate) + privateKeyPem(key))
    .link('/var/lib/kubelet/pki/kubelet-server-current.pem', file);
}

/** Workers, and what kubelets show and serve with. */
export const kubelets: readonly Shape[] = [
  { id: 'worker', runs: 'every worker of kubeadm', source: bootstrapping, node: () => corpus('kubeadm-1.36-worker') },
  {
    id: 'worker-bootstrapped',
    runs: 'workers just after kubeadm join',
    source: bootstrapping,
    node: () => corpus('kubeadm-1.36-worker-bootstrapped'),
  },
  {
    id: 'worker-before-bootstrap',
    runs: 'workers that have a bootstrap token and no certificate yet',
    source: bootstrapping,
    node: { worker: true },
    change: (node) => {
      const conf = node
        .read('kubelet.conf')
        .replace(/client-certificate: .*\n\s+client-key: .*/, 'token: abcdef.0123456789abcdef');
      node.write('bootstrap-kubelet.conf', conf).remove('kubelet.conf').remove('/var/lib/kubelet/pki');
    },
  },
  {
    id: 'kubelet-finalized',
    runs: 'control planes whose kubelet.conf names the file that the kubelet rotates',
    source: 'https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init-phase/',
    node: () => corpus('kubeadm-1.36-finalized'),
  },
  {
    id: 'kubelet-drop-ins',
    runs: 'kubelets with a directory of drop-in files for their configuration',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/',
    node: { worker: true },
    change: (node) => {
      const config = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
      node.write('/etc/kubernetes/kubelet.conf.d/10-limits.conf', `${config}maxPods: 250\n`, 0o644);
      const flags = '--kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml';
      node.write(
        '/etc/systemd/system/kubelet.service',
        `[Service]\nExecStart=/usr/bin/kubelet ${flags} --config-dir=/etc/kubernetes/kubelet.conf.d --hostname-override=worker-1\n`,
        0o644,
      );
    },
  },
  {
    id: 'approved-serving-certificates',
    runs: 'clusters whose kubelets rotate their serving certificates, and kube-apiserver verifies them',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/#kubelet-serving-certs',
    node: { rotatedKubelet: true },
    change: (node) =>
      serveApproved(node, 'cp-1', '192.0.2.10').replaceFlag(
        'kube-apiserver',
        'kubelet-certificate-authority',
        `${pki}/ca.crt`,
      ),
  },
  {
    id: 'approved-serving-certificate-away-from-etcd',
    runs: 'such a cluster whose etcd listens in a network of its own',
    source: 'https://github.com/kubernetes/kubeadm/issues/2506',
    node: { rotatedKubelet: true },
    change: (node) =>
      moveEtcd(serveApproved(node, 'cp-1', '192.0.2.10')).replaceFlag(
        'kube-apiserver',
        'kubelet-certificate-authority',
        `${pki}/ca.crt`,
      ),
  },
  {
    id: 'worker-with-approved-serving-certificate',
    runs: 'a worker of such a cluster',
    source: 'https://github.com/kubernetes-sigs/metrics-server/issues/576',
    node: () => serveApproved(worker(), 'worker-1', '192.0.2.21'),
    beside: () => [controlPlane(1)],
  },
  {
    id: 'kubelet-at-another-control-plane',
    runs: 'clusters made from a single control plane: the kubelets of the others dial the first one',
    source: 'https://github.com/kubernetes/kubeadm/issues/1955',
    node: () => controlPlane(2),
    change: (node) => {
      for (const role of ['kubelet.conf', 'admin.conf'] as const) {
        node.editKubeconfig(role, { server: 'https://192.0.2.10:6443' });
      }
    },
  },
  {
    id: 'own-kubelet-pair',
    runs: 'installers that give each kubelet a serving certificate of the cluster CA (kops)',
    source: 'https://github.com/kubernetes/kops/issues/15970',
    node: { worker: true },
    change: (node) => {
      const pair = makeAuthority(
        'kubelet-server',
        { ca: false, usages: ['serverAuth'], sans: ['DNS:worker-1', 'IP:192.0.2.21'], notAfter: '2027-11-24' },
        node.authority('kubernetes-ca'),
      );
      serveKubeletWith(node, pair);
    },
  },
];
