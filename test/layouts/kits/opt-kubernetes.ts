/**
 * Binaries under /opt, as a family of guides sets them up: units whose whole command line is a variable of a file, two
 * CAs (cluster, etcd), and the key of the cluster's CA for tokens. The guides differ in paths and names.
 */
import { kubeletServing } from '../../support/build-node.ts';
import type { San, Subject } from '../../support/certificates.ts';
import { buildKit, type CertificateSpec, type Kit, type Parts } from './kit.ts';
import { balancer, classic, type Guide, masterFlags, masters, moved, workerFlags } from './opt-kubernetes-guides.ts';
import { cfsslCa, cfsslLeaf, hosts } from './profiles.ts';
import { byPath, embedded, kubeconfigText, kubeletConfig, proxyConfig, wordsOf, writeAll } from './texts.ts';

const decade = '2036-11-21T09:00:00Z';

const named = (commonName: string, organization = 'k8s'): Subject => [
  ['C', 'CN'],
  ['ST', 'Beijing'],
  ['L', 'Beijing'],
  ['O', organization],
  ['OU', 'System'],
  ['CN', commonName],
];

const leaf = (subject: Subject, signer: string, sans: readonly San[] | null = null) =>
  cfsslLeaf(subject, decade, signer, sans);

const certificatesOf = ({ ca }: Guide): Readonly<Record<string, CertificateSpec>> => ({
  ca: cfsslCa(named(ca), decade),
  'etcd-ca': cfsslCa(named('etcd CA', 'etcd'), decade),
  etcd: leaf(named('etcd', 'etcd'), 'etcd-ca', hosts(...masters, '127.0.0.1')),
  server: leaf(
    named('kubernetes'),
    'ca',
    hosts(
      ...['10.0.0.1', '127.0.0.1', ...masters, balancer, 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
      ...['kubernetes.default.svc.cluster', 'kubernetes.default.svc.cluster.local'],
    ),
  ),
  // The guides give these credentials every right.
  'kube-controller-manager': leaf(named('system:kube-controller-manager', 'system:masters'), 'ca'),
  'kube-scheduler': leaf(named('system:kube-scheduler', 'system:masters'), 'ca'),
  admin: leaf(named('admin', 'system:masters'), 'ca'),
  'kube-proxy': leaf(named('system:kube-proxy'), 'ca'),
  kubelet: {
    subject: [
      ['O', 'system:nodes'],
      ['CN', 'system:node:k8s-node1'],
    ],
    signer: 'ca',
    notAfter: decade,
    keyUsage: ['digitalSignature'],
    usages: ['clientAuth'],
    ca: false,
    // By kube-controller-manager.
    more: { subjectKeyId: null },
  },
});

const serviceOf = (description: string, lines: readonly string[]) =>
  ['[Unit]', `Description=${description}`, '', '[Service]', ...lines, 'Restart=on-failure', ''].join('\n');

/** Units that are one variable, and the files with their variables. */
function writeUnits(parts: Parts, { home, units }: Guide, components: readonly string[]): void {
  for (const component of components) {
    const [conf, variable] = [`${home}/cfg/${component}.conf`, `${component.toUpperCase().replaceAll('-', '_')}_OPTS`];
    const exec = [`EnvironmentFile=${conf}`, `ExecStart=${home}/bin/${component} $${variable}`];
    writeAll(parts, 0o644, {
      [`${units}/${component}.service`]: serviceOf(component, exec),
      [conf]: `${variable}="${wordsOf(parts.flags(component)).join(' \\\n')}"\n`,
    });
  }
}

function writeEtcd(parts: Parts, { etcd, units }: Guide, index: number): void {
  const { tree, pem, key } = parts;
  const own = masters[index];
  tree.write(`${etcd.ssl}/server.pem`, pem('etcd'), 0o644).write(`${etcd.ssl}/server-key.pem`, key('etcd'), 0o600);
  const variables = {
    NAME: `etcd-${index + 1}`,
    DATA_DIR: '/var/lib/etcd/default.etcd',
    LISTEN_PEER_URLS: `https://${own}:2380`,
    LISTEN_CLIENT_URLS: `https://${own}:2379`,
    INITIAL_ADVERTISE_PEER_URLS: `https://${own}:2380`,
    ADVERTISE_CLIENT_URLS: `https://${own}:2379`,
    INITIAL_CLUSTER: masters.map((ip, number) => `etcd-${number + 1}=https://${ip}:2380`).join(),
    INITIAL_CLUSTER_TOKEN: 'etcd-cluster',
    INITIAL_CLUSTER_STATE: 'new',
  };
  const start = [etcd.program, ...wordsOf(parts.flags('etcd'))].join(' \\\n');
  writeAll(parts, 0o644, {
    [`${etcd.ssl}/ca.pem`]: pem('etcd-ca'),
    [etcd.conf]: Object.entries(variables)
      .map(([name, value]) => `ETCD_${name}="${value}"\n`)
      .join(''),
    [`${units}/etcd.service`]: serviceOf('etcd', ['Type=notify', `EnvironmentFile=${etcd.conf}`, `ExecStart=${start}`]),
  });
}

function writeMaster(parts: Parts, guide: Guide, index: number): void {
  const { tree, pem, key } = parts;
  const { home, server } = guide;
  writeEtcd(parts, guide, index);
  writeUnits(parts, guide, ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']);
  for (const [file, name] of [['ca', 'ca'] as const, [server, 'server'] as const]) {
    tree.write(`${home}/ssl/${file}.pem`, pem(name), 0o644).write(`${home}/ssl/${file}-key.pem`, key(name), 0o600);
  }
  const text = (user: string) =>
    kubeconfigText({ server: `https://${balancer}:6443`, user, ...embedded(parts, 'ca', user) });
  tree.write('/etc/hostname', `k8s-master${index + 1}\n`, 0o644);
  writeAll(parts, 0o600, {
    [`${home}/cfg/token.csv`]: `${'0'.repeat(32)},kubelet-bootstrap,10001,"system:node-bootstrapper"\n`,
    [`${home}/cfg/kube-controller-manager.kubeconfig`]: text('kube-controller-manager'),
    [`${home}/cfg/kube-scheduler.kubeconfig`]: text('kube-scheduler'),
    '/root/.kube/config': text('admin'),
  });
}

/**
 * What the kubelet makes by itself: a client certificate by bootstrapping, and a serving one that no client verifies.
 */
function writeKubelet({ tree, pem, key }: Parts, ssl: string): void {
  const file = `${ssl}/kubelet-client-2026-11-24-14-00-00.pem`;
  tree.write(file, pem('kubelet') + key('kubelet'), 0o600).link(`${ssl}/kubelet-client-current.pem`, file);
  const serving = kubeletServing('k8s-node1');
  tree.write(`${ssl}/kubelet.crt`, serving.certificate, 0o644).write(`${ssl}/kubelet.key`, serving.key, 0o600);
}

const kubeletSettings = [
  'address: 0.0.0.0',
  'port: 10250',
  'cgroupDriver: systemd',
  'clusterDNS:',
  '- 10.0.0.2',
  'clusterDomain: cluster.local',
  'failSwapOn: false',
];

function writeWorker(parts: Parts, guide: Guide): void {
  const { home } = guide;
  const [ssl, cfg] = [`${home}/ssl`, `${home}/cfg`];
  const { authority, credential } = embedded(parts, 'ca', 'kube-proxy');
  const server = `https://${balancer}:6443`;
  const current = `${ssl}/kubelet-client-current.pem`;
  const own = byPath(`${ssl}/ca.pem`, current, current).credential;
  writeKubelet(parts, ssl);
  writeUnits(parts, guide, Object.keys(workerFlags(guide)));
  writeAll(parts, 0o644, {
    '/etc/hostname': 'k8s-node1\n',
    [`${ssl}/ca.pem`]: parts.pem('ca'),
    [`${cfg}/kubelet-config.yml`]: kubeletConfig(`${ssl}/ca.pem`, kubeletSettings),
    [`${cfg}/kube-proxy-config.yml`]: proxyConfig(`${cfg}/kube-proxy.kubeconfig`, 'ipvs'),
  });
  const token = [`token: ${'0'.repeat(32)}`];
  writeAll(parts, 0o600, {
    [`${cfg}/bootstrap.kubeconfig`]: kubeconfigText({
      server,
      user: 'kubelet-bootstrap',
      authority,
      credential: token,
    }),
    [`${cfg}/kubelet.kubeconfig`]: kubeconfigText({ server, user: 'default-auth', authority, credential: own }),
    [`${cfg}/kube-proxy.kubeconfig`]: kubeconfigText({ server, user: 'kube-proxy', authority, credential }),
  });
}

const master =
  (guide: Guide, index: number): Kit =>
  (changes = {}) => {
    const flags = masterFlags(guide, masters[index] ?? '');
    const write = (parts: Parts) => writeMaster(parts, guide, index);
    const { cluster } = guide;
    return buildKit({ cluster, keys: undefined, certificates: certificatesOf(guide), flags, write }, changes);
  };

const worker =
  (guide: Guide): Kit =>
  (changes = {}) => {
    const write = (parts: Parts) => writeWorker(parts, guide);
    const { cluster } = guide;
    const certificates = certificatesOf(guide);
    return buildKit({ cluster, keys: undefined, certificates, flags: workerFlags(guide), write }, changes);
  };

/** A master with a member of etcd, of two. The CA and the API server have the same subject. */
export const optKubernetesMaster = master(classic, 0);
export const optKubernetesSecondMaster = master(classic, 1);
export const optKubernetesWorker = worker(classic);

/** The same with other folders and names. */
export const optK8sMaster = master(moved, 0);
export const optK8sWorker = worker(moved);
