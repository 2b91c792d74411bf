import { certificatePem } from '../../../support/certificates.ts';
import { makeAuthority } from '../../../support/issue.ts';
import { privateKeyPem } from '../../../support/keys.ts';
import type { NodeTree } from '../../../support/node-tree.ts';
import { pathOf, type Role, roles } from '../../../support/roles.ts';
import type { Case } from '../../harness.ts';

const pki = '/etc/kubernetes/pki';
const healthy = { findings: [] };

const rotatedCa = makeAuthority('kubernetes');
const rotatedEtcdCa = makeAuthority('etcd-ca');

/** The old and the new CA in every trust file; the signing file contains one of them. */
function bundle(node: NodeTree, signer: 'old' | 'new'): NodeTree {
  const old = node.read('pki/ca.crt');
  const added = certificatePem(rotatedCa.certificate);
  node.write('pki/ca.crt', signer === 'old' ? old + added : added + old);
  node.write('pki/ca-signing.crt', signer === 'old' ? old : added);
  if (signer === 'new') node.write('pki/ca.key', privateKeyPem(rotatedCa.key));
  node.replaceFlag('kube-controller-manager', 'cluster-signing-cert-file', `${pki}/ca-signing.crt`);
  for (const role of roles.filter((one) => one.endsWith('.conf'))) {
    node.editKubeconfig(pathOf(role), { certificateAuthority: node.read('pki/ca.crt') });
  }
  return node;
}

const clusterLeaves = ['kube-apiserver', 'kube-apiserver-kubelet-client'] as const;
const clusterUsers = ['admin.conf', 'controller-manager.conf', 'scheduler.conf'] as const;

/** Old and new CAs at the same time. */
export const rotation: readonly Case[] = [
  { name: 'rotation: old and new CA, all leaves of the old', change: (node) => bundle(node, 'old'), ...healthy },
  {
    name: 'rotation: old and new CA, servers of the new',
    change: (node) => {
      bundle(node, 'new');
      for (const role of clusterLeaves) node.issue(role, { issuer: rotatedCa });
    },
    ...healthy,
  },
  {
    name: 'rotation: old and new CA, clients of the new',
    change: (node) => {
      bundle(node, 'new');
      for (const role of clusterUsers) node.issue(role, { issuer: rotatedCa });
    },
    ...healthy,
  },
  {
    name: 'rotation: old and new CA, all leaves of the new',
    change: (node) => {
      bundle(node, 'new');
      const users = roles.filter((role) => role.endsWith('.conf'));
      for (const role of [...clusterLeaves, ...users]) node.issue(role as Role, { issuer: rotatedCa });
    },
    // A note: on other nodes the old CA may still be in use.
    findings: ['authority/unused@kubernetes-ca'],
  },
  {
    name: 'rotation: kubeconfigs trust only the old CA, as long as the server is of it',
    change: (node) => {
      const old = node.read('pki/ca.crt');
      bundle(node, 'new');
      node.editKubeconfig('scheduler.conf', { certificateAuthority: old });
      node.issue('kube-apiserver-kubelet-client', { issuer: rotatedCa });
    },
    ...healthy,
  },
  {
    name: "rotation: etcd's old and new CA, leaves of both",
    change: (node) => {
      node.edit('pki/etcd/ca.crt', (old) => old + certificatePem(rotatedEtcdCa.certificate));
      for (const role of ['kube-etcd', 'kube-apiserver-etcd-client'] as const) {
        node.issue(role, { issuer: rotatedEtcdCa });
      }
    },
    ...healthy,
  },
  {
    name: 'rotation: an expired CA stands beside the one in force',
    change: (node) => {
      const expired = makeAuthority('front-proxy-ca', { notBefore: '2016-11-24', notAfter: '2026-11-22' });
      node.edit('pki/front-proxy-ca.crt', (text) => text + certificatePem(expired.certificate));
    },
    findings: ['authority/leftover@front-proxy-ca'],
  },
];
