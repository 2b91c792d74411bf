import { mount, repath, setFlags } from '../../cases/manifest-edits.ts';
import { certificatePem } from '../../support/certificates.ts';
import { controlPlane } from '../../support/cluster.ts';
import { corpus } from '../../support/corpus.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { pathOf, type Role, roles } from '../../support/roles.ts';
import type { Shape } from './shape.ts';

const pki = '/etc/kubernetes/pki';
const rotation = 'https://kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/';

const nextCa = makeAuthority('kubernetes', { key: keyNamed('the next CA') });
const root = makeAuthority('Example root CA');
const intermediate = makeAuthority('Example Kubernetes CA', { pathLength: 0 }, root);

const users = roles.filter((role) => role.endsWith('.conf'));

function trust(node: NodeTree, pem: string): NodeTree {
  node.write('pki/ca.crt', pem);
  for (const role of users) node.editKubeconfig(pathOf(role), { certificateAuthority: pem });
  return node;
}

/** Both CAs are trusted everywhere; one of them signs. */
function trustBoth(node: NodeTree, signer: 'old' | 'new'): NodeTree {
  const [old, next] = [node.read('pki/ca.crt'), certificatePem(nextCa.certificate)];
  node.write('pki/ca-signing.crt', signer === 'old' ? old : next);
  if (signer === 'new') node.write('pki/ca.key', privateKeyPem(nextCa.key));
  node.replaceFlag('kube-controller-manager', 'cluster-signing-cert-file', `${pki}/ca-signing.crt`);
  return trust(node, signer === 'old' ? old + next : next + old);
}

/** Every certificate of the cluster CA is issued by an intermediate, and brings that along; the root is trusted. */
function twoTiers(node: NodeTree): void {
  trust(node, certificatePem(root.certificate));
  const chained: readonly Role[] = ['kube-apiserver', 'kube-apiserver-kubelet-client', ...(users as Role[])];
  for (const role of chained) {
    node.issue(role, { issuer: intermediate });
    const chain = node.certificate(role) + certificatePem(intermediate.certificate);
    if (role.endsWith('.conf')) node.editKubeconfig(pathOf(role), { clientCertificate: chain });
    else node.write(pathOf(role), chain);
  }
}

const nextTokens = keyNamed('the next service account key');
const bothTokens = (node: NodeTree) => node.edit('pki/sa.pub', (text) => text + publicKeyPem(nextTokens));

/** CAs that are kept elsewhere, replaced, or made by something else than kubeadm; keys of other types. */
export const authorities: readonly Shape[] = [
  {
    id: 'external-ca',
    runs: "companies whose CA's key never leaves a vault: kubeadm in external CA mode",
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/',
    node: { externalCa: true },
  },
  {
    id: 'external-ca-corpus',
    runs: 'the same, as kubeadm 1.36 itself sets such a node up',
    source: 'https://kubernetes.io/docs/setup/best-practices/certificates/',
    node: () => corpus('kubeadm-1.36-external-ca'),
  },
  {
    id: 'rotation-begins',
    runs: 'anyone who replaces the cluster CA: both are trusted, the old one has signed everything',
    source: rotation,
    change: (node) => trustBoth(node, 'old'),
  },
  {
    id: 'rotation-ends',
    runs: 'the same people some hours later: all leaves are of the new CA, the old one is still trusted',
    source: rotation,
    change: (node) => {
      trustBoth(node, 'new');
      for (const role of ['kube-apiserver', 'kube-apiserver-kubelet-client', ...(users as Role[])] as const) {
        node.issue(role, { issuer: nextCa });
      }
    },
  },
  {
    id: 'etcd-ca-rotation',
    runs: 'etcd in the middle of the rotation of its CA: one leaf is of the new one',
    source: rotation,
    change: (node) => {
      const next = makeAuthority('etcd-ca', { key: keyNamed('the next CA of etcd') });
      node.edit('pki/etcd/ca.crt', (old) => old + certificatePem(next.certificate));
      node.issue('kube-etcd', { issuer: next });
    },
  },
  {
    id: 'token-key-rotation',
    runs: 'control planes whose sa.pub has two keys, because that of the tokens is being replaced',
    source: 'https://github.com/kubernetes/kubernetes/issues/20165',
    node: () => bothTokens(controlPlane(1)),
    beside: () => [bothTokens(controlPlane(2)), bothTokens(controlPlane(3))],
  },
  {
    id: 'token-key-in-one-file',
    runs: 'installers that give the private key to both flags, from which the public half is read',
    source: 'https://github.com/kinvolk/lokomotive/pull/1410',
    change: (node) => node.replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/sa.key`),
  },
  {
    id: 'two-tiers',
    runs: 'people who sign with an intermediate CA and send it along with every leaf',
    source: 'https://github.com/kubernetes/kubeadm/issues/2360',
    node: { externalCa: true },
    change: twoTiers,
  },
  {
    id: 'ecdsa-p384',
    runs: 'kubeadm with encryptionAlgorithm ECDSA-P384',
    source: 'https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/',
    node: { keys: 'P-384' },
  },
  {
    id: 'rsa',
    runs: 'kubeadm with its default, RSA keys of 2048 bits',
    source: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/',
    node: () => corpus('kubeadm-1.36-default'),
  },
  {
    id: 'ed25519-leaves',
    runs: 'leaves with Ed25519 keys from a CA of their own (step-ca), where Go takes them: in TLS, not for tokens',
    source: 'https://smallstep.com/docs/step-ca/',
    change: (node) => node.issue('kube-apiserver', { key: 'Ed25519' }).issue('admin.conf', { key: 'Ed25519' }),
  },
  {
    id: 'serial-zero',
    runs: 'clusters whose CAs older releases of kubeadm made, with the serial number 0',
    source: 'https://github.com/kubernetes/kubernetes/pull/118972',
    node: () => corpus('kubeadm-1.22-default'),
  },
  {
    id: 'renewed',
    runs: 'clusters after kubeadm certs renew all',
    source: 'https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-certs/',
    node: () => corpus('kubeadm-1.22-renewed'),
  },
  {
    id: 'aged-ca',
    runs: 'clusters some years old, whose leaves kubeadm upgrade has renewed every year',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/',
    node: () => corpus('kubeadm-1.36-aged'),
  },
  {
    id: 'hundred-years',
    runs: 'kubespray, which signs certificates of etcd for a hundred years with a CA of its own',
    source: 'https://github.com/kubernetes-sigs/kubespray/pull/7468',
    node: { externalEtcd: ['https://192.0.2.10:2379'] },
    change: (node) => {
      const etcd = makeAuthority('etcd-ca', { key: keyNamed('kubespray etcd'), notAfter: '2126-11-24' });
      node.issue('kube-apiserver-etcd-client', { issuer: etcd, commonName: 'etcd-node-node1', notAfter: '2126-11-24' });
      node.move('pki/apiserver-etcd-client.crt', '/etc/ssl/etcd/ssl/node-node1.pem');
      node.move('pki/apiserver-etcd-client.key', '/etc/ssl/etcd/ssl/node-node1-key.pem');
      node.write('/etc/ssl/etcd/ssl/ca.pem', certificatePem(etcd.certificate)).remove('pki/etcd');
      setFlags(node, 'kube-apiserver', {
        'etcd-cafile': '/etc/ssl/etcd/ssl/ca.pem',
        'etcd-certfile': '/etc/ssl/etcd/ssl/node-node1.pem',
        'etcd-keyfile': '/etc/ssl/etcd/ssl/node-node1-key.pem',
      });
      mount(node, 'kube-apiserver', '/etc/ssl/etcd/ssl');
    },
  },
  {
    id: 'short-lived',
    runs: 'leaves for ninety days with more in their subjects, from Vault or cert-manager',
    source: 'https://developer.hashicorp.com/vault/docs/secrets/pki',
    change: (node) => {
      const place = [
        ['C', 'NL'],
        ['O', 'Example'],
        ['OU', 'platform'],
      ] as const;
      node.issue('kube-apiserver', { subject: [...place, ['CN', 'kube-apiserver']], notAfter: '2027-02-20' });
    },
  },
  {
    id: 'minikube',
    runs: 'minikube, whose certificates are in /var/lib/minikube/certs',
    source: 'https://github.com/mrbobbytables/oidckube/pull/1',
    node: { name: 'minikube', ip: '192.168.49.2', controlPlaneEndpoint: 'control-plane.minikube.internal:8443' },
    change: (node) => {
      node.move('pki', '/var/lib/minikube/certs');
      const manifests = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd']
        .map((name) => `manifests/${name}.yaml`)
        .filter((path) => node.read(path).includes(pki));
      repath(node, [...manifests, '/var/lib/kubelet/config.yaml'], pki, '/var/lib/minikube/certs');
    },
  },
];
