import { certificatePem } from '../../support/certificates.ts';
import { controlPlane } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const pki = '/etc/kubernetes/pki';

/** kube-apiserver verifies kubelets with a bundle that contains the cluster's CA and others. */
const verifiesKubelets = (node: NodeTree, pem: string) =>
  node
    .write('pki/kubelet-ca.crt', pem)
    .replaceFlag('kube-apiserver', 'kubelet-certificate-authority', `${pki}/kubelet-ca.crt`);

/** kube-apiserver verifies clients with an expired certificate of the cluster's CA, which was renewed with its key. */
function verifyingWithExpired(node: NodeTree): void {
  const { key } = node.authority('kubernetes-ca');
  const old = makeAuthority('kubernetes', { key, notBefore: '2016-11-01', notAfter: '2026-11-01' });
  node.write('pki/old-ca.crt', certificatePem(old.certificate));
  node.replaceFlag('kube-apiserver', 'client-ca-file', `${pki}/old-ca.crt`);
}

export const connectionCases: readonly Case[] = [
  {
    name: 'kube-apiserver verifies kubelets, and the kubelet serves a certificate that it signed itself',
    node: { rotatedKubelet: true },
    change: (node) => verifiesKubelets(node, node.read('pki/ca.crt')),
    findings: ['connection/server-trust@kube-apiserver → kubelet'],
  },
  {
    name: 'kube-apiserver verifies kubelets by that very certificate, which names no address',
    node: { rotatedKubelet: true },
    change: (node) => verifiesKubelets(node, node.read('/var/lib/kubelet/pki/kubelet.crt')),
    findings: ['connection/server-name@kube-apiserver → kubelet'],
  },
  {
    name: 'kube-apiserver verifies kubelets by that very certificate, and dials them by name',
    node: { rotatedKubelet: true },
    change: (node) =>
      verifiesKubelets(node, node.read('/var/lib/kubelet/pki/kubelet.crt')).replaceFlag(
        'kube-apiserver',
        'kubelet-preferred-address-types',
        'Hostname',
      ),
    findings: [],
  },
  {
    name: 'kube-apiserver verifies kubelets, and what the kubelet serves is no certificate',
    node: { rotatedKubelet: true },
    change: (node) =>
      verifiesKubelets(node, node.read('pki/ca.crt')).write('/var/lib/kubelet/pki/kubelet.crt', 'nothing\n'),
    findings: ['kubelet/default-pair@kubelet'],
  },
  {
    name: 'kube-proxy has the certificate of kube-scheduler, and another key',
    change: (node) => {
      node.write('kube-proxy.conf', node.read('scheduler.conf'), 0o600);
      node.editKubeconfig('kube-proxy.conf', { clientKey: privateKeyPem(node.key('front-proxy-client')) });
    },
    findings: ['connection/credential@kube-proxy → kube-apiserver'],
  },
  {
    name: 'etcd listens at another port than the one that kube-apiserver dials',
    change: (node) => node.replaceFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2389,https://192.0.2.10:2379'),
    findings: ['connection/listener@kube-apiserver → etcd'],
  },
  {
    name: 'kube-apiserver listens at another port than the one that its clients dial',
    change: (node) => node.replaceFlag('kube-apiserver', 'secure-port', '7443'),
    findings: ['connection/listener@kubelet → kube-apiserver'],
  },
  {
    name: 'the kubeconfig of the kubelet has a mistyped port, and the others have the right one',
    change: (node) => node.editKubeconfig('kubelet.conf', { server: 'https://192.0.2.10:6553' }),
    findings: ['connection/listener@kubelet → kube-apiserver'],
  },
  {
    name: 'kube-apiserver dials etcd without TLS',
    change: (node) => node.replaceFlag('kube-apiserver', 'etcd-servers', 'http://127.0.0.1:2379'),
    findings: ['connection/transport@kube-apiserver → etcd'],
  },
  {
    name: 'the CA was renewed with its key, and --client-ca-file names the old certificate, which has expired',
    change: verifyingWithExpired,
    findings: ['connection/client-trust@kubelet → kube-apiserver'],
  },
  {
    name: 'the same, in a cluster with a node that has a CA of its own, which does not explain it',
    node: () => controlPlane(1),
    change: verifyingWithExpired,
    beside: () => [controlPlane(2), controlPlane(3, { certificates: { 'kubernetes-ca': { key: 'P-384' } } })],
    findings: ['cluster/authority@kubernetes-ca', 'connection/client-trust@kubelet → kube-apiserver'],
  },
  {
    name: 'etcd lets in one name only, and it is not that of kube-apiserver',
    change: (node) => node.replaceFlag('etcd', 'client-cert-allowed-hostname', 'kube-apiserver'),
    findings: ['connection/identity@kube-apiserver → etcd'],
  },
];
