/** The certificates of k3s and RKE2, as pkg/daemons/control/deps/deps.go of k3s issues them. */
import type { San, Subject } from '../../support/certificates.ts';
import type { CertificateSpec } from './kit.ts';
import { both, hosts } from './profiles.ts';

export type Distribution = 'k3s' | 'rke2';

const tenYears = '2036-11-21T08:00:00Z';
const oneYear = '2027-11-24T08:00:00Z';
const leafUsage = ['digitalSignature', 'keyEncipherment'];

const ca = (commonName: string, signer?: string): CertificateSpec => ({
  subject: [['CN', commonName]],
  ...(signer !== undefined && { signer }),
  notAfter: tenYears,
  keyUsage: [...leafUsage, 'keyCertSign'],
  usages: null,
  ca: true,
});

/** Leaves have neither basicConstraints nor an identifier of their key. */
function leaf(subject: Subject, signer: string, usages: readonly string[], sans: readonly San[] | null = null) {
  return {
    subject,
    signer,
    sans,
    usages,
    notAfter: oneYear,
    keyUsage: leafUsage,
    ca: null,
    more: { subjectKeyId: null },
  } satisfies CertificateSpec;
}

const client = (commonName: string, organization?: string, signer = 'client-ca'): CertificateSpec =>
  leaf([...(organization === undefined ? [] : ([['O', organization]] as const)), ['CN', commonName]], signer, [
    'clientAuth',
  ]);

/** The five CAs, and the file of each. */
export const authorities = {
  'client-ca': 'client-ca',
  'server-ca': 'server-ca',
  'request-header-ca': 'request-header-ca',
  'etcd-server-ca': 'etcd/server-ca',
  'etcd-peer-ca': 'etcd/peer-ca',
} as const;

export type AuthorityName = keyof typeof authorities;

/** What changes the CAs of a cluster. */
export type AuthorityKind = 'own' | 'custom' | 'rotated';

const created = 1_795_510_800;

/**
 * The CAs of a cluster: self-signed ones; those that the user gave, below a root and an intermediate; or those that
 * rotate-default-ca-certs.sh made, with a new root that the old one signed too.
 */
function casOf(distribution: Distribution, kind: AuthorityKind): Readonly<Record<string, CertificateSpec>> {
  const names = Object.keys(authorities) as AuthorityName[];
  const nameOf = (name: AuthorityName) => (name.startsWith('etcd') ? name : `${distribution}-${name}`);
  if (kind === 'own') return Object.fromEntries(names.map((name) => [name, ca(`${nameOf(name)}@${created}`)]));
  if (kind === 'custom') {
    return {
      'root-ca': ca('Example Root'),
      'intermediate-ca': ca('Example Intermediate', 'root-ca'),
      ...Object.fromEntries(names.map((name) => [name, ca(`${nameOf(name)}@${created}`, 'intermediate-ca')])),
    };
  }
  return Object.fromEntries(
    names.flatMap((name) => [
      [`${name} old`, ca(`${nameOf(name)}@1700000000`)],
      [`${name} root`, ca(`${nameOf(name)}-root@${created}`)],
      [`${name} cross`, ca(`${nameOf(name)}-root@${created}`, `${name} old`)],
      [name, ca(`${nameOf(name)}-intermediate@${created}`, `${name} root`)],
    ]),
  );
}

/** The certificates in the file of a CA, in order: what leaves carry after them too. */
export function chainOf(name: AuthorityName, kind: AuthorityKind): readonly string[] {
  if (kind === 'own') return [name];
  if (kind === 'custom') return [name, 'intermediate-ca', 'root-ca'];
  return [name, `${name} root`, `${name} cross`, `${name} old`];
}

/** A node of a cluster. */
export interface Machine {
  readonly name: string;
  readonly ip: string;
}

/** The names of a node's own certificates: those of the first server are without its number. */
export const own = (name: string, index: number): string => (index === 0 ? name : `${name} ${index}`);

/** The certificates of a server, and of the agent that it is too. */
export function serverCertificates(
  distribution: Distribution,
  { name, ip }: Machine,
  { index, kind, sans }: { readonly index: number; readonly kind: AuthorityKind; readonly sans: readonly string[] },
): Readonly<Record<string, CertificateSpec>> {
  const p = distribution;
  const addresses = [name, ip, '127.0.0.1', '::1', '10.43.0.1'];
  const service = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  const served = hosts(...service, 'localhost', ...addresses, ...sans);
  const member = hosts('kine.sock', 'localhost', ...addresses);
  const loopback = hosts('localhost', '127.0.0.1', '::1');
  const leaves = {
    'client-admin': client('system:admin', 'system:masters'),
    'client-supervisor': client(`system:${p}-supervisor`, 'system:masters'),
    'client-controller': client('system:kube-controller-manager'),
    'client-scheduler': client('system:kube-scheduler'),
    'client-kube-apiserver': client('system:apiserver', 'system:masters'),
    [`client-${p}-cloud-controller`]: client(`${p}-cloud-controller-manager`),
    'client-auth-proxy': client('system:auth-proxy', undefined, 'request-header-ca'),
    'serving-kube-apiserver': leaf([['CN', 'kube-apiserver']], 'server-ca', ['serverAuth'], served),
    'kube-scheduler': leaf([['CN', 'kube-scheduler']], 'server-ca', ['serverAuth'], loopback),
    'kube-controller-manager': leaf([['CN', 'kube-controller-manager']], 'server-ca', ['serverAuth'], loopback),
    'etcd-client': client('etcd-client', undefined, 'etcd-server-ca'),
    'etcd-server-client': leaf([['CN', 'etcd-server']], 'etcd-server-ca', both, member),
    'etcd-peer-server-client': leaf([['CN', 'etcd-peer']], 'etcd-peer-ca', both, member),
    'dynamic-cert': leaf(
      [
        ['O', p],
        ['CN', p],
      ],
      'server-ca',
      ['serverAuth'],
      served,
    ),
  };
  return {
    ...casOf(distribution, kind),
    ...Object.fromEntries(Object.entries(leaves).map(([one, spec]) => [own(one, index), spec])),
    ...agentCertificates(distribution, { name, ip }, index),
  };
}

/** The certificates of an agent. */
export function agentCertificates(
  distribution: Distribution,
  { name, ip }: Machine,
  index: number,
): Readonly<Record<string, CertificateSpec>> {
  const leaves = {
    'client-kubelet': client(`system:node:${name}`, 'system:nodes'),
    'serving-kubelet': leaf([['CN', name]], 'server-ca', ['serverAuth'], hosts(name, 'localhost', '127.0.0.1', ip)),
    'client-kube-proxy': client('system:kube-proxy'),
    [`client-${distribution}-controller`]: client(`system:${distribution}-controller`),
  };
  return Object.fromEntries(Object.entries(leaves).map(([one, spec]) => [own(one, index), spec]));
}

/** The CAs alone, for an agent. */
export const agentAuthorities = casOf;
