import { certificatePem } from '../../support/certificates.ts';
import { certify, makeAuthority, presentProfile } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';

export const pki = '/etc/kubernetes/pki';

export const sni = 'kube-apiserver --tls-sni-cert-key';

/** Writes a certificate for `api.example.test` of a CA that is not the cluster's, with its key. */
export function writePair(node: NodeTree, path: string, changes: Parameters<typeof certify>[1] = {}): NodeTree {
  const profile = presentProfile(node.certificate('kube-apiserver'));
  const names = { sans: ['DNS:api.example.test'], commonName: 'api.example.test', ...changes };
  const der = certify(profile, names, keyNamed('public'), makeAuthority('public CA'));
  return node.write(`${path}.crt`, certificatePem(der)).write(`${path}.key`, privateKeyPem(keyNamed('public')), 0o600);
}

/** A pair that kube-apiserver presents for some names. */
export const withSni = (change: (node: NodeTree) => unknown, value = `${pki}/sni.crt,${pki}/sni.key`, changes = {}) => {
  return (node: NodeTree) => {
    writePair(node, 'pki/sni', changes).replaceFlag('kube-apiserver', 'tls-sni-cert-key', value);
    // A colon at the end, or before a blank, needs quotes in YAML.
    node.edit('manifests/kube-apiserver.yaml', (text) => text.replace(/^( *- )(--tls-sni.*)$/m, "$1'$2'"));
    change(node);
  };
};

export const asItIs = () => undefined;
