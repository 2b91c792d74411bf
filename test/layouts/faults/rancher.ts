/** Faults of k3s and RKE2, each for both where both have it. */
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { KitName } from '../kits/index.ts';
import type { CertificateChanges, KitChanges } from '../kits/kit.ts';
import { hosts } from '../kits/profiles.ts';
import { type Distribution, own } from '../kits/rancher-certificates.ts';
import { error, formerCa, formerCaPem, inKubeconfig, type KitFault, warning } from './fault.ts';

const title = { k3s: 'k3s', rke2: 'RKE2' } as const;

interface Names {
  readonly p: Distribution;
  readonly tls: string;
  readonly agent: string;
}

type Fault = Omit<KitFault, 'kit' | 'name'>;

/** The same fault in a kit of each distribution. */
const both = (kit: string, name: string, fault: (names: Names) => Fault): readonly KitFault[] =>
  (['k3s', 'rke2'] as const).map((p) => ({
    kit: `${title[p]} ${kit}` as KitName,
    name: `${title[p]}: ${name}`,
    ...fault({ p, tls: `/var/lib/rancher/${p}/server/tls`, agent: `/var/lib/rancher/${p}/agent` }),
  }));

const server = 'server with etcd';
const several = 'servers and an agent';

/** One certificate of the first node. */
const certificate = (name: string, change: CertificateChanges): KitChanges => ({ certificates: { [name]: change } });

/** The leaves, with the issue of someone whose certificate of this kind had expired. */
const leaves = (p: Distribution): readonly (readonly [name: string, about: RegExp, source: string])[] => [
  ['serving-kube-apiserver', /kube-apiserver/, 'k3s-io/k3s#1621: after a year no client gets in'],
  ['client-kube-apiserver', /client-kube-apiserver/, 'k3s-io/k3s#9954: logs and exec get 401 from kubelets'],
  ['client-admin', /admin/, 'k3s-io/k3s#5163: kubectl gets 401 until its kubeconfig is copied again'],
  ['client-controller', /controller/, 'k3s-io/k3s#2550: the controller manager gets 401'],
  ['client-scheduler', /scheduler/, 'k3s-io/k3s#2550: the scheduler gets 401'],
  ['client-supervisor', /supervisor/, 'deps.go: the supervisor itself is a client of the API server'],
  ['client-auth-proxy', /front-proxy|auth-proxy/, 'extension API servers refuse it: k3s-io/k3s#8762'],
  [`client-${p}-cloud-controller`, /cloud-controller/, 'deps.go: the cloud controller gets 401'],
  ['etcd-client', /etcd-client|etcd\/client/, 'rancher/rke2#4372: the API server waits for etcd'],
  ['etcd-server-client', /kube-etcd|server-client/, 'rancher/rancher#26984: etcd is not healthy'],
  ['etcd-peer-server-client', /peer/, 'rancher/rancher#26984: members refuse each other'],
  ['dynamic-cert', /dynamic-cert/, 'k3s-io/k3s#3144: its Secret was not renewed; rancher/rke2#8318'],
  ['client-kubelet', /kubelet/, 'k3s-io/k3s#8762: the node becomes NotReady'],
  ['client-kube-proxy', /kube-proxy|kubeproxy/, 'pkg/agent/config: kube-proxy gets 401'],
  [`client-${p}-controller`, /controller/, 'pkg/agent/config: network policies are no longer updated'],
];

const expiredLeaves = (['k3s', 'rke2'] as const).flatMap((p) =>
  leaves(p).map(
    ([name, about, source]): KitFault => ({
      kit: `${title[p]} ${server}` as KitName,
      name: `${title[p]}: ${name} has expired`,
      change: certificate(name, { notAfter: '2026-11-30' }),
      expects: error(about),
      source,
    }),
  ),
);

const served = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
const ofServer = ['localhost', 'server-1', '127.0.0.1', '::1', '10.43.0.1'];

const dates: readonly KitFault[] = [
  ...expiredLeaves,
  ...both(server, 'the clock was ahead at the first start', () => ({
    change: certificate('serving-kube-apiserver', { notBefore: '2026-12-20', notAfter: '2027-12-20' }),
    expects: error(/not yet valid|NotBefore|2026-12-20/),
    source: 'k3s-io/k3s#949: machines without a clock of their own start in another year',
  })),
  ...both(server, 'what its port serves is not yet valid', () => ({
    change: certificate('dynamic-cert', { notBefore: '2026-12-20', notAfter: '2027-12-20' }),
    expects: error(/dynamic-cert/),
    source: 'rancher/rke2#4372: x509: current time … is before …',
  })),
  ...both(server, 'the CA for clients has expired', () => ({
    change: certificate('client-ca', { notAfter: '2026-11-30' }),
    expects: error(/kubernetes-ca|client-ca/),
    source: 'k3s-io/k3s#12910: rotate-ca refuses when what it must verify has expired',
  })),
  ...both(server, 'the CA for servers has expired', () => ({
    change: certificate('server-ca', { notAfter: '2026-11-30' }),
    expects: error(/server-ca/),
    source: 'k3s-io/k3s#12910',
  })),
  ...both(server, 'the CA of etcd ends in a week', () => ({
    change: certificate('etcd-server-ca', { notBefore: '2016-12-10', notAfter: '2026-12-08' }),
    expects: warning(/etcd-ca|etcd\/server-ca/),
    source: 'k3s never renews a CA by itself: k3s-io/k3s#12910',
  })),
  ...both(server, 'what its port serves ends in a week', () => ({
    change: certificate('dynamic-cert', { notBefore: '2025-12-08', notAfter: '2026-12-08' }),
    expects: warning(/dynamic-cert/),
    source: 'rancher/rke2#8318: not restarted since it was due',
  })),
];

const otherKey = privateKeyPem(keyNamed('a key of another CA'));
const otherRsa = privateKeyPem(keyNamed('another key of tokens', 'RSA-2048'));

const keys: readonly KitFault[] = [
  ...['serving-kube-apiserver', 'dynamic-cert', 'client-controller', 'etcd-server-client', 'client-kubelet'].flatMap(
    (name) =>
      both(server, `the key of ${name} belongs to another certificate`, () => ({
        change: certificate(name, { key: 'P-256', writeKey: false }),
        expects: error(new RegExp(name.replace(/^(?:client|etcd)-/, ''))),
        source: 'tls: private key does not match public key: files of two backups were mixed, as in k3s-io/k3s#5250',
      })),
  ),
  ...both(server, 'the key of a CA can be read by everybody', ({ p, tls }) => ({
    change: {
      modes: {
        [`${tls}/server-ca.key`]: 0o644,
        [tls]: 0o755,
        [`/var/lib/rancher/${p}/server`]: 0o755,
      },
    },
    expects: error(/server-ca\.key/),
    source: 'rancher/rke2#8380 shows the modes: server/ is 0700, and keys are 0600',
  })),
  ...both(server, 'the key of a CA that only its folder protects', ({ tls }) => ({
    change: { modes: { [`${tls}/server-ca.key`]: 0o644 } },
    expects: null,
    source: 'rancher/rke2#8380: server/ is 0700',
  })),
  ...both(server, 'the key of the CA for clients is that of another CA', ({ tls }) => ({
    change: { files: { [`${tls}/client-ca.key`]: otherKey } },
    expects: error(/client-ca/),
    source: 'k3s-io/k3s#10710: CAs that were put in place by hand',
  })),
  ...both(several, 'the key of tokens differs between servers', ({ tls }) => ({
    change: [{}, { files: { [`${tls}/service.key`]: otherRsa, [`${tls}/service.current.key`]: otherRsa } }],
    expects: error(/service|token/),
    source: 'k3s-io/k3s#4820: two of three servers refuse every token',
  })),
  ...both(server, 'tokens are signed with a key that service.key lacks', ({ tls }) => ({
    change: { files: { [`${tls}/service.current.key`]: otherRsa } },
    expects: error(/service/),
    source: 'k3s-io/k3s#5250: invalid bearer token; the first key of service.key signs',
  })),
];

/** A server whose CA was made again: what it issued is of the new one. */
const anew = (name: string): KitChanges => certificate(name, { key: 'P-256' });

const trust: readonly KitFault[] = [
  ...both(server, 'its port serves a certificate of a former CA', () => ({
    change: certificate('dynamic-cert', { issuer: formerCa }),
    expects: error(/dynamic-cert/),
    source: 'k3s-io/k3s#570: /cacerts is not trusted',
  })),
  ...both(server, 'its port serves a certificate of the CA for clients', () => ({
    change: certificate('dynamic-cert', { issuer: 'client-ca' }),
    expects: error(/dynamic-cert/),
    source: 'k3s-io/k3s#27: what :6443 serves must be of the CA that clients have',
  })),
  ...both(server, 'what its port serves is cut off', ({ tls }) => ({
    change: { files: { [`${tls}/dynamic-cert.json`]: (text: string) => text.slice(0, 200) } },
    expects: error(/dynamic-cert/),
    source: 'rancher/dynamiclistener#312: the file was written in place',
  })),
  ...both(server, 'the API server has a certificate of a former CA', () => ({
    change: certificate('serving-kube-apiserver', { issuer: formerCa }),
    expects: error(/serving-kube-apiserver/),
    source: 'k3s-io/k3s#704: leftovers of an earlier installation',
  })),
  ...both(server, 'the CA for servers was replaced by hand', ({ tls }) => ({
    change: { files: { [`${tls}/server-ca.crt`]: formerCaPem } },
    expects: error(/server-ca/),
    source: 'k3s-io/k3s#10741: files of CAs must not be replaced in place',
  })),
  ...both(server, 'the CA for clients was replaced by hand', ({ tls }) => ({
    change: { files: { [`${tls}/client-ca.crt`]: formerCaPem } },
    expects: error(/client-ca|kubernetes-ca/),
    source: 'k3s-io/k3s#5250: the user made CAs in a running cluster',
  })),
  ...both(server, 'the CA of front proxies was replaced', ({ tls }) => ({
    change: { files: { [`${tls}/request-header-ca.crt`]: formerCaPem } },
    expects: error(/request-header-ca|front-proxy/),
    source: 'k3s-io/k3s#11014: after a rotation aggregated APIs answer x509: unknown authority',
  })),
  ...both(server, 'the CA of etcd was replaced', ({ tls }) => ({
    change: { files: { [`${tls}/etcd/server-ca.crt`]: formerCaPem } },
    expects: error(/etcd/),
    source: 'rancher/rancher#26984',
  })),
  ...both(several, 'a server has a CA of its own for members of etcd', () => ({
    change: [{}, anew('etcd-peer-ca')],
    expects: error(/peer/),
    source: 'k3s-io/k3s#10741: a restored server with other files: rejected connection, bad certificate',
  })),
  ...both(several, 'a server has a CA of its own for servers', () => ({
    change: [{}, anew('server-ca')],
    expects: error(/server-ca/),
    source: 'k3s-io/k3s#2914: one answer in three is of an unknown authority',
  })),
  ...both(several, 'a server has a CA of its own for clients', () => ({
    change: [{}, anew('client-ca')],
    expects: error(/client-ca|kubernetes-ca/),
    source: 'k3s-io/k3s#2914',
  })),
  ...both(several, 'an agent has the former CA of servers', ({ agent }) => ({
    change: [{}, {}, {}, { files: { [`${agent}/server-ca.crt`]: formerCaPem } }],
    expects: error(/server-ca|kubelet/),
    source: 'k3s-io/k3s#3569: the agent kept the CA of an earlier server',
  })),
  ...both(several, 'an agent has the former CA of clients', ({ agent }) => ({
    change: [{}, {}, {}, { files: { [`${agent}/client-ca.crt`]: formerCaPem } }],
    expects: error(/client-ca|kubernetes-ca/),
    source: 'k3s-io/k3s#3569: its kubelet refuses the API server',
  })),
  ...both(several, 'the credential of an agent is of a former CA', () => ({
    change: [{}, {}, {}, certificate(own('client-kubelet', 10), { issuer: formerCa })],
    expects: error(/kubelet/),
    source: 'k3s-io/k3s#3727: the server was installed again',
  })),
];

/** Without the names of tls-san, as if no server had the setting. */
const without = hosts(...served, ...ofServer, '10.0.0.11', '10.0.0.12', '10.0.0.13');
const unnamed = [0, 1, 2].map((index) => certificate(own('dynamic-cert', index), { sans: without }));

const settings: readonly KitFault[] = [
  ...both(several, 'no server has a name for the address at which others register', () => ({
    change: unnamed,
    expects: error(/cluster\.example\.com/),
    source: 'k3s-io/k3s#9257, #3369: tls-san lacks the fixed registration address',
  })),
  ...both(server, 'the kubeconfig of administrators dials what the certificate lacks', ({ p }) => ({
    change: {
      files: { [`/etc/rancher/${p}/${p}.yaml`]: inKubeconfig({ server: 'https://lb.example.com:6443' }) },
    },
    expects: error(/lb\.example\.com/),
    source: 'k3s-io/k3s#1381: tls-san is missing',
  })),
  ...both(server, 'the kubeconfig of administrators dials an address that the certificate lacks', ({ p }) => ({
    change: { files: { [`/etc/rancher/${p}/${p}.yaml`]: inKubeconfig({ server: 'https://10.0.2.8:6443' }) } },
    expects: error(/10\.0\.2\.8/),
    source: 'k3s-io/k3s#5159: the address of nginx',
  })),
  ...both(server, 'the kubeconfig of administrators has the CA of another cluster', ({ p }) => ({
    change: {
      files: { [`/etc/rancher/${p}/${p}.yaml`]: inKubeconfig({ certificateAuthority: formerCaPem }) },
    },
    expects: error(/admin/),
    source: 'k3s-io/k3s#2914: a kubeconfig of the old cluster',
  })),
  ...both(server, 'administrators have the credential of another user', () => ({
    change: certificate('client-admin', { commonName: 'system:kube-proxy', organizations: [] }),
    expects: error(/admin/),
    source: 'RBAC: without the group system:masters it may do nothing; k3s-io/k3s#1612',
  })),
  ...both(server, 'the API server lacks the loopback address', () => ({
    change: certificate('serving-kube-apiserver', { sans: hosts(...served, 'server-1', '10.0.0.11', '10.43.0.1') }),
    expects: error(/127\.0\.0\.1/),
    source: 'every kubeconfig of the node dials 127.0.0.1',
  })),
  ...both(server, 'the kubelet has the credential of another node', () => ({
    change: certificate('client-kubelet', { commonName: 'system:node:server-9' }),
    expects: error(/server-9|server-1/),
    source: 'k3s-io/k3s#5852: the node has the certificate of another',
  })),
  ...both(server, 'the front proxy has a name that is not allowed', () => ({
    change: certificate('client-auth-proxy', { commonName: 'front-proxy-client' }),
    expects: error(/front-proxy-client/),
    source: 'x509: subject with cn=front-proxy-client is not in the allowed list: [system:auth-proxy]',
  })),
  ...both(several, 'a member of etcd lacks its address', () => ({
    change: certificate('etcd-peer-server-client', { sans: hosts('kine.sock', ...ofServer) }),
    expects: error(/10\.0\.0\.11/),
    source: 'rejected connection … x509: certificate is valid for …, not 10.0.0.11: the machine got a new address',
  })),
  ...both(server, 'the certificate of a CA is missing', ({ tls }) => ({
    change: { files: { [`${tls}/server-ca.crt`]: null } },
    expects: error(/server-ca/),
    source: 'deps.go: it would be created again, and no agent would trust it',
  })),
];

/** What only RKE2's manifests show on disk. */
const pods: readonly KitFault[] = [
  {
    kit: 'RKE2 server with etcd' as KitName,
    name: 'RKE2: nochain does not fit the key of the CA for clients',
    change: { files: { '/var/lib/rancher/rke2/server/tls/client-ca.nochain.crt': formerCaPem } },
    expects: error(/nochain/),
    source: 'k3s-io/k3s#7081: kube-controller-manager exits: tls: private key does not match public key',
  },
  {
    kit: 'RKE2 server with etcd' as KitName,
    name: 'RKE2: nochain of the CA for servers does not fit its key',
    change: { files: { '/var/lib/rancher/rke2/server/tls/server-ca.nochain.crt': formerCaPem } },
    expects: error(/nochain/),
    source: 'k3s-io/k3s#7081',
  },
  {
    kit: 'RKE2 server with etcd' as KitName,
    name: 'RKE2: a flag of the user names a file that does not exist',
    change: {
      flags: {
        'kube-apiserver': { 'oidc-issuer-url': 'https://oidc.example.com', 'oidc-ca-file': '/etc/oidc/ca.crt' },
      },
    },
    expects: error(/\/etc\/oidc\/ca\.crt/),
    source: 'kube-apiserver-arg: kube-apiserver exits',
  },
  {
    kit: 'RKE2 server with a CIS profile' as KitName,
    name: 'RKE2: the audit policy is missing',
    change: { files: { '/etc/rancher/rke2/audit-policy.yaml': null } },
    expects: error(/audit-policy/),
    source: 'kube-apiserver does not start: loading audit policy file',
  },
  {
    kit: 'RKE2 server with etcd' as KitName,
    name: 'RKE2: the API server verifies clients by the CA for servers',
    change: { flags: { 'kube-apiserver': { 'client-ca-file': '/var/lib/rancher/rke2/server/tls/server-ca.crt' } } },
    expects: error(/server-ca/),
    source: 'kube-apiserver-arg: client-ca-file; every client gets 401',
  },
  {
    kit: 'RKE2 server with etcd' as KitName,
    name: 'RKE2: what only metrics use has expired',
    change: certificate('kube-scheduler', { notAfter: '2026-11-30' }),
    expects: warning(/kube-scheduler/),
    source: 'k3s-io/k3s#10176, rancher/rancher#41125: only probes of Rancher fail',
  },
];

export const rancherFaults: readonly KitFault[] = [...dates, ...keys, ...trust, ...settings, ...pods];
