/**
 * k0s: one program runs the components of a controller, with flags that are compiled in; `k0s.yaml` and the unit change
 * them. It issues everything with cfssl at each start: for servers and clients alike, with the common name as the
 * group.
 */
import type { Subject } from '../../support/certificates.ts';
import { buildKit, type CertificateSpec, type Flags, type Kit, type KitChanges, type Parts } from './kit.ts';
import { cfsslCa, cfsslLeaf, hosts } from './profiles.ts';
import { embedded, kubeconfigText, writeAll } from './texts.ts';

const data = '/var/lib/k0s';
const pki = `${data}/pki`;
const year = '2027-11-24T09:00:00Z';
const decade = '2036-11-21T09:00:00Z';

const named = (commonName: string, organization?: string): Subject => [
  ...(organization === undefined ? [] : ([['O', organization]] as const)),
  ['CN', commonName],
];
const leaf = (commonName: string, organization: string, names: readonly string[] = [], signer = 'ca') =>
  cfsslLeaf(named(commonName, organization), year, signer, names.length === 0 ? null : hosts(...names));

/** Each address of the API server that is in its configuration. */
interface ControllerOptions {
  readonly index?: 0 | 1;
  /** `worker`: it is a worker too; `single`: with kine, and a worker. */
  readonly as?: 'worker' | 'single';
  /** With etcd on other machines. */
  readonly external?: true;
  /** With a CA that the user made. */
  readonly ownCa?: true;
  /** The folder that `--data-dir` names. */
  readonly dataDir?: string;
}

const addresses = ['10.0.0.8', '10.0.0.9'] as const;
/** The address of the load balancer, in clusters with several controllers. */
const balancer = '10.0.0.100';

const serverNames = (ip: string) => [
  ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
  ...['kubernetes.default.svc.cluster.local.', 'localhost', '127.0.0.1', ip, '10.96.0.1', balancer],
];

const certificatesOf = (ip: string, ca = 'kubernetes-ca') => {
  const all = {
    ca: cfsslCa(named(ca), decade),
    'front-proxy-ca': cfsslCa(named('kubernetes-front-proxy-ca'), decade),
    'etcd/ca': cfsslCa(named('etcd-ca'), decade),
    server: leaf('kubernetes', 'kubernetes', serverNames(ip)),
    'k0s-api': leaf('k0s-api', 'kubernetes', serverNames(ip)),
    'apiserver-kubelet-client': leaf('apiserver-kubelet-client', 'system:masters'),
    'front-proxy-client': leaf('front-proxy-client', 'front-proxy-client', [], 'front-proxy-ca'),
    admin: leaf('kubernetes-admin', 'system:masters'),
    konnectivity: leaf('kubernetes-konnectivity', 'system:masters'),
    ccm: leaf('system:kube-controller-manager', 'system:kube-controller-manager'),
    scheduler: leaf('system:kube-scheduler', 'system:kube-scheduler'),
    'apiserver-etcd-client': leaf(
      'apiserver-etcd-client',
      'apiserver-etcd-client',
      ['127.0.0.1', 'localhost'],
      'etcd/ca',
    ),
    'etcd/server': leaf('etcd-server', 'etcd-server', ['127.0.0.1', 'localhost'], 'etcd/ca'),
    'etcd/peer': leaf(ip, 'etcd-peer', [ip], 'etcd/ca'),
    sa: cfsslCa(named('sa'), decade),
  } satisfies Record<string, CertificateSpec>;
  const own = Object.entries(all).map(([name, spec]) => [name, spec.ca ? spec : { ...spec, of: `${ip} ${ca}` }]);
  return Object.fromEntries(own) as Record<keyof typeof all, CertificateSpec>;
};

const ofKubelet = (name: string) => ({
  kubelet: leaf(`system:node:${name}`, 'system:nodes'),
  'kubelet-server': leaf(`system:node:${name}`, 'system:nodes', [name, '10.0.0.8']),
});

const externalEtcd = [
  '      externalCluster:',
  '        endpoints:',
  '        - https://10.0.1.1:2379',
  '        - https://10.0.1.2:2379',
  '        etcdPrefix: k0s-tenant',
  '        caFile: /etc/k0s/etcd/ca.crt',
  '        clientCertFile: /etc/k0s/etcd/client.crt',
  '        clientKeyFile: /etc/k0s/etcd/client.key',
];

const clusterConfig = (ip: string, { external, as, index }: ControllerOptions) =>
  [
    'apiVersion: k0s.k0sproject.io/v1beta1',
    'kind: ClusterConfig',
    'metadata:',
    '  name: k0s',
    'spec:',
    '  api:',
    `    address: ${ip}`,
    ...(index === undefined ? [] : [`    externalAddress: ${balancer}`]),
    '    port: 6443',
    '    sans:',
    `    - ${ip}`,
    '    extraArgs:',
    '      audit-log-path: /var/lib/k0s/audit.log',
    '  controllerManager:',
    '    extraArgs:',
    '      node-monitor-grace-period: 50s',
    '  scheduler: {}',
    '  network:',
    '    provider: kuberouter',
    '    podCIDR: 10.244.0.0/16',
    '    serviceCIDR: 10.96.0.0/12',
    '  storage:',
    ...(as === 'single'
      ? ['    type: kine', '    kine:', '      dataSource: sqlite:///var/lib/k0s/db/state.db?mode=rwc']
      : ['    etcd:', ...(external ? externalEtcd : [`      peerAddress: ${ip}`]), '    type: etcd']),
    '',
  ].join('\n');

const unitText = (what: string, flags: Flags) =>
  [
    '[Unit]',
    `Description=k0s - Zero Friction Kubernetes`,
    'After=network-online.target',
    '',
    '[Service]',
    'StartLimitInterval=5',
    `ExecStart=/usr/local/bin/k0s ${what} ${Object.entries(flags)
      .map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`))
      .join(' ')}`,
    'Delegate=yes',
    'KillMode=process',
    'Restart=always',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');

function writePairs({ tree, pem, key }: Parts, names: readonly string[]): void {
  for (const name of names) {
    tree.write(`${pki}/${name}.crt`, pem(name), 0o644).write(`${pki}/${name}.key`, key(name), 0o640);
  }
}

/** What a node with a kubelet has. */
function writeWorker(parts: Parts, server: string): void {
  const credential = `${data}/kubelet/pki/kubelet-client-current.pem`;
  const dated = `${data}/kubelet/pki/kubelet-client-2026-11-24-10-00-00.pem`;
  const served = `${data}/kubelet/pki/kubelet-server-2026-11-24-10-00-00.pem`;
  parts.tree
    .write(dated, parts.pem('kubelet') + parts.key('kubelet'), 0o600)
    .link(credential, dated)
    .write(
      `${data}/kubelet.conf`,
      kubeconfigText({
        server,
        user: 'default-auth',
        cluster: 'default-cluster',
        authority: embedded(parts, 'ca', 'kubelet').authority,
        credential: [`client-certificate: ${credential}`, `client-key: ${credential}`],
      }),
      0o600,
    )
    .write(served, parts.pem('kubelet-server') + parts.key('kubelet-server'), 0o600)
    .link(`${data}/kubelet/pki/kubelet-server-current.pem`, served)
    .directory(`${data}/kubelet/pods`, 0o750);
}

/** A controller, of two, with what `options` say. */
export function k0sController(changes: KitChanges = {}, options: ControllerOptions = {}): ReturnType<Kit> {
  const { index = 0, as, external, ownCa, dataDir } = options;
  const [name, ip] = [`k0s-${index + 1}`, addresses[index]];
  const flags: Flags = {
    config: '/etc/k0s/k0s.yaml',
    ...(as === 'worker' && { 'enable-worker': true, 'kubelet-extra-args': `--node-ip=${ip}` }),
    ...(as === 'single' && { single: true }),
    ...(dataDir && { 'data-dir': dataDir }),
  };
  const hasEtcd = external === undefined && as !== 'single';
  const write = (parts: Parts) => {
    const { tree, pem, key } = parts;
    const shared = ['server', 'k0s-api', 'apiserver-kubelet-client', 'front-proxy-client', 'front-proxy-ca'];
    writePairs(parts, [...shared, 'admin', 'konnectivity', 'ccm', 'scheduler', 'ca']);
    if (hasEtcd) writePairs(parts, ['etcd/ca', 'etcd/server', 'etcd/peer', 'apiserver-etcd-client']);
    tree.write(`${pki}/sa.key`, key('sa'), 0o640);
    writeAll(parts, 0o644, {
      '/etc/hostname': `${name}\n`,
      '/etc/k0s/k0s.yaml': clusterConfig(ip, options),
      '/etc/systemd/system/k0scontroller.service': unitText('controller', parts.flags('k0s')),
      [`${pki}/sa.pub`]: parts.publicKey('sa'),
    });
    if (external) {
      writeAll(parts, 0o640, {
        '/etc/k0s/etcd/ca.crt': pem('etcd/ca'),
        '/etc/k0s/etcd/client.crt': pem('apiserver-etcd-client'),
        '/etc/k0s/etcd/client.key': key('apiserver-etcd-client'),
      });
    }
    const local = (certificate: string, user: string) =>
      kubeconfigText({
        server: 'https://localhost:6443',
        user,
        cluster: 'local',
        ...embedded(parts, 'ca', certificate),
      });
    writeAll(parts, 0o600, {
      [`${pki}/admin.conf`]: local('admin', 'user'),
      [`${pki}/ccm.conf`]: local('ccm', 'user'),
      [`${pki}/scheduler.conf`]: local('scheduler', 'user'),
      [`${pki}/konnectivity.conf`]: local('konnectivity', 'user'),
    });
    if (as !== undefined) writeWorker(parts, 'https://localhost:6443');
    if (hasEtcd) tree.directory(`${data}/etcd`, 0o700);
  };
  const certificates = { ...certificatesOf(ip, ownCa && 'Example Kubernetes CA'), ...(as && ofKubelet(name)) };
  const tree = buildKit({ cluster: 'k0s', keys: undefined, certificates, flags: { k0s: flags }, write }, changes);
  return dataDir === undefined ? tree : elsewhere(tree, dataDir);
}

/** Moves the files of a node to another data directory, and what names them. */
function elsewhere(tree: ReturnType<Kit>, dataDir: string): ReturnType<Kit> {
  tree.move(data, dataDir);
  for (const [path, entry] of [...tree.entries]) {
    if (entry.type === 'link') tree.link(path, entry.target.replace(data, dataDir));
    if (entry.type === 'file') tree.write(path, entry.content.toString().replaceAll(data, dataDir));
  }
  return tree;
}

/** A worker, which reaches the controllers through the load balancer. */
export function k0sWorker(changes: KitChanges = {}): ReturnType<Kit> {
  const name = 'worker-1';
  const write = (parts: Parts) => {
    writeAll(parts, 0o644, {
      '/etc/hostname': `${name}\n`,
      '/etc/systemd/system/k0sworker.service': unitText('worker', parts.flags('k0s')),
    });
    writeWorker(parts, `https://${balancer}:6443`);
  };
  const certificates = { ...certificatesOf(addresses[0]), ...ofKubelet(name) };
  const flags = { k0s: { 'token-file': '/etc/k0s/k0stoken' } };
  return buildKit({ cluster: 'k0s', keys: undefined, certificates, flags, write }, changes);
}
