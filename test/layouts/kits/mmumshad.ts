/**
 * The hard way by mmumshad: OpenSSL, one CA. Certificates that its commands make without a configuration are X.509 v1,
 * as OpenSSL wrote them up to 3.1: the CA too. Go takes a CA of v1, and rejects one of v3 without basicConstraints.
 */
import type { San, Subject } from '../../support/certificates.ts';
import { isSpaced, tlsEtcdFlags } from './etcd-flags.ts';
import { buildKit, type CertificateSpec, type Kit, type KitChanges, type Parts } from './kit.ts';
import { hosts } from './profiles.ts';
import {
  byPath,
  encryptionConfig,
  kubeconfigText,
  kubeletConfig,
  proxyConfig,
  unit,
  wordsOf,
  writeAll,
} from './texts.ts';

const notAfter = '2029-08-20T09:00:00Z';
export const pki = '/var/lib/kubernetes/pki';
const controlPlanes = ['192.168.56.11', '192.168.56.12'] as const;
export const balancer = '192.168.56.30';

const named = (commonName: string, organization: string): Subject => [
  ['CN', commonName],
  ['O', organization],
];

/** A certificate of version 1: it has no extensions. */
const bare = (commonName: string, organization: string, signer?: string): CertificateSpec => ({
  subject: named(commonName, organization),
  ...(signer === undefined ? {} : { signer }),
  notAfter,
  keyUsage: null,
  usages: null,
  ca: null,
  more: { version: 1 },
});

const withExtensions = (
  subject: Subject,
  usages: readonly string[] | null,
  sans: readonly San[] | null,
): CertificateSpec => ({
  subject,
  signer: 'ca',
  sans,
  notAfter,
  keyUsage: ['contentCommitment', 'digitalSignature', 'keyEncipherment'],
  usages,
  ca: false,
  ...(usages === null ? { more: { criticalConstraints: false } } : {}),
});

export const certificates = {
  ca: bare('KUBERNETES-CA', 'Kubernetes'),
  'kube-apiserver': withExtensions(
    named('kube-apiserver', 'Kubernetes'),
    ['serverAuth'],
    hosts(
      ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster'],
      ...['kubernetes.default.svc.cluster.local', '10.96.0.1', ...controlPlanes, balancer, '127.0.0.1'],
    ),
  ),
  'apiserver-kubelet-client': withExtensions(
    named('kube-apiserver-kubelet-client', 'system:masters'),
    ['clientAuth'],
    null,
  ),
  'etcd-server': withExtensions(named('etcd-server', 'Kubernetes'), null, hosts(...controlPlanes, '127.0.0.1')),
  'service-account': bare('service-accounts', 'Kubernetes', 'ca'),
  'kube-controller-manager': bare('system:kube-controller-manager', 'system:kube-controller-manager', 'ca'),
  'kube-scheduler': bare('system:kube-scheduler', 'system:kube-scheduler', 'ca'),
  'kube-proxy': bare('system:kube-proxy', 'system:node-proxier', 'ca'),
  node01: withExtensions(named('system:node:node01', 'system:nodes'), null, hosts('node01', '192.168.56.21')),
} satisfies Record<string, CertificateSpec>;

const etcdFlags = (index: number) =>
  tlsEtcdFlags({
    name: `controlplane0${index + 1}`,
    ip: controlPlanes[index] ?? '',
    cluster: Object.fromEntries(controlPlanes.map((ip, number) => [`controlplane0${number + 1}`, ip])),
    pair: ['/etc/etcd/etcd-server.crt', '/etc/etcd/etcd-server.key'],
    ca: '/etc/etcd/ca.crt',
  });

const apiserverFlags = (index: number) => ({
  'advertise-address': controlPlanes[index] ?? '',
  'allow-privileged': 'true',
  'apiserver-count': '2',
  'audit-log-path': '/var/log/audit.log',
  'authorization-mode': 'Node,RBAC',
  'bind-address': '0.0.0.0',
  'client-ca-file': `${pki}/ca.crt`,
  'enable-admission-plugins': 'NodeRestriction,ServiceAccount',
  'enable-bootstrap-token-auth': 'true',
  'etcd-cafile': `${pki}/ca.crt`,
  'etcd-certfile': `${pki}/etcd-server.crt`,
  'etcd-keyfile': `${pki}/etcd-server.key`,
  'etcd-servers': controlPlanes.map((ip) => `https://${ip}:2379`).join(),
  'event-ttl': '1h',
  'encryption-provider-config': '/var/lib/kubernetes/encryption-config.yaml',
  'kubelet-certificate-authority': `${pki}/ca.crt`,
  'kubelet-client-certificate': `${pki}/apiserver-kubelet-client.crt`,
  'kubelet-client-key': `${pki}/apiserver-kubelet-client.key`,
  'runtime-config': 'api/all=true',
  'service-account-key-file': `${pki}/service-account.crt`,
  'service-account-signing-key-file': `${pki}/service-account.key`,
  'service-account-issuer': `https://${balancer}:6443`,
  'service-cluster-ip-range': '10.96.0.0/16',
  'service-node-port-range': '30000-32767',
  'tls-cert-file': `${pki}/kube-apiserver.crt`,
  'tls-private-key-file': `${pki}/kube-apiserver.key`,
  v: '2',
});

const controllerManager = '/var/lib/kubernetes/kube-controller-manager.kubeconfig';

const controllerManagerFlags = {
  'allocate-node-cidrs': 'true',
  'authentication-kubeconfig': controllerManager,
  'authorization-kubeconfig': controllerManager,
  'bind-address': '127.0.0.1',
  'client-ca-file': `${pki}/ca.crt`,
  'cluster-cidr': '10.244.0.0/16',
  'cluster-name': 'kubernetes',
  'cluster-signing-cert-file': `${pki}/ca.crt`,
  'cluster-signing-key-file': `${pki}/ca.key`,
  controllers: '*,bootstrapsigner,tokencleaner',
  kubeconfig: controllerManager,
  'leader-elect': 'true',
  'node-cidr-mask-size': '24',
  'requestheader-client-ca-file': `${pki}/ca.crt`,
  'root-ca-file': `${pki}/ca.crt`,
  'service-account-private-key-file': `${pki}/service-account.key`,
  'service-cluster-ip-range': '10.96.0.0/16',
  'use-service-account-credentials': 'true',
  v: '2',
} as const;

const schedulerFlags = {
  kubeconfig: '/var/lib/kubernetes/kube-scheduler.kubeconfig',
  'leader-elect': 'true',
  v: '2',
} as const;

const workerFlags = {
  kubelet: {
    config: '/var/lib/kubelet/kubelet-config.yaml',
    kubeconfig: '/var/lib/kubelet/kubelet.kubeconfig',
    'node-ip': '192.168.56.21',
    v: '2',
  },
  'kube-proxy': { config: '/var/lib/kube-proxy/kube-proxy-config.yaml' },
} as const;

/** Everything is for root alone, certificates too. */
function writePairs({ tree, pem, key }: Parts, folder: string, names: readonly string[]): void {
  for (const name of names) {
    tree.write(`${folder}/${name}.crt`, pem(name), 0o600).write(`${folder}/${name}.key`, key(name), 0o600);
  }
}

function writeUnits(parts: Parts, names: readonly string[]): void {
  for (const name of names) {
    const words = wordsOf(parts.flags(name), (flag) => name === 'etcd' && isSpaced(flag));
    parts.tree.write(
      `/etc/systemd/system/${name}.service`,
      unit(name, { program: `/usr/local/bin/${name}`, words }),
      0o644,
    );
  }
}

const kubeconfig = (name: string, user: string, address: string) =>
  kubeconfigText({
    server: `https://${address}:6443`,
    user,
    cluster: 'kubernetes-the-hard-way',
    ...byPath(`${pki}/ca.crt`, `${pki}/${name}.crt`, `${pki}/${name}.key`),
  });

const writeControlPlane = (index: number, components: readonly string[]) => (parts: Parts) => {
  writePairs(parts, pki, [
    ...['ca', 'kube-apiserver', 'service-account', 'apiserver-kubelet-client', 'etcd-server', 'kube-scheduler'],
    'kube-controller-manager',
  ]);
  writePairs(parts, '/etc/etcd', ['etcd-server']);
  parts.tree.link('/etc/etcd/ca.crt', `${pki}/ca.crt`).directory('/var/lib/etcd', 0o700);
  writeUnits(parts, components);
  writeAll(parts, 0o644, {
    '/etc/hostname': `controlplane0${index + 1}\n`,
    '/var/lib/kubernetes/encryption-config.yaml': encryptionConfig('EncryptionConfig', 'v1'),
  });
  writeAll(parts, 0o600, {
    [controllerManager]: kubeconfig('kube-controller-manager', 'system:kube-controller-manager', '127.0.0.1'),
    [schedulerFlags.kubeconfig]: kubeconfig('kube-scheduler', 'system:kube-scheduler', '127.0.0.1'),
  });
};

function writeWorker(parts: Parts): void {
  writePairs(parts, pki, ['node01', 'kube-proxy']);
  writeUnits(parts, Object.keys(workerFlags));
  writeAll(parts, 0o644, {
    '/etc/hostname': 'node01\n',
    '/var/lib/kubelet/kubelet-config.yaml': kubeletConfig(`${pki}/ca.crt`, [
      'containerRuntimeEndpoint: unix:///var/run/containerd/containerd.sock',
      'clusterDomain: cluster.local',
      'clusterDNS:',
      '  - 10.96.0.10',
      'cgroupDriver: systemd',
      `tlsCertFile: ${pki}/node01.crt`,
      `tlsPrivateKeyFile: ${pki}/node01.key`,
    ]),
    '/var/lib/kube-proxy/kube-proxy-config.yaml': proxyConfig('/var/lib/kube-proxy/kube-proxy.kubeconfig'),
  });
  writeAll(parts, 0o600, {
    [`${pki}/ca.crt`]: parts.pem('ca'),
    '/var/lib/kubelet/kubelet.kubeconfig': kubeconfig('node01', 'system:node:node01', balancer),
    '/var/lib/kube-proxy/kube-proxy.kubeconfig': kubeconfig('kube-proxy', 'system:kube-proxy', balancer),
  });
}

const base = { cluster: 'mmumshad', keys: 'pkcs8', certificates } as const;

/** A control plane with a member of etcd, of two: 0 or 1. */
export function mmumshadControlPlane(changes: KitChanges = {}, index: 0 | 1 = 0): ReturnType<Kit> {
  const flags = {
    etcd: etcdFlags(index),
    'kube-apiserver': apiserverFlags(index),
    'kube-controller-manager': controllerManagerFlags,
    'kube-scheduler': schedulerFlags,
  };
  return buildKit({ ...base, flags, write: writeControlPlane(index, Object.keys(flags)) }, changes);
}

/** The first worker, whose certificates OpenSSL made. */
export const mmumshadWorker: Kit = (changes = {}) =>
  buildKit({ ...base, flags: workerFlags, write: writeWorker }, changes);
