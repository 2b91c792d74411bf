/**
 * MicroK8s 1.36 (`produce_certs`, `create_user_certs_and_configs` and `init_cluster` of actions/common/utils.sh, its
 * default-args, join.py): everything is below the folder of a revision, to which `current` leads, and files of
 * arguments name it by variables. Nodes that join share the CA, the key of tokens and the certificate of dqlite, but
 * have a front proxy CA of their own.
 */

import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import { buildKit, type CertificateSpec, type Flags, type Kit, type KitChanges, type Parts } from './kit.ts';
import { hosts, withoutExtensions } from './profiles.ts';
import { embedded, kubeconfigText, writeAll } from './texts.ts';

/** What SNAP_DATA is. */
export const revision = '/var/snap/microk8s/8500';
const certs = `${revision}/certs`;

/** Real ones are RSA; this takes less time. */
const tokenKey = privateKeyPem(keyNamed('tokens of MicroK8s'));

const decade = '2036-11-21T09:00:00Z';
const year = '2027-11-24T09:00:00Z';
const ips = ['10.0.0.5', '10.0.0.6', '10.0.0.7'] as const;

/** By openssl with csr.conf, for a year. */
const yearly = {
  notAfter: year,
  keyUsage: ['digitalSignature', 'keyEncipherment', 'dataEncipherment'],
  usages: ['serverAuth', 'clientAuth'],
  ca: false,
} as const;

const authority = (commonName: string): CertificateSpec => ({
  subject: [['CN', commonName]],
  notAfter: decade,
  keyUsage: ['keyCertSign', 'cRLSign'],
  usages: null,
  ca: true,
});

/** By openssl without a file of extensions. */
const plain = (commonName: string, organization?: string): CertificateSpec => ({
  subject: [['CN', commonName], ...(organization === undefined ? [] : [['O', organization] as const])],
  signer: 'ca',
  notAfter: decade,
  ...withoutExtensions,
});

const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster'];

/** Certificates of a node that joined have its number in their names. */
const numbered = (name: string, index: number) => (index === 0 ? name : `${name}-${index + 1}`);

function certificatesOf(index: number, host: string, ip: string): Record<string, CertificateSpec> {
  const own = (name: string) => numbered(name, index);
  const sans = hosts(...names, 'kubernetes.default.svc.cluster.local', '127.0.0.1', '10.152.183.1', ip);
  return {
    ca: authority('10.152.183.1'),
    [own('front-proxy-ca')]: authority('front-proxy-ca'),
    [own('server')]: {
      subject: [
        ['C', 'GB'],
        ['O', 'Canonical'],
        ['OU', 'Canonical'],
        ['CN', '127.0.0.1'],
      ],
      signer: 'ca',
      sans,
      ...yearly,
    },
    [own('front-proxy-client')]: {
      subject: [['CN', 'front-proxy-client']],
      signer: own('front-proxy-ca'),
      sans,
      ...yearly,
    },
    [own('kubelet')]: { ...plain(`system:node:${host}`, 'system:nodes'), sans: hosts(host, ip) },
    [own('apiserver-kubelet-client')]: plain('kube-apiserver-kubelet-client', 'system:masters'),
    [own('client')]: plain('admin', 'system:masters'),
    [own('controller')]: plain('system:kube-controller-manager'),
    [own('scheduler')]: plain('system:kube-scheduler'),
    [own('proxy')]: plain('system:kube-proxy'),
    dqlite: { subject: [['CN', 'k8s']], sans: hosts('mk8s-1', '127.0.0.1'), ...yearly, notAfter: decade },
  };
}

const kubeletFlags = {
  kubeconfig: `\${SNAP_DATA}/credentials/kubelet.config`,
  'cert-dir': `\${SNAP_DATA}/certs`,
  'client-ca-file': `\${SNAP_DATA}/certs/ca.crt`,
  'anonymous-auth': 'false',
  'root-dir': `\${SNAP_COMMON}/var/lib/kubelet`,
  'fail-swap-on': 'false',
  'eviction-hard': '"memory.available<100Mi,nodefs.available<1Gi,imagefs.available<1Gi"',
  'container-runtime-endpoint': `\${SNAP_COMMON}/run/containerd.sock`,
  containerd: `\${SNAP_COMMON}/run/containerd.sock`,
  'node-labels': '"microk8s.io/cluster=true,node.kubernetes.io/microk8s-controlplane=microk8s-controlplane"',
  'authentication-token-webhook': 'true',
  'read-only-port': '0',
  'serialize-image-pulls': 'false',
} as const;

const proxyFlags = {
  kubeconfig: `\${SNAP_DATA}/credentials/proxy.config`,
  'cluster-cidr': '10.1.0.0/16',
  'healthz-bind-address': '127.0.0.1',
  profiling: 'false',
} as const;

const flags: Readonly<Record<string, Flags>> = {
  'kube-apiserver': {
    'cert-dir': `\${SNAP_DATA}/certs`,
    'service-cluster-ip-range': '10.152.183.0/24',
    'authorization-mode': 'AlwaysAllow',
    'service-account-key-file': `\${SNAP_DATA}/certs/serviceaccount.key`,
    'client-ca-file': `\${SNAP_DATA}/certs/ca.crt`,
    'tls-cert-file': `\${SNAP_DATA}/certs/server.crt`,
    'tls-private-key-file': `\${SNAP_DATA}/certs/server.key`,
    'kubelet-client-certificate': `\${SNAP_DATA}/certs/apiserver-kubelet-client.crt`,
    'kubelet-client-key': `\${SNAP_DATA}/certs/apiserver-kubelet-client.key`,
    'secure-port': '16443',
    'etcd-servers': `"unix://\${SNAP_DATA}/var/kubernetes/backend/kine.sock:12379"`,
    'allow-privileged': 'true',
    'service-account-issuer': "'https://kubernetes.default.svc'",
    'service-account-signing-key-file': `\${SNAP_DATA}/certs/serviceaccount.key`,
    'event-ttl': '5m',
    profiling: 'false',
    'feature-gates': 'ListFromCacheSnapshot=false,SizeBasedListCostEstimate=false,DetectCacheInconsistency=false',
    'requestheader-client-ca-file': `\${SNAP_DATA}/certs/front-proxy-ca.crt`,
    'requestheader-allowed-names': 'front-proxy-client',
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-username-headers': 'X-Remote-User',
    'proxy-client-cert-file': `\${SNAP_DATA}/certs/front-proxy-client.crt`,
    'proxy-client-key-file': `\${SNAP_DATA}/certs/front-proxy-client.key`,
    'enable-admission-plugins': 'EventRateLimit',
    'admission-control-config-file': `\${SNAP_DATA}/args/admission-control-config-file.yaml`,
    'kubelet-certificate-authority': `\${SNAP_DATA}/certs/ca.crt`,
    'kubelet-preferred-address-types': 'InternalIP,Hostname,InternalDNS,ExternalDNS,ExternalIP',
  },
  'kube-controller-manager': {
    kubeconfig: `\${SNAP_DATA}/credentials/controller.config`,
    'service-account-private-key-file': `\${SNAP_DATA}/certs/serviceaccount.key`,
    'root-ca-file': `\${SNAP_DATA}/certs/ca.crt`,
    'cluster-signing-cert-file': `\${SNAP_DATA}/certs/ca.crt`,
    'cluster-signing-key-file': `\${SNAP_DATA}/certs/ca.key`,
    'use-service-account-credentials': true,
    'leader-elect-lease-duration': '60s',
    'leader-elect-renew-deadline': '30s',
    profiling: 'false',
  },
  'kube-scheduler': {
    kubeconfig: `\${SNAP_DATA}/credentials/scheduler.config`,
    'leader-elect-lease-duration': '60s',
    profiling: 'false',
  },
  'kube-proxy': proxyFlags,
  kubelet: kubeletFlags,
  'k8s-dqlite': {
    'storage-dir': `\${SNAP_DATA}/var/kubernetes/backend/`,
    listen: `unix://\${SNAP_DATA}/var/kubernetes/backend/kine.sock:12379`,
  },
};

const argumentsOf = (own: Flags) =>
  `${Object.entries(own)
    .map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`))
    .join('\n')}\n`;

/** What every node has: the links, the release, and the files of arguments. */
function writeSnap({ tree, flags: own }: Parts, host: string, components: readonly string[]): void {
  tree
    .link('/var/snap/microk8s/current', '8500')
    .link('/snap/microk8s/current', '8500')
    .write('/snap/microk8s/8500/meta/snap.yaml', 'name: microk8s\nversion: v1.36.0\nconfinement: classic\n', 0o644)
    .write('/etc/hostname', `${host}\n`, 0o644)
    .directory(certs, 0o770)
    .directory(`${revision}/credentials`, 0o770)
    .directory(`${revision}/args`, 0o770)
    .write(`${revision}/var/lock/lite.lock`, '', 0o644)
    .directory('/var/snap/microk8s/common/var/lib/kubelet/pods', 0o750);
  for (const one of components) tree.write(`${revision}/args/${one}`, `# ${one}\n\n${argumentsOf(own(one))}`, 0o660);
}

const kubeconfig = (parts: Parts, ca: string, certificate: string, user: string) =>
  kubeconfigText({
    server: 'https://127.0.0.1:16443',
    user,
    cluster: 'microk8s-cluster',
    ...embedded(parts, ca, certificate),
  });

const csr = (ip: string) =>
  ['[ alt_names ]', ...names.map((name, index) => `DNS.${index + 1} = ${name}`), `IP.1 = ${ip}`, ''].join('\n');

/** A node with the control plane: 0, or one that has joined it. */
export function microk8sNode(changes: KitChanges = {}, index: 0 | 1 | 2 = 0): ReturnType<Kit> {
  const [host, ip] = [`mk8s-${index + 1}`, ips[index]];
  const own = (name: string) => numbered(name, index);
  const certificates = certificatesOf(index, host, ip);
  const write = (parts: Parts) => {
    const { tree, pem, key } = parts;
    writeSnap(parts, host, Object.keys(flags));
    const leaves = ['server', 'front-proxy-client', 'kubelet', 'apiserver-kubelet-client', 'client', 'controller'];
    for (const name of ['front-proxy-ca', ...leaves, 'scheduler', 'proxy'])
      tree.write(`${certs}/${name}.crt`, pem(own(name)), 0o660).write(`${certs}/${name}.key`, key(own(name)), 0o660);
    tree.write(`${certs}/ca.crt`, pem('ca'), 0o660).write(`${certs}/ca.key`, key('ca'), 0o660);
    const user = (name: string, as: string) => kubeconfig(parts, 'ca', own(name), as);
    writeAll(parts, 0o660, {
      [`${certs}/serviceaccount.key`]: tokenKey,
      [`${certs}/csr.conf.template`]: `${csr('127.0.0.1')}#MOREIPS\n`,
      [`${certs}/csr.conf`]: csr(ip),
      [`${revision}/credentials/client.config`]: user('client', 'admin'),
      [`${revision}/credentials/controller.config`]: user('controller', 'system:kube-controller-manager'),
      [`${revision}/credentials/scheduler.config`]: user('scheduler', 'system:kube-scheduler'),
      [`${revision}/credentials/proxy.config`]: user('proxy', 'system:kube-proxy'),
      [`${revision}/credentials/kubelet.config`]: user('kubelet', `system:node:${host}`),
      [`${revision}/args/admission-control-config-file.yaml`]: [
        'apiVersion: apiserver.config.k8s.io/v1',
        'kind: AdmissionConfiguration',
        'plugins:',
        '- name: EventRateLimit',
        '  path: eventconfig.yaml',
        '',
      ].join('\n'),
      [`${revision}/args/eventconfig.yaml`]:
        'apiVersion: eventratelimit.admission.k8s.io/v1alpha1\nkind: Configuration\nlimits:\n- type: Server\n  qps: 5000\n  burst: 20000\n',
      [`${revision}/var/kubernetes/backend/cluster.crt`]: pem('dqlite'),
      [`${revision}/var/kubernetes/backend/cluster.key`]: key('dqlite'),
    });
    tree.directory(`${revision}/var/kubernetes/backend`, 0o750).write(`${revision}/var/lock/ha-cluster`, '', 0o644);
  };
  return buildKit({ cluster: 'microk8s', keys: 'pkcs8', certificates, flags, write }, changes);
}

/** A worker: it keeps what it made of its own before it joined, and nothing reads that. */
export function microk8sWorker(changes: KitChanges = {}): ReturnType<Kit> {
  const [host, ip] = ['mk8s-w', '10.0.0.9'];
  const { ca, server, ...all } = certificatesOf(0, host, ip);
  const certificates = {
    ...(ca && { ca, 'former-ca': ca }),
    ...(server && { server: { ...server, signer: 'former-ca', notAfter: '2026-11-27T09:00:00Z', of: host } }),
    ...all,
    'worker-proxy': plain('system:kube-proxy'),
    'former-client': { ...plain('admin', 'system:masters'), signer: 'former-ca' },
  };
  const remote = { 'client-ca-file': `\${SNAP_DATA}/certs/ca.remote.crt` };
  const labels = { 'node-labels': '"microk8s.io/cluster=true,node.kubernetes.io/microk8s-worker=microk8s-worker"' };
  const own = { ...flags, kubelet: { ...kubeletFlags, ...remote, ...labels } };
  const write = (parts: Parts) => {
    const { tree, pem, key } = parts;
    writeSnap(parts, host, Object.keys(own));
    writeAll(parts, 0o660, {
      [`${certs}/ca.remote.crt`]: pem('ca'),
      [`${certs}/ca.crt`]: pem('former-ca'),
      [`${certs}/ca.key`]: key('former-ca'),
      [`${certs}/server.crt`]: pem('server'),
      [`${certs}/server.key`]: key('server'),
      [`${certs}/kubelet.crt`]: pem('kubelet'),
      [`${certs}/kubelet.key`]: key('kubelet'),
      [`${certs}/proxy.crt`]: pem('worker-proxy'),
      [`${certs}/proxy.key`]: key('worker-proxy'),
      [`${revision}/credentials/client.config`]: kubeconfig(parts, 'former-ca', 'former-client', 'admin'),
      [`${revision}/credentials/kubelet.config`]: kubeconfig(parts, 'ca', 'kubelet', `system:node:${host}`),
      [`${revision}/credentials/proxy.config`]: kubeconfig(parts, 'ca', 'worker-proxy', 'system:kube-proxy'),
      [`${revision}/args/apiserver-proxy`]: `--refresh-interval=30s\n--kubeconfig=\${SNAP_DATA}/credentials/kubelet.config\n`,
      [`${revision}/args/traefik/provider.yaml`]: 'tcp:\n  services: {}\n',
    });
    // A quote that nothing closes is deleted like all others.
    tree.edit(`${revision}/args/kubelet`, (text) => `${text}--v="1\n`);
    tree
      .write(`${revision}/var/lock/clustered.lock`, '', 0o644)
      .write(`${revision}/var/lock/no-cert-reissue`, '', 0o700);
  };
  return buildKit({ cluster: 'microk8s', keys: 'pkcs8', certificates, flags: own, write }, changes);
}

/**
 * The node after `microk8s refresh-certs -e ca.crt`: the new CA has the key and the name of the old one, which is in
 * the backup.
 */
export const microk8sRefreshed: Kit = (changes = {}) => {
  const old = microk8sNode(changes);
  const tree = microk8sNode({
    ...changes,
    certificates: { ca: { notAfter: '2036-11-29T09:00:00Z' }, ...changes.certificates },
  });
  const ended = microk8sNode({ certificates: { server: { notAfter: '2026-11-27T09:00:00Z' } } });
  for (const name of ['ca.crt', 'ca.key', 'kubelet.crt', 'kubelet.key'])
    tree.write(`${revision}/certs-backup/certs/${name}`, old.read(`${certs}/${name}`), 0o660);
  for (const name of ['server.crt', 'server.key'])
    tree.write(`${revision}/certs-backup/certs/${name}`, ended.read(`${certs}/${name}`), 0o660);
  const client = `${revision}/credentials/client.config`;
  return tree.write(`${revision}/certs-backup/credentials/client.config`, old.read(client), 0o660);
};

/**
 * The node with a CA of the user, which `microk8s refresh-certs FOLDER` installed: an intermediate, whose root is
 * elsewhere.
 */
const companyRoot = makeAuthority('Example Corp Root');

export const microk8sWithOwnCa: Kit = (changes = {}) =>
  microk8sNode({
    ...changes,
    certificates: {
      ca: { issuer: companyRoot, commonName: 'Example Corp Kubernetes' },
      ...changes.certificates,
    },
  });

/**
 * The node after `microk8s enable rbac` and `cis-hardening`, strictly confined: others have no access, and groups less.
 */
export const microk8sHardened: Kit = (changes = {}) => {
  const tree = microk8sNode({
    ...changes,
    flags: {
      ...changes.flags,
      'kube-apiserver': {
        'authorization-mode': 'Node,RBAC',
        'anonymous-auth': 'false',
        'audit-log-maxage': '30',
        'enable-admission-plugins': 'EventRateLimit,AlwaysPullImages,NodeRestriction',
        ...changes.flags?.['kube-apiserver'],
      },
      kubelet: {
        'authorization-mode': 'Webhook',
        'tls-cert-file': `\${SNAP_DATA}/certs/kubelet.crt`,
        'tls-private-key-file': `\${SNAP_DATA}/certs/kubelet.key`,
        'protect-kernel-defaults': 'true',
        ...changes.flags?.kubelet,
      },
    },
  });
  const groupReads = /^\/var\/snap\/microk8s\/8500\/(?:certs|credentials|args)\//;
  for (const [path, { type }] of tree.entries) if (type === 'file' && groupReads.test(path)) tree.chmod(path, 0o600);
  // A quote in an odd place, a value in the next word, and a word in quotes: kubelite deletes the quotes, and splits at
  // blanks.
  tree.edit(`${revision}/args/kubelet`, (text) => `${text}  --max-pods="250\n--pod-max-pids '4096'  \n"--v=1"\n`);
  return tree.write(`${revision}/var/lock/cis-hardening`, '', 0o644);
};
