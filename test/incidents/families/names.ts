import { buildNode } from '../../support/build-node.ts';
import { controlPlane } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const pki = '/etc/kubernetes/pki';

function copyPair(node: NodeTree, from: NodeTree, ...files: readonly string[]): NodeTree {
  for (const file of files) {
    for (const end of ['crt', 'key']) node.write(`pki/${file}.${end}`, from.read(`pki/${file}.${end}`));
  }
  return node;
}

/** Changes a node's address wherever its files say it, and leaves the certificates as they are. */
function readdress(node: NodeTree, from: string, to: string): void {
  const files = ['etcd', 'kube-apiserver'].map((name) => `manifests/${name}.yaml`);
  const kubeconfigs = ['admin', 'super-admin', 'controller-manager', 'scheduler', 'kubelet'].map(
    (name) => `${name}.conf`,
  );
  for (const file of [...files, ...kubeconfigs]) node.edit(file, (text) => text.replaceAll(from, to));
}

/** Certificates without a name or an address at which the component is dialled, and users with a wrong name. */
export const names: readonly Incident[] = [
  {
    id: 'apiserver-pair-copied',
    title: "A new master serves with the first one's certificate",
    source: 'https://github.com/kubernetes/kubeadm/issues/546',
    happened:
      'To add a control plane node, the certificates of the first one were copied to it. The kubelet of the new master logged "x509: certificate is valid for 192.168.1.x, …, not 192.168.1.n": the list of addresses was fixed when the cluster was set up.',
    node: () => copyPair(controlPlane(2), controlPlane(1), 'apiserver'),
    beside: () => [controlPlane(1)],
    finds: ['error cluster/copied@cp-2 of cp-2'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs apiserver'],
  },
  {
    id: 'etcd-pairs-copied',
    title: 'Renewed certificates of etcd were copied to the other members',
    source: 'https://github.com/etcd-io/etcd/issues/15740',
    happened:
      'The certificates of etcd were renewed on the first master, then copied to the two others. The members rejected each other: "tls: 192.16.0.3 does not match any of DNSNames [host1 localhost]".',
    node: () => copyPair(controlPlane(2), controlPlane(1), 'etcd/server', 'etcd/peer'),
    beside: () => [controlPlane(1)],
    finds: ['error cluster/copied@cp-2 of cp-2'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs etcd-server', 'mv', 'kubeadm init phase certs etcd-peer'],
  },
  {
    id: 'address-changed',
    title: 'The address of a control plane node has changed',
    source: 'https://github.com/kubernetes/kubeadm/issues/338',
    happened:
      'A master got a new address. After the address had been replaced in all configuration files, the certificates still had the old one: those of the API server and of etcd had to be deleted and made again with kubeadm.',
    change: (node) => readdress(node, '192.0.2.10', '192.0.2.99'),
    finds: ['error san/coverage@cp-1', 'warning san/documented@kube-etcd-peer'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs etcd-server', 'mv', 'kubeadm init phase certs apiserver'],
  },
  {
    id: 'etcd-by-the-page',
    title: "etcd's certificate names localhost only",
    source: 'https://github.com/kubernetes/website/pull/30716',
    happened:
      'Certificates were made by hand, to the letter of the documentation, which listed localhost and 127.0.0.1 for etcd. When a second control plane was to join, kubeadm dialled etcd at the address of its node, and the certificate did not name it. The documentation was corrected.',
    change: (node) => node.issue('kube-etcd', { sans: ['DNS:localhost', 'IP:127.0.0.1'] }),
    finds: ['error san/coverage@kube-etcd'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs etcd-server'],
  },
  {
    id: 'etcd-without-addresses',
    title: "etcd's certificate has names but no addresses",
    source: 'https://github.com/rancher/rancher/issues/17073',
    happened:
      'After an upgrade etcd did not come up: "x509: cannot validate certificate for 127.0.0.1 because it doesn\'t contain any IP SANs". The certificate listed three host names only, and the newer etcd dials itself by address.',
    change: (node) => node.issue('kube-etcd', { sans: ['DNS:etcd', 'DNS:etcd.kubernetes', 'DNS:cp-1'] }),
    finds: ['error san/coverage@kube-etcd'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs etcd-server'],
  },
  {
    id: 'etcd-common-name-only',
    title: "etcd's certificate has its name in the common name only",
    source: 'https://github.com/Quentin-M/etcd-cloud-operator/pull/61',
    happened:
      'With 1.19, kube-apiserver could not connect to etcd any more: "x509: certificate relies on legacy Common Name field, use SANs". Go 1.15 stopped reading host names from the common name.',
    change: (node) => {
      node.issue('kube-etcd', { commonName: 'etcd.example.test', sans: null });
      node.replaceFlag('etcd', 'advertise-client-urls', 'https://etcd.example.test:2379');
      node.replaceFlag('kube-apiserver', 'etcd-servers', 'https://etcd.example.test:2379');
    },
    finds: ['error san/coverage@kube-etcd', 'warning cert/common-name@kube-etcd'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs etcd-server'],
  },
  {
    id: 'kubelet-certificate-not-verifiable',
    title: 'kube-apiserver is to verify kubelets, which sign their certificates themselves',
    source: 'https://github.com/kubernetes/kubernetes/issues/62939',
    happened:
      'kubectl logs failed with "x509: cannot validate certificate for 10.240.0.12 because it doesn\'t contain any IP SANs". The kubelet served with the certificate that it makes itself, with its host name only, and kube-apiserver had a flag to verify it.',
    node: { rotatedKubelet: true },
    change: (node) => node.replaceFlag('kube-apiserver', 'kubelet-certificate-authority', `${pki}/ca.crt`),
    finds: ['error connection/server-trust@kube-apiserver → kubelet'],
    fix: ['kubectl', 'sed', 'sed'],
  },
  {
    id: 'host-renamed',
    title: 'The host was renamed after the cluster was made',
    source: 'https://github.com/heptio/aws-quickstart/issues/239',
    happened:
      'The kubelet could not register: "nodes ip-x.ec2.internal is forbidden: node ip-x cannot modify node ip-x.ec2.internal". The host name was changed after kubeadm init, so the name of the node differed from that in its certificate.',
    change: (node) =>
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) => text.replace('cp-1', 'cp-1.ec2.internal')),
    // No component dials the node by its name: its other certificates are as good as before.
    finds: ['error cert/identity@kubelet.conf'],
    fix: ['mkdir', 'mv', 'kubeadm init phase kubeconfig kubelet'],
  },
  {
    id: 'host-in-capitals',
    title: 'Capital letters in the host name',
    source: 'https://github.com/canonical/microk8s/issues/902',
    happened:
      'With RBAC on, a node whose host name has capital letters could neither renew its lease nor mount secrets: "can only access node lease with the same name as the requesting node". Kubernetes writes node names in lower case; the certificate had the name as the host has it.',
    change: (node) => node.issue('kubelet.conf', { commonName: 'system:node:CP-1' }),
    finds: ['error cert/identity@kubelet.conf'],
    fix: [],
  },
  {
    id: 'one-user-for-all-kubelets',
    title: 'All kubelets are the user system:node',
    source: 'https://github.com/jetstack/tarmak/issues/33',
    happened:
      'An installer gave every kubelet a certificate for the user "system:node". With the Node authorizer it was refused: nodes is forbidden: User "system:node" cannot list nodes at the cluster scope. The name must be system:node: and the name of the node.',
    node: () => buildNode({ worker: true }).issue('kubelet.conf', { commonName: 'system:node' }),
    finds: ['error cert/identity@kubelet.conf'],
    fix: [],
  },
];
