import { kops } from '../cases/shared/freedoms/layouts.ts';
import { servesByServerCa } from '../cases/shared/freedoms/more-authorities.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { FixCase } from './fix-case.ts';

const pki = '/etc/kubernetes/pki';
const backup = '/root/pki-backup-20261201-0000';
const scheduler = '/etc/kubernetes/scheduler.conf';
const trusting = ['admin', 'super-admin', 'kubelet', 'controller-manager'];

/** The certificate of the API server has expired, and so has the intermediate in its file. */
function withIntermediate(): NodeTree {
  const node = buildNode();
  const past = { notBefore: '2025-11-01', notAfter: '2026-11-01' };
  const issuer = makeAuthority('cluster-intermediate', past, node.authority('kubernetes-ca'));
  node.issue('kube-apiserver', { ...past, issuer });
  return node.edit('pki/apiserver.crt', (text) => text + certificatePem(issuer.certificate));
}

const reason = 'the other clients of kube-apiserver trust the CA that signed its certificate';

const setCa = (kubeconfig: string): readonly string[] => [
  `mkdir -p ${backup}`,
  `cp --parents --backup=numbered ${kubeconfig} ${backup}/`,
  `${reason}: kubectl config set-cluster kubernetes --certificate-authority=${pki}/server-ca.crt --embed-certs --kubeconfig ${kubeconfig}`,
];

/** Fixes of one component that does not fit the others: it is corrected, and not what the others use. */
export const serverFixes: readonly FixCase[] = [
  {
    name: 'one kubeconfig does not trust the CA for servers, which a file has',
    nodes: () => [servesByServerCa(buildNode(), trusting)],
    rule: 'kubeconfig/authority',
    says: 'scheduler.conf trusts "CN=kubernetes", which did not sign the certificate of kube-apiserver: ',
    steps: [...setCa(scheduler), 'restart kube-scheduler'],
    never: /apiserver\.crt|issue/,
  },
  {
    name: 'one kubeconfig does not trust the CA for servers, which only kubeconfigs have',
    nodes: () => [servesByServerCa(buildNode(), trusting, false)],
    rule: 'kubeconfig/authority',
    steps: [
      `mkdir -p ${backup}`,
      `cp --parents --backup=numbered ${scheduler} ${backup}/`,
      `${reason}: kubectl config view --raw --minify --kubeconfig /etc/kubernetes/admin.conf -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d > ${backup}/server-ca.crt`,
      `kubectl config set-cluster kubernetes --certificate-authority=${backup}/server-ca.crt --embed-certs --kubeconfig ${scheduler}`,
      'restart kube-scheduler',
    ],
    never: /apiserver\.crt|issue/,
  },
  {
    name: 'controller-manager.conf does not trust the CA for servers',
    nodes: () => [servesByServerCa(buildNode(), ['admin', 'super-admin', 'kubelet', 'scheduler'])],
    rule: 'kubeconfig/authority',
    steps: [...setCa('/etc/kubernetes/controller-manager.conf'), 'restart kube-controller-manager'],
  },
  {
    name: 'kubelet.conf does not trust the CA for servers',
    nodes: () => [servesByServerCa(buildNode(), ['admin', 'super-admin', 'controller-manager', 'scheduler'])],
    rule: 'kubeconfig/authority',
    steps: [...setCa('/etc/kubernetes/kubelet.conf'), 'systemctl restart kubelet'],
  },
  {
    name: 'only one kubeconfig trusts the CA that signed the certificate of the API server: that is reissued',
    nodes: () => [servesByServerCa(buildNode(), ['kubelet'], false)],
    rule: 'cert/issuer',
    steps: [
      `mv --backup=numbered ${pki}/apiserver.crt ${pki}/apiserver.key ${backup}/`,
      'kubeadm init phase certs apiserver',
    ],
  },
  {
    name: 'etcd has the certificate of its server for its peers: the flag is changed, and no file is moved',
    nodes: () => [buildNode().replaceFlag('etcd', 'peer-cert-file', `${pki}/etcd/server.crt`)],
    rule: 'argument/target',
    says: 'which holds the certificate of kube-etcd instead of that of kube-etcd-peer',
    steps: [
      `mkdir -p ${backup}`,
      'edit a copy',
      `sed -i 's|- --peer-cert-file=${pki}/etcd/server.crt\\(\\r*\\)$|- --peer-cert-file=${pki}/etcd/peer.crt\\1|' ${backup}/etcd.yaml.new`,
      `mv -fZ ${backup}/etcd.yaml.new /etc/kubernetes/manifests/etcd.yaml`,
    ],
    never: /^mv .*\.(?:crt|key)|kubeadm/,
  },
  {
    name: 'an intermediate in the file of the leaf: kubeadm renews only files with one certificate',
    nodes: () => [withIntermediate()],
    rule: 'cert/expired',
    steps: [
      `mkdir -p ${backup}`,
      `mv --backup=numbered ${pki}/apiserver.crt ${pki}/apiserver.key ${backup}/`,
      'kubeadm init phase certs apiserver --config /root/kubeadm-certs.yaml',
    ],
    never: /certs renew/,
  },
  {
    name: 'the CA of the cluster is not where the other certificates would be: kubeadm gets its folder',
    nodes: () => [kops().remove('admin.conf')],
    rule: 'kubeconfig/present-admin',
    steps: [
      `write down what kubeadm has to know about this node: it adds the name and the address of the node to certificates by itself: printf '%s\\n' '{"apiVersion":"kubeadm.k8s.io/v1beta4","kind":"ClusterConfiguration","kubernetesVersion":"v1.36.2","certificatesDir":"/srv/kubernetes/kube-controller-manager",`,
      'kubeadm init phase kubeconfig admin --config /root/kubeadm-certs.yaml',
    ],
  },
  {
    name: 'certificates as documented: kubeadm writes them as they were, so pki-lint comes first',
    nodes: () => [buildNode({ release: '1.28' })],
    options: { profile: 'documented' },
    rule: 'cert/privilege',
    steps: ['pki-lint issue', 'kubeadm init phase certs apiserver-etcd-client'],
  },
];
