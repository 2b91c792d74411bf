/** Single faults of a control plane that kubeadm has set up. Those of a chain are of different files. */
import { setFlags } from '../../cases/manifest-edits.ts';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { LeafRole } from '../../support/roles.ts';

export interface Fault {
  readonly name: string;
  /** What it changes. */
  readonly of: string;
  /** Why its first fix alone does not heal it. Not part of chains then. */
  readonly byHand?: string;
  readonly change: (node: NodeTree) => unknown;
}

const pki = '/etc/kubernetes/pki';
const past = { notBefore: '2025-11-01', notAfter: '2026-11-20' };
const stranger = makeAuthority('kubernetes', { key: keyNamed('the CA of an earlier cluster') });

const expired = (role: LeafRole): Fault => ({
  name: `${role} has expired`,
  of: role,
  change: (node) => node.issue(role, past),
});

const ofStranger = (role: LeafRole): Fault => ({
  name: `${role} is of an earlier cluster`,
  of: role,
  change: (node) => node.issue(role, { issuer: stranger }),
});

const missing = (role: string, ...files: readonly string[]): Fault => ({
  name: `${files.join(' and ')} are missing`,
  of: role,
  change: (node) => {
    for (const file of files) node.remove(file);
  },
});

const flag = (component: string, name: string, value: string | undefined): Fault => ({
  name: `${component} --${name} is ${value ?? 'missing'}`,
  of: `${component} manifest`,
  change: (node) => setFlags(node, component, { [name]: value }),
});

const mode = (file: string, bits: number): Fault => ({
  name: `${file} has mode ${bits.toString(8)}`,
  of: file,
  change: (node) => node.chmod(file, bits),
});

const edited = (file: string, from: string, to: string): Fault => ({
  name: `${file} says ${to.trim()}`,
  of: file,
  change: (node) => node.edit(file, (text) => text.replace(from, to)),
});

const trustsStranger = (role: LeafRole): Fault => ({
  name: `${role} trusts the CA of an earlier cluster`,
  of: role,
  change: (node) => node.editKubeconfig(role, { certificateAuthority: certificatePem(stranger.certificate) }),
});

const keyOfOther = (role: LeafRole, file: string): Fault => ({
  name: `${file} is the key of a different certificate`,
  of: role,
  change: (node) => node.write(file, privateKeyPem(keyNamed(`not of ${role}`))),
});

const edit = 'a person edits the line';

/** Independent of each other, unless they are `of` the same. */
export const faults: readonly Fault[] = [
  expired('kube-apiserver'),
  expired('kube-apiserver-kubelet-client'),
  expired('kube-apiserver-etcd-client'),
  expired('front-proxy-client'),
  expired('kube-etcd'),
  expired('kube-etcd-peer'),
  expired('admin.conf'),
  expired('controller-manager.conf'),
  expired('scheduler.conf'),
  ofStranger('kube-apiserver'),
  ofStranger('kube-apiserver-kubelet-client'),
  ofStranger('front-proxy-client'),
  ofStranger('kube-etcd-peer'),
  ofStranger('scheduler.conf'),
  missing('kube-apiserver', 'pki/apiserver.crt', 'pki/apiserver.key'),
  missing('kube-etcd-healthcheck-client', 'pki/etcd/healthcheck-client.crt', 'pki/etcd/healthcheck-client.key'),
  missing('kube-etcd', 'pki/etcd/server.crt', 'pki/etcd/server.key'),
  missing('controller-manager.conf', 'controller-manager.conf'),
  missing('sa.pub', 'pki/sa.pub'),
  keyOfOther('kube-apiserver', 'pki/apiserver.key'),
  keyOfOther('kube-etcd-peer', 'pki/etcd/peer.key'),
  trustsStranger('admin.conf'),
  trustsStranger('controller-manager.conf'),
  trustsStranger('scheduler.conf'),
  {
    name: 'apiserver.crt lacks an address',
    of: 'kube-apiserver',
    change: (node) => node.issue('kube-apiserver', { sans: ['DNS:cp-1', 'DNS:kubernetes'] }),
  },
  {
    name: 'etcd/server.crt lacks the loopback address',
    of: 'kube-etcd',
    change: (node) => node.issue('kube-etcd', { sans: ['DNS:cp-1', 'IP:192.0.2.10'] }),
  },
  {
    name: 'apiserver-kubelet-client.crt is for servers',
    of: 'kube-apiserver-kubelet-client',
    change: (node) => node.issue('kube-apiserver-kubelet-client', { usages: ['serverAuth'] }),
  },
  {
    name: 'the user of controller-manager.conf is a different one',
    of: 'controller-manager.conf',
    change: (node) => node.issue('controller-manager.conf', { commonName: 'kube-controller-manager' }),
  },
  flag('kube-apiserver', 'client-ca-file', `${pki}/front-proxy-ca.crt`),
  flag('kube-apiserver', 'etcd-cafile', `${pki}/ca.crt`),
  { ...flag('kube-apiserver', 'service-account-issuer', undefined), byHand: 'a person chooses the issuer' },
  flag('kube-apiserver', 'tls-cert-file', `${pki}/apiserver-kubelet-client.crt`),
  flag('kube-controller-manager', 'root-ca-file', `${pki}/front-proxy-ca.crt`),
  { ...flag('kube-controller-manager', 'service-account-private-key-file', `${pki}/ca.key`), byHand: edit },
  { ...flag('kube-scheduler', 'kubeconfig', '/etc/kubernetes/admin.conf'), byHand: edit },
  { ...flag('etcd', 'trusted-ca-file', `${pki}/ca.crt`), byHand: edit },
  flag('etcd', 'peer-cert-file', `${pki}/etcd/server.crt`),
  mode('pki/ca.key', 0o644),
  mode('pki/sa.key', 0o644),
  mode('super-admin.conf', 0o644),
  mode('scheduler.conf', 0o644),
  {
    ...edited('/var/lib/kubelet/config.yaml', 'anonymous:\n    enabled: false', 'anonymous:\n    enabled: true'),
    byHand: edit,
  },
  { ...edited('/var/lib/kubelet/config.yaml', 'mode: Webhook', 'mode: AlwaysAllow'), byHand: edit },
];
