import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { isKubeconfig, type Role, roles } from '../../support/roles.ts';
import type { Incident } from '../incident.ts';

const caBefore = makeAuthority('kubernetes', { key: keyNamed('the CA before the rotation') });
const kubeconfigs = ['admin.conf', 'super-admin.conf', 'controller-manager.conf', 'scheduler.conf'];

/** Renews every certificate but some. */
function renewAllBut(node: NodeTree, ...left: readonly Role[]): void {
  for (const role of roles.filter((one) => !one.endsWith('-ca') && !left.includes(one)))
    if (!isKubeconfig(role) || node.has(role)) node.issue(role, { notBefore: '2027-09-01', notAfter: '2028-09-01' });
}

/** Upgrades and renewals that left something out, and what newer releases refuse. */
export const upgrades: readonly Incident[] = [
  {
    id: 'etcd-left-out-of-upgrades',
    title: "kubeadm upgrade does not renew etcd's certificates",
    source: 'https://github.com/kubernetes/kubeadm/issues/2989',
    happened:
      'A cluster was upgraded with kubeadm, which renews certificates, and yet its API server stopped one day: "authentication handshake failed: x509: certificate has expired". Those of etcd had not been renewed, because the upgrade had not changed etcd.yaml. From 1.31 on kubeadm renews them with kube-apiserver.yaml. Before the upgrade, pki-lint says which it leaves out.',
    node: { release: '1.28', rotatedKubelet: true },
    options: {
      at: new Date('2027-09-20T00:00:00Z'),
      facts: { kubernetesVersion: 'v1.26.4' },
      targetVersion: 'v1.26.15',
    },
    finds: [
      'warning upgrade/outlasted@kube-etcd-healthcheck-client',
      'warning upgrade/outlasted@kube-etcd-peer',
      'warning upgrade/outlasted@kube-etcd',
    ],
    fix: ['kubeadm certs renew etcd-healthcheck-client'],
  },
  {
    id: 'upgrade-to-same-release',
    title: 'An upgrade to the same release renews less than expected',
    source: 'https://github.com/kubernetes/kubeadm/issues/2752',
    happened:
      'After a change of its configuration, kubeadm upgrade was run with the release that the cluster had already. scheduler.conf and controller-manager.conf were not renewed: their manifests had not changed.',
    node: { release: '1.22', rotatedKubelet: true },
    change: (node) => renewAllBut(node, 'scheduler.conf', 'controller-manager.conf', 'kubelet.conf'),
    options: {
      at: new Date('2027-09-20T00:00:00Z'),
      facts: { kubernetesVersion: 'v1.21.14' },
      targetVersion: 'v1.21.14',
    },
    finds: ['warning upgrade/outlasted@controller-manager.conf', 'warning upgrade/outlasted@scheduler.conf'],
    fix: ['kubeadm certs renew controller-manager.conf'],
  },
  {
    id: 'eviction-timeout-removed',
    title: 'kube-controller-manager refuses --pod-eviction-timeout',
    source: 'https://github.com/syself/cluster-api-provider-hetzner/pull/1064',
    happened:
      'The templates of an installer passed --pod-eviction-timeout to kube-controller-manager. From 1.27 on it does not start with that flag. An upgrade from 1.25 to 1.28 is ready for 1.26 and not for 1.27.',
    node: { release: '1.28' },
    change: (node) => node.replaceFlag('kube-controller-manager', 'pod-eviction-timeout', '5m0s'),
    options: { facts: { kubernetesVersion: 'v1.25.16' }, targetVersion: 'v1.28' },
    finds: ['error argument/removed@kube-controller-manager'],
    fix: ['kubectl'],
  },
  {
    id: 'kubeconfigs-embed-ca-before',
    title: 'The CA was replaced, and kubeconfigs embed the one before',
    source: 'https://github.com/kubernetes/kubeadm/issues/2027',
    happened:
      'New CAs were made, and all certificates and kubeconfigs renewed with kubeadm alpha certs renew. The certificates in the kubeconfigs were signed by the new CA, but certificate-authority-data was still the old one.',
    change: (node) => {
      for (const name of kubeconfigs)
        node.editKubeconfig(name, { certificateAuthority: certificatePem(caBefore.certificate) });
    },
    finds: ['error kubeconfig/authority@cp-1'],
    fix: ['kubectl', 'kubectl', 'kubectl', 'kubectl'],
  },
  {
    id: 'switched-off-for-a-year',
    title: 'All machines were off for more than a year',
    source: 'https://github.com/kubernetes/website/issues/42944',
    happened:
      'A cluster was shut down for more than a year. kubeadm certs renew all renewed what had expired, but not the certificate of the kubelet, so the kubelet on the master did not start, and without it nothing else.',
    node: { rotatedKubelet: true },
    change: (node) => {
      renewAllBut(node, 'kubelet.conf');
    },
    options: { at: new Date('2028-01-15T00:00:00Z') },
    finds: ['error cert/expired@kubelet.conf'],
    fix: ['kubeadm init phase kubeconfig kubelet'],
  },
  {
    id: 'kubelet-pem-outdated',
    title: 'The file that the kubelet rotates is a year old',
    source: 'https://github.com/snowdrop/k8s-infra/issues/260',
    happened:
      'kubectl get nodes answered "x509: certificate has expired or is not yet valid". The certificates of the control plane were made again; kubelet-client-current.pem still led to a file of the year before, which had expired.',
    node: { rotatedKubelet: true },
    change: (node) => node.issue('kubelet.conf', { notBefore: '2025-06-20', notAfter: '2026-06-20' }),
    finds: ['error cert/expired@kubelet.conf'],
    fix: ['kubeadm init phase kubeconfig kubelet'],
  },
  {
    id: 'clock-behind-that-of-ca',
    title: 'The clock of a new machine is behind that on which the CA was made',
    source: 'https://github.com/kubernetes-retired/cluster-api-bootstrap-provider-kubeadm/issues/158',
    happened:
      'The CAs of a new cluster were made on a laptop, and kubeadm init ran on a machine whose clock was a few minutes behind: "failure loading ca certificate: … the certificate is not valid yet". Newer versions date certificates back by some minutes.',
    options: { at: new Date('2026-11-24T13:52:00Z') },
    finds: ['error node/clock@cp-1'],
    fix: [],
  },
  {
    id: 'ca-key-removed',
    title: 'kubeadm cannot renew without the key of the CA',
    source: 'https://github.com/kubernetes/kubeadm/issues/1518',
    happened:
      'ca.key was removed from a node, and kubeadm alpha certs renew all stopped at once: "failure loading ca certificate authority: … ca.key: no such file or directory". Newer versions skip what an external CA signed.',
    change: (node) => node.remove('pki/ca.key'),
    finds: ['error argument/file@kube-controller-manager --cluster-signing-key-file'],
    fix: [],
  },
];
