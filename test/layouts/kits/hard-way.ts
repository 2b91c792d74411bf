/** Kubernetes The Hard Way, edition of 2025: OpenSSL, one CA, etcd without TLS, a server and two workers. */
import type { San, Subject } from '../../support/certificates.ts';
import { buildKit, type CertificateSpec, type Kit, type KitSpec, type Parts } from './kit.ts';
import { both, netscape } from './profiles.ts';
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

const notAfter = '2036-11-24T09:00:00Z';
const place: Subject = [
  ['C', 'US'],
  ['ST', 'Washington'],
  ['L', 'Seattle'],
];

/** A leaf of the guide's ca.conf. */
function leaf(subject: Subject, sans: readonly San[] | null, comment: string, client = false): CertificateSpec {
  return {
    subject,
    signer: 'ca',
    sans,
    notAfter,
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    usages: client ? ['clientAuth'] : [...both].reverse(),
    ca: false,
    more: { criticalConstraints: false, extensions: netscape(client ? 'client' : 'both', comment) },
  };
}

/** A credential of a component: its DNS name is that of the component. */
const component = (name: string, organization: string) =>
  leaf(
    [['CN', `system:${name}`], ['O', organization], ...place],
    [`DNS:${name}`, 'IP:127.0.0.1'],
    `${name} Certificate`,
  );

const certificates = {
  ca: {
    subject: [...place, ['CN', 'CA']],
    notAfter,
    keyUsage: ['keyCertSign', 'cRLSign'],
    usages: null,
    ca: true,
    more: { criticalConstraints: false, hash: 'sha512' },
  },
  'kube-api-server': leaf(
    [['CN', 'kubernetes'], ...place],
    [
      ...['IP:127.0.0.1', 'IP:10.32.0.1', 'DNS:kubernetes', 'DNS:kubernetes.default', 'DNS:kubernetes.default.svc'],
      // The guide leaves out `default.svc`.
      ...['DNS:kubernetes.default.svc.cluster', 'DNS:kubernetes.svc.cluster.local'],
      ...['DNS:server.kubernetes.local', 'DNS:api-server.kubernetes.local'],
    ],
    'Kube API Server Certificate',
  ),
  'service-accounts': leaf([['CN', 'service-accounts']], null, 'Admin Client Certificate', true),
  admin: leaf(
    [
      ['CN', 'admin'],
      ['O', 'system:masters'],
    ],
    null,
    'Admin Client Certificate',
    true,
  ),
  'kube-controller-manager': component('kube-controller-manager', 'system:kube-controller-manager'),
  // The guide has the prefix twice.
  'kube-scheduler': component('kube-scheduler', 'system:system:kube-scheduler'),
  'kube-proxy': component('kube-proxy', 'system:node-proxier'),
} satisfies Record<string, CertificateSpec>;

const home = '/var/lib/kubernetes';
const units = '/etc/systemd/system';
const server = 'https://server.kubernetes.local:6443';

const kubeconfig = (parts: Parts, certificate: string, user: string, at = server) =>
  kubeconfigText({ server: at, user, cluster: 'kubernetes-the-hard-way', ...embedded(parts, 'ca', certificate) });

const serverFlags = {
  etcd: {
    name: 'controller',
    'initial-advertise-peer-urls': 'http://127.0.0.1:2380',
    'listen-peer-urls': 'http://127.0.0.1:2380',
    'listen-client-urls': 'http://127.0.0.1:2379',
    'advertise-client-urls': 'http://127.0.0.1:2379',
    'initial-cluster-token': 'etcd-cluster-0',
    'initial-cluster': 'controller=http://127.0.0.1:2380',
    'initial-cluster-state': 'new',
    'data-dir': '/var/lib/etcd',
  },
  'kube-apiserver': {
    'allow-privileged': 'true',
    'audit-log-maxage': '30',
    'audit-log-maxbackup': '3',
    'audit-log-maxsize': '100',
    'audit-log-path': '/var/log/audit.log',
    'authorization-mode': 'Node,RBAC',
    'bind-address': '0.0.0.0',
    'client-ca-file': `${home}/ca.crt`,
    'enable-admission-plugins':
      'NamespaceLifecycle,NodeRestriction,LimitRanger,ServiceAccount,DefaultStorageClass,ResourceQuota',
    'etcd-servers': 'http://127.0.0.1:2379',
    'event-ttl': '1h',
    'encryption-provider-config': `${home}/encryption-config.yaml`,
    'kubelet-certificate-authority': `${home}/ca.crt`,
    'kubelet-client-certificate': `${home}/kube-api-server.crt`,
    'kubelet-client-key': `${home}/kube-api-server.key`,
    'runtime-config': "'api/all=true'",
    'service-account-key-file': `${home}/service-accounts.crt`,
    'service-account-signing-key-file': `${home}/service-accounts.key`,
    'service-account-issuer': server,
    'service-node-port-range': '30000-32767',
    'tls-cert-file': `${home}/kube-api-server.crt`,
    'tls-private-key-file': `${home}/kube-api-server.key`,
    v: '2',
  },
  'kube-controller-manager': {
    'bind-address': '0.0.0.0',
    'cluster-cidr': '10.200.0.0/16',
    'cluster-name': 'kubernetes',
    'cluster-signing-cert-file': `${home}/ca.crt`,
    'cluster-signing-key-file': `${home}/ca.key`,
    kubeconfig: `${home}/kube-controller-manager.kubeconfig`,
    'root-ca-file': `${home}/ca.crt`,
    'service-account-private-key-file': `${home}/service-accounts.key`,
    'service-cluster-ip-range': '10.32.0.0/24',
    'use-service-account-credentials': 'true',
    v: '2',
  },
  'kube-scheduler': { config: '/etc/kubernetes/config/kube-scheduler.yaml', v: '2' },
} as const;

const workerFlags = {
  kubelet: { config: '/var/lib/kubelet/kubelet-config.yaml', kubeconfig: '/var/lib/kubelet/kubeconfig', v: '2' },
  'kube-proxy': { config: '/var/lib/kube-proxy/kube-proxy-config.yaml' },
} as const;

/** Files that the guide copies to a folder as OpenSSL wrote them. */
function writePairs({ tree, pem, key }: Parts, folder: string, pairs: readonly string[]): void {
  for (const name of pairs) {
    tree.write(`${folder}/${name}.crt`, pem(name), 0o644).write(`${folder}/${name}.key`, key(name), 0o600);
  }
}

const unitOf = (parts: Parts, name: string) => {
  const words = wordsOf(parts.flags(name), (flag) => name === 'etcd' && flag !== 'data-dir');
  return { [`${units}/${name}.service`]: unit(name, { program: `/usr/local/bin/${name}`, words }) };
};

function writeServer(parts: Parts): void {
  writePairs(parts, home, ['ca', 'kube-api-server', 'service-accounts']);
  // etcd gets copies, and speaks plain HTTP.
  writePairs(parts, '/etc/etcd', ['kube-api-server']);
  writeAll(parts, 0o644, {
    '/etc/hostname': 'server\n',
    '/etc/etcd/ca.crt': parts.pem('ca'),
    [`${home}/encryption-config.yaml`]: encryptionConfig(),
    '/etc/kubernetes/config/kube-scheduler.yaml': schedulerConfig(`${home}/kube-scheduler.kubeconfig`),
    ...Object.assign({}, ...Object.keys(serverFlags).map((name) => unitOf(parts, name))),
  });
  writeAll(parts, 0o600, {
    [`${home}/kube-controller-manager.kubeconfig`]: kubeconfig(
      parts,
      'kube-controller-manager',
      'system:kube-controller-manager',
    ),
    [`${home}/kube-scheduler.kubeconfig`]: kubeconfig(parts, 'kube-scheduler', 'system:kube-scheduler'),
    '/root/admin.kubeconfig': kubeconfig(parts, 'admin', 'admin', 'https://127.0.0.1:6443'),
  });
  parts.tree.directory('/var/lib/etcd', 0o700);
}

const writeWorker = (node: string) => (parts: Parts) => {
  const { tree, pem, key } = parts;
  tree.write('/var/lib/kubelet/kubelet.crt', pem('kubelet'), 0o644);
  tree.write('/var/lib/kubelet/kubelet.key', key('kubelet'), 0o600);
  writeAll(parts, 0o644, {
    '/etc/hostname': `${node}\n`,
    '/var/lib/kubelet/ca.crt': pem('ca'),
    '/var/lib/kubelet/kubelet-config.yaml': kubeletConfig('/var/lib/kubelet/ca.crt', [
      'cgroupDriver: systemd',
      'containerRuntimeEndpoint: "unix:///var/run/containerd/containerd.sock"',
      'enableServer: true',
      'failSwapOn: false',
      'maxPods: 16',
      'port: 10250',
      'resolvConf: "/etc/resolv.conf"',
      'registerNode: true',
      'runtimeRequestTimeout: "15m"',
      'tlsCertFile: "/var/lib/kubelet/kubelet.crt"',
      'tlsPrivateKeyFile: "/var/lib/kubelet/kubelet.key"',
    ]),
    '/var/lib/kube-proxy/kube-proxy-config.yaml': proxyConfig('/var/lib/kube-proxy/kubeconfig'),
    ...Object.assign({}, ...Object.keys(workerFlags).map((name) => unitOf(parts, name))),
  });
  writeAll(parts, 0o600, {
    '/var/lib/kubelet/kubeconfig': kubeconfig(parts, 'kubelet', `system:node:${node}`),
    '/var/lib/kube-proxy/kubeconfig': kubeconfig(parts, 'kube-proxy', 'system:kube-proxy'),
  });
};

const base = { cluster: 'hard-way', keys: 'pkcs8' } as const;

/** The server: API server, controller manager, scheduler and etcd, and no kubelet. */
export const hardWayServer: Kit = (changes = {}) =>
  buildKit({ ...base, certificates, flags: serverFlags, write: writeServer }, changes);

/** A worker of that server. */
export function hardWayWorker(changes: Parameters<Kit>[0] = {}, node = 'node-0'): ReturnType<Kit> {
  const kubelet = leaf(
    [['CN', `system:node:${node}`], ['O', 'system:nodes'], ...place],
    [`DNS:${node}`, 'IP:127.0.0.1'],
    `${node} Certificate`,
  );
  const spec: KitSpec = {
    ...base,
    certificates: { ...certificates, kubelet },
    flags: workerFlags,
    write: writeWorker(node),
  };
  return buildKit(spec, changes);
}
