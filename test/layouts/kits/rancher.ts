/**
 * Servers and agents of k3s and RKE2, as their programs write them (k3s-io/k3s pkg/daemons/control/deps/deps.go and
 * pkg/agent/config/config.go, rancher/rke2 pkg/executor/staticpod). What k3s runs inside of its process leaves no flag
 * on disk.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import { buildKit, type Flags, type Kit, type KitChanges, type Parts } from './kit.ts';
import { writeAgent } from './rancher-agent.ts';
import {
  type AuthorityKind,
  type AuthorityName,
  agentAuthorities,
  agentCertificates,
  authorities,
  chainOf,
  type Distribution,
  type Machine,
  own,
  serverCertificates,
} from './rancher-certificates.ts';
import { podFlags } from './rancher-flags.ts';
import { staticPod } from './rancher-pods.ts';
import { byPath, encryptionConfig, kubeconfigText, writeAll } from './texts.ts';

export type Datastore = 'sqlite' | 'etcd' | 'sql' | 'https-etcd';

export interface ServerOptions {
  readonly distribution: Distribution;
  /** The number of the server in its cluster. */
  readonly index?: number;
  /** How many servers there are. */
  readonly of?: number;
  readonly datastore?: Datastore;
  readonly kind?: AuthorityKind;
  readonly folder?: string;
  /** Further lines of its configuration. */
  readonly config?: readonly string[];
  readonly sans?: readonly string[];
  readonly profile?: boolean;
}

/** The fixed registration address of a cluster with several servers. */
export const registration = 'cluster.example.com';

const serverAt = (index: number): Machine => ({ name: `server-${index + 1}`, ip: `10.0.0.${11 + index}` });
const agentAt = (index: number): Machine => ({ name: `agent-${index + 1}`, ip: `10.0.0.${21 + index}` });

const clusterOf = (distribution: Distribution, kind: AuthorityKind = 'own'): string => `${distribution} ${kind}`;

/** The keys of tokens, which all servers of a cluster share. */
const tokenKey = (cluster: string): string => privateKeyPem(keyNamed(`${cluster} service`, 'RSA-2048'));

/** What all that write a server know. */
interface Server extends Required<Omit<ServerOptions, 'config' | 'sans'>> {
  readonly machine: Machine;
  readonly cluster: string;
}

/** The certificates in the file of a CA. */
const chain = ({ pem }: Parts, name: AuthorityName, { kind }: Pick<Server, 'kind'>) => pem(...chainOf(name, kind));

function writeAuthorities(parts: Parts, server: Server): void {
  const { tree, pem, key } = parts;
  const t = `${server.folder}/server/tls`;
  for (const [name, file] of Object.entries(authorities) as [AuthorityName, string][]) {
    tree.write(`${t}/${file}.crt`, chain(parts, name, server), 0o644).write(`${t}/${file}.key`, key(name), 0o600);
  }
  for (const name of ['client-ca', 'server-ca']) tree.write(`${t}/${name}.nochain.crt`, pem(name), 0o644);
  tree.write(`${t}/service.key`, tokenKey(server.cluster), 0o600);
  tree.write(`${t}/service.current.key`, tokenKey(server.cluster), 0o600);
  tree.directory(`${t}/temporary-certs`, 0o700);
}

/** The leaves of each CA, by their files. */
const leaves = (p: Distribution): readonly (readonly [name: string, file: string, ca: AuthorityName])[] => [
  ...['admin', 'supervisor', 'controller', 'scheduler', 'kube-apiserver', `${p}-cloud-controller`].map(
    (name) => [`client-${name}`, `client-${name}`, 'client-ca'] as const,
  ),
  ['client-auth-proxy', 'client-auth-proxy', 'request-header-ca'],
  ['serving-kube-apiserver', 'serving-kube-apiserver', 'server-ca'],
  ['kube-scheduler', 'kube-scheduler/kube-scheduler', 'server-ca'],
  ['kube-controller-manager', 'kube-controller-manager/kube-controller-manager', 'server-ca'],
  ['etcd-client', 'etcd/client', 'etcd-server-ca'],
  ['etcd-server-client', 'etcd/server-client', 'etcd-server-ca'],
  ['etcd-peer-server-client', 'etcd/peer-server-client', 'etcd-peer-ca'],
];

function writeLeaves(parts: Parts, server: Server): void {
  const { tree, pem, key } = parts;
  const { distribution, index, folder } = server;
  const t = `${folder}/server/tls`;
  for (const [name, file, signer] of leaves(distribution)) {
    tree.write(`${t}/${file}.crt`, pem(own(name, index)) + chain(parts, signer, server), 0o644);
    tree.write(`${t}/${file}.key`, key(own(name, index)), 0o600);
  }
  const served = own('dynamic-cert', index);
  if (server.datastore === 'https-etcd') {
    tree.write('/etc/etcd-client/ca.crt', chain(parts, 'etcd-server-ca', server), 0o644);
    tree.write('/etc/etcd-client/client.crt', pem(own('etcd-client', index)), 0o644);
    tree.write('/etc/etcd-client/client.key', key(own('etcd-client', index)), 0o600);
  }
  tree.write(`${t}/dynamic-cert.json`, secretOf(pem(served) + chain(parts, 'server-ca', server), key(served)), 0o600);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/**
 * The Secret in which the program keeps the certificate that its port serves (rancher/dynamiclistener storage/file).
 */
const secretOf = (certificate: string, key: string): string =>
  `${JSON.stringify({
    metadata: { name: 'serving', namespace: 'kube-system', creationTimestamp: null },
    data: { 'tls.crt': base64(certificate), 'tls.key': base64(key) },
    type: 'kubernetes.io/tls',
  })}\n`;

/** A kubeconfig that names its files. */
const kubeconfigAt = (folder: string, name: string, port: number): string =>
  kubeconfigText({
    server: `https://127.0.0.1:${port}`,
    user: 'user',
    cluster: 'local',
    ...byPath(
      `${folder}/server/tls/server-ca.crt`,
      `${folder}/server/tls/${name}.crt`,
      `${folder}/server/tls/${name}.key`,
    ),
  });

function writeCredentials(parts: Parts, server: Server): void {
  const { pem, key } = parts;
  const { distribution: p, folder, index } = server;
  const port = p === 'k3s' ? 6444 : 6443;
  const credentials = {
    admin: 'client-admin',
    'api-server': 'client-kube-apiserver',
    'cloud-controller': `client-${p}-cloud-controller`,
    controller: 'client-controller',
    scheduler: 'client-scheduler',
    supervisor: 'client-supervisor',
  };
  const admin = own('client-admin', index);
  writeAll(parts, 0o600, {
    ...Object.fromEntries(
      Object.entries(credentials).map(([name, certificate]) => [
        `${folder}/server/cred/${name}.kubeconfig`,
        kubeconfigAt(folder, certificate, port),
      ]),
    ),
    [`${folder}/server/cred/encryption-config.json`]: encryptionConfig(),
    [`/etc/rancher/${p}/${p}.yaml`]: kubeconfigText({
      server: 'https://127.0.0.1:6443',
      user: 'default',
      cluster: 'default',
      authority: `certificate-authority-data: ${base64(chain(parts, 'server-ca', server))}`,
      credential: [
        `client-certificate-data: ${base64(pem(admin) + chain(parts, 'client-ca', server))}`,
        `client-key-data: ${base64(key(admin))}`,
      ],
    }),
  });
}

/** The configuration that the program writes for etcd. */
function etcdConfig({ folder, machine: { name, ip }, of }: Server): string {
  const t = `${folder}/server/tls/etcd`;
  const member = (machine: Machine) => `${machine.name}-3f1c2a9b=https://${machine.ip}:2380`;
  const members = Array.from({ length: of }, (_, index) => member(serverAt(index)));
  return [
    `advertise-client-urls: https://${ip}:2379`,
    'client-transport-security:',
    `  cert-file: ${t}/server-client.crt`,
    '  client-cert-auth: true',
    `  key-file: ${t}/server-client.key`,
    `  trusted-ca-file: ${t}/server-ca.crt`,
    `data-dir: ${folder}/server/db/etcd`,
    `initial-advertise-peer-urls: https://${ip}:2380`,
    `initial-cluster: ${members.join(',')}`,
    `initial-cluster-state: ${of > 1 ? 'existing' : 'new'}`,
    'listen-client-http-urls: https://127.0.0.1:2382',
    `listen-client-urls: https://127.0.0.1:2379,https://${ip}:2379`,
    'listen-metrics-urls: http://127.0.0.1:2381',
    `listen-peer-urls: https://127.0.0.1:2380,https://${ip}:2380`,
    `name: ${name}-3f1c2a9b`,
    'peer-transport-security:',
    `  cert-file: ${t}/peer-server-client.crt`,
    '  client-cert-auth: true',
    `  key-file: ${t}/peer-server-client.key`,
    `  trusted-ca-file: ${t}/peer-ca.crt`,
    '',
  ].join('\n');
}

/** How the API server reaches its data. */
function etcdFlags({ folder, datastore, distribution }: Server): Flags {
  const t = `${folder}/server/tls/etcd`;
  const files = {
    'etcd-cafile': `${t}/server-ca.crt`,
    'etcd-certfile': `${t}/client.crt`,
    'etcd-keyfile': `${t}/client.key`,
  };
  if (datastore === 'etcd') return { ...files, 'etcd-servers': 'https://127.0.0.1:2379' };
  if (distribution === 'rke2') return { ...files, 'etcd-servers': `unixs://${folder}/server/kine.sock` };
  return { 'etcd-servers': 'unix://kine.sock' };
}

const image = (name: string, version: string) => `index.docker.io/rancher/hardened-${name}:${version}-build20261001`;

function writePods(parts: Parts, server: Server): void {
  const { folder, profile, datastore } = server;
  const [t, agent] = [`${folder}/server/tls`, `${folder}/agent`];
  const kubernetes = image('kubernetes', 'v1.36.2-rke2r1');
  const client = (name: string) => [`${t}/server-ca.crt`, `${t}/client-${name}.crt`, `${t}/client-${name}.key`];
  const pods = [
    { command: 'kube-apiserver', image: kubernetes, folders: ['/etc/ssl/certs', `${folder}/server`] },
    { command: 'kube-controller-manager', image: kubernetes, folders: ['/etc/ssl/certs'], files: client('controller') },
    { command: 'kube-scheduler', image: kubernetes, folders: [], files: client('scheduler') },
    {
      command: 'kube-proxy',
      image: kubernetes,
      folders: [],
      files: [`${agent}/server-ca.crt`, `${agent}/client-kube-proxy.crt`, `${agent}/client-kube-proxy.key`],
    },
    {
      command: 'etcd',
      image: image('etcd', 'v3.6.7-k3s1'),
      folders: [`${folder}/server/db/etcd`],
      files: ['server-client', 'peer-server-client']
        .flatMap((name) => [`${t}/etcd/${name}.crt`, `${t}/etcd/${name}.key`])
        .concat(`${t}/etcd/server-ca.crt`, `${t}/etcd/peer-ca.crt`),
    },
  ];
  for (const pod of pods) {
    if (pod.command === 'etcd' && datastore !== 'etcd') continue;
    const text = staticPod({ ...pod, flags: parts.flags(pod.command) });
    parts.tree.write(`${agent}/pod-manifests/${pod.command}.yaml`, text, profile ? 0o600 : 0o644);
  }
}

/** The hash by which a token names a CA: of the file, or of the root that the user gave. */
function tokenHash(parts: Parts, kind: AuthorityKind): string {
  const sha256 = (value: string | Buffer) => createHash('sha256').update(value).digest('hex');
  if (kind === 'own') return sha256(chain(parts, 'server-ca', { kind }));
  const root = parts.pem(kind === 'custom' ? 'root-ca' : 'server-ca root');
  return sha256(new X509Certificate(root).raw);
}

const datastoreConfig: Readonly<Record<Datastore, (server: Server) => readonly string[]>> = {
  sqlite: () => [],
  etcd: ({ index, distribution }) => {
    if (index > 0) return [`server: https://${registration}:${distribution === 'k3s' ? 6443 : 9345}`];
    return distribution === 'k3s' ? ['cluster-init: true'] : [];
  },
  sql: () => ['datastore-endpoint: postgres://k3s:secret@db.example.com:5432/k3s'],
  'https-etcd': () => [
    'datastore-endpoint: https://10.0.0.31:2379,https://10.0.0.32:2379',
    'datastore-cafile: /etc/etcd-client/ca.crt',
    'datastore-certfile: /etc/etcd-client/client.crt',
    'datastore-keyfile: /etc/etcd-client/client.key',
  ],
};

function writeSettings(parts: Parts, server: Server, lines: readonly string[]): void {
  const { distribution: p, folder, machine, datastore } = server;
  const moved = folder === `/var/lib/rancher/${p}` ? [] : [`data-dir: ${folder}`];
  const config = ['write-kubeconfig-mode: "0600"', `node-ip: ${machine.ip}`, ...moved, ...lines];
  writeAll(parts, 0o600, {
    [`/etc/rancher/${p}/config.yaml`]: `${[...config, ...datastoreConfig[datastore](server)].join('\n')}\n`,
    '/etc/rancher/node/password': '0123456789abcdef\n',
    [`${folder}/server/token`]: `K10${'0'.repeat(64)}::server:not-a-secret\n`,
  });
  const unit = p === 'k3s' ? 'k3s' : 'rke2-server';
  const units = p === 'k3s' ? '/etc/systemd/system' : '/usr/local/lib/systemd/system';
  const environment = p === 'k3s' ? `${units}/k3s.service.env` : `${units}/%N.env`;
  writeAll(parts, 0o644, {
    '/etc/hostname': `${machine.name}\n`,
    [`${units}/${unit}.service`]: [
      '[Unit]',
      `Description=${p} server`,
      '',
      '[Service]',
      'Type=notify',
      'EnvironmentFile=-/etc/default/%N',
      'EnvironmentFile=-/etc/sysconfig/%N',
      `EnvironmentFile=-${environment}`,
      ...(p === 'k3s'
        ? ['ExecStart=/usr/local/bin/k3s \\', '    server \\', '']
        : ['ExecStart=/usr/local/bin/rke2 server']),
      '',
      '[Install]',
      'WantedBy=multi-user.target',
      '',
    ].join('\n'),
    ...(p === 'rke2' && {
      [`/etc/rancher/${p}/${p}-pss.yaml`]:
        'apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins: []\n',
    }),
    ...(server.profile && {
      [`/etc/rancher/${p}/audit-policy.yaml`]: 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n',
    }),
  });
}

function writeEgress({ tree }: Parts, { folder, distribution }: Server): void {
  const t = `${folder}/server/tls`;
  const text = [
    'apiVersion: apiserver.k8s.io/v1beta1',
    'egressSelections:',
    '- connection:',
    '    proxyProtocol: HTTPConnect',
    '    transport:',
    '      tcp:',
    '        tlsConfig:',
    `          caBundle: ${t}/server-ca.crt`,
    `          clientCert: ${t}/client-kube-apiserver.crt`,
    `          clientKey: ${t}/client-kube-apiserver.key`,
    `        url: https://127.0.0.1:${distribution === 'k3s' ? 6443 : 9345}`,
    '  name: cluster',
    'kind: EgressSelectorConfiguration',
    '',
  ];
  tree.write(`${folder}/server/etc/egress-selector-config.yaml`, text.join('\n'), 0o600);
}

/** A server. */
export function rancherServer(options: ServerOptions, changes: KitChanges = {}): ReturnType<Kit> {
  const { distribution: p, index = 0, of = 1, kind = 'own', profile = false, config = [] } = options;
  const { sans = [registration] } = options;
  const { datastore = p === 'k3s' ? 'sqlite' : 'etcd', folder = `/var/lib/rancher/${p}` } = options;
  const machine = serverAt(index);
  const cluster = clusterOf(p, kind);
  const server: Server = { distribution: p, index, of, kind, profile, datastore, folder, machine, cluster };
  const write = (parts: Parts) => {
    const { tree } = parts;
    tree.directory(`${folder}/server`, 0o700);
    writeAuthorities(parts, server);
    writeLeaves(parts, server);
    writeCredentials(parts, server);
    writeEgress(parts, server);
    if (datastore === 'etcd') {
      tree.write(`${folder}/server/db/etcd/config`, etcdConfig(server), 0o600);
      tree.write(`${folder}/server/db/etcd/name`, `${machine.name}-3f1c2a9b`, 0o600);
      tree.directory(`${folder}/server/db/etcd/member`, 0o700);
    }
    writeAgent(parts, server, (name) => chain(parts, name, server));
    if (p === 'rke2') writePods(parts, server);
    writeSettings(parts, server, [
      ...config,
      ...(sans.length > 0 ? ['tls-san:', ...sans.map((one) => `- ${one}`)] : []),
    ]);
  };
  const flags = podFlags({ distribution: p, folder, profile, etcd: etcdFlags(server) });
  const certificates = serverCertificates(p, machine, { index, kind, sans });
  return buildKit(
    { cluster, keys: undefined, certificates, flags: p === 'rke2' ? flags : {}, write },
    crossed(cluster, kind, changes),
  );
}

/** An agent, which has only its own folder. */
export function rancherAgent(
  { distribution: p, index = 0, kind = 'own' }: Pick<ServerOptions, 'distribution' | 'index' | 'kind'>,
  changes: KitChanges = {},
): ReturnType<Kit> {
  const machine = agentAt(index);
  const folder = `/var/lib/rancher/${p}`;
  const cluster = clusterOf(p, kind);
  const unit = `${p}-agent`;
  const units = p === 'k3s' ? '/etc/systemd/system' : '/usr/local/lib/systemd/system';
  const write = (parts: Parts) => {
    writeAgent(parts, { distribution: p, index, folder, machine }, (name) => chain(parts, name, { kind }));
    const [agent, image] = [
      `${folder}/agent`,
      'index.docker.io/rancher/hardened-kubernetes:v1.36.2-rke2r1-build20261001',
    ];
    if (p === 'rke2') {
      const files = [`${agent}/server-ca.crt`, `${agent}/client-kube-proxy.crt`, `${agent}/client-kube-proxy.key`];
      const proxy = { command: 'kube-proxy', flags: parts.flags('kube-proxy'), image, folders: [], files };
      parts.tree.write(`${agent}/pod-manifests/kube-proxy.yaml`, staticPod(proxy), 0o644);
    }
    const url = `https://${registration}:${p === 'k3s' ? 6443 : 9345}`;
    const token = `K10${tokenHash(parts, kind)}::server:not-a-secret`;
    writeAll(parts, 0o600, {
      '/etc/rancher/node/password': '0123456789abcdef\n',
      ...(p === 'k3s'
        ? { [`${units}/${unit}.service.env`]: `K3S_TOKEN='${token}'\nK3S_URL='${url}'\n` }
        : { [`/etc/rancher/${p}/config.yaml`]: `server: ${url}\ntoken: ${token}\n` }),
    });
    writeAll(parts, 0o644, {
      '/etc/hostname': `${machine.name}\n`,
      [`${units}/${unit}.service`]: [
        '[Service]',
        'Type=notify',
        'EnvironmentFile=-/etc/default/%N',
        'EnvironmentFile=-/etc/sysconfig/%N',
        p === 'k3s' ? `EnvironmentFile=-${units}/${unit}.service.env` : `EnvironmentFile=-${units}/%N.env`,
        ...(p === 'k3s'
          ? ['ExecStart=/usr/local/bin/k3s \\', '    agent \\', '']
          : ['ExecStart=/usr/local/bin/rke2 agent']),
        '',
        '[Install]',
        'WantedBy=multi-user.target',
        '',
      ].join('\n'),
    });
  };
  const certificates = { ...agentAuthorities(p, kind), ...agentCertificates(p, machine, 10 + index) };
  const { 'kube-proxy': proxy } = podFlags({ distribution: p, folder, profile: false, etcd: {} });
  return buildKit(
    { cluster, keys: undefined, certificates, flags: p === 'rke2' ? { 'kube-proxy': proxy } : {}, write },
    crossed(cluster, kind, changes),
  );
}

/** After rotate-ca, the new root and the one that the old CA signed have one key. */
function crossed(cluster: string, kind: AuthorityKind, changes: KitChanges): KitChanges {
  if (kind !== 'rotated') return changes;
  const same = (name: string) => ({ key: keyNamed(`${cluster} ${name} root`) });
  const names = Object.keys(authorities);
  const certificates = Object.fromEntries(
    names.flatMap((name) => [
      [`${name} root`, same(name)],
      [`${name} cross`, same(name)],
    ]),
  );
  return { ...changes, certificates: { ...certificates, ...changes.certificates } };
}
