import type { BlastRadius, Stop } from '../../src/results/blast.ts';
import type { ChecklistRow } from '../../src/results/checklist.ts';
import type { Connection } from '../../src/results/connection.ts';
import type { ExpiryEntry, ExpiryReport } from '../../src/results/expiry.ts';
import type { Finding, FixStep } from '../../src/results/finding.ts';
import type { TrustGraph } from '../../src/results/graph.ts';
import type { InventoryItem } from '../../src/results/inventory.ts';
import type { Report } from '../../src/results/report.ts';

const node = 'cp-1';
const pki = '/etc/kubernetes/pki';

/** A command to run on the node of the findings. */
export function command(text: string): FixStep {
  return { on: node, kind: 'command', text, copy: null, intro: null, comment: null, writes: true, class: 're-issues' };
}

function row(
  role: string,
  path: string,
  signedBy: string | null,
  expires: string | null,
  more: Partial<ChecklistRow> = {},
): ChecklistRow {
  return { node, role, path, isRecommended: true, signedBy, expires, state: 'ok', reason: null, findings: [], ...more };
}

const leaf = '2027-11-24T15:02:11Z';
const authority = '2036-11-22T15:02:11Z';

const checklist: readonly ChecklistRow[] = [
  row('kubernetes-ca', `${pki}/ca.crt`, 'itself', authority),
  row('kubernetes-front-proxy-ca', `${pki}/front-proxy-ca.crt`, 'itself', authority),
  row('etcd-ca', `${pki}/etcd/ca.crt`, 'itself', authority),
  row('kube-apiserver', `${pki}/apiserver.crt`, 'kubernetes-ca', leaf),
  row('kube-apiserver-kubelet-client', `${pki}/apiserver-kubelet-client.crt`, 'kubernetes-ca', leaf),
  row('kube-apiserver-etcd-client', `${pki}/apiserver-etcd-client.crt`, 'etcd-ca', leaf),
  row('front-proxy-client', `${pki}/front-proxy-client.crt`, 'kubernetes-front-proxy-ca', leaf),
  row('kube-etcd', `${pki}/etcd/server.crt`, 'etcd-ca', leaf),
  row('kube-etcd-peer', `${pki}/etcd/peer.crt`, 'etcd-ca', leaf),
  row('kube-etcd-healthcheck-client', `${pki}/etcd/healthcheck-client.crt`, 'etcd-ca', leaf),
  row('service-account', `${pki}/sa.key, ${pki}/sa.pub`, null, null),
  row('admin.conf', '/etc/kubernetes/admin.conf', 'kubernetes-ca', leaf),
  row('kubelet.conf', '/etc/kubernetes/kubelet.conf', 'kubernetes-ca', leaf),
];

const item: InventoryItem = {
  node,
  role: 'kube-apiserver',
  path: `${pki}/apiserver.crt`,
  entry: null,
  index: 0,
  kind: 'certificate',
  subject: 'CN=kube-apiserver',
  subjectAttributes: [{ type: 'CN', value: 'kube-apiserver' }],
  issuer: 'CN=kubernetes',
  issuerAttributes: [{ type: 'CN', value: 'kubernetes' }],
  serial: '1f2e',
  notBefore: '2026-11-24T15:02:11Z',
  notAfter: leaf,
  daysLeft: 358,
  effectiveNotAfter: leaf,
  sans: [
    { type: 'DNS', value: 'kubernetes' },
    { type: 'IP', value: '10.96.0.1' },
  ],
  usages: ['serverAuth'],
  key: { type: 'RSA', bits: 2048, curve: null, id: 'cd'.repeat(32) },
  signatureAlgorithm: 'ECDSA-SHA256',
  fingerprint256: 'ab'.repeat(32),
  signedBy: 'kubernetes-ca',
  signedByKey: 'ef'.repeat(32),
  usedBy: ['kube-apiserver --tls-cert-file'],
  judged: true,
};

/** A control plane without faults. */
export const healthy: Report = {
  schemaVersion: 1,
  tool: { name: 'pki-lint', version: '0.1.0' },
  at: '2026-12-01T00:00:00Z',
  profile: 'kubeadm',
  targetVersion: null,
  upgrades: [],
  failOn: 'error',
  exitCode: 0,
  nodes: [
    {
      isNamed: true,
      name: node,
      role: 'control-plane',
      rootfs: '/',
      pki,
      layout: 'kubeadm',
      kubernetesVersion: 'v1.36.2',
      clusterCa: 'ab'.repeat(32),
      judged: {
        input: 'node',
        isLayoutKnown: true,
        components: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'],
        arguments: 31,
        certificates: 15,
        judgedCertificates: 15,
      },
      facts: [
        { name: 'node name', value: 'cp-1', source: '/var/lib/kubelet/config.yaml' },
        { name: 'service CIDRs', value: '10.96.0.0/12', source: '/etc/kubernetes/manifests/kube-apiserver.yaml:29' },
      ],
    },
  ],
  checklist,
  inventory: [item],
  connections: [],
  findings: [],
  outcomes: { 'cert/issuer': { pass: 13, fail: 0, skip: 0, notApplicable: 0 } },
  skipped: [],
  summary: {
    errors: 0,
    warnings: 0,
    infos: 0,
    suppressed: 0,
    rules: 40,
    files: 22,
    certificates: 15,
    arguments: 31,
    connections: 0,
    notChecked: 0,
  },
  notChecked: [],
  failures: [],
};

const page = {
  title: 'PKI certificates and requirements, "All certificates"',
  url: 'https://kubernetes.io/docs/setup/best-practices/certificates/#all-certificates',
};

const wrongIssuer: Finding = {
  rule: 'cert/issuer',
  severity: 'error',
  impact: 'outage',
  subject: 'kube-etcd',
  node,
  path: `${pki}/etcd/server.crt`,
  file: `copy${pki}/etcd/server.crt`,
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 28,
  source: null,
  message: 'kube-etcd is signed by "kubernetes-ca", wanted "etcd-ca": x509: certificate signed by unknown authority',
  expected: 'signed by etcd-ca: kube-apiserver verifies it with --etcd-cafile',
  found: 'signed by kubernetes-ca',
  related: [
    {
      path: '/etc/kubernetes/manifests/kube-apiserver.yaml',
      subject: 'kube-apiserver --etcd-servers',
      message: 'https://127.0.0.1:2379: x509: certificate signed by unknown authority',
      fingerprint: null,
    },
    {
      path: `${pki}/etcd/healthcheck-client.crt`,
      subject: 'etcdctl',
      message: 'every health check fails',
      fingerprint: null,
    },
  ],
  breaks: ['kube-apiserver-etcd'],
  why: 'Clients refuse a server whose certificate no authority of theirs has signed.',
  fix: [
    [
      command('mv /etc/kubernetes/pki/etcd/server.{crt,key} /root/'),
      command('kubeadm init phase certs etcd-server'),
      { ...command('etcd picks up the new files at the next handshake, no restart'), kind: 'note', writes: false },
    ],
  ],
  fixClasses: ['re-issues'],
  cite: [page],
  cis: ['CIS 1.10: 2.1'],
  fingerprint: '0123456789abcdef',
  suppressed: null,
};

const privilege: Finding = {
  ...wrongIssuer,
  rule: 'kubeconfig/organization',
  severity: 'warning',
  impact: 'privilege',
  subject: 'scheduler.conf',
  path: '/etc/kubernetes/scheduler.conf',
  file: 'k8s/scheduler.conf',
  line: 17,
  endLine: 17,
  message: 'is a member of "system:masters"; wanted no organization',
  expected: 'no O',
  found: 'O=system:masters',
  related: [],
  fix: [[command('kubeadm init phase kubeconfig scheduler')]],
  cis: [],
  fingerprint: 'fedcba9876543210',
};

const ending: Finding = {
  ...privilege,
  rule: 'cert/expiry',
  impact: 'expiry',
  subject: 'kube-etcd-peer',
  path: `${pki}/etcd/peer.crt`,
  file: `copy${pki}/etcd/peer.crt`,
  line: 1,
  endLine: 1,
  message: 'ends on 2026-12-13, in 12 days',
  found: '2026-12-13T00:00:00Z',
  expected: 'at least 30 days',
  fix: [[command('kubeadm certs renew etcd-peer')]],
  fingerprint: '1111111111111111',
};

const info = (index: number): Finding => ({
  ...privilege,
  rule: 'file/unused',
  severity: 'info',
  impact: 'hygiene',
  subject: `${pki}/old-${index}.crt`,
  path: `${pki}/old-${index}.crt`,
  file: `copy${pki}/old-${index}.crt`,
  message: `nothing uses "old-${index}.crt"`,
  fingerprint: `222222222222222${index.toString(16)}`,
});

/** The same with two faults, several infos, and files that could not be seen. */
export const broken: Report = {
  ...healthy,
  exitCode: 1,
  checklist: [
    ...checklist.map((one): ChecklistRow => {
      if (one.role === 'kube-etcd')
        return { ...one, signedBy: 'kubernetes-ca', state: 'error', findings: [wrongIssuer.fingerprint] };
      if (one.role === 'kube-etcd-peer')
        return { ...one, expires: '2026-12-13T00:00:00Z', state: 'warning', findings: [ending.fingerprint] };
      if (one.role === 'front-proxy-client') return { ...one, signedBy: null, expires: null, state: 'error' };
      if (one.role === 'admin.conf') return { ...one, expires: '2026-11-28T00:00:00Z', state: 'error' };
      return one;
    }),
    row('kubelet serving', '/var/lib/kubelet/pki/kubelet.crt', null, null, {
      state: 'skipped',
      reason: 'outside this copy',
    }),
    row('super-admin.conf', '/etc/kubernetes/super-admin.conf', null, null, {
      state: 'not-applicable',
      reason: 'optional',
    }),
  ],
  findings: [privilege, ...Array.from({ length: 10 }, (_, index) => info(index)), wrongIssuer, ending],
  outcomes: {
    'cert/issuer': { pass: 12, fail: 1, skip: 0, notApplicable: 0 },
    'san/coverage': { pass: 1, fail: 0, skip: 2, notApplicable: 3 },
  },
  skipped: [
    { rule: 'san/coverage', subject: 'kube-etcd', node, reason: 'host name unknown; pass --node-name' },
    { rule: 'san/coverage', subject: 'kube-etcd-peer', node, reason: 'host name unknown; pass --node-name' },
  ],
  summary: { ...healthy.summary, errors: 1, warnings: 2, infos: 10, notChecked: 7 },
  notChecked: [
    ...Array.from({ length: 6 }, (_, index) => ({
      node,
      path: `/etc/ssl/etcd/${index}.crt`,
      reason: 'outside this copy',
    })),
    { node, path: '/var/lib/kubelet/pki', reason: 'unreadable (EACCES)' },
  ],
  failures: [{ path: 'gone.tar', message: 'no such file or directory', hint: null }],
};

const connection = (
  id: string,
  client: string,
  server: string,
  address: string | null,
  more: Partial<Connection> = {},
): Connection => ({
  node,
  id,
  client,
  server,
  address,
  verdict: 'ok',
  reason: null,
  without: 'something is down',
  cause: null,
  ...more,
});

const longest = 'clients with newly signed certificates';

/** Two nodes with connections that work, that fail with and without a finding, and that are unknown. */
export const connected: Report = {
  ...broken,
  nodes: [...broken.nodes, ...broken.nodes.map((one) => ({ ...one, name: 'worker-1', role: 'worker' as const }))],
  connections: [
    connection('etcdctl-etcd', 'etcdctl, kubeadm', 'etcd', 'https://127.0.0.1:2379'),
    connection('kube-apiserver-kubelet', 'kube-apiserver', 'kubelet on worker-1', null, {
      verdict: 'unknown',
      reason: 'no kubelet is in the input',
    }),
    connection('kube-apiserver-etcd', 'kube-apiserver', 'etcd', 'https://127.0.0.1:2379', {
      verdict: 'fail',
      reason:
        'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "etcd-ca")',
      without: 'the API server is down',
      cause: wrongIssuer.fingerprint,
    }),
    connection('signed-kube-apiserver', longest, 'kube-apiserver', null, {
      verdict: 'fail',
      reason: 'expected 1 certificate, found 2',
      without: 'kubelets that renew their certificates are refused',
    }),
    connection(
      'kubelet-kube-apiserver',
      'kubelet',
      'kube-apiserver on cp-1',
      'https://a-load-balancer-with-a-long-name.example.test:6443',
      { node: 'worker-1' },
    ),
  ],
};

const drawn = { nodes: ['cp-1'], path: null, expires: null, fault: null };
const edge = { label: null, verdict: null, reason: null };

/** A graph with one of everything. */
export const graph: TrustGraph = {
  at: '2026-12-01T00:00:00Z',
  nodes: [
    {
      ...drawn,
      id: 'a',
      kind: 'authority',
      name: 'etcd-ca',
      path: `${pki}/etcd/ca.crt`,
      expires: authority,
      nodes: ['cp-1', 'cp-2'],
    },
    { ...drawn, id: 'b', kind: 'certificate', name: 'kube-etcd', path: `${pki}/etcd/server.crt`, expires: leaf },
    {
      ...drawn,
      id: 'c',
      kind: 'certificate',
      name: 'admin.conf',
      path: '/etc/kubernetes/admin.conf',
      fault: 'has expired',
    },
    { ...drawn, id: 'd', kind: 'key', name: 'service-account', path: `${pki}/sa.key` },
    { ...drawn, id: 'e', kind: 'component', name: 'etcd' },
    { ...drawn, id: 'f', kind: 'component', name: 'kube-apiserver', nodes: ['cp-2'] },
    { ...drawn, id: 'g', kind: 'component', name: 'kubelet', nodes: [] },
  ],
  edges: [
    { ...edge, from: 'a', to: 'b', kind: 'signs' },
    { ...edge, from: 'b', to: 'e', kind: 'shown-by' },
    { ...edge, from: 'a', to: 'f', kind: 'trusted-by' },
    {
      from: 'f',
      to: 'e',
      kind: 'dials',
      label: 'https://127.0.0.1:2379',
      verdict: 'fail',
      reason: 'x509: certificate signed by unknown authority',
    },
    { from: 'f', to: 'g', kind: 'dials', label: null, verdict: 'unknown', reason: 'no kubelet is in the input' },
    { from: 'e', to: 'e', kind: 'dials', label: 'https://192.0.2.10:2380', verdict: 'ok', reason: null },
  ],
};

const stop: Stop = {
  node: 'cp-1',
  id: 'kube-apiserver-etcd',
  client: 'kube-apiserver',
  server: 'etcd',
  address: 'https://127.0.0.1:2379',
  when: ['lost', 'expired'],
  reason: 'x509: certificate has expired or is not yet valid',
  without: 'the API server is down',
};

/** A blast radius with something in every part. */
export const radius: BlastRadius = {
  subject: 'etcd-ca',
  nodes: ['cp-1', 'cp-2'],
  files: [`${pki}/etcd/ca.crt`, `${pki}/etcd/ca.key`],
  key: `${pki}/etcd/ca.key`,
  name: 'CN=etcd-ca',
  expires: authority,
  usedBy: Array.from({ length: 10 }, (_, index) => ({
    node: 'cp-1',
    user: `kube-apiserver --etcd-cafile-${index}`,
    component: 'kube-apiserver',
  })),
  stops: [
    stop,
    { ...stop, address: 'https://192.0.2.10:2379' },
    { ...stop, node: 'cp-2', client: longest, address: null, when: ['lost'], reason: 'kube-apiserver does not start' },
  ],
  failing: [],
  unissued: ['kube-etcd', 'kube-etcd-peer'].map((role) => ({ node: 'cp-1', role, path: `${pki}/${role}.crt` })),
  attacker: [
    {
      nodes: ['cp-1', 'cp-2'],
      to: 'etcd',
      by: 'etcd --trusted-ca-file',
      may: 'read and write all data of the cluster',
    },
    { nodes: ['cp-1'], to: 'kube-apiserver', by: 'kube-apiserver --etcd-cafile', may: 'impersonate every server' },
    { nodes: ['cp-2'], to: 'etcd', by: 'etcd --peer-trusted-ca-file', may: 'impersonate every server' },
  ],
  recovery: [
    command(`mv ${pki}/etcd/ca.crt ${pki}/etcd/ca.key ${'/very/long'.repeat(12)} /root/pki-backup/`),
    {
      ...command(
        'replace the CA: follow "Manual Rotation of CA Certificates", and what else it says about clusters in production',
      ),
      kind: 'note',
      writes: false,
    },
  ],
};

function expires(role: string, date: string, more: Partial<ExpiryEntry> = {}): ExpiryEntry {
  return {
    node,
    name: role,
    role,
    kind: 'certificate',
    expires: date,
    daysLeft: Math.floor((Date.parse(date) - Date.parse(healthy.at)) / 86_400_000),
    signedBy: 'kubernetes-ca',
    renewedBy: 'kubeadm',
    renewal: `kubeadm certs renew ${role.replace(/^kube-/, '')}`,
    inUse: true,
    isRecommended: true,
    usedBy: [],
    places: [{ path: `${pki}/${role}.crt`, entry: null }],
    subject: `CN=${role}`,
    fingerprint256: 'ab'.repeat(32),
    ...more,
  };
}

/** What expires on a node: everything that a row of the table can say. */
export const expiring: ExpiryReport = {
  schemaVersion: 1,
  tool: healthy.tool,
  at: healthy.at,
  withinDays: null,
  exitCode: 0,
  nodes: [{ name: node, role: 'control-plane', layout: 'kubeadm', kubernetesVersion: 'v1.36.2' }],
  entries: [
    expires('kubelet-client-2025-11-24.pem', '2026-11-24T15:02:11Z', {
      role: null,
      renewedBy: 'manual',
      renewal: null,
      inUse: false,
      isRecommended: false,
      places: [{ path: '/var/lib/kubelet/pki/kubelet-client-2025-11-24.pem', entry: null }],
    }),
    expires('kube-apiserver-kubelet-client', leaf),
    expires('kube-etcd', leaf, {
      limitedBy: { name: 'etcd-ca', notAfter: '2028-11-24T15:02:11Z' },
      signedBy: 'etcd-ca',
      isRecommended: false,
      usedBy: ['etcd --cert-file'],
      places: [{ path: '/srv/etcd/server.crt', entry: null }],
    }),
    expires('kubelet.conf', leaf, { renewedBy: 'kubelet', renewal: null }),
    expires('sni.crt', leaf, {
      role: null,
      signedBy: 'CN=Example, O="Corp"',
      renewedBy: 'manual',
      renewal: null,
      isRecommended: false,
      usedBy: ['kube-apiserver --tls-sni-cert-key'],
    }),
    expires('kubernetes-ca', authority, { kind: 'authority', signedBy: 'itself', renewedBy: 'manual', renewal: null }),
  ],
  expiring: 0,
  notChecked: [],
  failures: [],
};
