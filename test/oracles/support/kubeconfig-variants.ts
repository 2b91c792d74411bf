/** Ways to change a node, and whether kubectl still works with admin.conf. */
import { load } from 'js-yaml';
import type { NodeTree } from '../../support/node-tree.ts';

export interface Variant {
  readonly name: string;
  readonly change: (node: NodeTree) => unknown;
}

/** Replaces text in admin.conf. */
const edit =
  (pattern: RegExp, replacement: string): Variant['change'] =>
  (tree) =>
    tree.edit('admin.conf', (text) => text.replace(pattern, replacement));

const encoded = (text: string) => Buffer.from(text).toString('base64');
const anHourAgo = () => new Date(Date.now() - 3_600_000);

export const healthy: readonly Variant[] = [
  { name: 'as kubeadm wrote it', change: () => undefined },
  {
    name: 'the CA in a file beside it',
    change: edit(/certificate-authority-data: .*/, 'certificate-authority: pki/ca.crt'),
  },
  {
    name: 'a name to verify instead of the address',
    change: edit(/server: .*/, 'server: https://192.0.2.10:6443\n    tls-server-name: kubernetes'),
  },
  { name: 'a server in capitals', change: edit(/server: .*/, 'server: HTTPS://192.0.2.10:6443/') },
  { name: 'lines that end in CR LF', change: edit(/\n/g, '\r\n') },
  {
    name: 'JSON',
    change: (tree) => tree.edit('admin.conf', (text) => JSON.stringify(load(text))),
  },
  {
    name: 'a CA bundle with another CA in front',
    change: (tree) =>
      tree.editKubeconfig('admin.conf', {
        certificateAuthority: tree.read('pki/etcd/ca.crt') + tree.read('pki/ca.crt'),
      }),
  },
];

export interface Broken extends Variant {
  /** Our errors, as `rule@subject`. */
  readonly errors: readonly string[];
  /** The message of kubectl or of the server that our error quotes. null: kubectl's message differs from ours. */
  readonly says: string | null;
}

const unknownAuthority = 'x509: certificate signed by unknown authority';
const wrongUsage = 'x509: certificate specifies an incompatible key usage';
const wrongTime = 'x509: certificate has expired or is not yet valid: current time';

export const broken: readonly Broken[] = [
  {
    name: 'an unknown context',
    change: edit(/current-context: .*/, 'current-context: other'),
    errors: ['kubeconfig/context@admin.conf'],
    says: 'context was not found for specified context: ',
  },
  {
    name: 'no current context: it dials localhost:8080',
    change: edit(/current-context: .*\n/, ''),
    errors: ['kubeconfig/context@admin.conf'],
    says: null,
  },
  {
    name: 'an unknown cluster: it dials localhost:8080',
    change: edit(/^ {4}cluster: kubernetes$/m, '    cluster: other'),
    errors: ['kubeconfig/context@admin.conf'],
    says: null,
  },
  {
    name: 'an unknown user: it asks for a name',
    change: edit(/^ {4}user: .*$/m, '    user: other'),
    errors: ['kubeconfig/context@admin.conf'],
    says: null,
  },
  {
    name: 'a name twice',
    change: edit(/^users:$/m, 'users:\n- name: kubernetes-admin\n  user: {}'),
    errors: ['kubeconfig/context@admin.conf'],
    says: 'duplicate name "kubernetes-admin" in ',
  },
  {
    name: 'bad base64',
    change: edit(/client-certificate-data: ..../, 'client-certificate-data: A-_='),
    errors: ['kubeconfig/data@admin.conf'],
    says: 'illegal base64 data at input byte 1',
  },
  {
    name: 'bad base64 for the CA',
    change: edit(/certificate-authority-data: ..../, 'certificate-authority-data: AA-_'),
    errors: ['kubeconfig/data@admin.conf'],
    says: 'illegal base64 data at input byte 2',
  },
  {
    name: 'a credential that is no PEM',
    change: edit(/client-certificate-data: .*/, `client-certificate-data: ${encoded('words')}`),
    errors: ['kubeconfig/data@admin.conf'],
    says: 'tls: failed to find any PEM data in certificate input',
  },
  {
    name: 'a key that is no PEM',
    change: edit(/client-key-data: .*/, `client-key-data: ${encoded('words')}`),
    errors: ['kubeconfig/data@admin.conf'],
    says: 'tls: failed to find any PEM data in key input',
  },
  {
    name: 'a CA that is no PEM',
    change: edit(/certificate-authority-data: .*/, `certificate-authority-data: ${encoded('words')}`),
    errors: ['kubeconfig/data@admin.conf'],
    says: 'unable to load root certificates: unable to parse bytes as PEM block',
  },
  {
    name: 'the key of another certificate',
    change: (tree) => tree.issue('admin.conf', { key: 'RSA-2048', writeKey: false }),
    errors: ['cert/pair@admin.conf'],
    says: 'tls: private key does not match public key',
  },
  {
    name: 'no key',
    change: edit(/ *client-key-data: .*\n/, ''),
    errors: ['cert/key@admin.conf'],
    says: null,
  },
  {
    name: 'a missing file for the CA',
    change: edit(/certificate-authority-data: .*/, 'certificate-authority: pki/none.crt'),
    errors: ['kubeconfig/file@admin.conf'],
    says: '/etc/kubernetes/pki/none.crt',
  },
  {
    name: 'a missing file for the credential',
    change: edit(/client-certificate-data: .*/, 'client-certificate: /etc/kubernetes/pki/none.crt'),
    errors: ['kubeconfig/file@admin.conf'],
    says: 'no such file',
  },
  {
    name: 'no credential',
    change: edit(/client-certificate-data: .*\n *client-key-data: .*/, 'token: ""'),
    errors: ['kubeconfig/credential@admin.conf'],
    says: null,
  },
  {
    name: 'plain http',
    change: (tree) => tree.editKubeconfig('admin.conf', { server: 'http://192.0.2.10:6443' }),
    errors: ['kubeconfig/server@admin.conf'],
    says: 'Client sent an HTTP request to an HTTPS server',
  },
  {
    name: 'no scheme: it dials http',
    change: (tree) => tree.editKubeconfig('admin.conf', { server: '192.0.2.10:6443' }),
    errors: ['kubeconfig/server@admin.conf'],
    says: 'Client sent an HTTP request to an HTTPS server',
  },
  {
    name: 'no server: it dials localhost:8080',
    change: edit(/ +server: .*\n/, ''),
    errors: ['kubeconfig/server@admin.conf'],
    says: null,
  },
  {
    name: 'a CA and no verification',
    change: edit(/ +server: /, '    insecure-skip-tls-verify: true\n$&'),
    errors: ['kubeconfig/usable@admin.conf'],
    says: 'specifying a root certificates file with the insecure flag is not allowed',
  },
  {
    name: 'no CA',
    change: edit(/ *certificate-authority-data: .*\n/, ''),
    errors: ['kubeconfig/authority@admin.conf'],
    says: unknownAuthority,
  },
  {
    name: 'another CA',
    change: (tree) => tree.editKubeconfig('admin.conf', { certificateAuthority: tree.read('pki/etcd/ca.crt') }),
    errors: ['kubeconfig/authority@admin.conf'],
    says: unknownAuthority,
  },
  {
    name: 'a client certificate of another CA',
    change: (tree) => tree.issue('admin.conf', { issuer: 'etcd-ca' }),
    errors: ['cert/issuer@admin.conf'],
    says: unknownAuthority,
  },
  {
    name: 'an expired client certificate',
    change: (tree) => tree.issue('admin.conf', { notAfter: anHourAgo() }),
    errors: ['cert/expired@admin.conf'],
    says: wrongTime,
  },
  {
    name: 'a client certificate without client auth',
    change: (tree) => tree.issue('admin.conf', { usages: ['serverAuth'] }),
    errors: ['cert/usage@admin.conf'],
    says: wrongUsage,
  },
  {
    name: 'a server certificate of another CA',
    change: (tree) => tree.issue('kube-apiserver', { issuer: 'etcd-ca' }),
    errors: ['cert/issuer@kube-apiserver'],
    says: unknownAuthority,
  },
  {
    name: 'an expired server certificate',
    change: (tree) => tree.issue('kube-apiserver', { notAfter: anHourAgo() }),
    errors: ['cert/expired@kube-apiserver'],
    says: wrongTime,
  },
  {
    name: 'a server certificate without server auth',
    change: (tree) => tree.issue('kube-apiserver', { usages: ['clientAuth'] }),
    errors: ['cert/usage@kube-apiserver'],
    says: wrongUsage,
  },
  {
    name: 'a server certificate that does not name its address',
    change: (tree) => tree.issue('kube-apiserver', { sans: ['DNS:kubernetes', 'IP:10.96.0.1'] }),
    errors: ['san/coverage@kube-apiserver'],
    says: 'x509: certificate is valid for 10.96.0.1, not 192.0.2.10',
  },
];
