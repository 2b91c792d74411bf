/**
 * Canonical Kubernetes 1.33, the snap k8s (k8sd pkg/k8sd/pki, pkg/k8sd/setup): one CA for servers, one for clients,
 * etcd with a CA whose key is on no node, and files of arguments that bash reads.
 */
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import { buildKit, type CertificateSpec, type Flags, type Kit, type KitChanges, type Parts } from './kit.ts';
import { hosts } from './profiles.ts';
import { embedded, kubeconfigText, writeAll } from './texts.ts';

const pki = '/etc/kubernetes/pki';
/** SNAP_COMMON. */
const common = '/var/snap/k8s/common';

/** Real ones are RSA; this takes less time. */
const tokenKey = privateKeyPem(keyNamed('tokens of the snap k8s'));

const notAfter = '2046-11-24T09:00:00Z';

const authority = (commonName: string): CertificateSpec => ({
  subject: [['CN', commonName]],
  notAfter,
  keyUsage: ['digitalSignature', 'keyEncipherment', 'keyCertSign'],
  usages: null,
  ca: true,
});

/** k8sd gives all certificates both usages. */
const leaf = (
  commonName: string,
  signer: string,
  organization?: string,
  sans?: readonly string[],
): CertificateSpec => ({
  subject: [...(organization === undefined ? [] : [['O', organization] as const]), ['CN', commonName]],
  signer,
  notAfter,
  sans: sans === undefined ? null : hosts(...sans),
  keyUsage: ['digitalSignature', 'keyEncipherment'],
  usages: ['serverAuth', 'clientAuth'],
  ca: false,
});

const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];

const certificatesOf = (host: string, ip: string): Record<string, CertificateSpec> => ({
  ca: authority('kubernetes-ca'),
  'client-ca': authority('kubernetes-ca-client'),
  'front-proxy-ca': authority('front-proxy-ca'),
  'etcd-ca': authority('etcd-ca'),
  k8sd: authority('root@k8s-1'),
  apiserver: leaf('kube-apiserver', 'ca', undefined, [...service, '127.0.0.1', '10.152.183.1', ip]),
  kubelet: leaf(`system:node:${host}`, 'ca', 'system:nodes', [host, '127.0.0.1', ip]),
  'apiserver-kubelet-client': leaf('apiserver-kubelet-client', 'client-ca', 'system:masters'),
  'front-proxy-client': leaf('front-proxy-client', 'front-proxy-ca'),
  'etcd-server': leaf('kube-etcd', 'etcd-ca', undefined, [host, '127.0.0.1', ip]),
  'etcd-peer': leaf('kube-etcd-peer', 'etcd-ca', undefined, [host, '127.0.0.1', ip]),
  'apiserver-etcd-client': leaf('kube-apiserver-etcd-client', 'etcd-ca'),
  admin: leaf('kubernetes-admin', 'client-ca', 'system:masters'),
  controller: leaf('system:kube-controller-manager', 'client-ca'),
  scheduler: leaf('system:kube-scheduler', 'client-ca'),
  proxy: leaf('system:kube-proxy', 'client-ca'),
  'kubelet-client': leaf(`system:node:${host}`, 'client-ca', 'system:nodes'),
});

const nodeFlags = (ip: string): Record<string, Flags> => ({
  kubelet: {
    'anonymous-auth': 'false',
    'authentication-token-webhook': 'true',
    'authorization-mode': 'Webhook',
    'client-ca-file': `${pki}/client-ca.crt`,
    'container-runtime-endpoint': '/run/containerd/containerd.sock',
    'eviction-hard': 'memory.available<100Mi,nodefs.available<1Gi,imagefs.available<1Gi',
    'fail-swap-on': 'false',
    kubeconfig: '/etc/kubernetes/kubelet.conf',
    'node-ip': ip,
    'node-labels': 'node-role.kubernetes.io/control-plane=,node-role.kubernetes.io/worker=,k8sd.io/role=control-plane',
    'read-only-port': '0',
    'register-with-taints': '',
    'root-dir': '/var/lib/kubelet',
    'tls-cert-file': `${pki}/kubelet.crt`,
    'tls-private-key-file': `${pki}/kubelet.key`,
  },
  'kube-proxy': {
    'cluster-cidr': '10.1.0.0/16',
    'healthz-bind-address': '127.0.0.1:10256',
    kubeconfig: '/etc/kubernetes/proxy.conf',
    profiling: 'false',
  },
});

const flagsOf = (host: string, ip: string): Record<string, Flags> => ({
  'kube-apiserver': {
    'advertise-address': ip,
    'allow-privileged': 'true',
    'anonymous-auth': 'false',
    'authentication-token-webhook-config-file': `${common}/args/conf.d/auth-token-webhook.conf`,
    'authorization-mode': 'Node,RBAC',
    'client-ca-file': `${pki}/client-ca.crt`,
    'enable-admission-plugins': 'NodeRestriction',
    'etcd-cafile': `${pki}/etcd/ca.crt`,
    'etcd-certfile': `${pki}/apiserver-etcd-client.crt`,
    'etcd-keyfile': `${pki}/apiserver-etcd-client.key`,
    'etcd-servers': 'https://127.0.0.1:2379',
    'kubelet-certificate-authority': `${pki}/ca.crt`,
    'kubelet-client-certificate': `${pki}/apiserver-kubelet-client.crt`,
    'kubelet-client-key': `${pki}/apiserver-kubelet-client.key`,
    'kubelet-preferred-address-types': 'InternalIP,Hostname,InternalDNS,ExternalDNS,ExternalIP',
    profiling: 'false',
    'proxy-client-cert-file': `${pki}/front-proxy-client.crt`,
    'proxy-client-key-file': `${pki}/front-proxy-client.key`,
    'requestheader-allowed-names': 'front-proxy-client',
    'requestheader-client-ca-file': `${pki}/front-proxy-ca.crt`,
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-username-headers': 'X-Remote-User',
    'secure-port': '6443',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': `${pki}/serviceaccount.key`,
    'service-account-signing-key-file': `${pki}/serviceaccount.key`,
    'service-cluster-ip-range': '10.152.183.0/24',
    'tls-cert-file': `${pki}/apiserver.crt`,
    'tls-min-version': 'VersionTLS12',
    'tls-private-key-file': `${pki}/apiserver.key`,
  },
  'kube-controller-manager': {
    'authentication-kubeconfig': '/etc/kubernetes/controller.conf',
    'authorization-kubeconfig': '/etc/kubernetes/controller.conf',
    'cluster-signing-cert-file': `${pki}/ca.crt`,
    'cluster-signing-key-file': `${pki}/ca.key`,
    kubeconfig: '/etc/kubernetes/controller.conf',
    profiling: 'false',
    'root-ca-file': `${pki}/ca.crt`,
    'service-account-private-key-file': `${pki}/serviceaccount.key`,
    'tls-min-version': 'VersionTLS12',
    'use-service-account-credentials': 'true',
  },
  'kube-scheduler': {
    'authentication-kubeconfig': '/etc/kubernetes/scheduler.conf',
    'authorization-kubeconfig': '/etc/kubernetes/scheduler.conf',
    kubeconfig: '/etc/kubernetes/scheduler.conf',
    profiling: 'false',
  },
  etcd: {
    'advertise-client-urls': `https://${ip}:2379`,
    'auto-tls': 'false',
    'cert-file': `${pki}/etcd/server.crt`,
    'client-cert-auth': 'true',
    'data-dir': `${common}/var/lib/etcd/data`,
    'initial-advertise-peer-urls': `https://${ip}:2380`,
    'initial-cluster': `${host}=https://${ip}:2380`,
    'initial-cluster-state': 'new',
    'key-file': `${pki}/etcd/server.key`,
    'listen-client-urls': `https://${ip}:2379,https://127.0.0.1:2379`,
    'listen-peer-urls': `https://${ip}:2380`,
    name: host,
    'peer-auto-tls': 'false',
    'peer-cert-file': `${pki}/etcd/peer.crt`,
    'peer-client-cert-auth': 'true',
    'peer-key-file': `${pki}/etcd/peer.key`,
    'peer-trusted-ca-file': `${pki}/etcd/ca.crt`,
    'trusted-ca-file': `${pki}/etcd/ca.crt`,
  },
  ...nodeFlags(ip),
});

/** k8sd writes each value in double quotes. */
const argumentsOf = (own: Flags) =>
  `${Object.entries(own)
    .map(([name, value]) => `--${name}="${value === true ? 'true' : value}"`)
    .join('\n')}\n`;

function writeSnap({ tree, flags }: Parts, host: string, components: readonly string[]): void {
  tree
    .link('/snap/k8s/current', '4321')
    .write('/snap/k8s/4321/meta/snap.yaml', 'name: k8s\nversion: v1.33.2\nconfinement: classic\n', 0o644)
    .write('/etc/hostname', `${host}\n`, 0o644)
    .directory(`${common}/args`, 0o700)
    .directory('/var/lib/kubelet/pods', 0o750);
  for (const one of components) tree.write(`${common}/args/${one}`, argumentsOf(flags(one)), 0o600);
}

const credentials = (parts: Parts, certificate: string) =>
  kubeconfigText({
    server: 'https://127.0.0.1:6443',
    user: 'k8s-user',
    cluster: 'k8s',
    ...embedded(parts, 'ca', certificate),
  });

/** What control planes and workers have. */
function writeNode(parts: Parts): void {
  const { pem, key } = parts;
  writeAll(parts, 0o600, {
    [`${pki}/ca.crt`]: pem('ca'),
    [`${pki}/client-ca.crt`]: pem('client-ca'),
    [`${pki}/kubelet.crt`]: pem('kubelet'),
    [`${pki}/kubelet.key`]: key('kubelet'),
    '/etc/kubernetes/kubelet.conf': credentials(parts, 'kubelet-client'),
    '/etc/kubernetes/proxy.conf': credentials(parts, 'proxy'),
  });
}

const base = { cluster: 'k8s-snap', keys: undefined } as const;

export const k8sSnapNode: Kit = (changes: KitChanges = {}) => {
  const [host, ip] = ['k8s-1', '10.0.1.5'];
  const flags = flagsOf(host, ip);
  const write = (parts: Parts) => {
    const { tree, pem, key } = parts;
    writeSnap(parts, host, Object.keys(flags));
    writeNode(parts);
    for (const name of [
      'apiserver',
      'apiserver-kubelet-client',
      'front-proxy-client',
      'apiserver-etcd-client',
      'front-proxy-ca',
    ])
      tree.write(`${pki}/${name}.crt`, pem(name), 0o600).write(`${pki}/${name}.key`, key(name), 0o600);
    writeAll(parts, 0o600, {
      [`${pki}/ca.key`]: key('ca'),
      [`${pki}/client-ca.key`]: key('client-ca'),
      [`${pki}/etcd/ca.crt`]: pem('etcd-ca'),
      [`${pki}/etcd/server.crt`]: pem('etcd-server'),
      [`${pki}/etcd/server.key`]: key('etcd-server'),
      [`${pki}/etcd/peer.crt`]: pem('etcd-peer'),
      [`${pki}/etcd/peer.key`]: key('etcd-peer'),
      [`${pki}/serviceaccount.key`]: tokenKey,
      '/etc/kubernetes/admin.conf': credentials(parts, 'admin'),
      '/etc/kubernetes/controller.conf': credentials(parts, 'controller'),
      '/etc/kubernetes/scheduler.conf': credentials(parts, 'scheduler'),
    });
    const state = `${common}/var/lib/k8sd/state`;
    tree
      .directory(`${common}/var/lib/etcd/data`, 0o700)
      .write(`${state}/cluster.crt`, pem('k8sd'), 0o600)
      .write(
        `${common}/args/conf.d/auth-token-webhook.conf`,
        kubeconfigText({
          server: 'https://127.0.0.1:6400/1.0/kubernetes/auth/webhook',
          user: 'k8s-apiserver',
          authority: `certificate-authority: ${state}/cluster.crt`,
          credential: ['token: ""'],
        }),
        0o600,
      );
  };
  return buildKit({ ...base, certificates: certificatesOf(host, ip), flags, write }, changes);
};

export const k8sSnapWorker: Kit = (changes: KitChanges = {}) => {
  const [host, ip] = ['k8s-w', '10.0.1.9'];
  const flags = nodeFlags(ip);
  const write = (parts: Parts) => {
    writeSnap(parts, host, Object.keys(flags));
    writeNode(parts);
    parts.tree.write(`${common}/lock/worker`, '', 0o600);
  };
  return buildKit({ ...base, certificates: certificatesOf(host, ip), flags, write }, changes);
};

/** A file of arguments as a person edits it: variables, blanks, comments and quotes of bash. */
export const k8sSnapEdited: Kit = (changes = {}) =>
  k8sSnapNode(changes)
    .write(`${common}/args/snap-env`, 'export KEYS="/etc/kubernetes/pki"\n', 0o600)
    .write(`${common}/args/kube-apiserver-env`, 'SERVER=apiserver\n', 0o600)
    .edit(`${common}/args/kube-apiserver`, (text) =>
      text
        .replace(/--tls-cert-file=.*/, "# the pair of the server\n--tls-cert-file $KEYS/'apiserver.crt'")
        .replace(/--tls-private-key-file=.*/, `--tls-private-key-file="\${KEYS}/$SERVER.key"`)
        .replace('--client-ca-file="/etc/kubernetes/pki', `--client-ca-file="\${KEYS}`),
    );

/** A node whose datastore is dqlite, the default before 1.33. */
export const k8sSnapWithDqlite: Kit = (changes = {}) => {
  const data = `${common}/var/lib/k8s-dqlite`;
  const own = { 'etcd-servers': `unix://${data}/k8s-dqlite.sock` };
  const without = { 'etcd-cafile': null, 'etcd-certfile': null, 'etcd-keyfile': null };
  const tree = k8sSnapNode({
    ...changes,
    flags: { ...changes.flags, 'kube-apiserver': { ...own, ...without, ...changes.flags?.['kube-apiserver'] } },
  });
  const pair = makeAuthority('k8s');
  for (const path of [...tree.entries.keys()])
    if (/\/pki\/(?:etcd\/|apiserver-etcd-client)|\/args\/etcd$/.test(path)) tree.remove(path);
  return tree
    .write(`${common}/args/k8s-dqlite`, `--storage-dir="${data}"\n--listen="unix://${data}/k8s-dqlite.sock"\n`, 0o600)
    .write(`${data}/cluster.crt`, certificatePem(pair.certificate), 0o600)
    .write(`${data}/cluster.key`, privateKeyPem(pair.key), 0o600);
};
