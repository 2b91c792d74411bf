import { controlPlane, worker } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const pki = '/etc/kubernetes/pki';

/** Copies everything below a folder or with a file name's beginning from one node to another, as `scp` would. */
function copy(node: NodeTree, from: NodeTree, ...beginnings: readonly string[]): NodeTree {
  for (const [path, entry] of from.entries) {
    if (beginnings.some((beginning) => path.startsWith(`${pki}/${beginning}`))) node.entries.set(path, entry);
  }
  return node;
}

/** Removes everything that `kubeadm init` writes after the PKI. */
function withoutAllButPki(node: NodeTree): void {
  for (const path of [...node.entries.keys()]) if (!path.startsWith(pki)) node.entries.delete(path);
}

const ownTokens = keyNamed('service account of the master that was made again');
const before = makeAuthority('kubernetes', { key: keyNamed('the CA before kubeadm reset') });

const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem';

function withoutKubeletPem(node: NodeTree): NodeTree {
  for (const path of [...node.entries.keys()]) if (path.includes('/kubelet-client-')) node.entries.delete(path);
  return node;
}

/** Signs and verifies tokens with the key of kube-apiserver's certificate. */
function withTokensOfTls(node: NodeTree): NodeTree {
  for (const end of ['key', 'pub']) node.remove(`pki/sa.${end}`);
  node.replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/apiserver.key`);
  node.replaceFlag('kube-apiserver', 'service-account-signing-key-file', `${pki}/apiserver.key`);
  return node.replaceFlag('kube-controller-manager', 'service-account-private-key-file', `${pki}/apiserver.key`);
}

/** Nodes that were added, set up again, or given the files of another one. */
export const joins: readonly Incident[] = [
  {
    id: 'renewed-pki-copied',
    title: 'Renewed certificates of one master were copied to the two others',
    source: 'https://github.com/kubernetes/kubernetes/issues/118216',
    happened:
      'The certificates had expired. They were renewed with kubeadm on one master; then apiserver*, front* and those of etcd were copied to the two other masters. After a restart neither etcd nor the control plane came up there: they name the first master.',
    node: () => copy(controlPlane(2), controlPlane(1), 'apiserver', 'front', 'etcd/'),
    beside: () => [controlPlane(1)],
    finds: ['error cluster/copied@cp-2 of cp-2'],
    fix: [
      'mkdir',
      'mv',
      'kubeadm init phase certs etcd-server',
      'mv',
      'kubeadm init phase certs etcd-peer',
      'mv',
      'kubeadm init phase certs apiserver',
    ],
  },
  {
    id: 'copied-without-certificate',
    title: 'The key of the first master was left when its certificate was deleted',
    source: 'https://github.com/kubernetes/website/pull/7949',
    happened:
      'The documentation of highly available clusters said to copy the PKI of the first master and to delete apiserver.crt. kubeadm init stopped with "failure loading apiserver certificate: … apiserver.crt: no such file or directory", because apiserver.key was there. With both deleted it made a new pair.',
    change: (node) => {
      withoutAllButPki(node);
      node.remove('pki/apiserver.crt');
    },
    finds: ['error cert/present@kube-apiserver'],
    fix: ['kubeadm init phase certs apiserver'],
  },
  {
    id: 'master-recreated',
    title: 'A master was made again, with new keys for tokens',
    source: 'https://github.com/kubernetes/kubernetes/issues/110035',
    happened:
      'API servers logged "invalid bearer token, square/go-jose: error in cryptographic primitive". The third master had been recreated not long ago, and had joined with newly generated files instead of those of the other two. Its API server accepted none of the service account tokens that they had signed.',
    node: () =>
      controlPlane(3).write('pki/sa.key', privateKeyPem(ownTokens)).write('pki/sa.pub', publicKeyPem(ownTokens)),
    beside: () => [controlPlane(1), controlPlane(2)],
    finds: ['error cluster/service-account@service-account of cp-3'],
    fix: [],
  },
  {
    id: 'tokens-signed-with-tls-keys',
    title: 'Two controllers sign tokens with their own TLS keys',
    source: 'https://github.com/kubernetes/kubernetes/issues/35849',
    happened:
      'Each of two controllers had a certificate and key of its own, which also signed and verified service account tokens. Pods could talk to the API server of one of them only: all must share the key for tokens.',
    node: () => withTokensOfTls(controlPlane(2)),
    beside: () => [withTokensOfTls(controlPlane(1))],
    finds: [
      'error cluster/service-account@service-account of cp-1',
      'warning key/shared@cp-1 of cp-1',
      'warning key/shared@cp-2 of cp-2',
    ],
    fix: [],
  },
  {
    id: 'kubelet-conf-of-another-node',
    title: 'A master was added again, and its kubelet looks for a file that is gone',
    source: 'https://github.com/labring/sealos/issues/3966',
    happened:
      'A master that had been removed could not be added again. Its kubelet ended with "unable to read client-cert /var/lib/kubelet/pki/kubelet-client-current.pem for system:node:k8s-node01 … no such file or directory": kubelet.conf was still there, and the file that it names was not.',
    node: { name: 'cp-2', rotatedKubelet: true },
    change: (node) =>
      withoutKubeletPem(node).edit('kubelet.conf', (text) => text.replaceAll('system:node:cp-2', 'system:node:cp-1')),
    finds: ['error kubeconfig/file@kubelet.conf'],
    fix: [],
  },
  {
    id: 'kubelet-pem-moved-away',
    title: 'kubelet-client-current.pem was moved away, and there is no way to get a new one',
    source: 'https://github.com/kubernetes/kubernetes/issues/69973',
    happened:
      'A kubelet was refused by the API server. Some could heal that by deleting /var/lib/kubelet/pki/kubelet-client*; for others the kubelet then did not start at all: "kubelet-client-current.pem: no such file or directory". Without a bootstrap-kubelet.conf it cannot ask for another one.',
    node: { worker: true },
    change: withoutKubeletPem,
    finds: ['error kubeconfig/file@kubelet.conf'],
    fix: ['kubeadm kubeconfig user'],
  },
  {
    id: 'kubelet-certificate-in-run',
    title: "The kubelet's certificate was in /var/run, which a reboot empties",
    source: 'https://github.com/kubernetes/kubernetes/issues/53288',
    happened:
      'In 1.8.0 a kubelet wrote the certificate that it had asked for to /var/run/kubernetes and its path to kubelet.conf. After a reboot the certificate was gone, kubelet.conf still named it, and the node stayed NotReady. kubeadm then set --cert-dir.',
    node: { worker: true },
    change: (node) =>
      node
        .directory('/var/run')
        .edit('kubelet.conf', (text) => text.replaceAll(pem, '/var/run/kubernetes/kubelet-client.crt')),
    finds: ['error kubeconfig/file@kubelet.conf'],
    fix: [],
  },
  {
    id: 'kubelet-pem-of-ca-before',
    title: 'Everything was made again with kubeadm init phase, but not the file of the kubelet',
    source: 'https://github.com/kubernetes/kubeadm/issues/2015',
    happened:
      'To replace the CA, /etc/kubernetes was deleted and made again by kubeadm init phases. The control plane ran, but kubectl logs and exec did not work: in /var/lib/kubelet/pki was still the certificate that the earlier CA had signed.',
    node: { rotatedKubelet: true },
    change: (node) => node.issue('kubelet.conf', { issuer: before }),
    finds: ['error cert/issuer@kubelet.conf'],
    fix: ['mkdir', 'mv', 'kubeadm init phase kubeconfig kubelet'],
  },
  {
    id: 'controller-manager-conf-blank',
    title: 'controller-manager.conf of the second master is blank',
    source: 'https://github.com/kubernetes/kubeadm/issues/1232',
    happened:
      'On masters that were added by the steps of the documentation, controller-manager.conf had no content, and kube-controller-manager did not run. The file was copied from the first master and the address in it replaced.',
    node: () => controlPlane(2).write('controller-manager.conf', ''),
    beside: () => [controlPlane(1)],
    finds: ['error file/parse@/etc/kubernetes/controller-manager.conf of cp-2'],
    fix: ['mkdir', 'mv', 'kubeadm init phase kubeconfig controller-manager'],
  },
  {
    id: 'name-of-nodes-not-in-certificate',
    title: 'Workers dial a name that was added later',
    source: 'https://github.com/kubernetes-retired/kube-aws/issues/567',
    happened:
      'A second name for the API servers was added to a cluster, and the workers were switched to it. They could not connect: "x509: certificate is valid for …, original-api-endpoint.example.com, not new-api-endpoint.example.com". The certificate had to be made again.',
    node: () => controlPlane(1),
    beside: () => [worker().editKubeconfig('kubelet.conf', { server: 'https://new-api.example.test:6443' })],
    finds: ['error kubeconfig/address@kubelet.conf of worker-1'],
    fix: ['mkdir', 'cp', 'kubectl'],
  },
  {
    id: 'load-balancer-not-in-certificate',
    title: 'kubectl goes through a load balancer that the certificate does not name',
    source: 'https://github.com/rancher-archives/rke/issues/324',
    happened:
      'A load balancer was put in front of three masters. kubectl could not connect through it: "x509: certificate is valid for 10.18.160.28, …, not 10.18.160.34". The certificate had the addresses of the masters only.',
    // Only the other side of the finding says what it is: no other client connects to the load balancer.
    change: (node) => node.editKubeconfig('admin.conf', { server: 'https://192.0.2.34:6443' }),
    finds: ['error kubeconfig/address@admin.conf'],
    fix: ['mkdir', 'cp', 'kubectl'],
  },
  {
    id: 'address-in-kubeconfigs-replaced',
    title: 'The control plane got a new address, and its kubeconfigs too',
    source: 'https://github.com/kubernetes-sigs/kind/pull/2671',
    happened:
      "When the container of a control plane node was restarted, it got a different address. kube-controller-manager and kube-scheduler could not connect any more. Writing the new address into their kubeconfigs does not help, because the API server's certificate is not valid for it.",
    change: (node) => {
      for (const name of ['controller-manager.conf', 'scheduler.conf'])
        node.editKubeconfig(name, { server: 'https://192.0.2.11:6443' });
      for (const name of ['etcd', 'kube-apiserver'])
        node.edit(`manifests/${name}.yaml`, (text) => text.replaceAll('192.0.2.10', '192.0.2.11'));
    },
    finds: ['error san/coverage@cp-1', 'warning san/documented@kube-etcd-peer'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs etcd-server', 'mv', 'kubeadm init phase certs apiserver'],
  },
];
