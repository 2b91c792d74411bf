import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const pki = '/etc/kubernetes/pki';

const bootstrapServing = (node: NodeTree) =>
  node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}serverTLSBootstrap: true\n`);

/** k3s before 1.21.2: one signer for all requests, and a CA of its own for what API servers verify. */
function verifyWithAnotherCa(node: NodeTree): void {
  const path = '/var/lib/kubelet/pki/kubelet-server-2026-11-24-14-05-00.pem';
  const key = keyNamed('kubelet serving, bootstrapped');
  const { certificate } = makeAuthority(
    'system:node:cp-1',
    { key, ca: false, organizations: ['system:nodes'], usages: ['serverAuth'], sans: ['DNS:cp-1', 'IP:192.0.2.10'] },
    node.authority('kubernetes-ca'),
  );
  bootstrapServing(node).write(path, certificatePem(certificate) + privateKeyPem(key));
  node.link('/var/lib/kubelet/pki/kubelet-server-current.pem', path);
  node.write('pki/server-ca.crt', certificatePem(makeAuthority('k3s-server-ca').certificate));
  node.replaceFlag('kube-apiserver', 'kubelet-certificate-authority', `${pki}/server-ca.crt`);
}

/** What a certificate may be used for, which groups it names, and how it is signed. */
export const identities: readonly Incident[] = [
  {
    id: 'etcd-server-usage',
    title: "etcd's server certificate may not be used by a client",
    source: 'https://github.com/etcd-io/etcd/issues/9785',
    happened:
      'etcd logged "tls: failed to verify client\'s certificate: x509: certificate specifies an incompatible key usage" about connections from itself. Its gateway shows the server certificate as a client, so the certificate needs the usage "client auth" as well.',
    change: (node) => node.issue('kube-etcd', { usages: ['serverAuth'] }),
    finds: ['warning cert/usage-documented@kube-etcd'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs etcd-server'],
  },
  {
    id: 'masters-with-a-comma',
    title: 'A comma at the end of the group',
    source: 'https://github.com/kubernetes/kubernetes/issues/56277',
    happened:
      'kubectl logs answered "Forbidden (user=kube-apiserver-kubelet-client, verb=get, resource=nodes, subresource=proxy)". The certificate was made with openssl and -subj "/O=system:masters,/CN=…": the comma is part of the group, and no such group has any rights.',
    node: { release: '1.28' },
    change: (node) => node.issue('kube-apiserver-kubelet-client', { organizations: ['system:masters,'] }),
    finds: ['error cert/organization@kube-apiserver-kubelet-client'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs apiserver-kubelet-client'],
  },
  {
    id: 'sha1-apiserver',
    title: "The API server's certificate is signed with SHA-1",
    source: 'https://github.com/kubernetes-sigs/descheduler/issues/1265',
    happened:
      'A newer client could not talk to an old cluster: "x509: cannot verify signature: insecure algorithm SHA1-RSA (temporarily override with GODEBUG=x509sha1=1)". Go 1.18 stopped accepting SHA-1, and Go 1.24 removed the way around it.',
    node: { certificates: { 'kubernetes-ca': { key: keyNamed('an RSA CA', 'RSA-2048') } } },
    change: (node) => node.issue('kube-apiserver', { hash: 'sha1' }),
    finds: ['error cert/signature@kube-apiserver'],
    fix: ['mkdir', 'mv', 'kubeadm init phase certs apiserver'],
  },
  {
    id: 'serving-requests-not-approved',
    title: "No one approves the kubelet's requests for a serving certificate",
    source: 'https://github.com/kubernetes/kubeadm/issues/591',
    happened:
      'On a new cluster kubectl logs failed with "remote error: tls: internal error", and the kubelet logged "http: TLS handshake error: no certificate available". Its certificate requests were pending: nothing that comes with Kubernetes approves them.',
    node: { worker: true },
    change: (node) => {
      bootstrapServing(node).remove('/var/lib/kubelet/pki/kubelet.crt').remove('/var/lib/kubelet/pki/kubelet.key');
    },
    finds: ['warning kubelet/not-serving@kubelet'],
    fix: [],
  },
  {
    id: 'serving-signed-by-client-ca',
    title: "Kubelets' serving certificates are signed by the CA for clients",
    source: 'https://github.com/k3s-io/k3s/pull/3259',
    happened:
      'With serverTLSBootstrap on, kubectl logs failed with "x509: certificate signed by unknown authority". kube-controller-manager signed all requests with one CA, the one for clients, while kube-apiserver verifies kubelets with another one. The signer of serving certificates got its own CA with --cluster-signing-kubelet-serving-cert-file.',
    change: verifyWithAnotherCa,
    finds: ['error connection/server-trust@kube-apiserver → kubelet'],
    fix: [],
  },
];
