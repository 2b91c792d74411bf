/** Changes of a healthy node after which a first fix once led nowhere. */
import { certificatePem } from './certificates.ts';
import { makeAuthority } from './issue.ts';
import { keyNamed, privateKeyPem } from './keys.ts';
import type { NodeTree } from './node-tree.ts';
import { type AuthorityRole, type LeafRole, leaves } from './roles.ts';

const pki = '/etc/kubernetes/pki';
const current = '/var/lib/kubelet/pki/kubelet-client-current.pem';
const year = { notBefore: '2024-11-20', notAfter: '2025-11-20' } as const;
const decade = { notBefore: '2015-11-20', notAfter: '2025-11-20' } as const;

/** Lets a kubeconfig name a certificate and its key instead of embedding its own. */
export const naming = (file: string, certificate: string) => (node: NodeTree) =>
  node.edit(file, (text) =>
    text
      .replace(/client-certificate-data: .*/, `client-certificate: ${pki}/${certificate}.crt`)
      .replace(/client-key-data: .*/, `client-key: ${pki}/${certificate}.key`),
  );

/** Lets CAs expire that keep their keys, and with them every certificate of the node. */
export const expiring =
  (...cas: readonly AuthorityRole[]) =>
  (node: NodeTree): NodeTree => {
    for (const ca of cas) node.issue(ca, { ...decade, key: keyNamed(ca) });
    for (const role of Object.keys(leaves)) node.issue(role as LeafRole, year);
    return node;
  };

export const withoutEtcdFiles = (node: NodeTree): NodeTree => {
  for (const path of [...node.entries.keys()]) if (path.startsWith(`${pki}/etcd/`)) node.entries.delete(path);
  return node;
};

const newEtcd = makeAuthority('etcd-ca', { key: keyNamed('a new CA of etcd') });
export const withNewEtcdCa = (node: NodeTree): NodeTree =>
  node
    .write('pki/etcd/ca.crt', certificatePem(newEtcd.certificate))
    .write('pki/etcd/ca.key', privateKeyPem(newEtcd.key));

/** A rotation that has begun: the file of the CA holds the next one too. `first`: the next one comes first. */
export const bundled =
  (first = false) =>
  (node: NodeTree): NodeTree => {
    const next = certificatePem(makeAuthority('kubernetes', { key: keyNamed('the next CA') }).certificate);
    return node.edit('pki/ca.crt', (text) => (first ? next + text : text + next));
  };

export const namingLostFile = (node: NodeTree) =>
  node.edit('kubelet.conf', (text) => text.replaceAll(current, current.replace('current', '2020-01-01')));
