import { buildNode } from '../../support/build-node.ts';
import type { Case } from '../harness.ts';
import { servesByServerCa } from './freedoms/more-authorities.ts';

const pki = '/etc/kubernetes/pki';
const all = ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler'];

export const serverCas: readonly Case[] = [
  {
    name: 'a CA for servers that one kubeconfig does not trust',
    node: () => servesByServerCa(buildNode(), all),
    change: (node) => node.editKubeconfig('scheduler.conf', { certificateAuthority: node.read('pki/ca.crt') }),
    findings: ['kubeconfig/authority@scheduler.conf'],
  },
  {
    name: 'a CA for servers that two kubeconfigs do not trust',
    node: () => servesByServerCa(buildNode(), all),
    change: (node) => {
      for (const name of ['controller-manager.conf', 'scheduler.conf'] as const)
        node.editKubeconfig(name, { certificateAuthority: node.read('pki/ca.crt') });
    },
    findings: ['kubeconfig/authority@controller-manager.conf', 'kubeconfig/authority@scheduler.conf'],
  },
  {
    name: 'a CA for servers that kubeconfigs trust, and pods do not',
    change: (node) => servesByServerCa(node, all, false),
    findings: ['connection/server-trust@pods → kube-apiserver', 'file/unused@cp-1'],
  },
];

/** Flags that name the certificate of a different role, next to the key of their own. */
export const otherCertificates: readonly Case[] = [
  {
    name: 'etcd has the certificate of its server for its peers, and the key of that for them',
    change: (node) => node.replaceFlag('etcd', 'peer-cert-file', `${pki}/etcd/server.crt`),
    findings: ['argument/target@etcd --peer-cert-file'],
  },
  {
    name: 'etcd has the certificate of its server for its peers, whose own pair is lost',
    change: (node) => {
      node.remove('pki/etcd/peer.crt').remove('pki/etcd/peer.key');
      node.replaceFlag('etcd', 'peer-cert-file', `${pki}/etcd/server.crt`);
    },
    findings: ['argument/target@etcd --peer-cert-file', 'cert/key@kube-etcd-peer'],
  },
  {
    name: 'etcd has the certificate of its server for its peers, whose own one is lost',
    change: (node) => {
      node.remove('pki/etcd/peer.crt').replaceFlag('etcd', 'peer-cert-file', `${pki}/etcd/server.crt`);
    },
    findings: ['argument/target@etcd --peer-cert-file', 'cert/pair@kube-etcd-peer'],
  },
  {
    name: 'kube-apiserver serves with the certificate of its client, and its own pair is lost',
    change: (node) => {
      node.remove('pki/apiserver.crt').remove('pki/apiserver.key');
      node.replaceFlag('kube-apiserver', 'tls-cert-file', `${pki}/apiserver-kubelet-client.crt`);
    },
    findings: ['argument/target@kube-apiserver --tls-cert-file', 'cert/key@kube-apiserver'],
  },
  {
    name: 'kube-apiserver serves with the certificate of its client, and its own one is lost',
    change: (node) => {
      node.remove('pki/apiserver.crt');
      node.replaceFlag('kube-apiserver', 'tls-cert-file', `${pki}/apiserver-kubelet-client.crt`);
    },
    findings: ['argument/target@kube-apiserver --tls-cert-file', 'cert/pair@kube-apiserver'],
  },
];
