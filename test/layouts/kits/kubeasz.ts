/**
 * kubeasz 3.7 (`ezctl`): cfssl, one CA for the cluster, etcd and aggregation, whose key signs tokens too. Everything is
 * in /etc/kubernetes/ssl, and valid for fifty years and more.
 */
import type { Subject } from '../../support/certificates.ts';
import { buildKit, type CertificateSpec, type Kit, type KitChanges, type Parts } from './kit.ts';
import { cfsslCa, cfsslLeaf, hosts } from './profiles.ts';
import { embedded, kubeconfigText, kubeletConfig, proxyConfig, unit, wordsOf, writeAll } from './texts.ts';

const ssl = '/etc/kubernetes/ssl';
const masters = ['192.168.1.1', '192.168.1.2', '192.168.1.3'] as const;
/** 438000 hours. */
const halfCentury = '2076-11-11T09:00:00Z';

const named = (commonName: string, organization: string): Subject => [
  ['C', 'CN'],
  ['ST', 'HangZhou'],
  ['L', 'XS'],
  ['O', organization],
  ['OU', 'System'],
  ['CN', commonName],
];

const leaf = (commonName: string, organization: string, names: readonly string[] = []) =>
  cfsslLeaf(named(commonName, organization), halfCentury, 'ca', names.length === 0 ? null : hosts(...names));

const certificates = {
  ca: cfsslCa(named('kubernetes-ca', 'k8s'), '2126-10-31T09:00:00Z'),
  kubernetes: leaf('kubernetes', 'k8s', [
    ...['127.0.0.1', ...masters, '10.68.0.1', '10.1.1.1', 'k8s.easzlab.io', 'kubernetes', 'kubernetes.default'],
    ...['kubernetes.default.svc', 'kubernetes.default.svc.cluster', 'kubernetes.default.svc.cluster.local'],
  ]),
  etcd: leaf('etcd', 'k8s', [...masters, '127.0.0.1']),
  'aggregator-proxy': leaf('aggregator', 'k8s'),
  admin: leaf('admin', 'system:masters'),
  'kube-controller-manager': leaf('system:kube-controller-manager', 'system:kube-controller-manager'),
  'kube-scheduler': leaf('system:kube-scheduler', 'system:kube-scheduler'),
  'kube-proxy': leaf('system:kube-proxy', 'system:kube-proxy'),
} satisfies Record<string, CertificateSpec>;

const credentials = (name: string) => `/etc/kubernetes/${name}.kubeconfig`;

const nodeFlags = (name: string) => ({
  kubelet: {
    config: '/var/lib/kubelet/config.yaml',
    'container-runtime-endpoint': 'unix:///run/containerd/containerd.sock',
    'hostname-override': name,
    kubeconfig: credentials('kubelet'),
    'root-dir': '/var/lib/kubelet',
    v: '2',
  },
  'kube-proxy': { config: '/var/lib/kube-proxy/kube-proxy-config.yaml' },
});

const etcdFlags = (ip: string) => ({
  name: `etcd-${ip}`,
  'cert-file': `${ssl}/etcd.pem`,
  'key-file': `${ssl}/etcd-key.pem`,
  'peer-cert-file': `${ssl}/etcd.pem`,
  'peer-key-file': `${ssl}/etcd-key.pem`,
  'trusted-ca-file': `${ssl}/ca.pem`,
  'peer-trusted-ca-file': `${ssl}/ca.pem`,
  'initial-advertise-peer-urls': `https://${ip}:2380`,
  'listen-peer-urls': `https://${ip}:2380`,
  'listen-client-urls': `https://${ip}:2379,http://127.0.0.1:2379`,
  'advertise-client-urls': `https://${ip}:2379`,
  'initial-cluster-token': 'etcd-cluster-0',
  'initial-cluster': masters.map((each) => `etcd-${each}=https://${each}:2380`).join(),
  'initial-cluster-state': 'new',
  'data-dir': '/var/lib/etcd',
  'wal-dir': '',
  'snapshot-count': '50000',
  'auto-compaction-retention': '1',
  'auto-compaction-mode': 'periodic',
  'max-request-bytes': '10485760',
  'quota-backend-bytes': '8589934592',
});

const apiserverFlags = {
  'allow-privileged': 'true',
  'anonymous-auth': 'false',
  'api-audiences': 'api,istio-ca',
  'authorization-mode': 'Node,RBAC',
  'bind-address': '0.0.0.0',
  'client-ca-file': `${ssl}/ca.pem`,
  'endpoint-reconciler-type': 'lease',
  'etcd-cafile': `${ssl}/ca.pem`,
  'etcd-certfile': `${ssl}/kubernetes.pem`,
  'etcd-keyfile': `${ssl}/kubernetes-key.pem`,
  'etcd-servers': masters.map((ip) => `https://${ip}:2379`).join(),
  'kubelet-certificate-authority': `${ssl}/ca.pem`,
  'kubelet-client-certificate': `${ssl}/kubernetes.pem`,
  'kubelet-client-key': `${ssl}/kubernetes-key.pem`,
  'secure-port': '6443',
  'service-account-issuer': 'https://kubernetes.default.svc',
  'service-account-signing-key-file': `${ssl}/ca-key.pem`,
  'service-account-key-file': `${ssl}/ca.pem`,
  'service-cluster-ip-range': '10.68.0.0/16',
  'service-node-port-range': '30000-32767',
  'tls-cert-file': `${ssl}/kubernetes.pem`,
  'tls-private-key-file': `${ssl}/kubernetes-key.pem`,
  'requestheader-client-ca-file': `${ssl}/ca.pem`,
  'requestheader-allowed-names': '"aggregator,system:aggregator:kube-apiserver"',
  'requestheader-extra-headers-prefix': '"X-Remote-Extra-"',
  'requestheader-group-headers': '"X-Remote-Group"',
  'requestheader-username-headers': '"X-Remote-User"',
  'proxy-client-cert-file': `${ssl}/aggregator-proxy.pem`,
  'proxy-client-key-file': `${ssl}/aggregator-proxy-key.pem`,
  'enable-aggregator-routing': 'true',
  v: '2',
} as const;

const controllerManagerFlags = {
  'allocate-node-cidrs': 'true',
  'authentication-kubeconfig': credentials('kube-controller-manager'),
  'authorization-kubeconfig': credentials('kube-controller-manager'),
  'bind-address': '0.0.0.0',
  'cluster-cidr': '172.20.0.0/16',
  'cluster-name': 'kubernetes',
  'cluster-signing-cert-file': `${ssl}/ca.pem`,
  'cluster-signing-key-file': `${ssl}/ca-key.pem`,
  kubeconfig: credentials('kube-controller-manager'),
  'leader-elect': 'true',
  'node-cidr-mask-size': '24',
  'root-ca-file': `${ssl}/ca.pem`,
  'service-account-private-key-file': `${ssl}/ca-key.pem`,
  'service-cluster-ip-range': '10.68.0.0/16',
  'use-service-account-credentials': 'true',
  v: '2',
} as const;

const schedulerFlags = {
  'authentication-kubeconfig': credentials('kube-scheduler'),
  'authorization-kubeconfig': credentials('kube-scheduler'),
  'bind-address': '0.0.0.0',
  kubeconfig: credentials('kube-scheduler'),
  'leader-elect': 'true',
  v: '2',
} as const;

const kubeletSettings = [
  'address: 0.0.0.0',
  'cgroupDriver: systemd',
  'clusterDNS:',
  '- 169.254.20.10',
  'clusterDomain: cluster.local',
  'healthzBindAddress: 0.0.0.0',
  'healthzPort: 10248',
  'port: 10250',
  'readOnlyPort: 0',
  'resolvConf: /run/systemd/resolve/resolv.conf',
  `tlsCertFile: ${ssl}/kubelet.pem`,
  `tlsPrivateKeyFile: ${ssl}/kubelet-key.pem`,
];

function writePairs({ tree, pem, key }: Parts, names: readonly string[]): void {
  for (const name of names) {
    tree.write(`${ssl}/${name}.pem`, pem(name), 0o644).write(`${ssl}/${name}-key.pem`, key(name), 0o600);
  }
}

/** What masters and workers have. */
function writeNode(parts: Parts, name: string, ip: string, components: readonly string[]): void {
  const local = (certificate: string, user: string, server = 'https://127.0.0.1:6443') =>
    kubeconfigText({ server, user, ...embedded(parts, 'ca', certificate) });
  writePairs(parts, ['kubelet']);
  writeAll(parts, 0o644, {
    '/etc/hostname': `${name}\n`,
    [`${ssl}/ca.pem`]: parts.pem('ca'),
    '/var/lib/kubelet/config.yaml': kubeletConfig(`${ssl}/ca.pem`, kubeletSettings),
    '/var/lib/kube-proxy/kube-proxy-config.yaml': proxyConfig(credentials('kube-proxy'), 'ipvs'),
  });
  writeAll(parts, 0o600, {
    [credentials('kubelet')]: local('kubelet', `system:node:${name}`),
    [credentials('kube-proxy')]: local('kube-proxy', 'kube-proxy'),
    // Workers have it too.
    '/root/.kube/config': local('admin', 'admin', `https://${masters[0]}:6443`),
  });
  for (const component of components) {
    const before = component === 'etcd' ? ['Type=notify', 'WorkingDirectory=/var/lib/etcd'] : [];
    const fields = { program: `/opt/kube/bin/${component}`, words: wordsOf(parts.flags(component)), before };
    parts.tree.write(`/etc/systemd/system/${component}.service`, unit(`${component} on ${ip}`, fields), 0o644);
  }
}

const withKubelet = (name: string, ip: string) => ({
  ...certificates,
  kubelet: leaf(`system:node:${name}`, 'system:nodes', ['127.0.0.1', ip, name]),
});

const base = { cluster: 'kubeasz', keys: undefined } as const;

/** A master with a member of etcd, of three: 0, 1 or 2. */
export function kubeaszMaster(changes: KitChanges = {}, index: 0 | 1 | 2 = 0): ReturnType<Kit> {
  const [name, ip] = [`master-0${index + 1}`, masters[index]];
  const flags = {
    etcd: etcdFlags(ip),
    'kube-apiserver': apiserverFlags,
    'kube-controller-manager': controllerManagerFlags,
    'kube-scheduler': schedulerFlags,
    ...nodeFlags(name),
  };
  const write = (parts: Parts) => {
    writeNode(parts, name, ip, Object.keys(flags));
    writePairs(parts, ['ca', 'kubernetes', 'etcd', 'aggregator-proxy']);
    writeAll(parts, 0o600, {
      [credentials('kube-controller-manager')]: kubeconfigText({
        server: 'https://127.0.0.1:6443',
        user: 'kube-controller-manager',
        ...embedded(parts, 'ca', 'kube-controller-manager'),
      }),
      [credentials('kube-scheduler')]: kubeconfigText({
        server: 'https://127.0.0.1:6443',
        user: 'kube-scheduler',
        ...embedded(parts, 'ca', 'kube-scheduler'),
      }),
    });
    parts.tree.directory('/var/lib/etcd', 0o700);
  };
  return buildKit({ ...base, certificates: withKubelet(name, ip), flags, write }, changes);
}

/** A worker, whose kubelet reaches the masters through a proxy on the node. */
export function kubeaszWorker(changes: KitChanges = {}): ReturnType<Kit> {
  const [name, ip] = ['worker-01', '192.168.1.4'];
  const flags = nodeFlags(name);
  const write = (parts: Parts) => {
    writeNode(parts, name, ip, Object.keys(flags));
    const servers = masters.map((master) => `        server ${master}:6443    max_fails=2 fail_timeout=3s;`);
    const lines = ['stream {', '    upstream backend {', ...servers, '    }', '    server {'];
    const text = [...lines, '        listen 127.0.0.1:6443;', '        proxy_pass backend;', '    }', '}', ''].join(
      '\n',
    );
    parts.tree.write('/etc/kube-lb/conf/kube-lb.conf', text, 0o644);
  };
  return buildKit({ ...base, certificates: withKubelet(name, ip), flags, write }, changes);
}
