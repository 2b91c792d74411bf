/**
 * Kubernetes The Hard Way, edition of 2021: cfssl, one CA, three controllers with etcd, and one certificate for five
 * roles (API server, etcd server, peer and client, client of kubelets). Leaves expire after a year.
 */
import type { Subject } from '../../support/certificates.ts';
import { isSpaced, tlsEtcdFlags } from './etcd-flags.ts';
import { buildKit, type CertificateSpec, type Kit, type KitChanges, type Parts } from './kit.ts';
import { cfsslCa, cfsslLeaf, hosts } from './profiles.ts';
import {
  embedded,
  encryptionConfig,
  kubeconfigText,
  kubeletConfig,
  proxyConfig,
  schedulerConfig,
  unit,
  wordsOf,
  writeAll,
} from './texts.ts';

const year = '2027-11-24T09:00:00Z';
const publicAddress = '203.0.113.10';
const controllers = ['10.240.0.10', '10.240.0.11', '10.240.0.12'] as const;

const named = (commonName: string, organization: string, unitName = 'Kubernetes The Hard Way'): Subject => [
  ['C', 'US'],
  ['ST', 'Oregon'],
  ['L', 'Portland'],
  ['O', organization],
  ['OU', unitName],
  ['CN', commonName],
];

const certificates = {
  ca: cfsslCa(named('Kubernetes', 'Kubernetes', 'CA'), '2031-11-23T09:00:00Z'),
  kubernetes: cfsslLeaf(
    named('kubernetes', 'Kubernetes'),
    year,
    'ca',
    hosts(
      ...['10.32.0.1', ...controllers, publicAddress, '127.0.0.1', 'kubernetes', 'kubernetes.default'],
      ...['kubernetes.default.svc', 'kubernetes.default.svc.cluster', 'kubernetes.svc.cluster.local'],
    ),
  ),
  'service-account': cfsslLeaf(named('service-accounts', 'Kubernetes'), year, 'ca'),
  admin: cfsslLeaf(named('admin', 'system:masters'), year, 'ca'),
  'kube-controller-manager': cfsslLeaf(
    named('system:kube-controller-manager', 'system:kube-controller-manager'),
    year,
    'ca',
  ),
  'kube-scheduler': cfsslLeaf(named('system:kube-scheduler', 'system:kube-scheduler'), year, 'ca'),
  'kube-proxy': cfsslLeaf(named('system:kube-proxy', 'system:node-proxier'), year, 'ca'),
} satisfies Record<string, CertificateSpec>;

const home = '/var/lib/kubernetes';
const clusterName = 'kubernetes-the-hard-way';

const kubeconfig = (parts: Parts, certificate: string, user: string, address: string) =>
  kubeconfigText({
    server: `https://${address}:6443`,
    user,
    cluster: clusterName,
    ...embedded(parts, 'ca', certificate),
  });

const etcdFlags = (index: number) =>
  tlsEtcdFlags({
    name: `controller-${index}`,
    ip: controllers[index] ?? '',
    cluster: Object.fromEntries(controllers.map((ip, number) => [`controller-${number}`, ip])),
    pair: ['/etc/etcd/kubernetes.pem', '/etc/etcd/kubernetes-key.pem'],
    ca: '/etc/etcd/ca.pem',
  });

const apiserverFlags = (index: number) => ({
  'advertise-address': controllers[index] ?? '',
  'allow-privileged': 'true',
  'apiserver-count': '3',
  'audit-log-maxage': '30',
  'audit-log-maxbackup': '3',
  'audit-log-maxsize': '100',
  'audit-log-path': '/var/log/audit.log',
  'authorization-mode': 'Node,RBAC',
  'bind-address': '0.0.0.0',
  'client-ca-file': `${home}/ca.pem`,
  'enable-admission-plugins':
    'NamespaceLifecycle,NodeRestriction,LimitRanger,ServiceAccount,DefaultStorageClass,ResourceQuota',
  'etcd-cafile': `${home}/ca.pem`,
  'etcd-certfile': `${home}/kubernetes.pem`,
  'etcd-keyfile': `${home}/kubernetes-key.pem`,
  'etcd-servers': controllers.map((ip) => `https://${ip}:2379`).join(),
  'event-ttl': '1h',
  'encryption-provider-config': `${home}/encryption-config.yaml`,
  'kubelet-certificate-authority': `${home}/ca.pem`,
  'kubelet-client-certificate': `${home}/kubernetes.pem`,
  'kubelet-client-key': `${home}/kubernetes-key.pem`,
  'runtime-config': "'api/all=true'",
  'service-account-key-file': `${home}/service-account.pem`,
  'service-account-signing-key-file': `${home}/service-account-key.pem`,
  'service-account-issuer': `https://${publicAddress}:6443`,
  'service-cluster-ip-range': '10.32.0.0/24',
  'service-node-port-range': '30000-32767',
  'tls-cert-file': `${home}/kubernetes.pem`,
  'tls-private-key-file': `${home}/kubernetes-key.pem`,
  v: '2',
});

const controllerManagerFlags = {
  'bind-address': '0.0.0.0',
  'cluster-cidr': '10.200.0.0/16',
  'cluster-name': 'kubernetes',
  'cluster-signing-cert-file': `${home}/ca.pem`,
  'cluster-signing-key-file': `${home}/ca-key.pem`,
  kubeconfig: `${home}/kube-controller-manager.kubeconfig`,
  'leader-elect': 'true',
  'root-ca-file': `${home}/ca.pem`,
  'service-account-private-key-file': `${home}/service-account-key.pem`,
  'service-cluster-ip-range': '10.32.0.0/24',
  'use-service-account-credentials': 'true',
  v: '2',
} as const;

const workerFlags = {
  kubelet: {
    config: '/var/lib/kubelet/kubelet-config.yaml',
    'container-runtime': 'remote',
    'container-runtime-endpoint': 'unix:///var/run/containerd/containerd.sock',
    'image-pull-progress-deadline': '2m',
    kubeconfig: '/var/lib/kubelet/kubeconfig',
    'network-plugin': 'cni',
    'register-node': 'true',
    v: '2',
  },
  'kube-proxy': { config: '/var/lib/kube-proxy/kube-proxy-config.yaml' },
} as const;

function writePairs({ tree, pem, key }: Parts, folder: string, pairs: readonly string[]): void {
  for (const name of pairs) {
    tree.write(`${folder}/${name}.pem`, pem(name), 0o644).write(`${folder}/${name}-key.pem`, key(name), 0o600);
  }
}

function writeUnits(parts: Parts, names: readonly string[]): void {
  for (const name of names) {
    const words = wordsOf(parts.flags(name), (flag) => name === 'etcd' && isSpaced(flag));
    const before = name === 'etcd' ? ['Type=notify'] : [];
    const text = unit(name, { program: `/usr/local/bin/${name}`, words, before });
    parts.tree.write(`/etc/systemd/system/${name}.service`, text, 0o644);
  }
}

const writeController = (index: number, components: readonly string[]) => (parts: Parts) => {
  writePairs(parts, home, ['ca', 'kubernetes', 'service-account']);
  writePairs(parts, '/etc/etcd', ['kubernetes']);
  writeUnits(parts, components);
  writeAll(parts, 0o644, {
    '/etc/hostname': `controller-${index}\n`,
    '/etc/etcd/ca.pem': parts.pem('ca'),
    [`${home}/encryption-config.yaml`]: encryptionConfig('EncryptionConfig', 'v1'),
    '/etc/kubernetes/config/kube-scheduler.yaml': schedulerConfig(`${home}/kube-scheduler.kubeconfig`, 'v1beta1'),
  });
  const local = (certificate: string, user: string) => kubeconfig(parts, certificate, user, '127.0.0.1');
  writeAll(parts, 0o600, {
    [`${home}/kube-controller-manager.kubeconfig`]: local('kube-controller-manager', 'system:kube-controller-manager'),
    [`${home}/kube-scheduler.kubeconfig`]: local('kube-scheduler', 'system:kube-scheduler'),
    '/root/admin.kubeconfig': local('admin', 'admin'),
  });
  parts.tree.directory('/var/lib/etcd', 0o700);
};

const writeWorker = (node: string) => (parts: Parts) => {
  const { tree, pem, key } = parts;
  tree.write(`/var/lib/kubelet/${node}.pem`, pem('kubelet'), 0o644);
  tree.write(`/var/lib/kubelet/${node}-key.pem`, key('kubelet'), 0o600);
  writeUnits(parts, Object.keys(workerFlags));
  writeAll(parts, 0o644, {
    '/etc/hostname': `${node}\n`,
    [`${home}/ca.pem`]: pem('ca'),
    '/var/lib/kubelet/kubelet-config.yaml': kubeletConfig(`${home}/ca.pem`, [
      'clusterDomain: "cluster.local"',
      'clusterDNS:',
      '  - "10.32.0.10"',
      'podCIDR: "10.200.0.0/24"',
      'resolvConf: "/run/systemd/resolve/resolv.conf"',
      'runtimeRequestTimeout: "15m"',
      `tlsCertFile: "/var/lib/kubelet/${node}.pem"`,
      `tlsPrivateKeyFile: "/var/lib/kubelet/${node}-key.pem"`,
    ]),
    '/var/lib/kube-proxy/kube-proxy-config.yaml': proxyConfig('/var/lib/kube-proxy/kubeconfig'),
  });
  writeAll(parts, 0o600, {
    '/var/lib/kubelet/kubeconfig': kubeconfig(parts, 'kubelet', `system:node:${node}`, publicAddress),
    '/var/lib/kube-proxy/kubeconfig': kubeconfig(parts, 'kube-proxy', 'system:kube-proxy', publicAddress),
  });
};

const base = { cluster: 'hard-way-2021', keys: undefined } as const;

/** A controller, of three: 0, 1 or 2. */
export function hardWay2021Controller(changes: KitChanges = {}, index = 0): ReturnType<Kit> {
  const flags = {
    etcd: etcdFlags(index),
    'kube-apiserver': apiserverFlags(index),
    'kube-controller-manager': controllerManagerFlags,
    'kube-scheduler': { config: '/etc/kubernetes/config/kube-scheduler.yaml', v: '2' },
  };
  return buildKit({ ...base, certificates, flags, write: writeController(index, Object.keys(flags)) }, changes);
}

/** A worker of those controllers. */
export function hardWay2021Worker(changes: KitChanges = {}, node = 'worker-0'): ReturnType<Kit> {
  const sans = hosts(node, '203.0.113.20', '10.240.0.20');
  const kubelet = cfsslLeaf(named(`system:node:${node}`, 'system:nodes'), year, 'ca', sans);
  const spec = { ...base, certificates: { ...certificates, kubelet }, flags: workerFlags, write: writeWorker(node) };
  return buildKit(spec, changes);
}
