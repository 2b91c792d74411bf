/** etcd by kubespray: a CA of its own, and members that get everything from /etc/etcd.env. */
import type { CertificateSpec, Flags, Parts } from './kit.ts';
import { both, hosts } from './profiles.ts';
import { writeAll } from './texts.ts';

export const ssl = '/etc/ssl/etcd/ssl';
const century = '2126-10-31T09:00:00Z';
export const members = { 'cp-1': '192.0.2.10', 'etcd-2': '192.0.2.11' } as const;
export type Member = keyof typeof members;

const etcdNames = ['etcd.kube-system.svc.cluster.local', 'etcd.kube-system.svc', 'etcd.kube-system', 'etcd'];

/** A leaf of make-ssl-etcd.sh: no key usage. */
const leaf = (commonName: string): CertificateSpec => ({
  subject: [['CN', commonName]],
  signer: 'etcd-ca',
  sans: hosts('localhost', ...Object.keys(members), ...etcdNames, ...Object.values(members), '127.0.0.1', '::1'),
  notAfter: century,
  keyUsage: null,
  usages: [...both].reverse(),
  ca: false,
  more: { criticalConstraints: false },
});

/** The CA, and what the script of a host makes. */
export const etcdCertificates = (host: string): Readonly<Record<string, CertificateSpec>> => ({
  'etcd-ca': { subject: [['CN', 'etcd-ca']], notAfter: century, keyUsage: null, usages: null, ca: true },
  member: leaf(`etcd-member-${host}`),
  admin: leaf(`etcd-admin-${host}`),
  node: leaf(`etcd-node-${host}`),
});

export const etcdFlags = (host: Member): Flags => ({
  name: host === 'cp-1' ? 'etcd1' : 'etcd2',
  'data-dir': '/var/lib/etcd',
  'advertise-client-urls': `https://${members[host]}:2379`,
  'initial-advertise-peer-urls': `https://${members[host]}:2380`,
  'initial-cluster-state': 'existing',
  metrics: 'basic',
  'listen-client-urls': `https://${members[host]}:2379,https://127.0.0.1:2379`,
  'election-timeout': '5000',
  'heartbeat-interval': '250',
  'initial-cluster-token': 'k8s_etcd',
  'listen-peer-urls': `https://${members[host]}:2380`,
  'initial-cluster': `etcd1=https://${members['cp-1']}:2380,etcd2=https://${members['etcd-2']}:2380`,
  'auto-compaction-retention': '8',
  'trusted-ca-file': `${ssl}/ca.pem`,
  'cert-file': `${ssl}/member-${host}.pem`,
  'key-file': `${ssl}/member-${host}-key.pem`,
  'client-cert-auth': 'true',
  'peer-trusted-ca-file': `${ssl}/ca.pem`,
  'peer-cert-file': `${ssl}/member-${host}.pem`,
  'peer-key-file': `${ssl}/member-${host}-key.pem`,
  'peer-client-cert-auth': 'True',
});

/** etcd has no flag: its file of variables says everything. */
export function writeEtcd(parts: Parts, host: Member): void {
  const { tree, pem, key } = parts;
  tree.directory(ssl, 0o700).write(`${ssl}/ca.pem`, pem('etcd-ca'), 0o644);
  tree.write(`${ssl}/ca-key.pem`, key('etcd-ca'), 0o600);
  for (const name of ['member', 'admin']) {
    tree
      .write(`${ssl}/${name}-${host}.pem`, pem(name), 0o644)
      .write(`${ssl}/${name}-${host}-key.pem`, key(name), 0o600);
  }
  const variables = Object.entries(parts.flags('etcd')).map(([name, value]) => [
    `ETCD_${name.toUpperCase().replaceAll('-', '_')}`,
    value,
  ]);
  const client = [
    ['ETCDCTL_ENDPOINTS', 'https://127.0.0.1:2379'],
    ['ETCDCTL_CACERT', `${ssl}/ca.pem`],
    ['ETCDCTL_KEY', `${ssl}/admin-${host}-key.pem`],
    ['ETCDCTL_CERT', `${ssl}/admin-${host}.pem`],
  ];
  writeAll(parts, 0o640, {
    '/etc/etcd.env': [...variables, ...client].map(([name, value]) => `${name}=${value}\n`).join(''),
  });
  writeAll(parts, 0o644, {
    '/etc/systemd/system/etcd.service': [
      '[Unit]',
      'Description=etcd',
      'After=network.target',
      '',
      '[Service]',
      'Type=notify',
      'User=root',
      'EnvironmentFile=/etc/etcd.env',
      'ExecStart=/usr/local/bin/etcd',
      'NotifyAccess=all',
      'Restart=always',
      'RestartSec=10s',
      'LimitNOFILE=40000',
      '',
      '[Install]',
      'WantedBy=multi-user.target',
      '',
    ].join('\n'),
  });
  tree.directory('/var/lib/etcd', 0o700);
}

const servers = Object.values(members).map((ip) => `https://${ip}:2379`);

/** How the API server reaches them. */
export const etcdClient: Flags = {
  'etcd-cafile': `${ssl}/ca.pem`,
  'etcd-certfile': `${ssl}/node-cp-1.pem`,
  'etcd-keyfile': `${ssl}/node-cp-1-key.pem`,
  'etcd-servers': servers.join(),
};
