import { mount, replaceCommand, respell, setFlags } from '../../cases/manifest-edits.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { revocationList, revocationListPem } from '../../support/revocation-list.ts';
import { kubeadm132, kubeadm136, release, suites } from './hardening.ts';
import type { Shape } from './shape.ts';

const configuration = 'https://etcd.io/docs/v3.5/op-guide/configuration';
const flagLine = /^ {4}- --([a-z0-9-]+)=(.*)$/gm;

/** The flags of etcd in its manifest, in their order. */
const flagsOf = (node: NodeTree): readonly (readonly [string, string])[] =>
  [...node.read('manifests/etcd.yaml').matchAll(flagLine)].map((match) => [match[1] ?? '', match[2] ?? '']);

/** Every flag as an environment variable, as installers write them. */
function byEnvironment(node: NodeTree): void {
  const variables = flagsOf(node).map(([flag, value]) => [`ETCD_${flag.replaceAll('-', '_').toUpperCase()}`, value]);
  const lines = variables.flatMap(([name, value]) => [`    - name: ${name}`, `      value: '${value}'`]);
  replaceCommand(node, 'etcd', ['  - command:', '    - etcd', '    env:', ...lines]);
}

/** Every setting in a file, as etcd.conf.yml has them. */
function byFile(node: NodeTree): void {
  const lines = [
    'name: cp-1',
    'data-dir: /var/lib/etcd',
    'listen-client-urls: https://127.0.0.1:2379,https://192.0.2.10:2379',
    'advertise-client-urls: https://192.0.2.10:2379',
    'listen-peer-urls: https://192.0.2.10:2380',
    'initial-advertise-peer-urls: https://192.0.2.10:2380',
    'initial-cluster: cp-1=https://192.0.2.10:2380',
    'listen-metrics-urls: http://127.0.0.1:2381',
    'auto-compaction-mode: periodic',
    'auto-compaction-retention: 5m',
    'quota-backend-bytes: 8589934592',
    'client-transport-security:',
    '  cert-file: /etc/kubernetes/pki/etcd/server.crt',
    '  key-file: /etc/kubernetes/pki/etcd/server.key',
    '  client-cert-auth: true',
    '  trusted-ca-file: /etc/kubernetes/pki/etcd/ca.crt',
    'peer-transport-security:',
    '  cert-file: /etc/kubernetes/pki/etcd/peer.crt',
    '  key-file: /etc/kubernetes/pki/etcd/peer.key',
    '  client-cert-auth: true',
    '  trusted-ca-file: /etc/kubernetes/pki/etcd/ca.crt',
    'tls-min-version: TLS1.2',
    `cipher-suites: [${suites.stig}]`,
  ];
  node.write('/etc/etcd/etcd.conf.yml', `${lines.join('\n')}\n`, 0o600);
  mount(node, 'etcd', '/etc/etcd');
  replaceCommand(node, 'etcd', ['  - command:', '    - etcd', '    - --config-file=/etc/etcd/etcd.conf.yml']);
}

/** Names a list for clients and for peers. */
function revoke(node: NodeTree, list: string | Uint8Array): NodeTree {
  node.write('pki/etcd/revoked.crl', list, 0o644);
  const file = '/etc/kubernetes/pki/etcd/revoked.crl';
  return setFlags(node, 'etcd', { 'client-crl-file': file, 'peer-crl-file': file });
}

/** etcd as guides harden and tune it. */
export const hardenedEtcd: readonly Shape[] = [
  {
    id: 'etcd-with-kubernetes-names-of-suites',
    runs: 'people who give etcd the list of kube-apiserver, with names that Go has no more but etcd still takes',
    source:
      'https://support.kublr.com/support/solutions/articles/33000257101-limit-the-set-of-tls-ciphers-used-by-kubernetes-components-etcd-and-nginx-ingress-controller',
    node: kubeadm132,
    change: (node) => node.replaceFlag('etcd', 'cipher-suites', suites.rke2),
  },
  {
    id: 'etcd-1.2-or-later',
    runs: "etcd with bounds for its TLS version, in etcd's spelling",
    source:
      'https://joseeden.github.io/joeden/docs/Containerization/Cluster-Hardening/Kubernetes-Security-securing-controlplane-comms',
    node: kubeadm136,
    change: (node) =>
      setFlags(node, 'etcd', {
        'tls-min-version': 'TLS1.2',
        'tls-max-version': 'TLS1.3',
        'cipher-suites': suites.stig,
      }),
  },
  {
    id: 'everything-1.3',
    runs: 'clusters that speak nothing but TLS 1.3, so that no suites are given',
    source: 'https://github.com/siderolabs/talos/issues/13120',
    node: kubeadm136,
    change: (node) => {
      node.replaceFlag('etcd', 'tls-min-version', 'TLS1.3');
      for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
        node.replaceFlag(name, 'tls-min-version', 'VersionTLS13');
      node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}tlsMinVersion: VersionTLS13\n`);
    },
  },
  {
    id: 'etcd-tuned',
    runs: 'etcd with a larger quota, compaction by time and slower elections',
    source: 'https://etcd.io/docs/v3.5/op-guide/maintenance/',
    node: kubeadm136,
    change: (node) =>
      setFlags(node, 'etcd', {
        'auto-compaction-mode': 'periodic',
        'auto-compaction-retention': '5m',
        'quota-backend-bytes': '8589934592',
        'election-timeout': '5000',
        'heartbeat-interval': '500',
        'max-request-bytes': '10485760',
        'max-wals': '5',
        'max-snapshots': '5',
        'snapshot-count': '50000',
        metrics: 'extensive',
        'log-level': 'warn',
        logger: 'zap',
        'log-outputs': 'stderr',
        'strict-reconfig-check': 'True',
        'pre-vote': '1',
      }),
  },
  {
    id: 'etcd-by-environment',
    runs: 'installers that configure etcd by environment variables only',
    source: `${configuration}#environment-variables`,
    node: kubeadm136,
    change: byEnvironment,
  },
  {
    id: 'etcd-by-file',
    runs: 'etcd with a configuration file, which makes it ignore flags',
    source: `${configuration}#configuration-file`,
    node: kubeadm136,
    change: byFile,
  },
  {
    id: 'etcd-with-single-dashes',
    runs: "people who write Go's flags with one dash, name and value apart",
    source: 'https://github.com/etcd-io/etcd/pull/3273',
    node: kubeadm132,
    change: (node) =>
      respell(node, 'etcd', (flag) => {
        const at = flag.indexOf('=');
        const [name, value] = [flag.slice(1, at), flag.slice(at + 1)];
        return value === 'true' ? `    - ${name}` : `    - ${name}\n    - '${value}'`;
      }),
  },
  {
    id: 'etcd-3.5-experimental',
    runs: 'etcd 3.5 with the checks for corruption that its documentation recommends, and what was left of version 2',
    source: 'https://etcd.io/docs/v3.5/op-guide/data_corruption/',
    node: kubeadm132,
    change: (node) =>
      setFlags(node, 'etcd', {
        'experimental-corrupt-check-time': '240m',
        'experimental-compact-hash-check-enabled': 'true',
        'experimental-compact-hash-check-time': '1m',
        'enable-v2': 'false',
        proxy: 'off',
      }),
  },
  {
    id: 'etcd-3.6-experimental',
    runs: 'etcd 3.6 with flags of 3.5, all of which it still takes',
    source: 'https://etcd.io/docs/v3.6/upgrades/upgrade_3_6/',
    node: kubeadm136,
    change: (node) =>
      setFlags(node, 'etcd', {
        'feature-gates': undefined,
        'watch-progress-notify-interval': undefined,
        'experimental-initial-corrupt-check': 'true',
        'experimental-watch-progress-notify-interval': '5s',
        'experimental-compact-hash-check-enabled': 'true',
      }),
  },
  {
    id: 'etcd-3.6-gates',
    runs: 'etcd 3.6 with the feature gates that took the place of experimental flags',
    source: 'https://etcd.io/docs/v3.6/feature-gates/',
    node: kubeadm136,
    change: (node) =>
      setFlags(node, 'etcd', {
        'feature-gates': 'InitialCorruptCheck=true,CompactHashCheck=true,StopGRPCServiceOnDefrag=true',
        'compact-hash-check-time': '1m',
        'corrupt-check-time': '4h0m0s',
      }),
  },
  {
    id: 'etcd-3.5.24-under-1.34',
    runs: 'kubeadm 1.34 with an etcd that the user keeps at 3.5, and its flags',
    source: 'https://github.com/kubernetes/kubeadm/issues/3247',
    node: kubeadm132,
    change: (node) =>
      release(node, {
        'kube-apiserver': 'v1.34.2',
        'kube-controller-manager': 'v1.34.2',
        'kube-scheduler': 'v1.34.2',
        etcd: '3.5.24-0',
      }),
  },
  {
    id: 'etcd-with-revocation',
    runs: 'etcd with a list of revoked certificates, none of which is in use any more, in DER as etcd 3.6 needs it',
    source: 'https://github.com/etcd-io/etcd/blob/main/client/pkg/transport/listener_tls.go',
    node: kubeadm136,
    change: (node) => revoke(node, revocationList('0123456789abcdef', '07')),
  },
  {
    id: 'etcd-3.5-with-revocation',
    runs: 'the same with etcd 3.5, which takes the PEM that openssl writes too',
    source: `${configuration}#security`,
    node: kubeadm132,
    change: (node) => revoke(node, revocationListPem('0123456789abcdef', '07')),
  },
];
