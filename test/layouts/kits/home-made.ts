/**
 * A cluster that no guide describes: folders and names of its own, RSA or not, four CAs' worth of habits. Units have
 * drop-ins and files of variables, etcd has a configuration file, and a drop-in replaces the command of one component.
 */
import { certificatePem, type San } from '../../support/certificates.ts';
import { editKubeconfig } from '../../support/credential.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyFromPem, publicKeyPem } from '../../support/keys.ts';
import { buildKit, type CertificateSpec, type Kit, type KitChanges, type Parts } from './kit.ts';
import { both, hosts } from './profiles.ts';
import { byPath, embedded, kubeconfigText, kubeletConfig, proxyConfig, wordsOf, writeAll } from './texts.ts';

const tls = '/data/k8s/tls';
const conf = '/data/k8s/conf';
const etcd = '/data/etcd';
const years = '2031-11-24T09:00:00Z';
const nodes = { alpha: '198.51.100.10', beta: '198.51.100.20' } as const;
type Name = keyof typeof nodes;

const ca = (commonName: string): CertificateSpec => ({
  subject: [
    ['O', 'Acme'],
    ['CN', commonName],
  ],
  notAfter: years,
  keyUsage: ['keyCertSign', 'cRLSign'],
  usages: null,
  ca: true,
});

const leaf = (
  signer: string,
  commonName: string,
  usages: readonly string[],
  { sans = null, group }: { readonly sans?: readonly San[] | null; readonly group?: string } = {},
): CertificateSpec => ({
  subject: [...(group === undefined ? [] : [['O', group] as const]), ['CN', commonName]],
  signer,
  sans,
  notAfter: years,
  keyUsage: ['digitalSignature', 'keyEncipherment'],
  usages,
  ca: false,
});

const certificatesOf = (name: Name): Readonly<Record<string, CertificateSpec>> => ({
  root: ca('Acme Cluster Root'),
  store: ca('Acme Store Root'),
  front: ca('Acme Front Root'),
  api: leaf('root', 'api', ['serverAuth'], {
    sans: hosts(
      ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.acme.internal'],
      ...['api.acme.test', 'localhost', '127.0.0.1', '10.10.0.1', nodes.alpha],
    ),
  }),
  'api-kubelet': leaf('root', 'api-to-kubelet', ['clientAuth'], { group: 'system:masters' }),
  'api-store': leaf('store', 'api', ['clientAuth']),
  aggregator: leaf('front', 'aggregator', ['clientAuth']),
  cm: leaf('root', 'system:kube-controller-manager', ['clientAuth']),
  sched: leaf('root', 'system:kube-scheduler', ['clientAuth']),
  proxy: leaf('root', 'system:kube-proxy', ['clientAuth']),
  admin: leaf('root', 'jane', ['clientAuth'], { group: 'system:masters' }),
  node: leaf('root', `system:node:${name}`, both, { sans: hosts(name, nodes[name]), group: 'system:nodes' }),
  'store-server': leaf('store', name, both, { sans: hosts(name, 'localhost', '127.0.0.1', nodes[name]) }),
  'store-peer': leaf('store', name, both, { sans: hosts(name, nodes[name]) }),
  // Only its key is on the node.
  tokens: leaf('root', 'tokens', []),
});

const nodeFlags = (name: Name) => ({
  kubelet: { config: `${conf}/kubelet.yaml`, kubeconfig: `${conf}/kubelet.kubeconfig`, 'hostname-override': name },
  'kube-proxy': { config: `${conf}/proxy.yaml` },
});

const controlPlaneFlags = {
  'kube-apiserver': {
    'advertise-address': nodes.alpha,
    'allow-privileged': 'true',
    'authorization-mode': 'Node,RBAC',
    'client-ca-file': `${tls}/root.crt`,
    'tls-cert-file': `${tls}/api.crt`,
    'tls-private-key-file': `${tls}/api.key`,
    'kubelet-certificate-authority': `${tls}/root.crt`,
    'kubelet-client-certificate': `${tls}/api-kubelet.crt`,
    'kubelet-client-key': `${tls}/api-kubelet.key`,
    'requestheader-client-ca-file': `${tls}/front.crt`,
    'requestheader-allowed-names': 'aggregator',
    'requestheader-username-headers': 'X-Remote-User',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'proxy-client-cert-file': `${tls}/aggregator.crt`,
    'proxy-client-key-file': `${tls}/aggregator.key`,
    'service-cluster-ip-range': '10.10.0.0/16',
    'service-account-issuer': 'https://kubernetes.default.svc.acme.internal',
    'service-account-key-file': `${tls}/tokens.pub`,
    'service-account-signing-key-file': `${tls}/tokens.key`,
    'etcd-servers': 'https://127.0.0.1:2379',
    'etcd-cafile': `${etcd}/tls/ca.crt`,
    'etcd-certfile': `${tls}/api-store.crt`,
    'etcd-keyfile': `${tls}/api-store.key`,
  },
  'kube-controller-manager': {
    kubeconfig: `${conf}/cm.kubeconfig`,
    'authentication-kubeconfig': `${conf}/cm.kubeconfig`,
    'authorization-kubeconfig': `${conf}/cm.kubeconfig`,
    'cluster-signing-cert-file': `${tls}/root.crt`,
    'cluster-signing-key-file': `${tls}/root.key`,
    'root-ca-file': `${tls}/root.crt`,
    'service-account-private-key-file': `${tls}/tokens.key`,
    'use-service-account-credentials': 'true',
    controllers: '*,bootstrapsigner,tokencleaner',
  },
  'kube-scheduler': {
    kubeconfig: `${conf}/sched.kubeconfig`,
    'authentication-kubeconfig': `${conf}/sched.kubeconfig`,
    'authorization-kubeconfig': `${conf}/sched.kubeconfig`,
  },
} as const;

const etcdConfig = [
  'name: alpha',
  `data-dir: ${etcd}/data`,
  `listen-client-urls: https://127.0.0.1:2379,https://${nodes.alpha}:2379`,
  `advertise-client-urls: https://${nodes.alpha}:2379`,
  `listen-peer-urls: https://${nodes.alpha}:2380`,
  `initial-advertise-peer-urls: https://${nodes.alpha}:2380`,
  `initial-cluster: alpha=https://${nodes.alpha}:2380`,
  'client-transport-security:',
  `  cert-file: ${etcd}/tls/server.crt`,
  `  key-file: ${etcd}/tls/server.key`,
  `  trusted-ca-file: ${etcd}/tls/ca.crt`,
  '  client-cert-auth: true',
  'peer-transport-security:',
  `  cert-file: ${etcd}/tls/peer.crt`,
  `  key-file: ${etcd}/tls/peer.key`,
  `  trusted-ca-file: ${etcd}/tls/ca.crt`,
  '  client-cert-auth: true',
  '',
].join('\n');

const service = (...lines: readonly string[]) => ['[Service]', ...lines, 'Restart=always', ''].join('\n');
const units = '/etc/systemd/system';

function writePairs({ tree, pem, key }: Parts, pairs: Readonly<Record<string, string>>): void {
  for (const [path, name] of Object.entries(pairs)) {
    tree.write(`${path}.crt`, pem(name), 0o644).write(`${path}.key`, key(name), 0o600);
  }
}

/** The kubelet by a unit whose file of variables need not exist, and kube-proxy by a command on one line. */
function writeNode(parts: Parts, name: Name): void {
  const start = (component: string) => `/data/k8s/bin/${component} ${wordsOf(parts.flags(component)).join(' ')}`;
  writePairs(parts, { [`${tls}/node`]: 'node' });
  writeAll(parts, 0o644, {
    '/etc/hostname': `${name}\n`,
    [`${tls}/root.crt`]: parts.pem('root'),
    [`${conf}/kubelet.yaml`]: kubeletConfig(`${tls}/root.crt`, [
      'clusterDomain: acme.internal',
      'clusterDNS: [10.10.0.10]',
      `tlsCertFile: ${tls}/node.crt`,
      `tlsPrivateKeyFile: ${tls}/node.key`,
    ]),
    [`${conf}/proxy.yaml`]: proxyConfig(`${conf}/proxy.kubeconfig`),
    [`${units}/kubelet.service`]: service(
      'EnvironmentFile=-/etc/default/kubelet',
      `ExecStart=${start('kubelet')} $EXTRA`,
    ),
    [`${units}/kube-proxy.service`]: service(`ExecStart=${start('kube-proxy')}`),
  });
  const server = 'https://api.acme.test:6443';
  writeAll(parts, 0o600, {
    [`${conf}/kubelet.kubeconfig`]: kubeconfigText({
      server,
      user: name,
      ...byPath(`${tls}/root.crt`, `${tls}/node.crt`, `${tls}/node.key`),
    }),
    [`${conf}/proxy.kubeconfig`]: kubeconfigText({ server, user: 'proxy', ...embedded(parts, 'root', 'proxy') }),
  });
}

/**
 * Three ways to give a component its flags: files of variables, variables in a drop-in, and a drop-in with a new
 * command.
 */
function writeUnits({ flags, tree }: Parts): void {
  const words = wordsOf(flags('kube-apiserver'));
  const isOfEtcd = (word: string) => word.startsWith('--etcd-');
  const own = words.filter((word) => !isOfEtcd(word)).join(' \\\n');
  const commands = {
    'kube-apiserver.service': service(
      'EnvironmentFile=/data/k8s/env/api',
      'ExecStart=/data/k8s/bin/kube-apiserver $API $STORE',
    ),
    'kube-apiserver.service.d/20-store.conf': `[Service]\nEnvironment="STORE=${words.filter(isOfEtcd).join(' ')}"\n`,
    'kube-controller-manager.service': service(
      'ExecStart=/data/k8s/bin/old-controller-manager --master=http://127.0.0.1:8080',
    ),
    'kube-controller-manager.service.d/override.conf': `[Service]\nExecStart=\nExecStart=${[
      '/data/k8s/bin/kube-controller-manager',
      ...wordsOf(flags('kube-controller-manager')),
    ].join(' \\\n  ')}\n`,
    'kube-scheduler.service': service(
      `ExecStart=/data/k8s/bin/kube-scheduler ${wordsOf(flags('kube-scheduler'), () => true).join(' \\\n  ')}`,
    ),
    'etcd.service': service(`ExecStart=${etcd}/bin/etcd --config-file ${etcd}/conf/etcd.yaml`),
  };
  for (const [name, text] of Object.entries(commands)) tree.write(`${units}/${name}`, text, 0o644);
  tree.write('/data/k8s/env/api', `# flags of the API server\nAPI="${own}"\n`, 0o644);
}

function writeControlPlane(parts: Parts): void {
  const { tree, pem, key } = parts;
  writeNode(parts, 'alpha');
  writeUnits(parts);
  const own = ['root', 'api', 'api-kubelet', 'api-store', 'aggregator'];
  writePairs(parts, {
    ...Object.fromEntries(own.map((name) => [`${tls}/${name}`, name])),
    [`${etcd}/tls/server`]: 'store-server',
    [`${etcd}/tls/peer`]: 'store-peer',
  });
  writeAll(parts, 0o644, {
    [`${tls}/front.crt`]: pem('front'),
    [`${etcd}/tls/ca.crt`]: pem('store'),
    [`${etcd}/conf/etcd.yaml`]: etcdConfig,
    [`${tls}/tokens.pub`]: publicKeyPem(keyFromPem(key('tokens'))),
  });
  const local = (name: string) =>
    kubeconfigText({ server: 'https://127.0.0.1:6443', user: name, ...embedded(parts, 'root', name) });
  writeAll(parts, 0o600, {
    [`${tls}/tokens.key`]: key('tokens'),
    [`${conf}/cm.kubeconfig`]: local('cm'),
    [`${conf}/sched.kubeconfig`]: local('sched'),
    '/root/.kube/config': local('admin'),
  });
  tree.directory(`${etcd}/data`, 0o700);
}

const base = (name: Name) => ({ cluster: 'home-made', keys: undefined, certificates: certificatesOf(name) }) as const;

/** The control plane, with etcd and a kubelet. */
export const homeMadeControlPlane: Kit = (changes = {}) =>
  buildKit(
    { ...base('alpha'), flags: { ...controlPlaneFlags, ...nodeFlags('alpha') }, write: writeControlPlane },
    changes,
  );

export const homeMadeWorker: Kit = (changes: KitChanges = {}) =>
  buildKit({ ...base('beta'), flags: nodeFlags('beta'), write: (parts) => writeNode(parts, 'beta') }, changes);

const serverCa = makeAuthority('Acme Server Root');
const serverCaPem = certificatePem(serverCa.certificate);
const trusting = (text: string) => editKubeconfig(text, { certificateAuthority: serverCaPem });

/** The same with a CA for servers: that of the API server is not the one that signs clients. */
export const homeMadeWithTwoCas: Kit = (changes = {}) =>
  homeMadeControlPlane({
    ...changes,
    certificates: { api: { issuer: serverCa }, ...changes.certificates },
    flags: { 'kube-controller-manager': { 'root-ca-file': `${tls}/server-root.crt` }, ...changes.flags },
    files: {
      [`${tls}/server-root.crt`]: serverCaPem,
      ...Object.fromEntries(['cm', 'sched', 'proxy'].map((name) => [`${conf}/${name}.kubeconfig`, trusting])),
      '/root/.kube/config': trusting,
      [`${conf}/kubelet.kubeconfig`]: (text) => text.replace(`${tls}/root.crt`, `${tls}/server-root.crt`),
      ...changes.files,
    },
  });

/** A worker of that cluster. */
export const homeMadeWorkerWithTwoCas: Kit = (changes = {}) =>
  homeMadeWorker({
    ...changes,
    files: {
      [`${tls}/server-root.crt`]: serverCaPem,
      [`${conf}/proxy.kubeconfig`]: trusting,
      [`${conf}/kubelet.kubeconfig`]: (text) => text.replace(`${tls}/root.crt`, `${tls}/server-root.crt`),
      ...changes.files,
    },
  });
