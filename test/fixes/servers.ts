import { servesByServerCa } from '../cases/freedoms/more-authorities.ts';
import { buildNode } from '../support/build-node.ts';
import type { FixCase } from './fix-case.ts';

const pki = '/etc/kubernetes/pki';
const backup = '/root/pki-backup-20261201-0000';
const scheduler = '/etc/kubernetes/scheduler.conf';
const trusting = ['admin', 'super-admin', 'kubelet', 'controller-manager'];

/** Fixes of one component that does not fit the others: it is corrected, and not what the others use. */
export const serverFixes: readonly FixCase[] = [
  {
    name: 'one kubeconfig does not trust the CA for servers, which a file has',
    nodes: () => [servesByServerCa(buildNode(), trusting)],
    rule: 'kubeconfig/authority',
    says: 'scheduler.conf trusts "CN=kubernetes", which did not sign the certificate of kube-apiserver: ',
    steps: [
      `mkdir -p ${backup}`,
      `cp --parents ${scheduler} ${backup}/`,
      `the other clients of kube-apiserver trust the CA that signed its certificate: kubectl config set-cluster kubernetes --certificate-authority=${pki}/server-ca.crt --embed-certs --kubeconfig ${scheduler}`,
      'restart kube-scheduler',
    ],
    never: /apiserver\.crt|issue/,
  },
  {
    name: 'one kubeconfig does not trust the CA for servers, which only kubeconfigs have',
    nodes: () => [servesByServerCa(buildNode(), trusting, false)],
    rule: 'kubeconfig/authority',
    steps: [
      `mkdir -p ${backup}`,
      `cp --parents ${scheduler} ${backup}/`,
      "the other clients of kube-apiserver trust the CA that signed its certificate: kubectl config view --raw --minify --kubeconfig /etc/kubernetes/admin.conf -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d > " +
        `${backup}/server-ca.crt`,
      `kubectl config set-cluster kubernetes --certificate-authority=${backup}/server-ca.crt --embed-certs --kubeconfig ${scheduler}`,
      'restart kube-scheduler',
    ],
    never: /apiserver\.crt|issue/,
  },
  {
    name: 'only one kubeconfig trusts the CA that signed the certificate of the API server: that is reissued',
    nodes: () => [servesByServerCa(buildNode(), ['kubelet'], false)],
    rule: 'cert/issuer',
    steps: [`mv ${pki}/apiserver.crt ${pki}/apiserver.key ${backup}/`, 'kubeadm init phase certs apiserver'],
  },
  {
    name: 'etcd has the certificate of its server for its peers: the flag is changed, and no file is moved',
    nodes: () => [buildNode().replaceFlag('etcd', 'peer-cert-file', `${pki}/etcd/server.crt`)],
    rule: 'argument/target',
    says: 'which holds the certificate of kube-etcd, not that of kube-etcd-peer',
    steps: [
      `mkdir -p ${backup}`,
      'edit a copy',
      `sed -i.before 's|- --peer-cert-file=${pki}/etcd/server.crt\\(\\r*\\)$|- --peer-cert-file=${pki}/etcd/peer.crt\\1|' ${backup}/etcd.yaml`,
      `mv -fZ ${backup}/etcd.yaml /etc/kubernetes/manifests/`,
    ],
    never: /^mv .*\.(?:crt|key)|kubeadm/,
  },
];
