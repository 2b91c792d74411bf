/** Faults of k0s: what it starts, what it issues, and its configuration. */
import type { San } from '../../support/certificates.ts';
import { keyNamed, publicKeyPem } from '../../support/keys.ts';
import { error, formerCa, formerCaPem, inKubeconfig, type KitFault, swap, warning } from './fault.ts';

const pki = '/var/lib/k0s/pki';
const config = '/etc/k0s/k0s.yaml';
const unit = '/etc/systemd/system/k0scontroller.service';
const ended = { notBefore: '2025-11-20T09:00:00Z', notAfter: '2026-11-20T09:00:00Z' };
const soon = { notBefore: '2025-12-05T09:00:00Z', notAfter: '2026-12-05T09:00:00Z' };
const later = { notBefore: '2026-12-20T09:00:00Z', notAfter: '2027-12-20T09:00:00Z' };
const unknownSigner = 'x509: certificate signed by unknown authority';
const mismatch = 'tls: private key does not match public key';
const restarts = 'k0s issues certificates only when it starts: k0sproject/k0s#6351';

/** The names of an API server that is not behind the load balancer. */
const ofOne = (ip: string): readonly San[] => [
  ...(['DNS:kubernetes', 'DNS:kubernetes.default', 'DNS:kubernetes.default.svc', 'DNS:localhost'] as const),
  ...(['IP:127.0.0.1', `IP:${ip}`, 'IP:10.96.0.1'] as const),
];

/** Gives a component of the configuration a flag. */
const withFlag = (component: string, flag: string) => {
  const empty =
    component === 'scheduler' ? /scheduler: \{\}\n/ : new RegExp(`${component}:\\n(?:    .*\\n)*?    extraArgs:\\n`);
  const head = `${component}:\n    extraArgs:\n`;
  return (text: string) => text.replace(empty, (found) => `${component === 'scheduler' ? head : found}      ${flag}\n`);
};

const dates: readonly KitFault[] = [
  {
    name: 'k0s has no configuration of its own',
    kit: 'k0s controller',
    change: { files: { [config]: null, [unit]: swap(' --config=/etc/k0s/k0s.yaml', '') } },
    expects: null,
    source: 'pkg/component/controller/etcd.go: k0s finds the address of the peer on the machine',
  },
  {
    name: 'k0s: the certificate of the API server has expired',
    kit: 'k0s controller',
    change: { certificates: { server: ended } },
    expects: error(/server\.crt/),
    source: 'k0sproject/k0s#3732: x509: certificate has expired or is not yet valid, after a reboot',
  },
  {
    name: 'k0s: every certificate has expired, because nothing was restarted for a year',
    kit: 'k0s controller',
    change: {
      certificates: {
        server: ended,
        admin: ended,
        ccm: ended,
        scheduler: ended,
        'etcd/server': ended,
        'etcd/peer': ended,
        'apiserver-etcd-client': ended,
      },
    },
    expects: error(/server\.crt/),
    source: 'k0sproject/k0sctl#433 and k0sproject/k0s#6351: restart k0s at least once a year',
  },
  {
    name: 'k0s in another data directory: the certificate of the API server has expired',
    kit: 'k0s controller and worker in one with another data directory',
    change: { certificates: { server: ended } },
    expects: error(/\/opt\/k0s\/pki\/server\.crt/),
    source: 'pkg/config/cfgvars.go: CertRootDir is below DataDir, which --data-dir names',
  },
  {
    name: 'k0s: the kubeconfig of the controller manager has expired',
    kit: 'k0s controller',
    change: { certificates: { ccm: ended } },
    expects: error(/ccm\.conf/),
    source: restarts,
  },
  {
    name: 'k0s: the kubeconfig of administrators has expired',
    kit: 'k0s controller',
    change: { certificates: { admin: ended } },
    expects: error(/admin\.conf/),
    source: 'k0sproject/k0sctl#433: the server has asked for the client to provide credentials',
  },
  {
    name: 'k0s: the kubeconfig of konnectivity has expired',
    kit: 'k0s controller',
    change: { certificates: { konnectivity: ended } },
    expects: error(/konnectivity\.conf/),
    source: restarts,
  },
  {
    name: 'k0s: the certificate of the API for joining has expired',
    kit: 'k0s controller',
    change: { certificates: { 'k0s-api': ended } },
    expects: error(/k0s-api\.crt/),
    source: restarts,
  },
  {
    name: 'k0s: the certificate of etcd has expired',
    kit: 'k0s controller',
    change: { certificates: { 'etcd/server': ended } },
    expects: error(/etcd\/server\.crt/),
    source: 'k0sproject/k0s#7795: certificates of etcd whose CA is not that of k0s are not renewed at a start',
  },
  {
    name: 'k0s: the certificate of the API server expires within days',
    kit: 'k0s controller',
    change: { certificates: { server: soon } },
    expects: warning(/server\.crt/),
    source: 'k0sproject/k0s#7812: nothing rotates between restarts',
  },
  {
    name: 'k0s: the certificate of the API server is not valid yet',
    kit: 'k0s controller',
    change: { certificates: { server: later } },
    expects: error(/server\.crt/),
    source: 'k0sproject/k0s#1766: current time … is before …, with a clock that was ahead when k0s started',
  },
  {
    name: 'k0s: the CA of the cluster has expired',
    kit: 'k0s controller',
    change: { certificates: { ca: { notBefore: '2016-11-20T09:00:00Z', notAfter: '2026-11-20T09:00:00Z' } } },
    expects: error(/ca\.crt/),
    source: 'nothing renews the CA: k0s docs, custom-ca',
  },
  {
    name: 'k0s: the CA of etcd has expired',
    kit: 'k0s controller',
    change: { certificates: { 'etcd/ca': { notBefore: '2016-11-20T09:00:00Z', notAfter: '2026-11-20T09:00:00Z' } } },
    expects: error(/etcd\/ca\.crt/),
    source: 'nothing renews the CA',
  },
  {
    name: 'k0s: the client certificate of a worker has expired',
    kit: 'k0s worker',
    change: { certificates: { kubelet: ended } },
    expects: error(/kubelet/),
    source: 'k0sproject/k0s#6351: kubelets rotate their own; one that was off for long does not come back',
  },
];

const trust: readonly KitFault[] = [
  {
    name: 'k0s: the certificate of the API server is of another CA',
    kit: 'k0s controller',
    change: { certificates: { server: { issuer: formerCa } } },
    expects: error(/server\.crt/),
    source: 'k0sproject/k0s#7795: k0s leaves alone what its CA did not issue',
  },
  {
    name: "k0s: the user's CA was put in place, and a certificate of the old one is left",
    kit: "k0s controller with the user's CA",
    change: { certificates: { 'apiserver-kubelet-client': { issuer: formerCa } } },
    expects: error(/apiserver-kubelet-client/),
    source: 'k0sproject/k0s#7795',
  },
  {
    name: 'k0s: a certificate of etcd is of another CA',
    kit: 'k0s controller',
    change: { certificates: { 'etcd/server': { issuer: formerCa } } },
    expects: error(/etcd\/server\.crt/),
    source: 'k0sproject/k0s#7795: etcd certificates issued by custom CA are not regenerated',
  },
  {
    name: 'k0s: the client of etcd is of the CA of the cluster',
    kit: 'k0s controller',
    change: { certificates: { 'apiserver-etcd-client': { issuer: 'ca' } } },
    expects: error(/apiserver-etcd-client/),
    source: unknownSigner,
  },
  {
    name: 'k0s: the CA of front proxies was replaced',
    kit: 'k0s controller',
    change: { files: { [`${pki}/front-proxy-ca.crt`]: formerCaPem } },
    expects: error(/front-proxy/),
    source: 'extension API servers reject the client of the aggregation layer',
  },
  {
    name: 'k0s: the key of the API server is another one',
    kit: 'k0s controller',
    change: { certificates: { server: { key: 'P-256', writeKey: false } } },
    expects: error(/server\.(?:crt|key)/),
    source: mismatch,
  },
  {
    name: 'k0s: the key of the CA is another one',
    kit: 'k0s controller',
    change: { files: { [`${pki}/ca.key`]: null } },
    expects: error(/ca\.key/),
    source: 'the controller manager does not start, and k0s issues nothing',
  },
  {
    name: 'k0s: the key of a peer is another one',
    kit: 'k0s controller',
    change: { certificates: { 'etcd/peer': { key: 'P-256', writeKey: false } } },
    expects: error(/peer\.(?:crt|key)/),
    source: mismatch,
  },
  {
    name: 'k0s: the public key for tokens is another one',
    kit: 'k0s controller',
    change: { files: { [`${pki}/sa.pub`]: publicKeyPem(keyNamed('former tokens')) } },
    expects: error(/service-account|sa\.pub/),
    source: 'invalid bearer token',
  },
  {
    name: 'k0s: everyone can read the key of the CA',
    kit: 'k0s controller',
    change: { modes: { [`${pki}/ca.key`]: 0o644 } },
    expects: error(/ca\.key/),
    source: 'CIS 1.1.21',
  },
  {
    name: 'k0s: a kubeconfig trusts the CA before a reinstallation',
    kit: 'k0s controller',
    change: { files: { [`${pki}/scheduler.conf`]: inKubeconfig({ certificateAuthority: formerCaPem }) } },
    expects: error(/scheduler/),
    source: 'k0sproject/k0s#1648: certificate signed by unknown authority',
  },
  {
    name: 'k0s: the certificate of the API server is gone',
    kit: 'k0s controller',
    change: { files: { [`${pki}/server.crt`]: null } },
    expects: error(/server\.crt/),
    source: 'k0s makes it at its next start',
  },
  {
    name: 'k0s: the certificate of the API server was cut off',
    kit: 'k0s single',
    change: { files: { [`${pki}/server.crt`]: (text) => text.slice(0, 300) } },
    expects: error(/server\.crt/),
    source: 'a full disk',
  },
];

const configuration: readonly KitFault[] = [
  {
    name: 'k0s: a name of spec.api.sans is not in the certificate yet',
    kit: 'k0s controller',
    change: { files: { [config]: swap('    - 10.0.0.8\n', '    - 10.0.0.8\n    - api.example.test\n') } },
    expects: warning(/api\.example\.test/),
    source: 'k0sproject/k0sctl#81: names are added at the next start',
  },
  {
    name: 'k0s: workers dial an address that the certificate lacks',
    kit: 'k0s controllers and worker',
    change: [
      { certificates: { server: { sans: ofOne('10.0.0.8') } } },
      { certificates: { server: { sans: ofOne('10.0.0.9') } } },
      {},
    ],
    expects: error(/10\.0\.0\.100/),
    source: 'k0sproject/k0sctl#81: x509: certificate is valid for …, not 163.172.190.5',
  },
  {
    name: 'k0s: sans is misspelt in its configuration',
    kit: 'k0s controller',
    change: { files: { [config]: swap('    sans:', '    san:') } },
    expects: error(/unknown field "spec\.api\.san"/),
    source: 'k0s reads its configuration strictly: k0sproject/k0s#6362',
  },
  {
    name: 'k0s: its configuration has the hosts of k0sctl',
    kit: 'k0s controller',
    change: { files: { [config]: swap('spec:\n', 'spec:\n  hosts:\n  - role: controller\n') } },
    expects: error(/unknown field "spec\.hosts"/),
    source: 'k0sproject/k0s#6362: failed to parse configuration: json: unknown field "hosts"',
  },
  {
    name: 'k0s: its configuration is not YAML',
    kit: 'k0s controller',
    change: { files: { [config]: swap('    port: 6443', '    port: 6443: x') } },
    expects: error(/k0s\.yaml/),
    source: 'k0s does not start: failed to parse configuration',
  },
  {
    name: 'k0s: its configuration is gone, and the unit names it',
    kit: 'k0s controller',
    change: { files: { [config]: null } },
    expects: error(/k0s\.yaml/),
    source: 'k0s does not start: open /etc/k0s/k0s.yaml: no such file or directory',
  },
  {
    name: 'k0s: extraArgs name a file that is not there',
    kit: 'k0s controller',
    change: {
      files: { [config]: swap('    extraArgs:\n', '    extraArgs:\n      audit-policy-file: /etc/k0s/policy.yaml\n') },
    },
    expects: error(/policy\.yaml/),
    source: 'k0sproject/k0s#1104: flags of the user replace those of k0s',
  },
  {
    name: 'k0s: extraArgs have a flag of the API server that is misspelt',
    kit: 'k0s controller',
    change: {
      files: { [config]: swap('    extraArgs:\n', '    extraArgs:\n      audit-log-maxages: "30"\n') },
    },
    expects: error(/audit-log-maxages/),
    source: 'k0sproject/k0s#1100: Error: unknown flag',
  },
  {
    name: 'k0s: extraArgs have a flag that is misspelt',
    kit: 'k0s controller',
    change: { files: { [config]: withFlag('controllerManager', 'cluster-signing-durations: 24h') } },
    expects: error(/cluster-signing-durations/),
    source: 'k0sproject/k0s#3978: extraArgs is a dictionary of any keys, which nothing checks',
  },
  {
    name: 'k0s: the scheduler gets a kubeconfig that is not there',
    kit: 'k0s controller',
    change: { files: { [config]: withFlag('scheduler', 'kubeconfig: /etc/k0s/scheduler.conf') } },
    expects: error(/\/etc\/k0s\/scheduler\.conf/),
    source: 'k0sproject/k0s#1104',
  },
  {
    name: 'k0s: extraArgs replace the client CA with a leaf',
    kit: 'k0s controller',
    change: {
      files: { [config]: swap('    extraArgs:\n', `    extraArgs:\n      client-ca-file: ${pki}/server.crt\n`) },
    },
    expects: error(/client-ca-file/),
    source: 'k0sproject/k0s#1104',
  },
  {
    name: 'k0s: the CA of an external etcd is not the one that signed the client',
    kit: 'k0s controller with an external etcd',
    change: { files: { '/etc/k0s/etcd/client.crt': null } },
    expects: error(/\/etc\/k0s\/etcd\/client\.crt/),
    source: 'spec.storage.etcd.externalCluster: k0s docs, configuration',
  },
  {
    name: 'k0s: the client of an external etcd has expired',
    kit: 'k0s controller with an external etcd',
    change: { certificates: { 'apiserver-etcd-client': ended } },
    expects: error(/\/etc\/k0s\/etcd\/client\.crt/),
    source: 'k0s does not renew what it did not issue: k0sproject/k0s#7795',
  },
  {
    name: 'k0s: the unit names another configuration, which is not there',
    kit: 'k0s controller',
    change: { files: { [unit]: swap('/etc/k0s/k0s.yaml', '/etc/k0s/cluster.yaml') } },
    expects: error(/cluster\.yaml/),
    source: 'k0s does not start',
  },
];

const clusters: readonly KitFault[] = [
  {
    name: 'k0s: controllers have different keys for tokens',
    kit: 'k0s controllers and worker',
    change: [{}, { certificates: { sa: { key: 'P-256' } } }, {}],
    expects: error(/service-account/),
    source: 'a token that one API server has issued is invalid at the other',
  },
  {
    name: 'k0s: controllers have different CAs',
    kit: 'k0s controllers and worker',
    change: [{}, { certificates: { ca: { key: 'P-256' } } }, {}],
    expects: error(/ca\.crt|kubernetes-ca/),
    source: 'k0sproject/k0s#1648',
  },
  {
    name: 'k0s: controllers have different CAs of etcd',
    kit: 'k0s controllers and worker',
    change: [{}, { certificates: { 'etcd/ca': { key: 'P-256' } } }, {}],
    expects: error(/etcd/),
    source: unknownSigner,
  },
  {
    name: 'k0s: a worker trusts the CA before a reinstallation',
    kit: 'k0s controllers and worker',
    change: [{}, {}, { files: { '/var/lib/k0s/kubelet.conf': inKubeconfig({ certificateAuthority: formerCaPem }) } }],
    expects: error(/kubelet/),
    source: 'k0sproject/k0s#6570: unknown certificate authority, in the log of k0sworker',
  },
  {
    name: 'k0s: a worker has the credential of a CA that is gone',
    kit: 'k0s controllers and worker',
    change: [{}, {}, { certificates: { kubelet: { issuer: formerCa } } }],
    expects: error(/kubelet/),
    source: 'the API server answers 401: the worker joins again with a new token',
  },
];

export const k0sFaults: readonly KitFault[] = [...dates, ...trust, ...configuration, ...clusters];
