import { certificatePem } from '../../../support/certificates.ts';
import { type Authority, makeAuthority } from '../../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../../support/keys.ts';
import type { NodeTree } from '../../../support/node-tree.ts';
import type { Case } from '../../harness.ts';
import { setFlags } from '../../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const healthy = { findings: [] };

const another = makeAuthority('a CA of its own');
const pem = certificatePem(another.certificate);

const writeCa = (node: NodeTree, path: string, { certificate }: Authority = another) =>
  node.write(`pki/${path}`, certificatePem(certificate));

/** kube-apiserver has a certificate of a CA for servers, which these kubeconfigs trust, and pods. */
export function servesByServerCa(node: NodeTree, trusting: readonly string[], pods = true): NodeTree {
  writeCa(node, 'server-ca.crt').issue('kube-apiserver', { issuer: another });
  if (pods) node.replaceFlag('kube-controller-manager', 'root-ca-file', `${pki}/server-ca.crt`);
  for (const name of trusting) node.editKubeconfig(`${name}.conf`, { certificateAuthority: pem });
  return node;
}

/** kube-controller-manager signs with a CA of its own; kube-apiserver trusts `clients`. */
function signsWithItsOwn(node: NodeTree, clients: string): NodeTree {
  writeCa(node, 'signer.crt').write('pki/signer.key', privateKeyPem(another.key), 0o600);
  setFlags(node, 'kube-controller-manager', {
    'cluster-signing-cert-file': `${pki}/signer.crt`,
    'cluster-signing-key-file': `${pki}/signer.key`,
  });
  node.write('pki/clients.crt', clients);
  return node.replaceFlag('kube-apiserver', 'client-ca-file', `${pki}/clients.crt`);
}

/** A second certificate, for a name outside the cluster at which kube-apiserver is dialled with `server`. */
function servesByName(node: NodeTree, server: string): void {
  const own = [node.read('pki/apiserver.crt'), node.read('pki/apiserver.key')] as const;
  node.issue('kube-apiserver', { issuer: another, sans: ['DNS:api.example.test'], key: keyNamed('public') });
  node.move('pki/apiserver.crt', 'pki/public.crt').move('pki/apiserver.key', 'pki/public.key');
  node.write('pki/apiserver.crt', own[0], 0o644).write('pki/apiserver.key', own[1], 0o600);
  const value = `${pki}/public.crt,${pki}/public.key:api.example.test`;
  node.replaceFlag('kube-apiserver', 'tls-sni-cert-key', value);
  node.editKubeconfig('admin.conf', { server, certificateAuthority: pem });
}

/**
 * Layouts with more CAs than documented, in which every verifier trusts what it is shown; and some in which one does
 * not.
 */
export const moreAuthorities: readonly Case[] = [
  {
    name: "etcd's peers have a CA of their own",
    change: (node) => {
      writeCa(node, 'etcd/peer-ca.crt').issue('kube-etcd-peer', { issuer: another });
      node.replaceFlag('etcd', 'peer-trusted-ca-file', `${pki}/etcd/peer-ca.crt`);
    },
    ...healthy,
  },
  {
    name: 'a CA for servers, and one for clients',
    change: (node) => servesByServerCa(node, ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler']),
    ...healthy,
  },
  {
    name: 'kube-controller-manager signs with a CA of its own, which kube-apiserver trusts too',
    change: (node) => signsWithItsOwn(node, node.read('pki/ca.crt') + pem),
    ...healthy,
  },
  {
    name: 'kube-controller-manager signs with a CA of its own, which kube-apiserver does not trust',
    change: (node) => signsWithItsOwn(node, node.read('pki/ca.crt')),
    findings: ['argument/target@kube-controller-manager --cluster-signing-cert-file'],
  },
  {
    name: 'another CA for the name by which administrators come',
    change: (node) => servesByName(node, 'https://API.example.test:6443'),
    ...healthy,
  },
  {
    name: 'another CA for a name by which administrators do not come',
    change: (node) => servesByName(node, 'https://192.0.2.10:6443'),
    findings: ['connection/server-trust@kubectl with admin.conf → kube-apiserver'],
  },
];
