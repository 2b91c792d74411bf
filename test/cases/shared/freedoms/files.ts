import { certificatePem } from '../../../support/certificates.ts';
import { makeAuthority } from '../../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../../support/keys.ts';
import type { NodeTree } from '../../../support/node-tree.ts';
import { pathOf, type Role } from '../../../support/roles.ts';
import type { Case } from '../../harness.ts';
import { setFlags } from '../../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const healthy = { findings: [] };

const pairs: readonly Role[] = ['kube-apiserver', 'kube-apiserver-kubelet-client', 'kube-etcd', 'front-proxy-client'];

/** An intermediate signed by the cluster's own CA. */
function intermediateOf(node: NodeTree, root: 'kubernetes-ca' | 'etcd-ca') {
  return makeAuthority(`${root} intermediate`, {}, node.authority(root));
}

/** Unusual file contents that components still accept. */
export const files: readonly Case[] = [
  {
    name: 'keys in PKCS#8',
    change: (node) => {
      for (const role of pairs) {
        node.edit(pathOf(role).replace(/crt$/, 'key'), () => privateKeyPem(node.key(role), 'pkcs8'));
      }
      node.write('pki/ca.key', privateKeyPem(node.authority('kubernetes-ca').key, 'pkcs8'));
    },
    ...healthy,
  },
  {
    name: 'leaves with keys of every kind',
    change: (node) => {
      node.issue('kube-apiserver', { key: 'RSA-2048' });
      node.issue('kube-apiserver-kubelet-client', { key: 'P-384' });
      node.issue('kube-apiserver-etcd-client', { key: 'P-521' });
      node.issue('front-proxy-client', { key: 'Ed25519', keyUsage: ['digitalSignature'] });
    },
    ...healthy,
  },
  {
    name: 'CAs with RSA-2048 and SHA-512',
    node: { certificates: { 'kubernetes-ca': { key: 'RSA-2048', hash: 'sha512' } } },
    ...healthy,
  },
  {
    name: 'text around the blocks, CRLF, no line break at the end',
    change: (node) => {
      const printed = 'Certificate:\n    Data:\n        Version: 3 (0x2)\n';
      node.edit('pki/apiserver.crt', (pem) => printed + pem);
      node.edit('pki/ca.crt', (pem) => `subject=CN = kubernetes\n${pem}\n# end`);
      node.edit('pki/etcd/server.crt', (pem) => pem.replaceAll('\n', '\r\n'));
      node.edit('pki/etcd/server.key', (pem) => `Bag Attributes\n    friendlyName: etcd\n${pem.trimEnd()}`);
      node.edit('pki/sa.pub', (pem) => pem.replaceAll('\n', '\r\n'));
    },
    ...healthy,
  },
  {
    name: 'EC PARAMETERS before the key, as openssl ecparam writes it',
    change: (node) => {
      const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
      node.edit('pki/apiserver.key', (pem) => parameters + pem);
    },
    ...healthy,
  },
  {
    name: 'certificate and key in one file',
    change: (node) => {
      node.write('pki/apiserver.pem', node.read('pki/apiserver.crt') + node.read('pki/apiserver.key'));
      node.remove('pki/apiserver.crt').remove('pki/apiserver.key');
      const file = `${pki}/apiserver.pem`;
      setFlags(node, 'kube-apiserver', { 'tls-cert-file': file, 'tls-private-key-file': file });
    },
    ...healthy,
  },
  {
    name: 'leaf files that carry their intermediate',
    change: (node) => {
      for (const [role, root] of [
        ['kube-apiserver', 'kubernetes-ca'],
        ['kube-etcd', 'etcd-ca'],
        ['kube-apiserver-kubelet-client', 'kubernetes-ca'],
      ] as const) {
        const intermediate = intermediateOf(node, root);
        node.issue(role, { issuer: intermediate });
        node.edit(pathOf(role), (pem) => pem + certificatePem(intermediate.certificate));
      }
    },
    ...healthy,
  },
  {
    name: 'the server sends its root too',
    change: (node) => node.edit('pki/apiserver.crt', (pem) => pem + node.read('pki/ca.crt')),
    ...healthy,
  },
  {
    name: 'service account keys: old and new verify, the new signs',
    change: (node) => {
      const old = keyNamed('old service account', 'P-256').publicKey.export({ type: 'spki', format: 'pem' });
      node.edit('pki/sa.pub', (pem) => `${old}${pem}`);
    },
    ...healthy,
  },
  {
    name: 'other files beside the documented ones',
    change: (node) => {
      node.write('pki/apiserver.crt.bak', node.read('pki/apiserver.crt'), 0o644);
      node.write('pki/apiserver.csr', 'not read by anybody\n');
      node.write('pki/README', 'by hand\n');
      node.write('pki/dex.crt', certificatePem(makeAuthority('dex').certificate), 0o644);
      node.write(
        'pki/encryption-config.yaml',
        'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n',
      );
    },
    findings: ['file/unused@cp-1'],
  },
];
