/** Ways to change a node, and the effect on connections to its etcd. */
import { setFlags } from '../../cases/manifest-edits.ts';
import { certificatePem } from '../../support/certificates.ts';
import { type Changes, certify, makeAuthority, presentProfile } from '../../support/issue.ts';
import { keyFromPem, keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** The node's address in the corpus. */
export const address = '192.0.2.10';

export interface Variant {
  readonly name: string;
  readonly change: (node: NodeTree) => unknown;
  /** Findings above info, as `rule@subject`. */
  readonly findings: readonly string[];
  /** The connections that fail, by id. */
  readonly fails: readonly string[];
}

export const anHourAgo = () => new Date(Date.now() - 3_600_000);
export const trustFile = 'pki/etcd/ca.crt';
const apiserver = 'apiserver-etcd-client';

const gateway = ['etcd-gateway'];
export const both = ['kube-apiserver-etcd', 'etcdctl-etcd'];
export const all: readonly string[] = [...both, ...gateway];

/** A pair with which etcd dials etcd. */
export const withClientPair = (tree: NodeTree, changes: Changes, key?: string): NodeTree => {
  const own = keyNamed('client of etcd');
  const profile = presentProfile(tree.certificate('kube-etcd-healthcheck-client'));
  const der = certify(profile, changes, own, tree.authority('etcd-ca'));
  const path = '/etc/kubernetes/pki/etcd/client';
  tree.write(`${path}.crt`, certificatePem(der)).write(`${path}.key`, key ?? privateKeyPem(own), 0o600);
  return setFlags(tree, 'etcd', { 'client-cert-file': `${path}.crt`, 'client-key-file': `${path}.key` });
};

/** etcd starts, and accepts kube-apiserver and etcdctl. */
export const healthy: readonly Variant[] = [
  { name: 'as kubeadm wrote it', change: () => undefined, findings: [], fails: [] },
  {
    name: 'an expired certificate for what it presents to itself',
    change: (tree) => withClientPair(tree, { notAfter: anHourAgo() }),
    findings: ['cert/dates-minor@etcd --client-cert-file'],
    fails: gateway,
  },
  {
    name: 'a server certificate without client auth',
    change: (tree) => tree.issue('kube-etcd', { usages: ['serverAuth'] }),
    findings: ['cert/usage-documented@kube-etcd'],
    fails: gateway,
  },
  {
    name: 'keys in PKCS#8',
    change: (tree) => {
      for (const path of ['pki/etcd/server.key', 'pki/etcd/peer.key', `pki/${apiserver}.key`]) {
        tree.edit(path, (text) => privateKeyPem(keyFromPem(text), 'pkcs8'));
      }
    },
    findings: [],
    fails: [],
  },
  {
    name: 'lines that end in CR LF',
    change: (tree) => {
      for (const file of [trustFile, 'pki/etcd/server.crt', 'pki/etcd/server.key', 'pki/etcd/peer.crt']) {
        tree.edit(file, (text) => text.replaceAll('\n', '\r\n'));
      }
    },
    findings: [],
    fails: [],
  },
  {
    name: 'a trust file with a coming CA beside the present one, and words between them',
    change: (tree) => {
      const coming = certificatePem(makeAuthority('etcd-ca', { notBefore: anHourAgo() }).certificate);
      tree.edit(trustFile, (text) => `the present one\n${text}the next one\n${coming}`);
    },
    findings: [],
    fails: [],
  },
  ...['TRUSTED CERTIFICATE', 'X509 CERTIFICATE', 'PUBLIC KEY'].map(
    (label): Variant => ({
      name: `a trust file whose block is called ${label}`,
      change: (tree) => tree.edit(trustFile, (text) => text.replaceAll(' CERTIFICATE-----', ` ${label}-----`)),
      findings: [],
      fails: [],
    }),
  ),
  {
    name: 'an elliptic curve key of another kind',
    change: (tree) => tree.issue('kube-etcd', { key: 'P-384' }).issue('kube-apiserver-etcd-client', { key: 'Ed25519' }),
    findings: [],
    fails: [],
  },
  {
    name: 'a client of the CA that the trust file names beside its own',
    change: (tree) => {
      tree.edit(trustFile, (text) => text + tree.read('pki/ca.crt'));
      tree.issue('kube-apiserver-etcd-client', { issuer: 'kubernetes-ca' });
    },
    findings: ['authority/distinct@etcd-ca'],
    fails: [],
  },
  {
    name: 'no gateway',
    change: (tree) => tree.replaceFlag('etcd', 'enable-grpc-gateway', 'false'),
    findings: [],
    fails: [],
  },
];
