/** Policies for tests, and a certificate of one's own on a node. */
import type { OwnCertificate, Policy } from '../../src/settings/policy.ts';
import { certificatePem } from './certificates.ts';
import { type Changes, certify, kubeadmProfile } from './issue.ts';
import { keyNamed, privateKeyPem } from './keys.ts';
import type { NodeTree } from './node-tree.ts';

/** A policy with nothing but these parts. */
export const policyWith = (parts: Partial<Policy>): Policy => ({
  file: 'pki-lint.config.yaml',
  rules: {},
  accept: [],
  certificates: [],
  ignore: [],
  overrides: [],
  exceptions: [],
  exceptionPolicy: {},
  ...parts,
});

/** A certificate that kubeadm does not know. */
export const backupClient: OwnCertificate = {
  role: 'etcd-backup-client',
  certificate: 'etcd/backup-client.crt',
  key: 'etcd/backup-client.key',
  cn: 'etcd-backup',
  parent: 'etcd-ca',
  kinds: ['client'],
  usedBy: 'etcd-backup.timer',
};

const site = {
  name: 'cp-1',
  ip: '192.0.2.10',
  release: '1.36',
  serviceCidr: '10.96.0.0/12',
  serviceIp: '10.96.0.1',
  dnsDomain: 'cluster.local',
  controlPlaneEndpoint: undefined,
} as const;

/** Writes the certificate of `backupClient` and its key. */
export function addBackupClient(node: NodeTree, changes: Changes & { readonly keyMode?: number } = {}): NodeTree {
  const { keyMode = 0o600, issuer: chosen = 'etcd-ca', ...others } = changes;
  const key = typeof changes.key === 'object' ? changes.key : keyNamed('etcd-backup-client', changes.key);
  const issuer = typeof chosen === 'object' ? chosen : chosen === 'self' ? undefined : node.authority(chosen);
  const profile = kubeadmProfile('kube-etcd-healthcheck-client', site);
  const der = certify(profile, { commonName: 'etcd-backup', serial: 77n, ...others }, key, issuer);
  node.write('/etc/kubernetes/pki/etcd/backup-client.crt', certificatePem(der), 0o644);
  node.write('/etc/kubernetes/pki/etcd/backup-client.key', privateKeyPem(key), keyMode);
  return node;
}
