import { serveKubeletWith } from '../../cases/manifest-edits.ts';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const expired = { notBefore: '2025-11-20', notAfter: '2026-11-20' } as const;

/** Puts the initial certificate back into kubelet.conf, next to the file that the kubelet keeps fresh. */
export function embedInitial(node: NodeTree): void {
  const initial = makeAuthority(
    'system:node:cp-1',
    { ca: false, organizations: ['system:nodes'], usages: ['clientAuth'], keyUsage: ['digitalSignature'], ...expired },
    node.authority('kubernetes-ca'),
  );
  const data = (pem: string) => Buffer.from(pem).toString('base64');
  node.edit('kubelet.conf', (text) =>
    text
      .replace(/client-certificate: .*/, `client-certificate-data: ${data(certificatePem(initial.certificate))}`)
      .replace(/client-key: .*/, `client-key-data: ${data(privateKeyPem(initial.key))}`),
  );
}

/** Certificates that expired, and clocks that were wrong. */
export const expiry: readonly Incident[] = [
  {
    id: 'kubelet-conf-embedded',
    title: 'kubelet.conf still embeds its first certificate',
    source: 'https://github.com/kubernetes/kubernetes/issues/71825',
    happened:
      'A cluster was upgraded release by release from 1.8 to 1.12. The kubelet rotated its certificate in /var/lib/kubelet/pki, but kubelet.conf on the first node still embedded the one of the installation. When that had expired, the kubelet did not start again, although the rotated certificate was valid.',
    node: { rotatedKubelet: true },
    change: embedInitial,
    finds: ['error cert/expired@kubelet.conf'],
    fix: ['kubeadm init phase kubelet-finalize enable-client-cert-rotation'],
  },
  {
    id: 'kubelet-conf-not-renewed',
    title: 'kubeadm certs renew leaves out kubelet.conf',
    source: 'https://github.com/kubernetes/kubeadm/issues/2054',
    happened:
      'All certificates were renewed with kubeadm after the date had moved on by a year, and the control plane came back. The kubelet did not: kubeadm does not renew kubelet.conf, its certificate had expired, and bootstrap-kubelet.conf does not exist any more.',
    change: (node) => node.issue('kubelet.conf', expired),
    finds: ['error cert/expired@kubelet.conf'],
    fix: ['kubectl'],
  },
  {
    id: 'year-old-cluster',
    title: 'A cluster that was not upgraded for a year',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/5464',
    happened:
      'A year after the installation, kubectl answered "x509: certificate has expired or is not yet valid". The playbook made new certificates, and it took a reboot of each control plane node until the components used them.',
    options: { at: new Date('2027-12-01T00:00:00Z') },
    finds: ['error cert/expired@cp-1'],
    fix: ['kubeadm certs renew all', 'kubeadm init phase kubeconfig kubelet'],
  },
  {
    id: 'etcd-client-expired',
    title: 'apiserver-etcd-client has expired',
    source: 'https://github.com/kubernetes/kops/issues/12620',
    happened:
      'A team lost access to its cluster: the certificate that kube-apiserver shows to etcd had expired after a year, and kube-apiserver does not run without etcd. They came in over SSH and renewed it on the node.',
    change: (node) => node.issue('kube-apiserver-etcd-client', expired),
    finds: ['error cert/expired@kube-apiserver-etcd-client'],
    fix: ['kubeadm certs renew apiserver-etcd-client'],
  },
  {
    id: 'etcd-members-not-renewed',
    title: 'The members of etcd were never renewed',
    source: 'https://github.com/christensenjairus/ClusterCreator/pull/68',
    happened:
      'kubeadm upgrade renewed the certificates of the first control plane node only, and nothing renewed those of etcd. Pods kept running on old connections while every new connection to etcd failed with "x509: certificate has expired or is not yet valid", which first looked like a broken scrape of metrics.',
    change: (node) => {
      for (const role of ['kube-etcd', 'kube-etcd-peer', 'kube-etcd-healthcheck-client'] as const) {
        node.issue(role, expired);
      }
    },
    finds: ['error cert/expired@cp-1'],
    fix: [
      'kubeadm certs renew etcd-server',
      'kubeadm certs renew etcd-peer',
      'kubeadm certs renew etcd-healthcheck-client',
    ],
  },
  {
    id: 'machine-switched-off',
    title: "A machine was switched off while the kubelet's certificate expired",
    source: 'https://github.com/openshift/installer/issues/1494',
    happened:
      'The certificates of a new kubelet were valid for a day. A virtual machine that was off when the kubelet should have rotated them did not come back: the client certificate had expired, so the kubelet could not ask for the next one.',
    node: { rotatedKubelet: true },
    change: (node) => node.issue('kubelet.conf', expired),
    finds: ['error cert/expired@kubelet.conf'],
    fix: ['mkdir', 'mv', 'kubeadm init phase kubeconfig kubelet', 'kubectl'],
  },
  {
    id: 'kubelet-server-expired',
    title: "A kubelet's serving certificate has expired",
    source: 'https://github.com/kubernetes/kops/issues/15970',
    happened:
      'A node ran for more than 400 days. The certificate of its kubelet had expired, nothing renewed it, and what talks to the kubelet of that node failed; the API servers of kops verify kubelets.',
    change: (node) => {
      const pair = makeAuthority(
        'system:node:cp-1',
        { ca: false, usages: ['serverAuth'], sans: ['DNS:cp-1', 'IP:192.0.2.10'], ...expired },
        node.authority('kubernetes-ca'),
      );
      serveKubeletWith(node, pair);
      node.replaceFlag('kube-apiserver', 'kubelet-certificate-authority', '/etc/kubernetes/pki/ca.crt');
    },
    finds: ['error connection/server-trust@kube-apiserver → kubelet'],
    fix: [],
  },
  {
    id: 'ca-expired',
    title: 'The CA itself has expired',
    source: 'https://github.com/rancher-archives/rke/issues/1974',
    happened:
      'The leaves of a cluster had expired, and so had its CA. Renewing only the leaves cannot help: certificates that an expired CA signs are refused too, and the tool now stops with "CA certificate is invalid" until the CA is rotated as well.',
    change: (node) => {
      node.issue('kubernetes-ca', { ...expired, notBefore: '2016-11-22' });
      for (const path of [
        'admin.conf',
        'super-admin.conf',
        'controller-manager.conf',
        'scheduler.conf',
        'kubelet.conf',
      ])
        node.editKubeconfig(path, { certificateAuthority: node.read('pki/ca.crt') });
    },
    finds: ['error authority/expired@kubernetes-ca'],
    fix: ['issue replace kubernetes-ca', 'kubectl'],
  },
  {
    id: 'clock-set-back',
    title: 'The clock was a day ahead during the installation',
    source: 'https://github.com/kubernetes/kubernetes/issues/94250',
    happened:
      'A cluster was installed while the clock was a day ahead. When the clock was corrected, all certificates were "not yet valid" and no component could talk to another one. New certificates, or a day of waiting, heal it.',
    options: { at: new Date('2026-11-23T15:00:00Z') },
    finds: ['error node/clock@cp-1'],
    fix: [],
  },
];
