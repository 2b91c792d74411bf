import { certificatePem } from '../../support/certificates.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const pki = '/etc/kubernetes/pki';

const publicCa = makeAuthority('a public CA');

/** A certificate for the load balancer's name that clients outside the cluster trust. */
function serveLoadBalancerName(node: NodeTree): NodeTree {
  const key = keyNamed('the certificate of the load balancer');
  const { certificate } = makeAuthority(
    'lb.example.test',
    { key, ca: false, usages: ['serverAuth'], keyUsage: ['digitalSignature'], sans: ['DNS:lb.example.test'] },
    publicCa,
  );
  return node
    .write('pki/lb.crt', certificatePem(certificate))
    .write('pki/lb.key', privateKeyPem(key))
    .replaceFlag('kube-apiserver', 'tls-sni-cert-key', `${pki}/lb.crt,${pki}/lb.key`);
}

/** Arguments that name the wrong file or address, or one that is not there. */
export const paths: readonly Incident[] = [
  {
    id: 'sni-empty-names',
    title: 'A pair for a host name with an empty list of names',
    source: 'https://github.com/okd-project/okd/issues/1944',
    happened:
      'After the certificates of an API server were updated, it did not start any more: invalid argument "…/tls.crt,…/tls.key:" for "--tls-sni-cert-key" flag: empty names list is not allowed. The colon announces names that did not follow.',
    change: (node) =>
      serveLoadBalancerName(node).edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(/- (--tls-sni-cert-key=.*)/, '- "$1:"'),
      ),
    finds: ['error argument/value@kube-apiserver'],
    fix: [],
  },
  {
    id: 'sni-for-the-endpoint',
    title: 'A public certificate for the name that the nodes dial too',
    source: 'https://github.com/k0sproject/k0s/issues/6570',
    happened:
      'The API server got a certificate of a public CA for the name of the load balancer, with --tls-sni-cert-key. Users were happy, and every component that dials the same name, and trusts the cluster CA only, was cut off.',
    node: () => worker(),
    beside: () => [serveLoadBalancerName(controlPlane(1))],
    finds: ['error connection/server-trust@kubelet → kube-apiserver of worker-1'],
    fix: [],
  },
  {
    id: 'oidc-ca-missing',
    title: "The CA of the identity provider is not in the API server's container",
    source: 'https://github.com/kubernetes/kubernetes/issues/64206',
    happened:
      'kube-apiserver did not start after four --oidc-* flags were added to its manifest, and started without them. --oidc-ca-file named /etc/kubernetes/ssl/ca.pem. A directory that the static pod does not mount has this effect.',
    change: (node) => {
      node.write('/etc/kubernetes/ssl/ca.pem', certificatePem(publicCa.certificate));
      const oidc = { 'oidc-issuer-url': 'https://dex.example.test:32000/dex', 'oidc-client-id': 'loginapp' };
      for (const [flag, value] of Object.entries(oidc)) node.replaceFlag('kube-apiserver', flag, value);
      node.replaceFlag('kube-apiserver', 'oidc-ca-file', '/etc/kubernetes/ssl/ca.pem');
    },
    finds: ['error argument/mount@kube-apiserver'],
    fix: [],
  },
  {
    id: 'audit-policy-not-mounted',
    title: 'The audit policy is on the node, but not in the container',
    source: 'https://github.com/kubernetes/kops/issues/15489',
    happened:
      'With an audit policy in the specification of the cluster, kube-apiserver did not start: the file was created on the node, but the manifest of the static pod did not mount it.',
    change: (node) => {
      node.write(
        '/srv/kubernetes/kube-apiserver/audit.yaml',
        'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n',
      );
      node.replaceFlag('kube-apiserver', 'audit-policy-file', '/srv/kubernetes/kube-apiserver/audit.yaml');
    },
    finds: ['error argument/mount@kube-apiserver'],
    fix: [],
  },
  {
    id: 'token-file-not-mounted',
    title: 'A token file outside of the mounted directories',
    source: 'https://github.com/kubernetes/kubernetes/issues/121961',
    happened:
      'kube-apiserver did not come back after --token-auth-file was added to its manifest. The container sees only the directories that the pod mounts; in /etc/kubernetes/pki the same file worked.',
    change: (node) => {
      node.write('/etc/kubernetes/tokens.csv', 'secret,reader,1000\n', 0o600);
      node.replaceFlag('kube-apiserver', 'token-auth-file', '/etc/kubernetes/tokens.csv');
    },
    finds: ['error argument/mount@kube-apiserver'],
    fix: [],
  },
  {
    id: 'proxy-client-is-the-kubelets',
    title: 'The API server shows the certificate of a kubelet as front proxy',
    source: 'https://github.com/rancher/rancher/issues/18712',
    happened:
      'Autoscaling had no metrics; metrics-server logged "x509: subject with cn=system:node is not in the allowed list: [kube-apiserver-proxy-client]". What kube-apiserver showed was not the certificate that was made for the front proxy.',
    change: (node) => {
      node.replaceFlag('kube-apiserver', 'proxy-client-cert-file', `${pki}/apiserver-kubelet-client.crt`);
      node.replaceFlag('kube-apiserver', 'proxy-client-key-file', `${pki}/apiserver-kubelet-client.key`);
    },
    finds: ['error argument/target@kube-apiserver --proxy-client-cert-file'],
    fix: [],
  },
  {
    id: 'etcd-not-on-loopback',
    title: 'kube-apiserver dials etcd where it does not listen',
    source: 'https://github.com/kubernetes/kubernetes/issues/68333',
    happened:
      'kubeadm init failed with "connection refused" on 127.0.0.1:2379. The configuration made etcd listen on the address of the node only, while kube-apiserver and the health probe still dialled the loopback address.',
    change: (node) => node.replaceFlag('etcd', 'listen-client-urls', 'https://192.0.2.10:2379'),
    finds: ['error connection/listener@kube-apiserver → etcd'],
    fix: [],
  },
];
